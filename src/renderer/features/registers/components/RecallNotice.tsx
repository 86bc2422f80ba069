import { Button, Group, Text } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { RegisterRow } from '../../../data/repositories/register-repository';
import { useUserNames } from '../../../data/use-user-names';
import { Minute } from './Minute';

interface RecallNoticeProps {
  readonly row: RegisterRow;
  readonly recall: NonNullable<RegisterRow['holding']['recall']>;
}

/** A recall that waits for the second person, with the minute that both sign (sync §9.5 step 2). */
export function RecallNotice({ row: { register, holding }, recall }: RecallNoticeProps) {
  const nameOf = useUserNames();
  const [isPrinting, setPrinting] = useState(false);
  const number = String(recall.lastIssued);
  const machine = holding.holder?.name ?? '';
  return (
    <Group justify="space-between">
      <Text c="orange.9" fw={600}>
        {t('register.recallWaits', { number })}
      </Text>
      <Button
        variant="default"
        leftSection={<IconPrinter size={18} aria-hidden />}
        onClick={() => setPrinting(true)}
      >
        {t('register.minute.print')}
      </Button>
      {isPrinting ? (
        <Minute
          organId={register.organId}
          title={t('register.minute.recallTitle')}
          lines={[
            t('register.minute.recallBook', {
              register: `${register.name} ${register.year}`,
              machine,
              since: formatInstant(holding.since),
            }),
            t('register.minute.recallLast', {
              number,
              name: nameOf(recall.proposedBy),
              at: formatInstant(recall.at),
            }),
            t('register.minute.recallNumbers', { number }),
            t('register.minute.recallMachine', { machine }),
          ]}
          onClose={() => setPrinting(false)}
        />
      ) : null}
    </Group>
  );
}
