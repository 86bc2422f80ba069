import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SyncReply } from '@shared/protocol/sync-message';
import type { Operation } from '@shared/sync/operation';
import { aRegistering, trySync, type SyncWish } from '../../test/support/builders';
import type { TestServer } from '../../test/support/test-server';
import { quantile } from '../bench/row';
import { fillServer } from '../bench/fill-server';
import { cpuTime, type CpuTime } from './cpu-time';
import { gatherCrowd, type Visitor } from './crowd';
import { loadInAnotherProgram } from './load-everything';

/** One figure of a load beside its budget. */
export interface LoadRow {
  readonly id: 'T-LOAD-1' | 'T-LOAD-2' | 'T-LOAD-3' | 'HUB';
  readonly figure: string;
  readonly unit: string;
  readonly measured: number;
  readonly budget: number | null;
  /** The floor, or what was measured beside it. */
  readonly beside?: string;
}

export interface Scale {
  /** Of the full load. */
  readonly share: number;
  readonly clients: number;
  readonly opsPerSecond: number;
  readonly seconds: number;
  readonly loads: number;
  readonly documents: number;
  readonly returning: number;
  readonly returnWithinMs: number;
}

/** B-11: connected clients that poll, and work that comes at a set rate whatever the server does. */
export async function connectedClients(
  server: TestServer,
  scale: Scale,
): Promise<readonly LoadRow[]> {
  const before = residentMegabytes(server.pid());
  const crowd = await gatherCrowd(server, scale.clients);
  const times: number[] = [];
  const count = { refused: 0, operations: 0 };
  const once = async (visitor: Visitor, ops: readonly Operation[]): Promise<void> => {
    const startedAt = performance.now();
    const answered = await exchange(visitor, { ops, over: { want: 64 * 1024 } });
    times.push(performance.now() - startedAt);
    if (answered === undefined) count.refused += 1;
    else count.operations += answered;
  };
  // Each connects once before anything is measured.
  await inTurns(crowd.visitors, 20, (visitor) => once(visitor, []));
  times.length = 0;
  count.refused = 0;
  const held = residentMegabytes(server.pid());
  const usedBefore = cpuTime(server);
  const busy = new Set<Visitor>();
  const under: Promise<void>[] = [];
  const startedAt = performance.now();
  // A poll a client and minute, beside the work (§12.3).
  const perSecond = scale.opsPerSecond + scale.clients / 60;
  let made = 0;
  while (performance.now() - startedAt < scale.seconds * 1000) {
    const due = ((performance.now() - startedAt) / 1000) * perSecond;
    for (; made < due; made++) {
      const visitor = crowd.visitors[(made * 7919) % crowd.visitors.length];
      if (!visitor || busy.has(visitor)) continue;
      const isWork = Math.random() < scale.opsPerSecond / perSecond;
      busy.add(visitor);
      const ops = isWork ? [aRegistering(visitor.device, visitor.office)] : [];
      under.push(once(visitor, ops).finally(() => busy.delete(visitor)));
    }
    await sleep(5);
  }
  await Promise.all(under);
  const seconds = (performance.now() - startedAt) / 1000;
  const used = cpuTime(server);
  crowd.close();
  const row = rowOf('T-LOAD-1');
  return [
    row(`connected clients`, '', scale.clients, 3_000),
    row('operations accepted', '/s', count.operations / seconds, 200),
    row('POST /sync, p50', 'ms', quantile(times, 0.5), null),
    row('POST /sync, p95', 'ms', quantile(times, 0.95), 300),
    row('requests refused or cut', '', count.refused, 0),
    row('server memory a client', 'KB', (1024 * (held - before)) / scale.clients, null),
    ...cpuRows('T-LOAD-1', { usedBefore, used, operations: count.operations }),
  ];
}

/**
 * B-12: many read everything at once, while one office works on as usual. The loaders are a program of their own, which
 * gives way: their unpacking must not be measured as an answer of the server.
 */
