import {
  createRxDatabase,
  type RxCollection,
  type RxDatabase,
  type RxStorage,
} from 'rxdb/plugins/core';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { HeldRecord } from '@shared/sync/project';
import { documentColumns, documentSchema, type DocumentRow } from './collections/documents';
import { heldSchema, textColumn, type HeldRow } from './collections/held-row';
import { entryPlace, entrySchema, type EntryRow } from './collections/register-entries';
import { cursorSchema, type CursorRow } from './collections/meta';
import { readText } from './read-view';

interface ConflictRow extends HeldRow {
  readonly targetId: string;
}

/** Free RxDB opens at most 13 collections at once: group by list behaviour, ten at most. */
interface Collections {
  readonly documents: RxCollection<DocumentRow>;
  readonly registerEntries: RxCollection<EntryRow>;
  readonly reference: RxCollection<HeldRow>;
  readonly conflicts: RxCollection<ConflictRow>;
  readonly meta: RxCollection<CursorRow>;
}

export type LocalDatabase = RxDatabase<{ [Name in keyof Collections]: Collections[Name] }>;
export type HeldCollectionName = Exclude<keyof Collections, 'meta'>;

export const heldCollections = ['documents', 'registerEntries', 'reference', 'conflicts'] as const;

/** Opens a user's local projection; `storage` is IndexedDB in the program and memory in tests. */
export async function createDatabase({ name, storage }: OpenOptions): Promise<LocalDatabase> {
  const database = await createRxDatabase<Collections>({
    name,
    storage,
    // One window owns the data (§2.2); the events of two would only cost time.
    multiInstance: false,
    eventReduce: true,
  });
  await database.addCollections({
    documents: { schema: documentSchema },
    registerEntries: { schema: entrySchema },
    reference: { schema: heldSchema<HeldRow>({}, [['type']]) },
    conflicts: { schema: heldSchema<ConflictRow>({ targetId: textColumn(36) }, [['targetId']]) },
    meta: { schema: cursorSchema },
  });
  return database;
}

export interface OpenOptions {
  readonly name: string;
  readonly storage: RxStorage<unknown, unknown>;
}

/** The held collections share their base columns; their own ones come from `columnsOf`. */
export const heldCollection = (
  database: LocalDatabase,
  name: HeldCollectionName,
): RxCollection<HeldRow> => database[name] as unknown as RxCollection<HeldRow>;

/** Where a type of record lies. */
export function collectionOf(type: HeldRecord['type']): HeldCollectionName {
  switch (type) {
    case 'incomingDocument':
    case 'outgoingDocument':
    case 'certifiedCopy':
    case 'delivery':
      return 'documents';
    case 'registerEntry':
      return 'registerEntries';
    case 'conflict':
    case 'heldWork':
      return 'conflicts';
    case 'register':
    case 'user':
    case 'office':
    case 'organ':
    case 'orgUnit':
    case 'agency':
    case 'signingCertificate':
    case 'dossier':
      return 'reference';
  }
}

/** Index columns of a record, computed from what the screen shows. */
export function columnsOf(
  collection: HeldCollectionName,
  view: JsonObject,
): Readonly<Record<string, string>> {
  switch (collection) {
    case 'documents':
      return documentColumns(view);
    case 'conflicts':
      return { targetId: readText(view, 'targetId') };
    case 'registerEntries':
      return { place: entryPlace(view) };
    case 'reference':
      return {};
  }
}
