import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { findScenario, runScenario, type Scenario } from '../test/simulation/scenarios';
import { compileSimulator, findMutant } from '../test/simulation/compile';
import { coverageOf, heldElsewhere } from '../test/simulation/coverage';
import type { SeedOptions, SeedResult } from '../test/simulation/run-seed';
import { AIMED } from '../test/simulation/scheduler';

const USAGE = `sim: the sync core against a seeded world of crashes, cut lines and full disks
  --seeds N      how many seeds (2000)
  --seed S       first seed (1); alone: this one seed
  --log          with one seed: print its event log
  --mutant M-n   seed a defect and stop at the first seed that finds it; fine when it is found
  --all          go on after a broken seed and name every one
  --workers N    how many at a time (2)
  --json         one line of JSON at the end, nothing else`;

const FINE = 0;
const BROKEN = 1;
const COULD_NOT_RUN = 2;

/** `cli sim`: 0 all invariants hold, 1 one was broken (as with a mutant it should be), 2 could not run. */
export async function runSim(args: readonly string[]): Promise<number> {
  const order = readOrder(args);
  if (!order) {
    console.error(USAGE);
    return COULD_NOT_RUN;
  }
  const say = order.json ? () => {} : (text: string) => console.log(text);
  const scenario = findScenario(order.mutant ?? '');
  if (scenario) return reportScenario(scenario, order);
  const mutant = order.mutant === undefined ? undefined : findMutant(order.mutant);
  if (order.mutant !== undefined && !mutant) {
    console.error(`There is no mutant ${order.mutant}.`);
    return COULD_NOT_RUN;
  }
  const simulator = await compileSimulator(mutant);
  const pool = createPool(simulator.url, order.workers);
  try {
    if (mutant) say(`${mutant.id}: ${mutant.what}`);
    const total = await runSeeds(pool, order, say);
    const needed = total.failed && (await shrink(pool, total.failed));
    report(order, total, needed, say);
    if (mutant) return total.failed ? FINE : BROKEN;
    return total.failed || notCovered(order, total).length > 0 ? BROKEN : FINE;
  } finally {
    await pool.close();
    await simulator.remove();
  }
}

/** A defect out of the simulator's reach: the test that holds it is run with the defect in place. */
async function reportScenario(scenario: Scenario, { json }: Order): Promise<number> {
  const { id: mutant, what, test, name, rule } = scenario;
  const ended = await runScenario(scenario);
  if (json) console.log(JSON.stringify({ mutant, test, name, rule, ended }));
  else {
    console.log(`${mutant}: ${what}`);
    console.log(`${test} > ${name}`);
    console.log(ended === 'failed' ? `The test fails: ${rule} is broken.` : `The test ${ended}.`);
  }
  if (ended === 'did not run') return COULD_NOT_RUN;
  return ended === 'failed' ? FINE : BROKEN;
}

interface Order {
  readonly first: number;
  readonly count: number;
  readonly keepLog: boolean;
  readonly mutant: string | undefined;
  readonly workers: number;
  readonly json: boolean;
  readonly all: boolean;
}

function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string' },
        seed: { type: 'string' },
        log: { type: 'boolean', default: false },
        mutant: { type: 'string' },
        workers: { type: 'string', default: '2' },
        json: { type: 'boolean', default: false },
        all: { type: 'boolean', default: false },
      },
    });
    const first = Number(values.seed ?? '1');
    const count = Number(values.seeds ?? (values.seed === undefined ? '2000' : '1'));
    const workers = Number(values.workers);
    const isWhole = [first, count, workers].every((n) => Number.isSafeInteger(n) && n > 0);
    if (!isWhole) return undefined;
    return {
      first,
      count,
      workers,
      keepLog: values.log && count === 1,
      mutant: values.mutant,
      json: values.json,
      all: values.all,
    };
  } catch {
    return undefined;
  }
}

interface Total {
  readonly seeds: number;
  readonly saved: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly elapsedMs: number;
  readonly counters: Readonly<Record<string, number>>;
  readonly failed: SeedResult | undefined;
  readonly log: readonly string[];
}

/** Runs the seeds in order of their numbers; the failing one of the lowest number counts. */
async function runSeeds(pool: Pool, order: Order, say: (text: string) => void): Promise<Total> {
  const startedAt = Date.now();
  const counters = new Map<string, number>();
  const found: { failed?: SeedResult } = {};
  let next = order.first;
  const sums = { seeds: 0, saved: 0, events: 0, virtualMs: 0 };
  let log: readonly string[] = [];

  const take = async (): Promise<void> => {
    while ((order.all || !found.failed) && next < order.first + order.count) {
      const result = await pool.run(next++, { keepLog: order.keepLog });
      sums.seeds += 1;
      sums.saved += result.saved;
      sums.events += result.events;
      sums.virtualMs += result.virtualMs;
      log = result.log;
      for (const [name, count] of Object.entries(result.counters)) {
        counters.set(name, (counters.get(name) ?? 0) + count);
      }
      if (result.failure) {
        found.failed = earlier(found.failed, result);
        if (order.all)
          say(`Seed ${result.seed} breaks ${result.failure.rule}: ${result.failure.what}`);
      }
      if (sums.seeds % 200 === 0) say(`${sums.seeds} of ${order.count} seeds`);
    }
  };
  await Promise.all(Array.from({ length: order.workers }, take));
  const sorted = [...counters].toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  return {
    ...sums,
    elapsedMs: Date.now() - startedAt,
    counters: Object.fromEntries(sorted),
    failed: found.failed,
    log,
  };
}

const earlier = (known: SeedResult | undefined, found: SeedResult): SeedResult =>
  known && known.seed < found.seed ? known : found;

