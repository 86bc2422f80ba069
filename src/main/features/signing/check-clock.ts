import { err, ok, type Result } from '@shared/kernel/result';
import type { ClockEvidence } from './signing-deps';

const MOST_SKEW_MS = 5 * 60_000;

/**
 * Refuses to sign with a clock that is known to be wrong: more than five minutes off while the server answers, or
 * before a time that has passed already (VB045, corrections.md item 10).
 */
export function checkClock(
  nowMs: number,
  { isOnline, aheadMs, notBeforeMs }: ClockEvidence,
): Result<void, { readonly code: 'signing.clock-wrong' }> {
  const isOff = isOnline && aheadMs !== undefined && Math.abs(aheadMs) > MOST_SKEW_MS;
  const isBefore = notBeforeMs !== undefined && nowMs < notBeforeMs - MOST_SKEW_MS;
  return isOff || isBefore ? err({ code: 'signing.clock-wrong' }) : ok(undefined);
}
