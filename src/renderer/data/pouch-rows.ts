import idbAdapter from 'pouchdb-adapter-idb';
import PouchDB from 'pouchdb-core';
import { z } from 'zod';
import { JsonObject } from '@shared/kernel/canonical-json';

/** A row as the workbench keeps it. */
export const KeptRow = z
  .object({
    rowId: z.string(),
    row: JsonObject,
    /** Counts the changes of the row; the higher one is the newer one. No clock is asked. */
    edit: z.int().nonnegative(),
    /** Whether main's journal had answered for it; a row that never got there must not be thrown away. */
    journalled: z.boolean(),
  })
  .readonly();
export type KeptRow = z.infer<typeof KeptRow>;

/** Where rows lie in the page: PouchDB in the program, memory in tests. It promises nothing; the journal does. */
export interface RowStore {
  readonly readAll: () => Promise<readonly KeptRow[]>;
  /** The newer of what is stored and what is given stands on top; both stay readable as revisions. */
  readonly put: (rows: readonly KeptRow[]) => Promise<void>;
  readonly remove: (rowIds: readonly string[]) => Promise<void>;
  /** Newest first. */
  readonly revisions: (rowId: string) => Promise<readonly KeptRow[]>;
  /** Throws away every row with all its revisions. */
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
}

PouchDB.plugin(idbAdapter);

/** Opens a person's rows, one PouchDB document each; throws when the browser's storage cannot be used. */
export async function openPouchRows(name: string): Promise<RowStore> {
  const open = () => new PouchDB<RowContent>(name, { adapter: 'idb', revs_limit: KEPT_REVISIONS });
  let database = open();
  await database.info();
  const revs = new Map<string, string>();

  const contentOf = ({ row, edit, journalled }: KeptRow): RowContent => ({ row, edit, journalled });
  const rowFrom = (stored: RowContent & { readonly _id: string }): readonly KeptRow[] => {
    const parsed = KeptRow.safeParse({ ...stored, rowId: stored._id });
    return parsed.success ? [parsed.data] : [];
  };

  async function write(kept: KeptRow): Promise<void> {
    const rev = revs.get(kept.rowId);
    const written = await database.put({
      _id: kept.rowId,
      ...(rev === undefined ? {} : { _rev: rev }),
      ...contentOf(kept),
    });
    revs.set(kept.rowId, written.rev);
  }

  /** Somebody else wrote since: both go into one line of revisions, the newer one last. */
  async function settle(kept: KeptRow): Promise<void> {
    const stored = await database.get(kept.rowId);
    revs.set(kept.rowId, stored._rev);
    const [held] = rowFrom(stored);
    await write(kept);
    if (held && held.edit > kept.edit) await write(held);
  }

  return {
    async readAll() {
      const { rows } = await database.allDocs({ include_docs: true });
      return rows.flatMap((found) => {
        if (!('doc' in found) || !found.doc) return [];
        revs.set(found.id, found.doc._rev);
        return rowFrom(found.doc);
      });
    },
    async put(rows) {
      const answers = await database.bulkDocs(
        rows.map((kept) => {
          const rev = revs.get(kept.rowId);
          return {
            _id: kept.rowId,
            ...(rev === undefined ? {} : { _rev: rev }),
            ...contentOf(kept),
          };
        }),
      );
      for (const [at, answer] of answers.entries()) {
        const kept = rows[at];
        if (!('error' in answer)) revs.set(answer.id ?? '', answer.rev ?? '');
        else if (kept && isConflict(answer)) await settle(kept);
        else throw new Error('PouchDB refused a row');
      }
    },
    async remove(rowIds) {
      const { rows } = await database.allDocs({ keys: [...rowIds] });
      const there = rows.flatMap((found) =>
        'value' in found && !found.value.deleted
          ? [{ _id: found.id, _rev: found.value.rev, _deleted: true }]
          : [],
      );
      await database.bulkDocs(there as never);
      for (const rowId of rowIds) revs.delete(rowId);
    },
    async revisions(rowId) {
      const stored = await database.get(rowId, { revs_info: true });
      const found: KeptRow[] = [];
      for (const { rev, status } of stored._revs_info ?? []) {
        if (status === 'available') found.push(...rowFrom(await database.get(rowId, { rev })));
      }
      return found;
    },
    async clear() {
      await database.destroy();
      revs.clear();
      database = open();
    },
    close: () => database.close(),
  };
}

/** Enough to find a value that was typed over; a row is small, but a day has many keys. */
const KEPT_REVISIONS = 50;

type RowContent = Omit<KeptRow, 'rowId'>;

const statusOf = (cause: unknown): unknown =>
  typeof cause === 'object' && cause !== null && 'status' in cause ? cause.status : undefined;
const isConflict = (cause: unknown): boolean => statusOf(cause) === 409;
