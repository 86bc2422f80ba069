import type { JsonObject } from '@shared/kernel/canonical-json';
import { readNumber, readText } from '../read-view';
import { heldSchema, textColumn, type HeldRow } from './held-row';

/** Rows of the books. */
export interface EntryRow extends HeldRow {
  /** Register, then papers before what is no paper's, then the newest number first. */
  readonly place: string;
}

export const entrySchema = heldSchema<EntryRow>({ place: textColumn(48) }, [['type', 'place']]);

const LARGEST = 9_999_999;

/** `papers` have their document; `others` are voided, or kept for one that has not come. */
export type EntryGroup = 'papers' | 'others';

/** Where a number stands among the rows of its book; ascending is newest first. */
export const placeOf = (registerId: string, group: EntryGroup, number: number): string =>
  `${registerId}|${group === 'papers' ? 'd' : 'x'}|${String(LARGEST - number).padStart(7, '0')}`;

/** Empty for what is no row of a book. */
export const entryPlace = (view: JsonObject): string => {
  const registerId = readText(view, 'registerId');
  if (registerId === '') return '';
  const group = readText(view, 'kind') === 'document' ? 'papers' : 'others';
  return placeOf(registerId, group, readNumber(view, 'number') ?? 0);
};
