import type { ErrorCode } from '../errors/catalogue';

/** An operation that can fail in ways the caller is expected to handle. */
export type Result<T, E extends Failure = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** A plain object that survives structured clone and JSON; `code` names it, the rest is what a screen needs. */
export interface Failure {
  readonly code: ErrorCode;
  /** The other side asks to be left alone for so long. */
  readonly retryAfterMs?: number;
  /** How many wait in front, this one counted. */
  readonly queuePlace?: number;
}

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
export const err = <const E extends Failure>(error: E): Result<never, E> => ({ ok: false, error });
