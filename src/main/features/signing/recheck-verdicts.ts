import { givenBy, isSameWord } from '@shared/domain/signing/verification-report';
import type { Timers } from '@shared/kernel/clock';
import type { LogDep } from '../../platform/log';
import type { ClockEvidence } from './signing-deps';
import type { VerdictStore } from './verdict-store';
import type { VerifyFile } from './verify-file';

export interface RecheckDeps extends LogDep {
  readonly verdicts: Pick<VerdictStore, 'due' | 'postpone' | 'settle' | 'hurry'>;
  readonly verify: Pick<VerifyFile, 'withLine'>;
  readonly clockEvidence: () => Pick<ClockEvidence, 'isOnline'>;
  readonly timers: Timers;
  /** A verdict is not what it was. */
  readonly changed: () => void;
}

/** Requests of one attempt, and the pause that each costs: four a minute on the whole. */
const MOST_REQUESTS = 4;
const PAUSE_MS = 15_000;
/** Between two looks whether there is a line, or a file whose turn has come. */
const IDLE_MS = 60_000;

/**
 * V-13, V-14: verdicts that lack data, or rest on old ones, are made again when there is a line, one file after the other, politely. Nothing waits
 * for it, and it is stopped at any point: what it knows is in the store.
 */
export function createRecheck(deps: RecheckDeps) {
  const { verdicts, verify, clockEvidence, timers, changed, log } = deps;
  let cancel = (): void => undefined;
  let running: Promise<void> | undefined;
  let isStopped = true;
  let isIdle = true;

  /** One file; answers how long to wait before the next. */
  async function step(): Promise<number> {
    const next = clockEvidence().isOnline ? await verdicts.due() : undefined;
    if (!next) return IDLE_MS;
    const { sha256, tries, given } = next;
    const checked = await verify.withLine(sha256, { most: MOST_REQUESTS, turn: tries });
    if (!checked.ok) {
      await verdicts.postpone(sha256);
      return PAUSE_MS;
    }
    const { report, asked } = checked.value;
    await (report.isWaiting ? verdicts.postpone(sha256) : verdicts.settle(sha256));
    if (!isSameWord(given[0], givenBy(report))) {
      await verdicts.hurry();
      log.info('a verdict was made again', { verdict: report.verdict });
      changed();
    }
    return PAUSE_MS * Math.max(1, asked);
  }

  function schedule(ms: number): void {
    if (isStopped) return;
    isIdle = ms === IDLE_MS;
    cancel();
    cancel = timers.after(ms, () => {
      isIdle = false;
      running = step()
        .catch((cause: unknown) => {
          log.error('a verdict was not made again', { cause });
          return IDLE_MS;
        })
        .then(schedule);
    });
  }

  return {
    start(): void {
      isStopped = false;
      schedule(IDLE_MS);
    },
    /** A file was looked at that lacks data; the pause between requests is kept. */
    nudge(): void {
      if (isIdle) schedule(0);
    },
    /** When the attempt at hand, if there is one, is over. */
    settled: async (): Promise<void> => running,
    async stop(): Promise<void> {
      isStopped = true;
      cancel();
      await running;
    },
  };
}
