import { describe, expect, test } from 'vitest';
import { fromHex } from '@shared/kernel/bytes';
import { CHAIN_START, operationHash, signedBytes } from '@shared/sync/operation';
import { aDraft, anId, cheapVerify, opKey, sample, sha256 } from '../../../support/core-builders';
import { createBench, createQuietWorld, createServer } from '../../../support/quiet-world';

async function setUp() {
  const world = createQuietWorld();
  const bench = createBench(world, createServer(world));
  await bench.start();
  return { world, bench };
}

describe('making operations of what a screen asks for', () => {
  test('main fills in person, device, order and signature', async () => {
    const { bench } = await setUp();

    expect(await bench.save(aDraft())).toMatchObject({ ok: true, value: { saved: [{ n: 1 }] } });
    const [operation] = bench.state().pending();
    expect(operation).toMatchObject({
      dev: sample.deviceId,
      inc: 1,
      n: 1,
      actor: sample.clerkId,
      office: sample.officeId,
      prev: CHAIN_START,
    });
  });

  test('what is signed is what is sent', async () => {
    const { bench } = await setUp();
    await bench.save(aDraft());

    const [operation] = bench.state().pending();
    if (!operation) throw new Error('an operation');
    expect(cheapVerify(opKey, signedBytes(operation), fromHex(operation.sig))).toBe(true);
  });

  test('I-6: drafts of one call follow each other in the chain', async () => {
    const { bench } = await setUp();
    await bench.save(aDraft());
    const saved = await bench.save(aDraft(), aDraft());

    expect(saved).toMatchObject({ value: { saved: [{ n: 2 }, { n: 3 }] } });
    const [first, second, third] = bench.state().pending();
    if (!first || !second || !third) throw new Error('three operations');
    expect(second.prev).toBe(operationHash(first, sha256));
    expect(third.prev).toBe(operationHash(second, sha256));
  });

  test('I-1: every draft of a call is saved, or none', async () => {
    const { bench } = await setUp();
    const wrong = aDraft({ target: { type: 'incomingDocument', id: 'no id' } });

    await expect(bench.save(aDraft(), wrong)).rejects.toThrow();
    expect(bench.state().pendingCount()).toBe(0);
  });

  test('a disk that refuses is an answer, and nothing is shown as saved', async () => {
    const { world, bench } = await setUp();
    world.arm('flushFails');

    expect(await bench.save(aDraft())).toEqual({
      ok: false,
      error: { code: 'journal.write-failed' },
    });
    expect(bench.rows().size).toBe(0);
  });

  test('I-17: the clock is evidence: it may be wrong and orders nothing', async () => {
    const { bench } = await setUp();
    await bench.save(aDraft());
    bench.clock.offsetMs = -10 * 365 * 24 * 3_600_000;
    await bench.save(aDraft({ target: { type: 'incomingDocument', id: anId(6, 2) } }));

    const [first, second] = bench.state().pending();
    expect(second?.at.wall).toBeLessThan(first?.at.wall ?? 0);
    expect([first?.n, second?.n]).toEqual([1, 2]);
  });

  test('the last known server time goes along as a lower bound', async () => {
    const { bench } = await setUp();
    await bench.save(aDraft());

    expect(bench.state().pending()[0]?.at.trustedLow).toBe(bench.state().contact()?.serverTime);
  });
});

describe('sync §15: refused work that is sent anew', () => {
  const refusedPatch = { kind: 'patch', body: { set: { state: { was: 'moiDen', now: 'daLuu' } } } };

  async function withRefusal() {
    const { bench } = await setUp();
    await bench.save(aDraft(refusedPatch));
    await bench.round();
    const [refused] = bench.state().attention();
    if (!refused) throw new Error('nothing was refused');
    return { bench, opId: refused.operation.opId };
  }

  test('leaves the attention list in the flush that saves the new act', async () => {
    const { bench, opId } = await withRefusal();

    await bench.saveInPlaceOf([opId], aDraft());
    expect(bench.state().attention()).toEqual([]);
    expect(bench.state().pendingCount()).toBe(1);
  });

  test('I-1: stays on the attention list when the new act could not be saved', async () => {
    const { bench, opId } = await withRefusal();
    const wrong = aDraft({ target: { type: 'incomingDocument', id: 'no id' } });

    await expect(bench.saveInPlaceOf([opId], wrong)).rejects.toThrow();
    expect(bench.state().attention()).toHaveLength(1);
  });
});
