import { Badge, Text } from '@mantine/core';
import { findDocumentType } from '@shared/domain/document/document-type';
import { printNumber } from '@shared/domain/register/allocate-number';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { IncomingRow } from '../../../data/repositories/incoming-view';
import { todayInVietnam } from '../../../data/today';
import { RecordMark } from '../../record-mark';
import { priorityLabel } from '../labels';
import { DueBadge } from './DueBadge';

interface IncomingCellsProps {
  readonly row: IncomingRow;
}

export function IncomingCells({ row }: IncomingCellsProps) {
  return (
    <>
      <div role="gridcell">
        {row.isWaiting ? (
          <Text size="sm" fw={600} c="orange.9" lh={1.2}>
            {t('incoming.waitingNumber')}
          </Text>
        ) : (
          <Text fw={700} size="lg">
            {row.arrivalNumber === null ? '–' : printNumber(row.arrivalNumber)}
          </Text>
        )}
      </div>
      <div role="gridcell">{formatDate(row.arrivalDate)}</div>
      <div role="gridcell">
        <Text lineClamp={2} lh={1.25} style={{ overflowWrap: 'anywhere' }}>
          {row.codeDisplay}
        </Text>
      </div>
      <div role="gridcell">
        <Text lineClamp={2} lh={1.25}>
          {row.issuerName}
        </Text>
      </div>
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
        <Text lh={1.25}>{t(`incoming.state.${row.state}`)}</Text>
        <DueBadge dueDate={row.dueDate} state={row.state} today={todayInVietnam()} />
      </div>
      <div role="gridcell">
        <RecordMark id={row.id} files={row.files} isReceived={row.isReceived} />
      </div>
    </>
  );
}
