/** SQLSTATE of a PostgreSQL error; undefined for anything else. */
export function sqlState(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  const { code } = cause;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** lock_not_available, query_canceled (statement_timeout), deadlock_detected, serialization_failure. */
const TIMEOUTS = new Set(['55P03', '57014', '40P01', '40001']);

/** A lock or statement was given up by the database; the transaction left nothing behind. */
export const isLockTimeout = (cause: unknown): boolean => TIMEOUTS.has(sqlState(cause) ?? '');

/**
 * The database refuses the values themselves: out of range, a second row under a key, a trigger that keeps what is
 * written. Every lock is held by then, so that the same act is refused again.
 */
export const isRefused = (cause: unknown): boolean => /^(22|23|P0001)/.test(sqlState(cause) ?? '');

const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND']);

/**
 * The database is away or full: shutting down, starting, restarting, out of connections or of disk. The request may
 * be repeated later; whether a commit that was under way took effect is not known, which I-5 makes harmless.
 */
export function isDatabaseAway(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const state = sqlState(cause);
  if (state !== undefined) return /^(08|53|57P0)/.test(state);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  // node-postgres reports a cut connection and a full pool by sentence only.
  return (
    NETWORK.has(code) ||
    /Connection terminated|timeout exceeded when trying to connect|not queryable|Connection ended/i.test(
      cause.message,
    )
  );
}
