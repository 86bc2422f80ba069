import type { RxJsonSchema } from 'rxdb';
import type { Digest, LoadProgress, Scope } from '@shared/sync/record';
import { textColumn } from './held-row';

/** How far a scope is stored. `purging` is written before the first row of a purge goes, and ends with the cursor. */
export interface CursorRow {
  readonly scope: Scope;
  readonly seq: number;
  readonly digest: Digest;
  readonly purging: boolean;
  /** How far a first load has come; null when none is under way. */
  readonly load: LoadProgress | null;
}

export const cursorSchema: RxJsonSchema<CursorRow> = {
  version: 0,
  primaryKey: 'scope',
  type: 'object',
  properties: {
    scope: textColumn(48),
    seq: { type: 'integer' },
    digest: { type: 'object' },
    purging: { type: 'boolean' },
    load: { type: ['object', 'null'] },
  },
  required: ['scope', 'seq', 'digest', 'purging', 'load'],
};
