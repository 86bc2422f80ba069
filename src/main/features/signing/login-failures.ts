/**
 * How often the PIN of a token was refused since it was last right, counted by this program, for drivers that never set
 * their flags (K-7). A port, so that the count can outlive the program.
 */
export interface LoginFailures {
  readonly count: (serial: string) => number;
  readonly add: (serial: string) => void;
  readonly clear: (serial: string) => void;
}

/** Counts that live as long as the program. */
export function createLoginFailures(): LoginFailures {
  const counts = new Map<string, number>();
  return {
    count: (serial) => counts.get(serial) ?? 0,
    add: (serial) => void counts.set(serial, (counts.get(serial) ?? 0) + 1),
    clear: (serial) => void counts.delete(serial),
  };
}
