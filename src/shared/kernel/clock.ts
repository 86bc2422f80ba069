/** Time as the pure core sees it; injected, so that tests and the simulator decide what time it is. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. May jump: evidence for people, never an order (I-17). */
  readonly nowMs: () => number;
  /** Monotonic milliseconds since an arbitrary point of this boot; never goes back. */
  readonly monotonicMs: () => number;
}

/** Randomness as the pure core sees it. */
export interface Random {
  /** A fresh UUID (version 4 layout). */
  readonly uuid: () => string;
  /** A number in [0, 1). */
  readonly fraction: () => number;
}

/** Limits in time as supervising code sees them; injected, so that tests decide when a limit is over. */
export interface Timers {
  /** Calls `act` once after so many milliseconds, unless the returned function is called before. */
  readonly after: (ms: number, act: () => void) => () => void;
}
