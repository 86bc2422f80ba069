import { findAgency } from '@shared/domain/organ/find-agency';
import type { IncomingRegistration } from '@shared/domain/document/incoming-document';
import { findDocumentType } from '@shared/domain/document/document-type';
import type { Agency } from '@shared/domain/organ/organ';
import type { Register } from '@shared/domain/register/register';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { parseTypedDate, type LocalDate } from '@shared/kernel/local-date';
import { foldForSearch, normaliseLine } from '@shared/kernel/vietnamese-text';
import { duplicateKeyOf } from '../../data/collections/documents';
import {
  emptyRegistration,
  findTypedDocumentType,
  priorityOptions,
  readRegistration,
} from '../incoming';
import {
  columns,
  type BatchRow,
  type BatchSettings,
  type CellTexts,
  type Column,
} from './batch-row';

export type CellMessages = Readonly<Partial<Record<Column, string>>>;

/** What can be said of a row by itself; duplicates and files are judged elsewhere. */
export interface RowCheck {
  readonly errors: CellMessages;
  /** Odd but allowed: the paper is registered as it is. */
  readonly warnings: CellMessages;
  /** Set when the row may go into the book. */
  readonly registration: IncomingRegistration | undefined;
}

export interface CheckContext {
  readonly today: LocalDate;
  readonly settings: BatchSettings;
  readonly registers: readonly Register[];
  readonly agencies: readonly Agency[];
}

/** A row by the same rules as the form of one paper. The statement of secrecy is made for the batch, not here. */
export function checkRow({ cells, files }: BatchRow, context: CheckContext): RowCheck {
  const { today, settings, registers, agencies } = context;
  const priority = readPriority(cells.priority);
  const read = readRegistration(
    {
      ...emptyRegistration(today),
      ...settings,
      ...cells,
      issuedDate: isUndated(cells.issuedDate) ? '' : cells.issuedDate,
      undated: isUndated(cells.issuedDate),
      priority: priority ?? '0',
      notSecretConfirmed: true,
    },
    {
      today,
      organId: registers.find(({ id }) => id === settings.registerId)?.organId ?? '',
      issuerCode: findAgency(agencies, cells.issuerName)?.code ?? null,
      files,
      language: 'Tiếng Việt',
    },
  );
  const errors: Partial<Record<Column, string>> = {};
  if (!read.ok) {
    for (const column of columns) {
      const message = read.errors[column];
      if (message !== undefined) errors[column] = message;
    }
    if (cells.issuedDate.trim() === '') errors.issuedDate = t('batch.invalid.issuedDateMissing');
  }
  if (priority === undefined) errors.priority = t('batch.invalid.priority');
  const isValid = read.ok && priority !== undefined;
  return {
    errors,
    warnings: warningsOf(cells, today),
    registration: isValid ? read.value : undefined,
  };
}

/** The date is the sender's: one after the arrival is written as it stands, with a note (corrections.md item 1). */
function warningsOf({ issuedDate, arrivalDate }: CellTexts, today: LocalDate): CellMessages {
  const issued = parseTypedDate(issuedDate, today);
  const arrival = parseTypedDate(arrivalDate, today);
  return issued !== undefined && arrival !== undefined && issued > arrival
    ? { issuedDate: t('batch.issuedAfterArrival', { date: formatDate(issued) }) }
    : {};
}

/** "Không ghi ngày", or the beginning of it, in the place of a date. */
const isUndated = (text: string): boolean => {
  const folded = foldForSearch(text);
  return folded !== '' && foldForSearch(t('incoming.detail.undated')).startsWith(folded);
};

/** The value of a typed grade of urgency, `0` for an empty cell; undefined for what is none. */
function readPriority(text: string): string | undefined {
  const folded = foldForSearch(text);
  if (folded === '') return '0';
  const named = priorityOptions.map(({ value, label }) => ({ value, name: foldForSearch(label) }));
  const exact = named.find(({ value, name }) => name === folded || value === folded);
  if (exact) return exact.value;
  const starting = named.filter(({ name }) => name.startsWith(folded));
  return starting.length === 1 ? starting[0]?.value : undefined;
}

/** What was meant, written out when a cell is left: `2111` as a date, `BC` as `Báo cáo`. Undefined to leave it. */
export function writtenOut(column: Column, text: string, today: LocalDate): string | undefined {
  if (text.trim() === '') return undefined;
  switch (column) {
    case 'issuedDate':
      if (isUndated(text)) return t('incoming.detail.undated');
      return dateText(text, today);
    case 'arrivalDate':
    case 'dueDate':
      return dateText(text, today);
    case 'documentType': {
      const id = findTypedDocumentType(text);
      return id === undefined ? undefined : findDocumentType(id)?.name;
    }
    case 'priority': {
      const value = readPriority(text);
      return priorityOptions.find((option) => option.value === value)?.label;
    }
    case 'issuerName':
    case 'codeDisplay':
    case 'subject':
    case 'pageAmount':
    case 'note':
      return undefined;
  }
}

const dateText = (text: string, today: LocalDate): string | undefined =>
  formatDate(parseTypedDate(text, today) ?? null) || undefined;

/** What makes two papers the same (VB006), as the list of documents asks it. */
export const paperOf = ({ cells }: BatchRow, today: LocalDate) => ({
  issuerName: normaliseLine(cells.issuerName),
  codeDisplay: normaliseLine(cells.codeDisplay),
  issuedDate: parseTypedDate(cells.issuedDate, today) ?? null,
});

/** Empty when the row carries too little to compare. */
export function duplicateKeyOfRow(row: BatchRow, today: LocalDate): string {
  const paper = paperOf(row, today);
  return duplicateKeyOf({ ...paper, issuedDate: paper.issuedDate ?? '' });
}