export async function initialLoads(server: TestServer, scale: Scale): Promise<readonly LoadRow[]> {
  const crowd = await gatherCrowd(server, scale.loads + 20);
  const loaders = crowd.visitors.slice(0, scale.loads);
  const workers = crowd.visitors.slice(scale.loads);
  for (const office of new Set(loaders.map((visitor) => visitor.office)))
    await fillServer(server, office, scale.documents);
  const small: number[] = [];
  const over = new AbortController();
  const working = workers.map(async (visitor) => {
    while (!over.signal.aborted) {
      const startedAt = performance.now();
      await exchange(visitor, {
        ops: [aRegistering(visitor.device, visitor.office)],
        over: { want: 0 },
      });
      small.push(performance.now() - startedAt);
      await sleep(1_000);
    }
  });
  const startedAt = performance.now();
  const { retries } = await loadInAnotherProgram(server.address, loaders);
  const seconds = (performance.now() - startedAt) / 1000;
  over.abort();
  await Promise.all(working);
  crowd.close();
  const row = rowOf('T-LOAD-2');
  return [
    row('simultaneous initial loads', '', scale.loads, 500),
    row('documents of each', '', scale.documents, 10_000),
    row('all loads finished', 's', seconds, 900),
    row('requests asked again', '', retries, null),
    row('small sync meanwhile, p50', 'ms', quantile(small, 0.5), null),
    row('small sync meanwhile, p95', 'ms', quantile(small, 0.95), 500),
  ];
}

const OPERATIONS_EACH = 20;

/** B-13: the power is back, and everybody comes with twenty acts. */
export async function everybodyReturns(
  server: TestServer,
  scale: Scale,
): Promise<readonly LoadRow[]> {
  const crowd = await gatherCrowd(server, scale.returning);
  const work = crowd.visitors.map((visitor) => ({
    visitor,
    ops: Array.from({ length: OPERATIONS_EACH }, () =>
      aRegistering(visitor.device, visitor.office),
    ),
  }));
  const usedBefore = cpuTime(server);
  const startedAt = performance.now();
  const ends = await Promise.all(
    work.map(async ({ visitor, ops }) => {
      await sleep(Math.random() * scale.returnWithinMs);
      let left: readonly Operation[] = ops;
      let retries = 0;
      while (left.length > 0) {
        const answered = await exchange(visitor, { ops: left, over: { want: 0 } });
        if (answered === undefined) {
          retries += 1;
          await sleep(Math.random() * Math.min(60_000, 1_000 * 2 ** Math.min(retries, 6)));
        } else left = left.slice(answered);
      }
      return { endedAt: performance.now(), retries };
    }),
  );
  const used = cpuTime(server);
  crowd.close();
  const row = rowOf('T-LOAD-3');
  const last = Math.max(...ends.map(({ endedAt }) => endedAt));
  return [
    row('clients that return', '', scale.returning, 3_000),
    row('within', 's', scale.returnWithinMs / 1000, 60),
    row('all work received', 's', (last - startedAt) / 1000, 180),
    row('requests asked again', '', sum(ends.map(({ retries }) => retries)), null),
    ...cpuRows('T-LOAD-3', {
      usedBefore,
      used,
      operations: scale.returning * OPERATIONS_EACH,
    }),
  ];
}

/**
 * Final answers to the operations of one exchange, whose pages are taken as stored; undefined when the server said "not
 * now" or the line broke.
 */
async function exchange(
  { device, token, post, cursors }: Visitor,
  wish: Omit<SyncWish, 'token' | 'cursors'>,
): Promise<number | undefined> {
  const sent = { token: token(), cursors, ...wish };
  const answer = await trySync(post, device, sent).catch(() => undefined);
  if (answer?.status !== 200) return undefined;
  const { results, pages } = SyncReply.parse(answer.body);
  for (const { scope, next } of pages) cursors[scope] = next;
  return results.filter((result) => result.answer === 'final').length;
}

async function inTurns<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const one = async (): Promise<void> => {
    for (let next = left.pop(); next; next = left.pop()) await work(next);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** What an operation costs, with the polls beside it: by processor time, which other programs on the machine leave alone. */
const cpuRows = (
  id: LoadRow['id'],
  {
    usedBefore,
    used,
    operations,
  }: { readonly usedBefore: CpuTime; readonly used: CpuTime; readonly operations: number },
): readonly LoadRow[] =>
  (['server', 'postgres', 'clients'] as const).map((who) =>
    rowOf(id)(`CPU an operation, ${who}`, 'ms', (used[who] - usedBefore[who]) / operations, null),
  );

const rowOf =
  (id: LoadRow['id']) =>
  (figure: string, unit: string, measured: number, budget: number | null): LoadRow => ({
    id,
    figure,
    unit,
    measured,
    budget,
  });

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/** Linux only; 0 elsewhere. */
function residentMegabytes(pid: number): number {
  try {
    const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
