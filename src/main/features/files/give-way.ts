import type { Timers } from '@shared/kernel/clock';

/** Of the time on the line that files may take while operations wait (§10.2). */
const SHARE = 0.7;

/** A pause behind each request of a file as long as operations wait, so that files take at most 70 % of the line. */
export const createGiveWay =
  ({ isWorkWaiting, timers }: { readonly isWorkWaiting: () => boolean; readonly timers: Timers }) =>
  async (tookMs: number): Promise<void> => {
    if (!isWorkWaiting() || tookMs <= 0) return;
    await new Promise<void>((resolve) => {
      timers.after((tookMs * (1 - SHARE)) / SHARE, resolve);
    });
  };
