import { z } from 'zod';
import { AttachedFile, IncomingChannel } from '@shared/domain/document/incoming-document';
import type { JsonObject } from '@shared/kernel/canonical-json';

/** The columns that are typed, in the order of the sổ (van-ban.md §2.3). */
export const columns = [
  'arrivalDate',
  'issuerName',
  'codeDisplay',
  'issuedDate',
  'documentType',
  'subject',
  'pageAmount',
  'priority',
  'dueDate',
  'note',
] as const;
export type Column = (typeof columns)[number];

/** What stands in the cells, as typed. */
export type CellTexts = Readonly<Record<Column, string>>;

/** What is the same for a whole bundle of papers. */
export const BatchSettings = z
  .object({ registerId: z.string(), channel: IncomingChannel, hasPaper: z.boolean() })
  .readonly();
export type BatchSettings = z.infer<typeof BatchSettings>;

/** One paper of a batch. Its id is the id of the document that it becomes. */
export interface BatchRow {
  readonly id: string;
  /** Place in the grid, ascending. */
  readonly order: number;
  /** Counts the changes, so that the newer of two copies is known. */
  readonly edit: number;
  readonly cells: CellTexts;
  /** Issuer taken over from the row above: alone it makes no paper yet. */
  readonly inheritedIssuer: string;
  /** Kept on this machine already. */
  readonly files: readonly AttachedFile[];
  /** The clerk has seen the duplicate and registers this one all the same (VB006). */
  readonly isDuplicateAccepted: boolean;
}

const emptyCells: CellTexts = {
  arrivalDate: '',
  issuerName: '',
  codeDisplay: '',
  issuedDate: '',
  documentType: '',
  subject: '',
  pageAmount: '',
  priority: '',
  dueDate: '',
  note: '',
};

/** A fresh row; the next paper of a bundle mostly comes from the same sender on the same day (van-ban.md §2.4). */
export function freshRow(order: number, arrivalDate: string, above?: BatchRow): BatchRow {
  const issuerName = above?.cells.issuerName ?? '';
  return {
    id: crypto.randomUUID(),
    order,
    edit: 0,
    cells: {
      ...emptyCells,
      arrivalDate: above?.cells.arrivalDate || arrivalDate,
      issuerName,
    },
    inheritedIssuer: issuerName,
    files: [],
    isDuplicateAccepted: false,
  };
}

const typedColumns = [
  'codeDisplay',
  'issuedDate',
  'documentType',
  'subject',
  'pageAmount',
  'priority',
  'dueDate',
  'note',
] as const;

/** True while nobody has put anything into the row: it is no paper, is not kept and is not counted. */
export const isBlank = ({ cells, inheritedIssuer, files }: BatchRow): boolean =>
  files.length === 0 &&
  typedColumns.every((column) => cells[column].trim() === '') &&
  (cells.issuerName.trim() === '' || cells.issuerName === inheritedIssuer);

const text = z.string();

/** A row in the journal and in PouchDB. History of the format: 1 first release. */
const StoredRow = z.object({
  format: z.literal(1),
  order: z.number(),
  edit: z.int().nonnegative(),
  cells: z.object({
    arrivalDate: text,
    issuerName: text,
    codeDisplay: text,
    issuedDate: text,
    documentType: text,
    subject: text,
    pageAmount: text,
    priority: text,
    dueDate: text,
    note: text,
  }),
  inheritedIssuer: text,
  files: z.array(AttachedFile),
  isDuplicateAccepted: z.boolean(),
  settings: BatchSettings,
});

export const storedFrom = ({ id: _id, ...row }: BatchRow, settings: BatchSettings): JsonObject => ({
  format: 1,
  ...row,
  settings,
});

export interface FoundRow {
  readonly row: BatchRow;
  readonly settings: BatchSettings;
}

/** Undefined for what another version of the program wrote: it is left where it lies. */
export function rowFrom(id: string, stored: JsonObject): FoundRow | undefined {
  const parsed = StoredRow.safeParse(stored);
  if (!parsed.success) return undefined;
  const { settings, format: _format, ...row } = parsed.data;
  return { row: { id, ...row }, settings };
}
