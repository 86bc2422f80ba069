import { LocalDate } from '@shared/kernel/local-date';
import {
  freshRow,
  storedFrom,
  type BatchRow,
  type BatchSettings,
  type CellTexts,
} from '../../../../src/renderer/features/batch-entry/batch-row';
import { createBatchStore } from '../../../../src/renderer/features/batch-entry/batch-store';
import { sampleIds } from '../../../support/office-sample';

export const today = LocalDate.parse('2026-11-22');

export const settings: BatchSettings = {
  registerId: sampleIds.register,
  channel: 'PAPER_POST',
  hasPaper: true,
};

/** A row that may go into the book. */
export const aRow = (n: number, cells: Partial<CellTexts> = {}): BatchRow => {
  const row = freshRow(n, '22/11/2026');
  return {
    ...row,
    id: `00000000-0000-4000-8c01-${String(n).padStart(12, '0')}`,
    cells: {
      ...row.cells,
      issuerName: 'Sở Nội vụ',
      codeDisplay: `${n}/SNV-VP`,
      issuedDate: '2011',
      documentType: 'Công văn',
      subject: `Báo cáo số ${n} của Sở`,
      ...cells,
    },
  };
};

export const aStoredRow = (row: BatchRow) => ({ rowId: row.id, row: storedFrom(row, settings) });

export const aStore = (...rows: readonly BatchRow[]) => createBatchStore({ today, rows, settings });
