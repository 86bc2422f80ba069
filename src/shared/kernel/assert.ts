/** Throws: reaching it means a case was added to a union and not handled here. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}

/** Throws when an invariant of our own does not hold; expected failures are values, never this. */
export function invariant(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${reason}`);
}
