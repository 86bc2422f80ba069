import { describe, expect, test } from 'vitest';
import { err } from '@shared/kernel/result';
import { limits } from '@shared/protocol/version';
import type { ProjectionStore } from '@shared/sync/store-batch';
import {
  aDraft,
  anId,
  anOutgoingDraft,
  aRegistration,
  sampleScope,
} from '../../../support/core-builders';
import { createBench, createQuietWorld, createServer } from '../../../support/quiet-world';

const DAY_MS = 24 * 3600 * 1000;

async function setUp() {
  const world = createQuietWorld();
  const server = createServer(world);
  const bench = createBench(world, server);
  await bench.start();
  return { world, server, bench };
}

const paper = (n: number) => aDraft({ target: { type: 'incomingDocument', id: anId(6, n) } });
const papers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => paper(from + i));
const patch = (n: number, was: string | null, now: string, base: number | null = null) =>
  aDraft({
    kind: 'patch',
    target: { type: 'incomingDocument', id: anId(6, n) },
    base,
    body: { set: { note: { was, now } } },
  });
const noAnswer = async () => err({ code: 'server.timeout' });

test('§13.3: each contact is journalled with the newest number given, also one given meanwhile', async () => {
  const { bench } = await setUp();
  await bench.save(paper(1));
  bench.line.send = async (request, pass) => {
    await bench.save(paper(2));
    return pass(request);
  };
  await bench.round();

  expect(bench.state().contact()).toMatchObject({ n: 2 });
});

