const DAY_MS = 86_400_000;

/** A certificate is announced from this many days before its end (K-17). */
const ANNOUNCED_DAYS = 30;

/** Whole days until the certificate ends; negative once it has. */
export const daysLeft = (notAfterMs: number, nowMs: number): number =>
  Math.floor((notAfterMs - nowMs) / DAY_MS);

/** Still valid, and not for long (K-17). */
export const endsSoon = (days: number): boolean => days >= 0 && days <= ANNOUNCED_DAYS;
