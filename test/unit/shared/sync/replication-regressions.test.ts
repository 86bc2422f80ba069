import { describe, expect, test } from 'vitest';
import { limits } from '@shared/protocol/version';
import type { ProjectionStore } from '@shared/sync/store-batch';
import { aDraft, anId, sampleScope } from '../../../support/core-builders';
import { createBench, createQuietWorld, createServer } from '../../../support/quiet-world';

const paper = (n: number) => aDraft({ target: { type: 'incomingDocument', id: anId(6, n) } });

/** An office in which another workstation has registered so many papers, and one that holds nothing yet. */
async function setUp(papers: number) {
  const world = createQuietWorld();
  const server = createServer(world);
  const other = createBench(world, server, { deviceId: anId(5, 2) });
  await other.start();
  for (let n = 1; n <= papers; n += 50) {
    const some = Math.min(50, papers - n + 1);
    await other.save(...Array.from({ length: some }, (_, i) => paper(n + i)));
  }
  while (other.state().pendingCount() > 0) await other.round();
  const bench = createBench(world, server);
  await bench.start();
  return { world, server, bench };
}

/** stand in `engine.test.ts`, beside what else one exchange does. */
describe('where the replication plugin floods, forgets or doubles, this engine does not (§2.2, T-1)', () => {
  const PAPERS = 400;

  test('R-8: a first load has two pages under way at most, and a power cut costs no stored one', async () => {
    const { bench } = await setUp(PAPERS);
    let open = 0;
    let mostOpen = 0;
    bench.door.wrap = (store: ProjectionStore): ProjectionStore => ({
      ...store,
      writeRows: async (rows) => {
        await store.writeRows(rows);
        if (rows.length > 0) open -= 1;
      },
    });
    bench.line.send = async (request, pass) => {
      const reply = await pass(request);
      open += reply.ok ? reply.value.pages.length : 0;
      mostOpen = Math.max(mostOpen, open);
      return reply;
    };
    await bench.round();
    await bench.round();
    const held = bench.database.cursors().get(sampleScope)?.load;
    const rows = bench.rows().size;
    const sentBefore = bench.line.sent.length;
    bench.kill();
    open = 0;
    await bench.start();
    await bench.round();

    expect(mostOpen).toBe(2);
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(PAPERS);
    // What was stored before the cut is neither asked for nor sent again.
    expect(held?.done).toBe(rows);
    expect(bench.line.sent[sentBefore]?.loads).toEqual({ [sampleScope]: held });
    expect(bench.line.sent.every(({ want }) => want <= limits.pageBytesMax)).toBe(true);
    while (bench.rows().size < PAPERS) await bench.round();
    expect(bench.rows().size).toBe(PAPERS);
  });

  test('I-4: what was asked for behind a page that could not be stored is not stored', async () => {
    const { bench } = await setUp(PAPERS);
    let pages = 0;
    bench.door.wrap = (store: ProjectionStore): ProjectionStore => ({
      ...store,
      writeRows: (rows) => {
        pages += rows.length > 0 ? 1 : 0;
        return pages === 2
          ? Promise.reject(new Error('QuotaExceededError'))
          : store.writeRows(rows);
      },
    });
    const notices: unknown[] = [];
    bench.line.send = async (request, pass) => {
      const reply = await pass(request);
      if (reply.ok) notices.push(...reply.value.notices);
      return reply;
    };
    const refused: unknown[] = [];
    for (let rounds = 0; rounds < 40; rounds++) {
      const done = await bench.round();
      if (!done.ok) refused.push(done.error.code);
      if (done.ok && done.value.matched) break;
    }

    expect(refused).toEqual(['projection.store-failed']);
    // Nothing had to be healed.
    expect(notices).toEqual([]);
    expect(bench.rows().size).toBe(PAPERS);
    expect(bench.database.cursors().get(sampleScope)?.digest.count).toBe(PAPERS);
  });

  test('I-7: a window that is loaded anew in the middle of a first load goes on with it', async () => {
    const { bench } = await setUp(PAPERS);
    let requests = 0;
    bench.line.send = async (request, pass) => {
      const reply = await pass(request);
      requests += 1;
      if (requests === 3) await bench.reload();
      return reply;
    };
    const refused: unknown[] = [];
    for (let rounds = 0; rounds < 30; rounds++) {
      const done = await bench.round();
      if (!done.ok) refused.push(done.error.code);
    }

    // Two requests were under way for the window before; no third one is made on its behalf, and so on without end.
    expect(refused).toEqual(['projection.not-ready', 'projection.not-ready']);
    expect(bench.rows().size).toBe(PAPERS);
  });

  test('R-9: work that waits when access is withdrawn leaves the screen and reaches the server', async () => {
    const { bench, server } = await setUp(1);
    await bench.round();
    await bench.save(
      aDraft({
        kind: 'patch',
        target: { type: 'incomingDocument', id: anId(6, 1) },
        base: 1,
        body: { set: { note: { was: null, now: 'chưa gửi' } } },
      }),
    );
    // The server withdraws access before it has looked at any of the work.
    bench.line.send = async (request, pass) => {
      const reply = await pass({ ...request, ops: [] });
      if (!reply.ok) return reply;
      const withdrawn = { scopes: [], pages: [], heads: {}, notices: [] };
      return { ok: true, value: { ...reply.value, ...withdrawn } };
    };
    const before = server.commits.length;
    await bench.round();
    const pending = bench.state().pendingCount();
    const shown = bench.rows().size;
    bench.line.send = (request, pass) => pass(request);
    await bench.round();

    expect(shown).toBe(0);
    expect(pending).toBe(1);
    expect(server.commits.slice(before).map(({ operation }) => operation.body)).toEqual([
      { set: { note: { was: null, now: 'chưa gửi' } } },
    ]);
    expect(bench.state().pendingCount()).toBe(0);
  });

  test('R-10: a record is written once and held once', async () => {
    const { bench } = await setUp(60);
    let written = 0;
    bench.door.wrap = (store: ProjectionStore): ProjectionStore => ({
      ...store,
      writeRows: (rows) => {
        written += rows.length;
        return store.writeRows(rows);
      },
    });
    while (bench.rows().size < 60) await bench.round();

    expect(written).toBe(60);
    // Without local work upon it a row has the server's state in its view alone.
    expect([...bench.rows().values()].every(({ srv, dirty }) => !dirty && srv === null)).toBe(true);
  });
});
