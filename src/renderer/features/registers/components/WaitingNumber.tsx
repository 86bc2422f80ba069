import { Alert } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import { useOfficeHub } from '../../../data/use-office-hub';
import { papersOf, useRegisters, useWaitingPapers } from '../hooks/use-registers';

interface WaitingNumberProps {
  readonly documentId: string;
}

/** On the page of a paper that waits for a number: who gives it, for that is not always the server (§9.4, §20). */
export function WaitingNumber({ documentId }: WaitingNumberProps) {
  const registers = useRegisters();
  const paper = useWaitingPapers().find(({ id }) => id === documentId);
  const hub = useOfficeHub();
  if (!paper || registers.status !== 'ready') return null;
  const row = registers.value.find((one) => papersOf(one, [paper]).length > 0);
  if (!row) return null;
  const { state, holder } = row.holding;
  const isAtHub = hub !== undefined && holder?.deviceId === hub.deviceId;
  const who =
    state === 'SERVER' ? 'server' : state === 'FROZEN' ? 'nobody' : isAtHub ? 'hub' : 'device';
  return (
    <Alert color="orange" py="xs" mb="md" maw={1240}>
      {t(`register.waits.${who}`, { name: holder?.name ?? '' })}
    </Alert>
  );
}