/** The least that still breaks the same rule: fewer kinds of faults, fewer acts. */
async function shrink(pool: Pool, failed: SeedResult): Promise<SeedOptions> {
  const breaks = async (options: SeedOptions): Promise<boolean> =>
    (await pool.run(failed.seed, options)).failure?.rule === failed.failure?.rule;
  let options: SeedOptions = {};
  for (const kind of failed.faults) {
    const fewer = { without: [...(options.without ?? []), kind] };
    if (await breaks(fewer)) options = fewer;
  }
  for (let maxActs = 32; maxActs >= 1; maxActs = Math.floor(maxActs / 2)) {
    if (!(await breaks({ ...options, maxActs }))) break;
    options = { ...options, maxActs };
  }
  return options;
}

function report(
  order: Order,
  total: Total,
  needed: SeedOptions | undefined,
  say: (text: string) => void,
): void {
  const { failed, counters, log, ...sums } = total;
  if (order.json) {
    const failure = failed && { seed: failed.seed, ...failed.failure, shrunk: needed };
    const { missing, notReached } = coverageOf(order.count, counters);
    const coverage = { missing, notReached, heldElsewhere };
    const { mutant = null } = order;
    console.log(JSON.stringify({ ...sums, mutant, failure, counters, coverage }));
    return;
  }
  for (const line of log) say(line);
  const told = Object.entries(counters).filter(([name]) => !/^(await|died):/.test(name));
  for (const [name, count] of told) say(`  ${name}  ${count}`);
  const [awaits, spared] = [awaitsOf(total), neverDiedAt(total)];
  const none = spared.length > 0 ? `, at none of: ${spared.join(', ')}` : '';
  say(`  processes died at ${awaits.length - spared.length} of ${awaits.length} awaits${none}`);
  const perMinute = Math.round((sums.seeds / Math.max(1, sums.elapsedMs)) * 60_000);
  say(
    `${sums.seeds} seeds, ${sums.saved} operations saved, ${sums.events} events, ` +
      `${Math.round(sums.virtualMs / 3_600_000)} virtual hours in ${(sums.elapsedMs / 1000).toFixed(1)} s ` +
      `(${perMinute} seeds a minute)`,
  );
  if (!failed) {
    sayCoverage(order, total, say);
    say(order.mutant === undefined ? 'Every invariant holds.' : 'The defect was NOT found.');
    return;
  }
  const left = failed.faults.filter((kind) => !needed?.without?.includes(kind));
  say(`Seed ${failed.seed} breaks ${failed.failure?.rule}: ${failed.failure?.what}`);
  say(
    `It needs: ${left.join(', ') || 'no fault'}; acts a workstation: ${needed?.maxActs ?? 'all'}`,
  );
  say(
    `Again: npm run cli -- sim --seed ${failed.seed} --log${order.mutant ? ` --mutant ${order.mutant}` : ''}`,
  );
}

function sayCoverage(order: Order, total: Total, say: (text: string) => void): void {
  const missing = notCovered(order, total);
  const { notReached } = coverageOf(order.count, total.counters);
  if (missing.length > 0)
    say(`Never happened, so nothing was proven about it: ${missing.join(', ')}`);
  if (notReached.length > 0)
    say(`Not reached, and only longer runs must: ${notReached.join(', ')}`);
  const tests = Object.entries(heldElsewhere).map(([row, test]) => `${row} by ${test}`);
  say(`Rows of numbers that no seed comes to: ${tests.join(', ')}`);
}

/** What the run had to come to and did not, and awaits at which chance would have brought a death. */
const notCovered = ({ count }: Order, total: Total): readonly string[] => [
  ...coverageOf(count, total.counters).missing,
  ...neverDiedAt(total)
    .filter((site) => (total.counters[`await:${site}`] ?? 0) >= SURELY_DIED)
    .map((site) => `crash at ${site}`),
];

/** Seeds that come to an await with a process that is to die: once in a million none of so many dies there. */
const SURELY_DIED = Math.ceil(Math.log(1e-6) / Math.log(1 - AIMED));

/** Every await at which a process of the run could have died, and those at which none did (§17.2). */
const awaitsOf = ({ counters }: Total): readonly string[] =>
  Object.keys(counters).flatMap((name) => (name.startsWith('await:') ? [name.slice(6)] : []));
const neverDiedAt = (total: Total): readonly string[] =>
  awaitsOf(total).filter((site) => (total.counters[`died:${site}`] ?? 0) === 0);

interface Pool {
  readonly run: (seed: number, options: SeedOptions) => Promise<SeedResult>;
  readonly close: () => Promise<void>;
}

/** Workers that run one seed each at a time. */
function createPool(url: URL, size: number): Pool {
  // Each worker cleans up by itself: helpers of one would take the time of the other.
  setFlagsFromString('--no-parallel-scavenge');
  const resourceLimits = { maxYoungGenerationSizeMb: 192 };
  const workers = Array.from({ length: size }, () => new Worker(url, { resourceLimits }));
  const idle = [...workers];
  const waiting: ((worker: Worker) => void)[] = [];

  const obtain = (): Promise<Worker> =>
    new Promise((resolve) => {
      const worker = idle.pop();
      if (worker) resolve(worker);
      else waiting.push(resolve);
    });
  const giveBack = (worker: Worker): void => {
    const next = waiting.shift();
    if (next) next(worker);
    else idle.push(worker);
  };

  return {
    run: async (seed, options) => {
      const worker = await obtain();
      try {
        return await new Promise<SeedResult>((resolve, reject) => {
          worker.once('error', reject);
          worker.once('message', (result: SeedResult) => {
            worker.off('error', reject);
            resolve(result);
          });
          worker.postMessage({ seed, options });
        });
      } finally {
        giveBack(worker);
      }
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