describe('where the replication plugin lost work, this engine does not (§2.2)', () => {
  test('R-1: work done while the clock was a day behind is pushed', async () => {
    const { bench, server } = await setUp();
    await bench.save(paper(1));
    await bench.round();
    bench.kill();
    bench.clock.offsetMs = -DAY_MS;
    await bench.start();
    await bench.save(paper(2));
    bench.kill();
    bench.clock.offsetMs = 0;
    await bench.start();
    await bench.save(paper(3));

    await bench.round();
    expect(server.commits.map(({ operation }) => operation.target.id)).toEqual(
      [1, 2, 3].map((n) => anId(6, n)),
    );
    expect(bench.state().pendingCount()).toBe(0);
  });

  test('R-2: a batch that failed once while it was sent is sent again before any later one', async () => {
    const { bench, server } = await setUp();
    await bench.save(...papers(1, 5));
    const pass = bench.line.send;
    bench.line.send = async () => err({ code: 'server.unreachable' });
    expect((await bench.round()).ok).toBe(false);
    bench.line.send = pass;
    await bench.save(...papers(6, 10));

    await bench.round();
    expect(server.commits.map(({ operation }) => operation.n)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });

  test('R-3: a pulled page that could not be stored once is missing for nobody', async () => {
    const { world, server, bench } = await setUp();
    const other = createBench(world, server, { deviceId: anId(5, 2) });
    await other.start();
    await other.save(...papers(1, 30));
    await other.round();
    world.arm('storeFails');

    expect(await bench.round()).toMatchObject({
      ok: false,
      error: { code: 'projection.store-failed' },
    });
    expect(bench.database.cursors().get(sampleScope)?.seq ?? 0).toBe(0);
    world.disarm();
    await bench.round();
    expect(bench.rows().size).toBe(30);
    expect(await bench.round()).toMatchObject({ ok: true, value: { matched: true, more: false } });
  });

  test('R-4: an entry that is not what its hash says holds its page back, and nothing jumps over it', async () => {
    const { world, server, bench } = await setUp();
    const other = createBench(world, server, { deviceId: anId(5, 2) });
    await other.start();
    await other.save(paper(1), paper(2));
    await other.round();
    const honest = bench.line.send;
    bench.line.send = async (request, pass) => {
      const reply = await pass(request);
      if (!reply.ok) return reply;
      const pages = reply.value.pages.map((page) => ({
        ...page,
        entries: page.entries.map((entry, i) =>
          i === 0 ? { ...entry, content: { subject: 'x' } } : entry,
        ),
      }));
      return { ok: true, value: { ...reply.value, pages } };
    };

    expect(await bench.round()).toMatchObject({
      ok: false,
      error: { code: 'server.invalid-answer' },
    });
    expect(bench.rows().size).toBe(0);
    bench.line.send = honest;
    await bench.round();
    expect(bench.rows().size).toBe(2);
  });

  test('R-5: a store that throws once stops nothing for good', async () => {
    const { world, server, bench } = await setUp();
    const other = createBench(world, server, { deviceId: anId(5, 2) });
    await other.start();
    await other.save(paper(1));
    await other.round();
    bench.door.wrap = (store): ProjectionStore => ({
      ...store,
      readRows: () => Promise.reject(new Error('a defect in the page')),
    });

    expect(await bench.round()).toMatchObject({ ok: false });
    bench.door.wrap = (store) => store;
    expect(await bench.round()).toMatchObject({ ok: true });
    expect(bench.rows().size).toBe(1);
  });

  test('R-6: a second edit after a lost answer and a restart is kept, and is no conflict', async () => {
    const { bench, server } = await setUp();
    await bench.save(paper(1), patch(1, null, 'lần một'));
    const pass = bench.line.send;
    bench.line.send = async (request, send) => {
      await send(request);
      return noAnswer();
    };
    await bench.round();
    bench.kill();
    await bench.start();
    bench.line.send = pass;
    await bench.save(patch(1, 'lần một', 'lần hai'));

    await bench.round();
    await bench.round();
    expect(server.commits.map(({ outcome }) => outcome.status)).toEqual([
      'applied',
      'applied',
      'applied',
    ]);
    expect(bench.row(anId(6, 1))).toMatchObject({ dirty: false, view: { note: 'lần hai' } });
  });

  test('R-7: what the server refuses for ever does not stop what is behind it', async () => {
    const { bench } = await setUp();
    await bench.save(patch(9, null, 'no such paper'), paper(1), paper(2));

    expect(await bench.round()).toMatchObject({ ok: true, value: { more: false } });
    expect(bench.state().pendingCount()).toBe(0);
    expect(
      bench
        .state()
        .attention()
        .map(({ outcome }) => outcome),
    ).toEqual([{ status: 'rejected', code: 'operation.target-missing' }]);
    expect(bench.rows().size).toBe(2);
  });
});

describe('one exchange', () => {
  test('I-21: is matched only when the digest was compared and nothing is left', async () => {
    const { bench } = await setUp();
    await bench.save(paper(1));

    expect(await bench.round()).toMatchObject({ value: { matched: true, more: false } });
  });

  test('an office in which nothing ever happened is matched', async () => {
    const { bench } = await setUp();

    expect(await bench.round()).toMatchObject({ value: { matched: true, more: false } });
  });

  test('without a window it pushes, pulls nothing and is not matched', async () => {
    const { bench, server } = await setUp();
    await bench.save(paper(1));
    bench.feed().close();

    expect(await bench.round()).toMatchObject({ ok: true, value: { matched: false } });
    expect(bench.line.sent.at(-1)).toMatchObject({ want: 0, cursors: {} });
    expect(server.commits).toHaveLength(1);
    expect(bench.database.cursors().size).toBe(0);
  });

  test('I-22: sends at most so many operations and bytes at a time, in order', async () => {
    const { bench, server } = await setUp();
    const long = (n: number) =>
      aDraft({ ...paper(n), body: { ...aRegistration({ note: 'x'.repeat(400) }) } });
    for (let n = 1; n <= 150; n += 50) {
      await bench.save(...Array.from({ length: 50 }, (_, i) => long(n + i)));
    }

    expect(await bench.round()).toMatchObject({ value: { more: true } });
    const { ops } = bench.line.sent.at(-1) ?? { ops: [] };
    expect(ops.length).toBeLessThanOrEqual(limits.operationsPerRequest);
    expect(JSON.stringify(ops).length).toBeLessThan(70_000);
    for (let i = 0; i < 6; i++) await bench.round();
    expect(server.commits.map(({ operation }) => operation.n)).toEqual(
      Array.from({ length: 150 }, (_, i) => i + 1),
    );
  });

  test('asks for smaller pages after a failure and for larger ones when it goes well', async () => {
    const { bench } = await setUp();
    const pass = bench.line.send;
    bench.line.send = noAnswer;
    for (let i = 0; i < 6; i++) await bench.round();
    expect(bench.line.sent.at(-1)?.want).toBe(limits.pageBytesMin);

    bench.line.send = pass;
    for (let i = 0; i < 15; i++) await bench.round();
    expect(bench.line.sent.at(-1)?.want).toBe(limits.pageBytesMax);
  });

  test('an outcome for an operation that was not sent is no answer', async () => {
    const { bench } = await setUp();
    bench.line.send = async (request, pass) => {
      const reply = await pass(request);
      if (!reply.ok) return reply;
      const outcome = { status: 'applied', rev: 1, seq: 1 } as const;
      return { ok: true, value: { ...reply.value, results: [{ answer: 'final', n: 9, outcome }] } };
    };

    expect(await bench.round()).toMatchObject({
      ok: false,
      error: { code: 'server.invalid-answer' },
    });
  });

  test('I-23: a server that expects operations which were answered before went back', async () => {
    const { bench } = await setUp();
    await bench.save(paper(1));
    await bench.round();
    await bench.save(paper(2));
    bench.line.send = async (request, pass) => {
      const reply = await pass({ ...request, ops: [] });
      if (!reply.ok) return reply;
      return {
        ok: true,
        value: { ...reply.value, results: [{ answer: 'expect', n: 2, expected: 1 }] },
      };
    };

    expect(await bench.round()).toMatchObject({ error: { code: 'server.went-back' } });
    expect(bench.state().pendingCount()).toBe(1);
  });

  test('a lock that was not had ends the haste: nobody goes on at once', async () => {
    const { world, bench } = await setUp();
    await bench.save(paper(1));
    world.arm('lockTimeout');

    expect(await bench.round()).toMatchObject({ ok: true, value: { more: false } });
    expect(bench.state().pendingCount()).toBe(1);
    await bench.round();
    expect(bench.state().pendingCount()).toBe(0);
  });

  test('a ticket is used only after it is in the journal', async () => {
    const { world, bench } = await setUp();
    await bench.round();
    const given = bench.state().contact()?.ticket;
    world.arm('flushFails');

    expect(await bench.round()).toMatchObject({ error: { code: 'journal.write-failed' } });
    expect(bench.state().contact()?.ticket).toBe(given);
  });

  test('I-3, I-4: a page for another window’s cursor is not stored', async () => {
    const { world, server, bench } = await setUp();
    const other = createBench(world, server, { deviceId: anId(5, 2) });
    await other.start();
    await other.save(...papers(1, 3));
    await other.round();
    await bench.round();
    await other.save(...papers(4, 6));
    await other.round();
    const pass = bench.line.send;
    bench.line.send = async (request, send) => {
      const reply = await send(request);
      // While the answer is on its way the window is opened anew upon an empty database.
      bench.database.wipe();
      bench.feed().open(new Map(), []);
      return reply;
    };

    expect(await bench.round()).toMatchObject({ error: { code: 'projection.not-ready' } });
    expect(bench.database.cursors().size).toBe(0);
    bench.line.send = pass;
    bench.kill();
    await bench.start();
    await bench.round();
    expect(bench.rows().size).toBe(6);
  });

  test('I-7: a difference that the server finds empties the scope, which is then read again', async () => {
    const { bench } = await setUp();
    await bench.save(paper(1), paper(2));
    await bench.round();
    await bench.round();
    const ids = [...bench.rows().keys()];
    (bench.rows() as Map<string, unknown>).delete(ids[0] ?? '');
    const cursors = bench.database.cursors() as Map<string, unknown>;
    const broken = { seq: 2, digest: { sum: '00000000000000ff', count: 1 } };
    cursors.set(sampleScope, broken);
    bench.kill();
    await bench.start();

    expect(await bench.round()).toMatchObject({ value: { more: true, matched: false } });
    // F-10, §6.5: what a reply repairs was not compared by it; the next round does that, at once.
    expect(await bench.round()).toMatchObject({ value: { more: true, matched: false } });
    expect(bench.rows().size).toBe(2);
    expect(await bench.round()).toMatchObject({ value: { more: false, matched: true } });
    expect([...bench.rows().keys()].toSorted()).toEqual(ids.toSorted());
  });

  test('I-7: a draft that was deleted unseen does not stay when its removal is no longer told', async () => {
    const { world, server, bench } = await setUp();
    const other = createBench(world, server, { deviceId: anId(5, 2) });
    await other.start();
    const target = { type: 'outgoingDocument' as const, id: anId(6, 1) };
    await bench.save(aDraft({ target, body: anOutgoingDraft() }));
    const pass = bench.line.send;
    bench.line.send = async (request, send) => {
      await send(request);
      return err({ code: 'server.timeout' });
    };
    await bench.round();
    await other.round();
    await other.save(aDraft({ kind: 'cmd.deleteDraft', target, body: {} }));
    await other.round();
    server.database.forgetRemovals();
    bench.line.send = pass;

    expect(await bench.round()).toMatchObject({ value: { matched: true } });
    expect(bench.state().pendingCount()).toBe(0);
    expect(bench.rows().size).toBe(0);
  });

  test('I-7: an answer to the questions of another database says nothing of the one that is open', async () => {
    const { bench } = await setUp();
    await bench.save(paper(1));
    await bench.round();
    bench.line.send = async (request, send) => {
      const reply = await send(request);
      bench.feed().open(new Map(bench.database.cursors()), []);
      return reply;
    };

    expect(await bench.round()).toMatchObject({ value: { matched: false } });
  });

  test('I-14: what access was withdrawn from is removed before any page is stored', async () => {
    const { bench } = await setUp();
    await bench.save(paper(1));
    await bench.round();
    expect(bench.rows().size).toBe(1);
    bench.line.send = async (request, pass) => {
      const reply = await pass(request);
      return reply.ok
        ? { ok: true, value: { ...reply.value, scopes: [], pages: [], heads: {} } }
        : reply;
    };

    await bench.round();
    expect(bench.rows().size).toBe(0);
    expect(bench.database.cursors().size).toBe(0);
  });
});
