import type { Chance } from './random';
import type { EventLog } from './event-log';

/** One thing that can be killed: a main process, a window, a server node. Killed, none of its steps ever resolves. */
export interface Process {
  readonly name: string;
  /** The name without its number. */
  readonly kind: string;
  readonly isAlive: () => boolean;
  /** Dies after so many further steps; undefined never. */
  fuse: number | undefined;
  /** Kills at once; what was under way is gone. Killing twice does nothing. */
  readonly kill: (reason: string) => void;
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** The world of one seed: virtual time, processes, and every await of every port as an event of its own. */
export interface Scheduler {
  readonly now: () => number;
  readonly process: (name: string, onDeath: () => void) => Process;
  /**
   * A port call of a process: some time passes, `effect` happens in one instant, some time passes. The process can be
   * killed before the effect or after it.
   */
  readonly step: <T>(
    process: Process,
    label: string,
    latencyMs: number,
    effect: () => T,
  ) => Promise<T>;
  /** Something that happens in the world, whoever lives. */
  readonly later: (delayMs: number, fire: () => void) => void;
  readonly sleep: (process: Process, ms: number) => Promise<void>;
  /** Runs a process's work; what it throws is a defect of the run. */
  readonly spawn: (process: Process, work: () => Promise<void>) => void;
  readonly fail: (rule: string, what: string) => void;
  /** Runs events until `isDone`, a failure, or nothing is left to happen. */
  readonly run: (isDone: () => boolean) => Promise<void>;
  readonly failure: () => Failure | undefined;
  readonly eventCount: () => number;
}

export interface Failure {
  readonly rule: string;
  readonly what: string;
  readonly atMs: number;
}

export const START_MS = Date.parse('2026-03-02T01:00:00Z');

/** How often a process that is to die does so at an await that its run had not come to before. */
export const AIMED = 0.08;

/** @param aimed how often such a process dies there; 0 where a test says the very step */
export function createScheduler(chance: Chance, log: EventLog, aimed = AIMED): Scheduler {
  const heap: Event[] = [];
  let now = START_MS;
  let order = 0;
  let failure: Failure | undefined;
  let fired = 0;

  const later = (delayMs: number, fire: () => void): void => {
    // Ties are broken at random, so that no interleaving is preferred.
    const event = {
      at: now + Math.max(0, delayMs),
      order: chance.fraction() + order++ / 1e9,
      fire,
    };
    push(heap, event);
  };

  const fail = (rule: string, what: string): void => {
    failure ??= { rule, what, atMs: now };
    log.write(now, 'failure', `${rule}: ${what}`);
  };

  const aim = chance.fork('aim');
  /** Awaits of the core that a process which was to die came to in this run, by kind of process. */
  const awaits = new Set<string>();

  /** True when this step is the process's last; then by chance before or after its effect. */
  const burns = (process: Process, label: string): 'before' | 'after' | undefined => {
    if (process.fuse === undefined) return undefined;
    const site = `${process.kind} ${label}`;
    const isNew = !awaits.has(site);
    if (isNew) log.count(`await:${site}`);
    awaits.add(site);
    // Whoever is to die may do so where nobody was before, so that rare awaits have their share.
    process.fuse = isNew && aim.chance(aimed) ? 0 : process.fuse - 1;
    if (process.fuse > 0) return undefined;
    log.count(`died:${site}`);
    return chance.chance(0.5) ? 'before' : 'after';
  };

  return {
    now: () => now,
    later,
    fail,
    failure: () => failure,
    eventCount: () => fired,

    process(name, onDeath) {
      let alive = true;
      return {
        name,
        kind: name.replace(/\d+/, ''),
        fuse: undefined,
        isAlive: () => alive,
        kill: (reason) => {
          if (!alive) return;
          alive = false;
          log.count(`crash:${name.replace(/[\d.].*/, '')}`);
          log.write(now, name, `dies (${reason})`);
          onDeath();
        },
      };
    },

    step: (process, label, latencyMs, effect) =>
      new Promise((resolve, reject) => {
        later(latencyMs, () => {
          if (!process.isAlive()) return;
          log.write(now, process.name, label);
          const end = burns(process, label);
          if (end === 'before') return process.kill(`before ${label}`);
          try {
            const value = effect();
            if (end === undefined) resolve(value);
          } catch (cause) {
            if (end === undefined) reject(cause);
          }
          if (end === 'after') process.kill(`after ${label}`);
        });
      }),

    sleep: (process, ms) =>
      new Promise((resolve) => later(ms, () => process.isAlive() && resolve())),

    spawn(process, work) {
      work().catch((cause: unknown) => {
        if (!process.isAlive()) return;
        fail('unexpected', cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
      });
    },

    async run(isDone) {
      const isOver = () => failure !== undefined || heap.length === 0 || isDone();
      const turn = (): void => {
        const event = isOver() ? undefined : pop(heap);
        if (!event) return;
        now = Math.max(now, event.at);
        fired += 1;
        event.fire();
      };
      while (!isOver()) await turns(turn);
    },
  };
}

const TURNS = 256;

/**
 * Many turns, each one macrotask: between two of them no continuation is left to run. They are queued together, for the
 * event loop asks the system for news before each round, which costs more than most turns.
 */
const turns = (turn: () => void): Promise<void> =>
  new Promise((resolve) => {
    for (let i = 0; i < TURNS; i++) setImmediate(turn);
    setImmediate(resolve);
  });

const isBefore = (a: Event, b: Event): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (!above || !isBefore(event, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!first || !last || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    if (!left) break;
    const isRight = right !== undefined && isBefore(right, left);
    const child = isRight ? right : left;
    if (!isBefore(child, last)) break;
    heap[at] = child;
    at = 2 * at + (isRight ? 2 : 1);
  }
  heap[at] = last;
  return first;
}
