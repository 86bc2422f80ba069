import { z } from 'zod';
import { FileHash } from '../kernel/ids';
import type { LoadProgress } from './record';

/** The passes of first loads; a pass that has nothing to bring is left out. */
export const LoadStatus = z
  .object({
    /** The current year when the load began. */
    year: z.int(),
    passes: z
      .array(
        z
          .object({
            name: z.enum(['work', 'year', 'earlier']),
            /** Whole percent; 100 once all is stored. */
            percent: z.int().min(0).max(100),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type LoadStatus = z.infer<typeof LoadStatus>;

const passNames = ['work', 'year', 'earlier'] as const;

/** How far the first loads among these cursors are, all scopes together; undefined when none is under way. */
export function loadStatusOf(
  cursors: Iterable<{ readonly load?: LoadProgress | undefined }>,
): LoadStatus | undefined {
  const loads = [...cursors].flatMap(({ load }) => load ?? []);
  const [first] = loads;
  if (!first) return undefined;
  const passes = passNames.flatMap((name, pass) => {
    let total = 0;
    let done = 0;
    for (const load of loads) {
      const before = load.totals.slice(0, pass).reduce((sum, count) => sum + count, 0);
      const own = load.totals[pass] ?? 0;
      total += own;
      done += Math.min(own, Math.max(0, load.done - before));
    }
    return total === 0 ? [] : [{ name, percent: Math.floor((100 * done) / total) }];
  });
  return { year: first.year, passes };
}

/** The office's hub as this workstation last met it (§20). */
export const HubStatus = z
  .object({
    isAnswering: z.boolean(),
    /** Why it was not met, when that is known. */
    problem: z.string().nullable(),
    metAt: z.string().nullable(),
    /** Acts of this device that lie at the hub and have no final outcome. */
    relayed: z.int().nonnegative(),
    /** What the hub knows of rights is past its date. */
    isAuthorityOld: z.boolean(),
    /** When the hub last heard of the province; null for never. */
    provinceHeardAt: z.string().nullable(),
  })
  .readonly();
export type HubStatus = z.infer<typeof HubStatus>;

/**
 * What the status line says (§15), computed by main from durable state alone (I-21): the journal's counts, the
 * projection's digest, the last contact.
 */
export const SyncStatus = z
  .object({
    /** Operations of this device without a final outcome. */
    pendingOperations: z.int().nonnegative(),
    pendingFiles: z.int().nonnegative(),
    pendingFileBytes: z.int().nonnegative(),
    /** Final outcomes `rejected` or `held` that the user has not dealt with. */
    attention: z.int().nonnegative(),
    connection: z.enum(['online', 'offline', 'connecting', 'notConfigured']),
    /** Why there is no connection, when it is known. */
    connectionProblem: z.string().nullable(),
    /** Instant of the first failed contact since the last good one. */
    offlineSince: z.string().nullable(),
    lastContactAt: z.string().nullable(),
    /** Instant at which every held scope had the server's digest at its head; null when work or pages are open. */
    matchedAt: z.string().nullable(),
    /** Records still to come, when the server has told its heads. */
    behind: z.int().nonnegative(),
    /** Server time minus wall clock, milliseconds; null when never compared. */
    clockDifferenceMs: z.number().nullable(),
    /** Free bytes of the data folder; null when unknown. */
    freeBytes: z.number().nullable(),
    /** Name of a file that another program, most often a virus scanner, has held for over five seconds. */
    heldFile: z.string().nullable(),
    /** Files of saved acts that the server does not hold whole, oldest first; the first 500. */
    waitingFiles: z.array(FileHash).readonly().optional(),
    /** Which of the acts and files of this stretch of sending is on its way, and how far its file is. */
    sending: z
      .object({
        at: z.int().positive(),
        of: z.int().positive(),
        /** Whole percent of the file that is being sent; null between files. */
        filePercent: z.int().min(0).max(100).nullable(),
      })
      .readonly()
      .nullable()
      .optional(),
    /** A first load that is under way, its passes in order (§6.3). */
    load: LoadStatus.optional(),
    /** From 1: this machine's place among those that wait for their first load (§12.4). */
    queuePlace: z.int().positive().optional(),
    heldRegisters: z.int().nonnegative().optional(),
    hub: HubStatus.optional(),
  })
  .readonly();
export type SyncStatus = z.infer<typeof SyncStatus>;

/** The one state the line shows; first that applies, worst first. */
export type StatusHeadline =
  | 'heldFile'
  | 'attention'
  | 'storage'
  | 'clock'
  | 'hub'
  | 'offline'
  | 'initialLoad'
  | 'sending'
  | 'pending'
  | 'conflict'
  | 'received';

const CLOCK_LIMIT_MS = 5 * 60_000;
const LOW_DISK_BYTES = 2 * 1024 ** 3;
const FIRST_LOAD = 500;

/**
 * Everything received is never said while a saved act has no final outcome (I-21).
 *
 * @param openConflicts conflict records that wait for a choice, as the local database holds them
 */
export function statusHeadline(status: SyncStatus, openConflicts: number): StatusHeadline {
  if (status.heldFile !== null) return 'heldFile';
  if (status.attention > 0) return 'attention';
  if (status.freeBytes !== null && status.freeBytes < LOW_DISK_BYTES) return 'storage';
  if (status.clockDifferenceMs !== null && Math.abs(status.clockDifferenceMs) > CLOCK_LIMIT_MS)
    return 'clock';
  if (status.connection === 'offline' && status.hub?.isAnswering) return 'hub';
  if (status.connection === 'offline' || status.connection === 'notConfigured') return 'offline';
  if (status.queuePlace || status.load || status.behind > FIRST_LOAD) return 'initialLoad';
  if (status.pendingOperations + status.pendingFiles > 0) {
    return status.connection === 'online' ? 'sending' : 'pending';
  }
  if (openConflicts > 0) return 'conflict';
  return status.matchedAt === null ? 'pending' : 'received';
}

/**
 * How far it is safe to switch off, or to take the machine away (§15): saved on this machine, received by the server,
 * or nothing left here that anybody needs.
 */
export function safetyOf(status: SyncStatus): 'saved' | 'received' | 'handOver' {
  const isSent =
    status.pendingOperations + status.pendingFiles === 0 && status.lastContactAt !== null;
  if (!isSent) return 'saved';
  const isFree = status.attention === 0 && (status.heldRegisters ?? 0) === 0;
  return isFree && status.matchedAt !== null ? 'handOver' : 'received';
}
