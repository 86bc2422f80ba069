import type { Timers } from '@shared/kernel/clock';

export interface ManualTimers extends Timers {
  /** Lets so many milliseconds pass; calls what is due, in order. */
  readonly advance: (ms: number) => void;
}

/** Timers that stand still until told otherwise. */
export function manualTimers(): ManualTimers {
  let now = 0;
  const pending = new Set<{ readonly at: number; readonly act: () => void }>();
  return {
    after(ms, act) {
      const timer = { at: now + ms, act };
      pending.add(timer);
      return () => void pending.delete(timer);
    },
    advance(ms) {
      now += ms;
      for (const timer of [...pending].toSorted((a, b) => a.at - b.at)) {
        if (timer.at <= now && pending.delete(timer)) timer.act();
      }
    },
  };
}
