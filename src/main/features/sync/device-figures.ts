import type { Clock } from '@shared/kernel/clock';
import { canonicalJson } from '@shared/kernel/canonical-json';
import type { DeviceFigures } from '@shared/domain/organ/devices';
import type { SyncRequest } from '@shared/protocol/sync-message';
import type { JournalState } from '@shared/sync/journal-state';
import type { SyncStatus } from '@shared/sync/status';

export interface DeviceFiguresDeps {
  readonly state: Pick<JournalState, 'pending' | 'attention'>;
  readonly status: () => Promise<SyncStatus>;
  readonly clock: Clock;
  readonly version: string;
  /** Scopes that had to be compared since the program started. */
  readonly healed: () => number;
}

/** Told again after so long although nothing changed: age, clock and disk move by themselves. */
const TELL_EVERY_MS = 10 * 60_000;

/** A clock that moved by so much is news. */
const CLOCK_STEP_MS = 5 * 60_000;

/** What this machine tells its administrators of itself (§15), seldom enough to cost nothing. */
export function createDeviceFigures({ state, status, clock, version, healed }: DeviceFiguresDeps) {
  let told: { readonly counts: string; readonly atMs: number } | undefined;

  /**
   * Joins the figures to an exchange when there is news or ten minutes are over. What it carries itself counts as sent:
   * who has the figures has that, too.
   *
   * @returns what to send, and what to call once the server has it
   */
  return async (
    request: SyncRequest,
  ): Promise<{ readonly request: SyncRequest; readonly answered: () => void }> => {
    const carried = new Set(request.ops.map(({ opId }) => opId));
    const left = state.pending().filter(({ opId }) => !carried.has(opId));
    const now = await status();
    const outcomes = state.attention().map(({ outcome }) => outcome?.status);
    const counts = {
      version,
      pendingOperations: left.length,
      pendingFiles: now.pendingFiles,
      healed: healed(),
      refused: outcomes.filter((one) => one === 'rejected').length,
      held: outcomes.filter((one) => one === 'held').length,
      heldRegisters: now.heldRegisters ?? 0,
    };
    const { clockDifferenceMs } = now;
    const clockSteps =
      clockDifferenceMs === null ? null : Math.round(clockDifferenceMs / CLOCK_STEP_MS);
    const news = canonicalJson({ ...counts, clockSteps, inc: request.inc });
    const atMs = clock.monotonicMs();
    if (told?.counts === news && atMs - told.atMs < TELL_EVERY_MS)
      return { request, answered: () => undefined };
    const [oldest] = left;
    const figures: DeviceFigures = {
      ...counts,
      pendingBytes: left.reduce(
        (sum, operation) => sum + JSON.stringify(operation).length,
        now.pendingFileBytes,
      ),
      oldestPendingMs: oldest ? Math.max(0, clock.nowMs() - oldest.at.wall) : null,
      clockDifferenceMs: clockDifferenceMs === null ? null : Math.round(clockDifferenceMs),
      freeBytes: now.freeBytes,
      loadPercent: now.load?.passes[0]?.percent ?? null,
    };
    return {
      request: { ...request, figures },
      answered: () => {
        told = { counts: news, atMs };
      },
    };
  };
}
