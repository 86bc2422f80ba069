import { Badge, Button, Loader, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { printNumber } from '@shared/domain/register/allocate-number';
import type { RegisterEntry } from '@shared/domain/register/register';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { isVoidReason } from '@shared/sync/acts/register-numbers';
import { useBridge } from '../../../data/bridge';
import type { RegisterRow } from '../../../data/repositories/register-repository';
import { useRoleFor } from '../../../data/session';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { ReasonDialog } from '../../../ui/ReasonDialog';
import { actOnRegister } from '../commands/register-acts';
import { useOthers } from '../hooks/use-book';

const look = { document: 'teal', voided: 'gray', placeholder: 'orange' } as const;

interface OtherNumbersProps {
  readonly row: RegisterRow;
}

/** Numbers of a book that are voided, or kept for a paper that has not come (I-10, sync §9.5 step 4). */
export function OtherNumbers({ row }: OtherNumbersProps) {
  const bridge = useBridge();
  const rows = useOthers(row.register.id);
  const role = useRoleFor('leadRegister')(row.register.organId);
  const [closing, setClosing] = useState<RegisterEntry>();
  if (rows.status === 'loading') return <Loader />;
  if (rows.status === 'failed') return <FailureNotice code={rows.failure.code} />;
  if (rows.value.length === 0) {
    return (
      <EmptyState title={t('register.book.othersEmpty')} hint={t('register.book.othersHint')} />
    );
  }
  return (
    <Stack gap="sm">
      <Text>{t('register.book.othersHint')}</Text>
      <Table withTableBorder withRowBorders verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('register.book.column.number')}</Table.Th>
            <Table.Th>{t('register.number.day')}</Table.Th>
            <Table.Th>{t('register.book.column.kind')}</Table.Th>
            <Table.Th>{t('register.book.column.note')}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.value.map(({ entry }) => (
            <Table.Tr key={entry.number}>
              <Table.Td fw={600}>{printNumber(entry.number)}</Table.Td>
              <Table.Td>{formatDate(entry.date)}</Table.Td>
              <Table.Td>
                <Badge color={look[entry.kind]} variant="light" tt="none" radius="sm">
                  {t(`register.book.kind.${entry.kind}`)}
                </Badge>
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{entry.note}</Table.Td>
              <Table.Td ta="right">
                {entry.kind === 'placeholder' && role ? (
                  <Button
                    variant="default"
                    aria-label={t('register.book.closeNamed', { number: String(entry.number) })}
                    onClick={() => setClosing(entry)}
                  >
                    {t('register.book.close')}
                  </Button>
                ) : null}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {closing && role ? (
        <ReasonDialog
          words={{
            title: t('register.book.close'),
            reason: t('register.book.closeReason'),
            reasonHelp: t('register.book.closeReasonHelp'),
            invalid: t('register.book.closeInvalid'),
            failed: t('register.book.closeFailed'),
            confirm: t('register.void.act'),
          }}
          subject={t('register.book.closeNamed', { number: printNumber(closing.number) })}
          color="red"
          isReason={isVoidReason}
          onConfirm={(reason) =>
            actOnRegister(bridge, row, {
              kind: 'cmd.closePlaceholder',
              role,
              body: { number: closing.number, reason },
            })
          }
          onClose={() => setClosing(undefined)}
        />
      ) : null}
    </Stack>
  );
}
