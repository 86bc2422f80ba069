import type { Clock, Random } from '@shared/kernel/clock';
import type { ErrorCode } from '@shared/errors/catalogue';
import type { Failure } from '@shared/kernel/result';
import type { Engine, RoundDone } from '@shared/sync/engine';
import type { JournalState } from '@shared/sync/journal-state';
import type { HubStatus, LoadStatus, SyncStatus } from '@shared/sync/status';
import type { LogDep } from '../../platform/log';

export interface SyncLoopDeps extends LogDep {
  readonly engine: Engine;
  readonly state: JournalState;
  readonly clock: Clock;
  readonly random: Random;
  /** True once there is a device that may speak to a server. */
  readonly isEnrolled: () => boolean;
  /** Records that the projection holds up to, by scope; undefined without a window. */
  readonly heldUpTo: (scope: string) => number | undefined;
  readonly firstLoad: () => LoadStatus | undefined;
  /** Bytes that this user may still write; undefined when the system does not tell. */
  readonly freeBytes: () => Promise<number | undefined>;
  /** A file that another program does not let go. */
  readonly heldFile: () => string | undefined;
  readonly heldRegisters: () => number;
  /** The office's hub; undefined where none is set (§20). */
  readonly hub: () => HubStatus | undefined;
  /** Work that was shown here and that the server did not take, until somebody has read so. */
  readonly refusedOfColleagues: () => number;
  readonly unsentFiles: () => Promise<{
    readonly files: number;
    readonly bytes: number;
    readonly sentPercent: number | null;
  }>;
  /** Milliseconds between two rounds when nothing is to be sent and no hints are heard (§12.3). */
  readonly idleMs: number;
  /** The server says by itself when something changes. */
  readonly hintsAreLive: () => boolean;
  readonly statusChanged: () => void;
  /** The server answered; `refused` codes end the person's session. */
  readonly answered: (code: ErrorCode | undefined) => void;
}

const FIRST_RETRY_MS = 1000;
/** Files that a status names; lists mark the documents they belong to. */
const MOST_FILES_NAMED = 500;
const LAST_RETRY_MS = 60_000;
/** With hints, or with nobody looking, a round is that much rarer: from a minute to five. */
const QUIET_FACTOR = 5;
/** Acts made in quick succession travel together. */
const GATHER_MS = 30;

/**
 * Runs the engine: at once when something was saved, again while more is waiting, after a jittered pause when the line
 * is down (§12.4). One round at a time.
 */
