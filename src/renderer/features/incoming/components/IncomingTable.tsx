import { t } from '@shared/i18n/translate';
import type { IncomingRow } from '../../../data/repositories/incoming-view';
import { RowTable } from '../../../ui/RowTable';
import { IncomingCells } from './IncomingCells';

interface IncomingTableProps {
  readonly rows: readonly IncomingRow[];
  readonly total: number;
  readonly selectedId: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onNearEnd: () => void;
}

export function IncomingTable(props: IncomingTableProps) {
  return (
    <RowTable
      {...props}
      label={t('incoming.list.title')}
      columns={columns.map((key) => t(key))}
      widths={WIDTHS}
      cells={IncomingCells}
    />
  );
}

const WIDTHS =
  '5rem 5.75rem minmax(6.5rem, 0.7fr) minmax(7rem, 1fr) minmax(12rem, 2.4fr) minmax(6.25rem, 0.7fr) 9.5rem';

const columns = [
  'incoming.list.columnNumber',
  'incoming.list.columnArrival',
  'incoming.list.columnCode',
  'incoming.list.columnIssuer',
  'incoming.list.columnSubject',
  'incoming.list.columnState',
  'incoming.list.columnMark',
] as const;
