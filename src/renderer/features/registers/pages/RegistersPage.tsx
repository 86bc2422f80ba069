import { Box, Loader, Stack, Text } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import type { NumberedPaper } from '../../../data/repositories/register-book';
import { DisputeList } from '../components/DisputeList';
import { RegisterCard } from '../components/RegisterCard';
import { useDisputes } from '../hooks/use-book';
import { papersOf, useHeldRegisters, useRegisters, useWaitingPapers } from '../hooks/use-registers';

interface RegistersPageProps {
  readonly onOpenBook: (registerId: string) => void;
  readonly onOpenDocument: (paper: NumberedPaper) => void;
}

/** Every book of the office: who gives its numbers, and who waits for one. */
export function RegistersPage({ onOpenBook, onOpenDocument }: RegistersPageProps) {
  const registers = useRegisters();
  const held = useHeldRegisters();
  const papers = useWaitingPapers();
  const disputes = useDisputes();
  const rows = registers.status === 'ready' ? registers.value : [];
  return (
    <Box p="md" h="100%" style={{ overflow: 'auto' }}>
      <PageHeader title={t('register.page')} />
      {registers.status === 'loading' ? <Loader /> : null}
      {registers.status === 'failed' ? <FailureNotice code={registers.failure.code} /> : null}
      {registers.status === 'ready' && rows.length === 0 ? (
        <EmptyState title={t('register.empty')} hint={t('register.emptyHint')} />
      ) : null}
      <Stack gap="md" maw={1240}>
        {rows.length > 0 ? <Text>{t('register.intro')}</Text> : null}
        <DisputeList disputes={disputes} rows={rows} onOpenDocument={onOpenDocument} />
        {rows.map((row) => (
          <RegisterCard
            key={row.register.id}
            row={row}
            held={held.find(({ lease }) => lease.registerId === row.register.id)}
            papers={papersOf(row, papers)}
            disputeCount={
              disputes.filter(({ registerId }) => registerId === row.register.id).length
            }
            onOpenBook={() => onOpenBook(row.register.id)}
          />
        ))}
      </Stack>
    </Box>
  );
}
