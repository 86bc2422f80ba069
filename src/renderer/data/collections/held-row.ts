import type { RxJsonSchema } from 'rxdb/plugins/core';
import type { HeldRecord } from '@shared/sync/project';

/**
 * A row of the local database: a held record (§4.3) and, by collection, the columns that lists sort by.
 *
 * Type `sealed` stands on rows of restricted scopes, whose type and content `sealed` keeps.
 *
 * Type `gone` marks a row that left with the page being stored. It holds no content; its `seq` is the cursor at that
 * time, and it keeps its share in the digest until the cursor moves, so that the page can be stored a second time.
 */
export interface HeldRow extends Omit<HeldRecord, 'dirty' | 'type'> {
  readonly type: HeldRecord['type'] | 'gone' | 'sealed';
  /** Type and sealed content of a row of a restricted scope (`sealed-row.ts`); null for every other. */
  readonly sealed: { readonly type: HeldRecord['type']; readonly bytes: string } | null;
  /** A number, for it is indexed. */
  readonly dirty: 0 | 1;
}

/** An index column: text of at most so many characters. */
export const textColumn = (maxLength: number) => ({ type: 'string', maxLength }) as const;

type Column = ReturnType<typeof textColumn>;

/** More changes than a scope ever sees. */
const LAST_PLACE = 1e12;

/** Schema of a collection of held rows; `indexes` stand beside the one that every collection needs. */
export function heldSchema<Row extends HeldRow>(
  columns: Readonly<Record<string, Column>>,
  indexes: readonly (readonly string[])[],
): RxJsonSchema<Row> {
  const properties = {
    id: textColumn(36),
    type: textColumn(24),
    scope: textColumn(48),
    rev: { type: 'integer' },
    seq: { type: 'integer', minimum: 0, maximum: LAST_PLACE, multipleOf: 1 },
    hash: { type: 'string' },
    mark: { type: 'string' },
    counted: { type: 'string' },
    dirty: { type: 'integer', minimum: 0, maximum: 1, multipleOf: 1 },
    view: { type: 'object' },
    srv: { type: ['object', 'null'] },
    sealed: { type: ['object', 'null'] },
    ...columns,
  };
  // RxDB's type derives indexes from the row's keys, which a generic row does not show.
  return {
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties,
    required: ['id', 'type', 'scope', 'seq', 'dirty', ...Object.keys(columns)],
    indexes: [['dirty', 'scope', 'seq'], ...indexes.map((index) => [...index])],
  } as unknown as RxJsonSchema<Row>;
}
