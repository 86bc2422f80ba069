import { describe, expect, test } from 'vitest';
import type { SyncRequest } from '@shared/protocol/sync-message';
import { PROTOCOL_VERSION } from '@shared/protocol/version';
import { bucketOf, EMPTY_DIGEST } from '@shared/sync/record';
import { aChain, anId, aUser, sample, sampleScope } from '../../../support/core-builders';
import { createQuietWorld, createServer } from '../../../support/quiet-world';

const session = {
  deviceId: sample.deviceId,
  inc: 1,
  officeId: sample.officeId,
  user: aUser(),
};

const aRequest = (overrides: object = {}): SyncRequest => ({
  proto: PROTOCOL_VERSION,
  dev: sample.deviceId as SyncRequest['dev'],
  inc: 1,
  ticket: 'first ticket',
  timeline: sample.timeline,
  ops: [],
  cursors: {},
  digests: {},
  want: 8192,
  ...overrides,
});

function setUp() {
  const world = createQuietWorld();
  const server = createServer(world);
  const ask = (overrides: object = {}, as: object = {}) =>
    world.settle(server.exchange({ ...session, ...as }, aRequest(overrides)));
  const reply = async (overrides: object = {}, as: object = {}) => {
    const answer = await ask(overrides, as);
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.value;
  };
  return { world, server, ask, reply };
}

describe('POST /sync', () => {
  test('brings what it sent back in the same answer', async () => {
    const { reply } = setUp();

    expect(await reply({ ops: aChain([{}]) })).toMatchObject({
      results: [{ answer: 'final', n: 1, outcome: { status: 'applied', rev: 1, seq: 1 } }],
      pages: [{ scope: sampleScope, next: 1, head: 1 }],
      heads: { [sampleScope]: 1 },
    });
  });

  test('gives no page to a client that cannot store one, and still takes its work', async () => {
    const { reply } = setUp();

    const answer = await reply({ ops: aChain([{}]), want: 0 });
    expect(answer.results).toHaveLength(1);
    expect(answer.pages).toEqual([]);
  });

  test('I-13: a device without a person pushes and pulls nothing', async () => {
    const { reply } = setUp();

    const answer = await reply({ ops: aChain([{}]) }, { user: undefined });
    expect(answer).toMatchObject({ scopes: [], pages: [], heads: {} });
    expect(answer.results).toHaveLength(1);
  });

  test.each([
    ['has left', aUser({ active: false })],
    ['works at another office', aUser({ officeId: anId(1, 2) })],
  ])('I-14: a person who %s is entitled to nothing', async (_name, user) => {
    const { reply } = setUp();

    expect((await reply({}, { user })).scopes).toEqual([]);
  });

  test.each([
    ['a protocol of the future', { proto: PROTOCOL_VERSION + 1 }, 'http.unsupported-protocol'],
    ['another device', { dev: anId(5, 2) }, 'device.not-enrolled'],
    ['another incarnation', { inc: 2 }, 'device.not-enrolled'],
    ['another history of the server', { timeline: anId(9, 2) }, 'server.went-back'],
    ['a ticket that was never given', { ticket: 'invented' }, 'device.forked'],
  ])('refuses %s', async (_name, overrides, code) => {
    const { ask } = setUp();

    expect(await ask(overrides)).toEqual({ ok: false, error: { code } });
  });

  test('I-23: a cursor beyond the head means that the server went back', async () => {
    const { ask } = setUp();

    expect(await ask({ cursors: { [sampleScope]: 7 } })).toMatchObject({
      error: { code: 'server.went-back' },
    });
  });

  test('a client that has never seen a timeline is told it', async () => {
    const { reply } = setUp();

    expect((await reply({ timeline: null })).timeline).toBe(sample.timeline);
  });
});

describe('rolling tickets', () => {
  test('the newest and the one before it are accepted, an older one is a copy of the device', async () => {
    const { reply, ask } = setUp();
    const second = (await reply()).ticket;
    const third = (await reply({ ticket: second })).ticket;

    expect((await ask({ ticket: second })).ok).toBe(true);
    expect((await ask({ ticket: third })).ok).toBe(true);
    expect(await ask({ ticket: 'first ticket' })).toMatchObject({
      error: { code: 'device.forked' },
    });
  });

  test('I-20: any number of lost answers leaves the device with a ticket that counts', async () => {
    const { reply, ask } = setUp();
    const given = [await reply(), await reply(), await reply()].map(({ ticket }) => ticket);

    for (const ticket of given) expect((await ask({ ticket })).ok).toBe(true);
  });

  test('a request that the server finishes after its repetition does no harm', async () => {
    const { world, server, ask } = setUp();
    const [late, repeated] = await world.settle(
      Promise.all([server.exchange(session, aRequest()), server.exchange(session, aRequest())]),
    );
    if (!late.ok || !repeated.ok) throw new Error('both are answered');

    for (const { ticket } of [late.value, repeated.value])
      expect((await ask({ ticket })).ok).toBe(true);
  });
});

describe('the digest', () => {
  const held = (seq: number, digest: object) => ({
    cursors: { [sampleScope]: seq },
    digests: { [sampleScope]: { seq, digest } },
  });

  test('I-7: equal at the head is silence', async () => {
    const { server, reply } = setUp();
    const { ticket } = await reply({ ops: aChain([{}]) });
    const digest = server.database.scopeOf(sampleScope).digest;

    expect(await reply({ ticket, ...held(1, digest) })).toMatchObject({ notices: [], pages: [] });
  });

  test('I-7: different at the head has the scope compared bucket by bucket', async () => {
    const { reply } = setUp();
    const { ticket } = await reply({ ops: aChain([{}]) });

    const first = await reply({ ticket, ...held(1, EMPTY_DIGEST) });
    expect(first).toMatchObject({ notices: [{ kind: 'rescan', scope: sampleScope, seq: 1 }] });
    const [notice] = first.notices;
    const sums = notice?.kind === 'rescan' ? notice.sums : [];
    const buckets = sums.flatMap((sum, at) => (sum === EMPTY_DIGEST.sum ? [] : [at]));
    expect(buckets).toEqual([bucketOf(sample.documentId)]);

    const rescan = { [sampleScope]: buckets };
    const second = await reply({ ticket: first.ticket, ...held(1, EMPTY_DIGEST), rescan });
    expect(second).toMatchObject({
      notices: [],
      repairs: [{ scope: sampleScope, buckets, entries: [{ id: sample.documentId, rev: 1 }] }],
    });
  });

  test('behind the head it says nothing yet', async () => {
    const { reply } = setUp();
    const { ticket } = await reply({ ops: aChain([{}, { kind: 'cmd.fly' }]) });

    const answer = await reply({ ticket, ...held(0, EMPTY_DIGEST) });
    expect(answer.notices).toEqual([]);
    expect(answer.pages).toHaveLength(1);
  });
});
