import type { Log } from '../../log';
import type { Deliveries } from './delivery-service';

/** What other nodes wrote, and what waits, is looked for so often. */
const EVERY_MS = 3_000;

export interface DeliveryLoopDeps {
  readonly deliveries: Deliveries;
  readonly log: Log;
  readonly everyMs?: number;
}

/** Delivers after each accepted act that sends something, and every few seconds; one round at a time. */
export function createDeliveryLoop({ deliveries, log, everyMs = EVERY_MS }: DeliveryLoopDeps) {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  const state = { isStarted: false, isAskedAgain: false };

  async function rounds(): Promise<void> {
    do {
      state.isAskedAgain = false;
      await deliveries
        .deliverDue(() => state.isStarted)
        // The database is away: the next round finds everything as it was.
        .catch((cause: unknown) => log.warn({ err: cause }, 'deliveries wait'));
    } while (state.isStarted && state.isAskedAgain);
  }

  function wake(): void {
    if (!state.isStarted) return;
    state.isAskedAgain = true;
    running ??= rounds().finally(() => {
      running = undefined;
    });
  }

  return {
    wake,
    start(): void {
      state.isStarted = true;
      timer = setInterval(wake, everyMs);
      wake();
    },
    /** Resolves when the message under way is finished; nothing is begun any more. */
    async stop(): Promise<void> {
      state.isStarted = false;
      clearInterval(timer);
      await running;
    },
  };
}

export type DeliveryLoop = ReturnType<typeof createDeliveryLoop>;
