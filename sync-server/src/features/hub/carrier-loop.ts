import type { Result } from '@shared/kernel/result';
import type { Log } from '../../log';

/** Looked for so often while the province answers; new work wakes the loop at once. */
const EVERY_MS = 15_000;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 120_000;

export interface CarrierLoopDeps {
  /** Everything that is to be done now, unless the program is ending; a failure ends the round. */
  readonly round: (isEnding: () => boolean) => Promise<Result<void>>;
  readonly log: Log;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/** One round at a time; while the province does not answer the pauses grow, each of its own length (§12.4). */
export function createCarrierLoop({ round, log, random }: CarrierLoopDeps) {
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  const state = { isStarted: false, isAskedAgain: false };

  async function run(): Promise<void> {
    do {
      state.isAskedAgain = false;
      const done = await round(() => !state.isStarted).catch((cause: unknown): Result<void> => {
        log.warn({ err: cause }, 'carrying waits');
        return { ok: false, error: { code: 'internal.unexpected' } };
      });
      failures = done.ok ? 0 : failures + 1;
      if (done.ok) continue;
      if (failures === 1) log.info({ code: done.error.code }, 'the province does not answer');
      return later(Math.max(done.error.retryAfterMs ?? 0, pauseAfter(failures, random())));
    } while (state.isStarted && state.isAskedAgain);
    later(EVERY_MS);
  }

  function later(ms: number): void {
    if (state.isStarted) timer = setTimeout(begin, ms);
  }

  function begin(): void {
    if (running) return;
    clearTimeout(timer);
    running = run().finally(() => {
      running = undefined;
    });
  }

  return {
    /** Something came: carried at once, unless the province is away. */
    wake: (): void => {
      state.isAskedAgain = true;
      if (state.isStarted && failures === 0) begin();
    },
    start(): void {
      state.isStarted = true;
      begin();
    },
    /** Resolves when the request under way is finished. */
    async stop(): Promise<void> {
      state.isStarted = false;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Between half of the pause and the whole. */
export const pauseAfter = (failures: number, random: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)) * (0.5 + random / 2);
