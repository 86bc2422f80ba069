import { z } from 'zod';
import type { JsonObject } from '../kernel/canonical-json';
import { Operation, TargetType } from './operation';
import type { FeedEntry } from './record';
import { LentState, Page, Repair, Scope } from './record';
import { previewOperation } from './acts/acts';

/** An operation that still shapes what the screen shows of a record. */
export const OverlayOperation = z
  .object({
    operation: Operation,
    /** Revision that the operation produced, once the server answered; null while it has no outcome. */
    confirmedRev: z.int().positive().nullable(),
  })
  .readonly();
export type OverlayOperation = z.infer<typeof OverlayOperation>;

/**
 * A record as the local projection keeps it (§4.3).
 *
 * `view` is what the screen shows; `srv` the last server state, kept only while `dirty`. `rev` 0 means that the
 * server has not confirmed the record yet.
 */
export interface HeldRecord {
  readonly type: TargetType;
  readonly id: string;
  readonly scope: Scope;
  readonly rev: number;
  readonly seq: number;
  readonly hash: string;
  /** Share in the scope's digest; empty while `rev` is 0. */
  readonly mark: string;
  /**
   * Share that the digest at the last stored cursor counts for this record; empty for none. It differs from `mark` only
   * between storing a page's records and its cursor, and lets a batch that was cut there be stored again.
   */
  readonly counted: string;
  readonly dirty: boolean;
  readonly view: JsonObject;
  readonly srv: JsonObject | null;
}

/** A person's own work on one record, and colleagues' that came around the server (§20). */
const Overlay = z
  .object({
    type: TargetType,
    id: z.uuid(),
    scope: Scope,
    operations: z.array(OverlayOperation).readonly(),
    /** The state that they were made upon, where the server has not told of it here yet. */
    lent: LentState.optional(),
  })
  .readonly();

/** Everything a projection stores in one go, in this order; it is acknowledged only after reading back (I-4). */
export const ProjectionBatch = z
  .object({
    batchId: z.int().positive(),
    /** Scopes to purge before anything else is stored (I-14). */
    purge: z.array(Scope).readonly(),
    /** A page of the feed; its cursor is stored after its records. `marks[i]` belongs to `entries[i]`. */
    page: z
      .object({ page: Page, marks: z.array(z.string()).readonly() })
      .readonly()
      .nullable(),
    /** Local work by record: of every record of the page, and of records whose pending work changed. */
    overlays: z.array(Overlay).readonly(),
    /** Bucket sums of the server, to be compared with those of the rows (§6.5). */
    compare: z
      .object({ scope: Scope, sums: z.array(z.string()).readonly() })
      .readonly()
      .optional(),
    /** Rows that the server confirmed behind a place are wanted as witnesses (§13.2); read, and nothing is stored. */
    witness: z.object({ scope: Scope, after: z.int().nonnegative() }).readonly().optional(),
    /** Buckets as the server holds them; `seq` is the scope's cursor from then on, null while others are to come. */
    repair: z
      .object({
        repair: Repair,
        marks: z.array(z.string()).readonly(),
        overlays: z.array(Overlay).readonly(),
        seq: z.int().nonnegative().nullable(),
      })
      .readonly()
      .optional(),
  })
  .readonly();
export type ProjectionBatch = z.infer<typeof ProjectionBatch>;

/** What the server last said of a record, as taken from a feed entry. */
export interface ServerState {
  readonly rev: number;
  readonly seq: number;
  readonly hash: string;
  readonly mark: string;
  readonly counted: string;
  readonly content: JsonObject | null;
}

/** The server state inside a held record; undefined when the server never confirmed one. */
export function serverStateOf(held: HeldRecord): ServerState | undefined {
  if (held.rev === 0) return undefined;
  const { rev, seq, hash, mark, counted } = held;
  return { rev, seq, hash, mark, counted, content: held.dirty ? held.srv : held.view };
}

/** The server state that a feed entry brings; undefined for `leave` and `delete`. */
export function serverStateFrom(
  entry: FeedEntry,
  mark: string,
  counted: string,
): ServerState | undefined {
  if (entry.kind !== 'put' || entry.content === null) return undefined;
  const { rev, seq, hash, content } = entry;
  return { rev, seq, hash, mark, counted, content };
}

/**
 * A record's row from the server's state and the local work upon it; undefined when neither shows anything.
 *
 * Replaying is idempotent: the row depends on its inputs alone, so that a projection can be rebuilt at any time (I-24).
 */
export function projectRecord(
  reference: { readonly type: TargetType; readonly id: string; readonly scope: Scope },
  server: ServerState | undefined,
  overlay: readonly OverlayOperation[],
  lent?: LentState,
): HeldRecord | undefined {
  const rev = server?.rev ?? 0;
  // A colleague's word counts until the server has told as much, and is shown as not confirmed.
  const base = lent && lent.rev > rev ? lent : undefined;
  const shownRev = base?.rev ?? rev;
  const open = overlay.filter(
    ({ confirmedRev }) => confirmedRev === null || confirmedRev > shownRev,
  );
  const isDirty = open.length > 0 || base !== undefined;
  let view: JsonObject | null = base?.content ?? server?.content ?? null;
  for (const { operation } of open) view = previewOperation(view, operation);
  if (view === null) return undefined;
  return {
    ...reference,
    rev,
    seq: server?.seq ?? 0,
    hash: server?.hash ?? '',
    mark: server?.mark ?? '',
    counted: server?.counted ?? '',
    dirty: isDirty,
    view,
    srv: isDirty ? (server?.content ?? null) : null,
  };
}
