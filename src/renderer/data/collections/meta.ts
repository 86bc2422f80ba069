import type { RxJsonSchema } from 'rxdb';
import type { Digest, Scope } from '@shared/sync/record';
import { textColumn } from './held-row';

/** How far a scope is stored. `purging` is written before the first row of a purge goes, and ends with the cursor. */
export interface CursorRow {
  readonly scope: Scope;
  readonly seq: number;
  readonly digest: Digest;
  readonly purging: boolean;
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
  },
  required: ['scope', 'seq', 'digest', 'purging'],
};
