import { from, of, switchMap, type Observable } from 'rxjs';
import { z } from 'zod';
import { JsonObject } from '@shared/kernel/canonical-json';
import type { HeldRecord } from '@shared/sync/project';
import { isRestricted } from '@shared/sync/record';
import type { HeldRow } from './collections/held-row';
import { columnsOf, type HeldCollectionName } from './database';
import type { ScopeCipher } from './scope-cipher';

const Content = z.object({ view: JsonObject, srv: JsonObject.nullable() });

/**
 * A record as it is stored. Of a restricted scope nothing but the place of the row is readable: what the screen shows,
 * what the server said and the columns that lists sort by are sealed or empty, and no list of the office finds its type.
 */
export async function rowFrom(
  name: HeldCollectionName,
  record: HeldRecord,
  cipher: ScopeCipher,
): Promise<HeldRow> {
  const dirty = record.dirty ? 1 : 0;
  if (!isRestricted(record.scope)) {
    return { ...record, dirty, sealed: null, ...columnsOf(name, record.view) };
  }
  const { type, view, srv } = record;
  const bytes = await cipher.seal(record, JSON.stringify({ view, srv }));
  const blinded = { type: 'sealed', sealed: { type, bytes }, view: {}, srv: null } as const;
  return { ...record, dirty, ...blinded, ...columnsOf(name, {}) };
}

/** What a row is, whether it is sealed or not. */
export const typeOf = ({ type, sealed }: HeldRow): HeldRecord['type'] | 'gone' =>
  type === 'sealed' ? (sealed?.type ?? 'gone') : type;

/** The row with its content; the same one if it is not sealed. Throws when its key is gone. */
export async function openRow<Row extends HeldRow>(row: Row, cipher: ScopeCipher): Promise<Row> {
  if (row.sealed === null) return row;
  const { type, bytes } = row.sealed;
  const text = await cipher.open({ ...row, type }, bytes);
  return { ...row, type, sealed: null, ...Content.parse(JSON.parse(text)) };
}

/** Rows with their content, in the same order; what is being purged at this moment is left out. */
export async function openRows<Row extends HeldRow>(
  rows: readonly Row[],
  cipher: ScopeCipher,
): Promise<readonly Row[]> {
  const opened = await Promise.all(
    rows.map((row) => openRow(row, cipher).catch((): undefined => undefined)),
  );
  return opened.filter((row) => row !== undefined);
}

/** Opens what comes by; what is not sealed passes at once. */
export const openedRows = <Row extends HeldRow>(
  cipher: ScopeCipher,
): ((rows: Observable<readonly Row[]>) => Observable<readonly Row[]>) =>
  switchMap((rows: readonly Row[]) =>
    rows.some(({ sealed }) => sealed !== null) ? from(openRows(rows, cipher)) : of(rows),
  );
