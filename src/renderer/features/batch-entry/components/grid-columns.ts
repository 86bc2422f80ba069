import { documentTypes } from '@shared/domain/document/document-type';
import type { Agency } from '@shared/domain/organ/organ';
import { t } from '@shared/i18n/translate';
import { foldForSearch } from '@shared/kernel/vietnamese-text';
import { priorityOptions } from '../../incoming';
import type { Column } from '../batch-row';

/** Widths in CSS pixels; the grid scrolls inside its box, the page never. */
export const columnWidths: Readonly<Record<Column, number>> = {
  arrivalDate: 104,
  issuerName: 200,
  codeDisplay: 130,
  issuedDate: 118,
  documentType: 124,
  subject: 270,
  pageAmount: 76,
  priority: 100,
  dueDate: 104,
  note: 130,
};

export const columnTitle = (column: Column): string => t(`batch.column.${column}`);

export interface Suggestion {
  readonly label: string;
  readonly also: string;
  readonly key: string;
}

/** What the list below a cell offers, by column; the other columns offer nothing. */
export type Suggestions = Readonly<Partial<Record<Column, readonly Suggestion[]>>>;

const suggestion = (label: string, also = ''): Suggestion => ({
  label,
  also,
  key: foldForSearch(`${label} ${also}`),
});

export const suggestionsFrom = (agencies: readonly Agency[]): Suggestions => ({
  issuerName: agencies.map(({ name }) => suggestion(name)),
  documentType: documentTypes.map(({ name, abbreviation }) => suggestion(name, abbreviation)),
  priority: priorityOptions.map(({ label }) => suggestion(label)),
});

const SHOWN = 8;

/** Those that hold every typed word; all of them for an empty cell. */
export function findSuggestions(
  suggestions: Suggestions,
  column: Column,
  text: string,
): readonly Suggestion[] {
  const all = suggestions[column] ?? [];
  if (text.trim() === '') return all;
  const words = foldForSearch(text).split(' ');
  return all.filter(({ key }) => words.every((word) => key.includes(word))).slice(0, SHOWN);
}
