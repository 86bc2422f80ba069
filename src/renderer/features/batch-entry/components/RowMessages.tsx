import { Anchor, Group, Text } from '@mantine/core';
import { printNumber } from '@shared/domain/register/allocate-number';
import { describeFailure } from '@shared/i18n/failures';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { columns } from '../batch-row';
import type { RowView } from '../batch-store';
import type { CellMessages } from '../check-row';
import { columnTitle } from './grid-columns';

interface RowMessagesProps {
  readonly view: RowView;
  readonly errors: CellMessages;
  readonly warnings: CellMessages;
  /** Place of the earlier row that seems to be the same paper, from 1. */
  readonly twinNumber: number | undefined;
  readonly onOpen: (documentId: string) => void;
  readonly onGoTo: (rowId: string) => void;
  readonly onAccept: () => void;
  readonly onDismissFile: (key: string) => void;
}

/** What is wrong with a row, in whole sentences below it, with the way on. */
export function RowMessages(props: RowMessagesProps) {
  const { view, errors, warnings, twinNumber, onOpen, onGoTo, onAccept, onDismissFile } = props;
  const { duplicate, twinOf, transfers, row } = view;
  const isAsking = !row.isDuplicateAccepted;
  const accept = (
    <Anchor component="button" type="button" size="sm" onClick={onAccept}>
      {t('batch.duplicate.accept')}
    </Anchor>
  );
  return (
    <>
      {columns.map((column) => {
        const error = errors[column];
        const message = error ?? warnings[column];
        return message === undefined ? null : (
          <Text key={column} size="sm" c={error === undefined ? 'orange.9' : 'red.9'}>
            <strong>{columnTitle(column)}:</strong> {message}
          </Text>
        );
      })}
      {duplicate && isAsking ? (
        <Group gap="sm">
          <Text size="sm" c="orange.9" fw={600}>
            {duplicate.arrivalNumber === null
              ? t('batch.duplicate.waiting', { date: formatDate(duplicate.arrivalDate) })
              : t('batch.duplicate.numbered', {
                  number: printNumber(duplicate.arrivalNumber),
                  date: formatDate(duplicate.arrivalDate),
                })}
          </Text>
          <Anchor component="button" type="button" size="sm" onClick={() => onOpen(duplicate.id)}>
            {t('incoming.duplicate.open')}
          </Anchor>
          {accept}
        </Group>
      ) : null}
      {twinOf !== undefined && twinNumber !== undefined && isAsking ? (
        <Group gap="sm">
          <Text size="sm" c="orange.9" fw={600}>
            {t('batch.duplicate.inBatch', { number: String(twinNumber) })}
          </Text>
          <Anchor component="button" type="button" size="sm" onClick={() => onGoTo(twinOf)}>
            {t('batch.duplicate.goTo', { number: String(twinNumber) })}
          </Anchor>
          {accept}
        </Group>
      ) : null}
      {transfers.map(({ key, name, state }) => {
        if (state.status !== 'failed') return null;
        const { what, next, reference } = describeFailure(state.code);
        return (
          <Group key={key} gap="sm" role="alert">
            <Text size="sm" c="red.9">
              <strong>{t('files.notAdded', { name })}.</strong> {what} {next}{' '}
              {t('common.reference', { reference })}
            </Text>
            <Anchor component="button" type="button" size="sm" onClick={() => onDismissFile(key)}>
              {t('files.remove', { name })}
            </Anchor>
          </Group>
        );
      })}
    </>
  );
}

/** Whether anything is left to say below the row. */
export const hasMessages = (
  { row, duplicate, twinOf, transfers }: RowView,
  errors: CellMessages,
  warnings: CellMessages,
): boolean =>
  Object.keys(errors).length > 0 ||
  Object.keys(warnings).length > 0 ||
  (!row.isDuplicateAccepted && (duplicate !== undefined || twinOf !== undefined)) ||
  transfers.some(({ state }) => state.status === 'failed');
