import { Stack, Text, Title } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import type { NumberedPaper, OpenDispute } from '../../../data/repositories/register-book';
import type { RegisterRow } from '../../../data/repositories/register-repository';
import { DisputeCard } from './DisputeCard';

interface DisputeListProps {
  readonly disputes: readonly OpenDispute[];
  readonly rows: readonly RegisterRow[];
  readonly onOpenDocument: (paper: NumberedPaper) => void;
}

/** Numbers of every book over which a leader must decide. */
export function DisputeList({ disputes, rows, onOpenDocument }: DisputeListProps) {
  if (disputes.length === 0) return null;
  return (
    <Stack component="section" gap="sm">
      <Title order={3}>{t('register.dispute.title', { count: disputes.length })}</Title>
      <Text>{t('register.dispute.intro')}</Text>
      {disputes.map((dispute) => (
        <DisputeCard
          key={`${dispute.registerId}|${dispute.number}`}
          dispute={dispute}
          register={bookName(rows, dispute.registerId)}
          onOpenDocument={onOpenDocument}
        />
      ))}
    </Stack>
  );
}

export function bookName(rows: readonly RegisterRow[], registerId: string): string {
  const found = rows.find(({ register }) => register.id === registerId);
  return found ? `${found.register.name} ${found.register.year}` : t('register.page');
}
