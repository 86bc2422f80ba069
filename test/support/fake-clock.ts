import type { Clock } from '@shared/kernel/clock';

export interface FakeClock extends Clock {
  readonly advance: (ms: number) => void;
  /** Sets the wall clock alone, as a user or a dead battery does. */
  readonly setWall: (epochMs: number) => void;
}

/** A clock that stands still until told otherwise; starts on 22/11/2026 at 09:00 in Vietnam. */
export function fakeClock(startMs: number = Date.UTC(2026, 10, 22, 2, 0)): FakeClock {
  let wall = startMs;
  let mono = 0;
  return {
    nowMs: () => wall,
    monotonicMs: () => mono,
    advance: (ms) => {
      wall += ms;
      mono += ms;
    },
    setWall: (epochMs) => {
      wall = epochMs;
    },
  };
}
