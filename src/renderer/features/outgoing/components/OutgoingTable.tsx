import { Badge, Text } from '@mantine/core';
import { findDocumentType } from '@shared/domain/document/document-type';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { OutgoingRow } from '../../../data/repositories/outgoing-view';
import { RowTable } from '../../../ui/RowTable';
import { RecordMark } from '../../record-mark';
import { priorityLabel } from '../../incoming';

interface OutgoingTableProps {
  readonly rows: readonly OutgoingRow[];
  readonly total: number;
  readonly selectedId: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly onNearEnd: () => void;
}

export function OutgoingTable(props: OutgoingTableProps) {
  return (
    <RowTable
      {...props}
      label={t('outgoing.list.title')}
      columns={columns.map((key) => t(key))}
      widths={WIDTHS}
      cells={OutgoingCells}
    />
  );
}

const WIDTHS =
  'minmax(7rem, 0.7fr) 6.5rem minmax(12rem, 2.6fr) minmax(7rem, 0.9fr) minmax(7.5rem, 0.9fr) 9.5rem';

const columns = [
  'outgoing.list.columnCode',
  'outgoing.list.columnDate',
  'outgoing.list.columnSubject',
  'outgoing.list.columnSigner',
  'outgoing.list.columnState',
  'outgoing.list.columnMark',
] as const;

interface OutgoingCellsProps {
  readonly row: OutgoingRow;
}

function OutgoingCells({ row }: OutgoingCellsProps) {
  return (
    <>
      <div role="gridcell">
        {row.codeDisplay === null ? (
          <Text size="sm" c={row.isWaiting ? 'orange.9' : 'dark.3'} fw={row.isWaiting ? 600 : 400}>
            {t(row.isWaiting ? 'outgoing.waitingNumber' : 'outgoing.noNumber')}
          </Text>
        ) : (
          <Text fw={700} lh={1.25} style={{ overflowWrap: 'anywhere' }}>
            {row.codeDisplay}
          </Text>
        )}
      </div>
      <div role="gridcell">{formatDate(row.issuedDate)}</div>
      <div role="gridcell">
        <Text lineClamp={2} lh={1.25}>
          {row.priority > 0 ? (
            <Badge color="red" variant="filled" radius="sm" tt="none" mr={6} size="sm">
              {priorityLabel(row.priority)}
            </Badge>
          ) : null}
          <Text span c="dark.3">
            {findDocumentType(row.documentTypeId)?.name}
            {': '}
          </Text>
          {row.subject}
        </Text>
      </div>
      <div role="gridcell">
        <Text lineClamp={2} lh={1.25}>
          {row.signerName}
        </Text>
      </div>
      <div role="gridcell">
        <Text lh={1.25}>{t(`outgoing.state.${row.state}`)}</Text>
      </div>
      <div role="gridcell">
        <RecordMark id={row.id} files={row.files} isReceived={row.isReceived} />
      </div>
    </>
  );
}
