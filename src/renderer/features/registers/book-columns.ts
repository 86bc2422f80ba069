import { findDocumentType } from '@shared/domain/document/document-type';
import { Recipient } from '@shared/domain/document/outgoing-document';
import { printNumber } from '@shared/domain/register/allocate-number';
import type { Register } from '@shared/domain/register/register';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { JsonObject } from '@shared/kernel/canonical-json';
import { localDateAt } from '@shared/kernel/local-date';
import type { BookRow } from '../../data/repositories/register-book';
import { readNumber, readText } from '../../data/read-view';

/** A column of a printed book, in the order of NĐ 30/2020/NĐ-CP Phụ lục IV (arrivals) and Phụ lục I (issue). */
interface BookColumn {
  readonly title: string;
  /** Empty where people write or sign by hand. */
  readonly text: (row: BookRow) => string;
}

const view =
  (field: string) =>
  ({ view: held }: BookRow): string =>
    held === null ? '' : readText(held, field);

const number = ({ entry }: BookRow): string => printNumber(entry.number);
const entryDate = ({ entry }: BookRow): string => formatDate(entry.date);
const blank = (): string => '';

const subject = ({ entry, view: held }: BookRow): string => {
  if (held === null) return entry.documentId === null ? '' : t('register.book.restricted');
  const type = findDocumentType(readText(held, 'documentTypeId'))?.name;
  return [type, readText(held, 'subject')].filter((part) => part).join(': ');
};

/** What the book says of the number, then what the clerk wrote of the paper. */
const note = (row: BookRow): string =>
  [row.entry.note ?? '', view('note')(row)].filter((part) => part !== '').join('. ');

const recipients = ({ view: held }: BookRow): string => {
  const found = Recipient.array().safeParse(held?.['recipients']);
  if (found.success) return found.data.map(({ name }) => name).join('; ');
  // A copy has them as they are printed on it.
  return held ? readText(held, 'recipientsText').split('\n').join('; ') : '';
};

/** Of a document, or of a copy on paper. */
const signer = (row: BookRow): string => {
  const held = JsonObject.safeParse(row.view?.['signer']);
  return held.success ? readText(held.data, 'name') : view('signerName')(row);
};

const dispatched = (row: BookRow): string => {
  const at = Date.parse(view('dispatchedAt')(row));
  return Number.isFinite(at) ? formatDate(localDateAt(at)) : '';
};

const amount = ({ view: held }: BookRow): string =>
  String((held && readNumber(held, 'issuedAmount')) ?? '');

const arrivals = (): readonly BookColumn[] => [
  { title: t('register.book.column.arrivalDate'), text: entryDate },
  { title: t('register.book.column.arrivalNumber'), text: number },
  { title: t('register.book.column.author'), text: view('issuerName') },
  { title: t('register.book.column.code'), text: view('codeDisplay') },
  {
    title: t('register.book.column.issuedDate'),
    text: (row) => formatDate(view('issuedDate')(row) || null),
  },
  { title: t('register.book.column.subject'), text: subject },
  { title: t('register.book.column.receiver'), text: view('routedTo') },
  { title: t('register.book.column.moved'), text: blank },
  { title: t('register.book.column.signed'), text: blank },
  { title: t('register.book.column.note'), text: note },
];

const issues = (): readonly BookColumn[] => [
  {
    title: t('register.book.column.code'),
    text: (row) => view('codeDisplay')(row) || number(row),
  },
  { title: t('register.book.column.issuedDate'), text: entryDate },
  { title: t('register.book.column.subject'), text: subject },
  { title: t('register.book.column.signer'), text: signer },
  { title: t('register.book.column.recipients'), text: recipients },
  { title: t('register.book.column.keeper'), text: blank },
  { title: t('register.book.column.amount'), text: amount },
  { title: t('register.book.column.moved'), text: dispatched },
  { title: t('register.book.column.signed'), text: blank },
  { title: t('register.book.column.note'), text: note },
];

export const bookColumns = (direction: Register['direction']): readonly BookColumn[] =>
  direction === 'den' ? arrivals() : issues();

/** Numbers and days of the rows of a book, for its cover; undefined for none. */
export function coverOf(
  rows: readonly BookRow[],
): { readonly numbers: readonly string[]; readonly dates: readonly string[] } | undefined {
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last) return undefined;
  const dates = rows.flatMap(({ entry }) => (entry.date === null ? [] : [entry.date]));
  return {
    numbers: [number(first), number(last)],
    dates: [dates[0] ?? null, dates.at(-1) ?? null].map((day) => formatDate(day)),
  };
}