export function createSyncLoop(deps: SyncLoopDeps) {
  const { clock, random, state } = deps;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isStopped = true;
  let retryMs = FIRST_RETRY_MS;
  let wantedAgain = false;
  let connection: SyncStatus['connection'] = 'connecting';
  let problem: ErrorCode | null = null;
  /** In the server's queue for a first load. */
  let queuePlace: number | undefined;
  let offlineSince: string | null = null;
  /** Acts and files of the present stretch of sending. */
  let mostWaiting = 0;
  let lastContactAt: string | null = null;
  let matchedAt: string | null = null;
  let heads: Readonly<Record<string, number>> = {};
  /** Heads of offices' streams as last hinted: a scope's own head may be lower for ever. */
  let hinted: Readonly<Record<string, number>> = {};
  let clockDifferenceMs: number | null = null;
  let isVisible = true;

  const isoNow = () => new Date(clock.nowMs()).toISOString();

  function schedule(delayMs: number): void {
    if (isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(run, delayMs);
  }

  function run(): void {
    if (isStopped) return;
    if (running) {
      wantedAgain = true;
      return;
    }
    running = oneRound().finally(() => {
      running = undefined;
    });
  }

  async function oneRound(): Promise<void> {
    if (!deps.isEnrolled()) {
      connection = 'notConfigured';
      return;
    }
    wantedAgain = false;
    const sentAt = clock.nowMs();
    try {
      const result = await deps.engine.round();
      if (result.ok) succeeded(result.value, sentAt);
      else failed(result.error);
    } catch (cause) {
      deps.log.error('a sync round ended in a defect', { cause });
      failed({ code: 'internal.unexpected' });
    }
    deps.statusChanged();
  }

  function reached(): void {
    connection = 'online';
    problem = null;
    offlineSince = null;
    lastContactAt = isoNow();
  }

  function succeeded(done: RoundDone, sentAt: number): void {
    reached();
    queuePlace = undefined;
    retryMs = FIRST_RETRY_MS;
    heads = done.heads;
    matchedAt = done.matched ? lastContactAt : null;
    clockDifferenceMs = done.serverTime - (sentAt + clock.nowMs()) / 2;
    deps.answered(undefined);
    schedule(done.more || wantedAgain ? 0 : idleMs());
  }

  const idleMs = (): number =>
    isVisible && !deps.hintsAreLive() ? deps.idleMs : deps.idleMs * QUIET_FACTOR;

  function failed({ code, retryAfterMs = 0, queuePlace: place }: Failure): void {
    deps.answered(code);
    queuePlace = place;
    if (place !== undefined) {
      // The line is fine. The server spreads who waits; whoever comes later than told loses the place.
      reached();
      schedule(retryAfterMs + random.fraction() * FIRST_RETRY_MS);
      return;
    }
    // The window was not there to store: the line is fine, and pushing went on.
    if (code !== 'projection.not-ready' && code !== 'projection.store-failed') {
      connection = 'offline';
      problem = code;
      offlineSince ??= isoNow();
    }
    // Full jitter, doubling, after what the server asked for (§12.4).
    schedule(retryAfterMs + Math.max(100, random.fraction() * retryMs));
    retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
  }

  return {
    start(): void {
      isStopped = false;
      schedule(0);
    },
    /** Something was saved, a window opened, the person changed or asked: go soon. */
    nudge(): void {
      if (state.pendingCount() > 0) matchedAt = null;
      retryMs = FIRST_RETRY_MS;
      if (running) wantedAgain = true;
      else schedule(GATHER_MS);
    },
    /** The server's streams have come so far: go at once where that is news. */
    hinted(known: Readonly<Record<string, number>>): void {
      const isNews = Object.entries(known).some(([office, head]) => head > (hinted[office] ?? -1));
      hinted = { ...hinted, ...known };
      if (!isNews) return;
      if (running) wantedAgain = true;
      else schedule(0);
    },
    /** Nobody looks at a hidden window; one that is shown again is brought up to date. */
    setVisible(visible: boolean): void {
      const isShown = visible && !isVisible;
      isVisible = visible;
      if (isShown && !running) schedule(GATHER_MS);
    },
    async stop(): Promise<void> {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
    /** The server's clock beside this machine's, as of the last contact. */
    clock: (): { readonly isOnline: boolean; readonly differenceMs: number | null } => ({
      isOnline: connection === 'online',
      differenceMs: clockDifferenceMs,
    }),
    /** Computed anew each time from journal, projection and the last contact (I-21). */
    async status(): Promise<SyncStatus> {
      const behind = Object.entries(heads).reduce(
        (sum, [scope, head]) => sum + Math.max(0, head - (deps.heldUpTo(scope) ?? head)),
        0,
      );
      const unsent = await deps.unsentFiles();
      const load = deps.firstLoad();
      const hub = deps.hub();
      const waiting = state.pendingCount() + unsent.files;
      mostWaiting = waiting === 0 ? 0 : Math.max(mostWaiting, waiting);
      const isOpen = waiting + behind > 0;
      return {
        pendingOperations: state.pendingCount(),
        pendingFiles: unsent.files,
        pendingFileBytes: unsent.bytes,
        sending:
          waiting === 0
            ? null
            : {
                at: mostWaiting - waiting + 1,
                of: mostWaiting,
                filePercent: unsent.sentPercent,
              },
        attention: state.attention().length + deps.refusedOfColleagues(),
        connection: deps.isEnrolled() ? connection : 'notConfigured',
        connectionProblem: problem,
        offlineSince,
        lastContactAt,
        matchedAt: isOpen ? null : matchedAt,
        behind,
        ...(load ? { load } : {}),
        ...(queuePlace === undefined ? {} : { queuePlace }),
        clockDifferenceMs,
        freeBytes: (await deps.freeBytes()) ?? null,
        heldFile: deps.heldFile() ?? null,
        heldRegisters: deps.heldRegisters(),
        ...(hub ? { hub } : {}),
        waitingFiles: state.unsentFiles().slice(0, MOST_FILES_NAMED),
      };
    },
  };
}
