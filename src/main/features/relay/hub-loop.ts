import type { Clock, Random, Timers } from '@shared/kernel/clock';
import type { Failure, Result } from '@shared/kernel/result';
import type { RelayReply } from '@shared/protocol/relay-message';
import type { MetHub } from '@shared/relay/relay-client';
import type { LogDep } from '../../platform/log';

export interface HubLoopDeps extends LogDep {
  /** Undefined while nobody could be met: no hub is set, or nobody is signed in. */
  readonly meet: () => Promise<Result<MetHub>> | undefined;
  /** The hub answered: what else travels by it may go now. */
  readonly met: (mailbox: string) => void;
  readonly provinceAnswers: () => boolean;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly random: Pick<Random, 'fraction'>;
  readonly timers: Timers;
  readonly changed: () => void;
}

/** How the hub was last found. */
export interface HubContact {
  readonly isAnswering: boolean;
  readonly problem: Failure['code'] | null;
  /** Milliseconds since the epoch; null before the first. */
  readonly metAt: number | null;
  readonly reply: RelayReply | undefined;
}

/** While the province does not answer, the office goes on through its hub. */
const ALONE_MS = 10_000;
/** While it answers: colleagues without the province see the work all the same. */
const BESIDE_MS = 60_000;
/** So many meetings one after another bring all that an office has; a hub that never ends is asked more slowly. */
const MOST_IN_A_ROW = 200;
const SLOWLY_MS = 1_000;
/** Acts made in quick succession travel together. */
const GATHER_MS = 30;

/** Meets the hub again and again, one meeting at a time (§20). */
export function createHubLoop(deps: HubLoopDeps) {
  const { timers, random } = deps;
  let isStopped = true;
  let cancel = (): void => undefined;
  let running: Promise<void> | undefined;
  let isWantedAgain = false;
  let contact = unmet;
  let inARow = 0;

  function schedule(delayMs: number): void {
    cancel();
    if (!isStopped) cancel = timers.after(delayMs, run);
  }

  function run(): void {
    running ??= oneMeeting().finally(() => {
      running = undefined;
    });
  }

  async function oneMeeting(): Promise<void> {
    isWantedAgain = false;
    let isMore = false;
    let atLeastMs = 0;
    try {
      const met = await deps.meet();
      if (met?.ok) {
        const { reply, more } = met.value;
        contact = { isAnswering: true, problem: null, metAt: deps.clock.nowMs(), reply };
        isMore = more;
        deps.met(reply.mailbox);
      } else if (met) {
        contact = { ...contact, isAnswering: false, problem: met.error.code };
        atLeastMs = met.error.retryAfterMs ?? 0;
      }
    } catch (cause) {
      deps.log.error('a meeting with the hub ended in a defect', { cause });
      contact = { ...contact, isAnswering: false, problem: 'internal.unexpected' };
    }
    deps.changed();
    inARow = isMore ? inARow + 1 : 0;
    const atOnce = inARow < MOST_IN_A_ROW ? GATHER_MS : SLOWLY_MS;
    schedule(isMore || isWantedAgain ? atOnce : atLeastMs + pause());
  }

  /** A fifth shorter or longer, so that the machines of an office do not come together. */
  const pause = (): number =>
    (deps.provinceAnswers() ? BESIDE_MS : ALONE_MS) * (0.8 + 0.4 * random.fraction());

  return {
    start(): void {
      isStopped = false;
      schedule(GATHER_MS);
    },
    /** Somebody asked, the province went away, or there is work that only the hub can take. */
    nudge(): void {
      if (running) isWantedAgain = true;
      else schedule(GATHER_MS);
    },
    /** Meets it now and answers when that is over. */
    async meetNow(): Promise<void> {
      await running;
      run();
      await running;
    },
    /** Another hub, or none: what was known of the one before counts no more. */
    forget(): void {
      contact = unmet;
    },
    contact: (): HubContact => contact,
    async stop(): Promise<void> {
      isStopped = true;
      cancel();
      await running;
    },
  };
}

const unmet: HubContact = { isAnswering: false, problem: null, metAt: null, reply: undefined };
