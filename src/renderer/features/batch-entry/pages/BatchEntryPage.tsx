import { Button, Loader } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { useAgencies, useOwnRegisters } from '../../incoming';
import { BatchEntry } from '../components/BatchEntry';
import { useWorkbench } from '../hooks/use-workbench';

interface BatchEntryPageProps {
  readonly onClose: () => void;
  readonly onOpen: (documentId: string) => void;
}

/** Many papers of one bundle in one sitting: "Nhập theo lô". */
export function BatchEntryPage({ onClose, onOpen }: BatchEntryPageProps) {
  const registers = useOwnRegisters();
  const agencies = useAgencies();
  const opened = useWorkbench();
  if (registers.status === 'loading' || agencies.status === 'loading' || !opened)
    return <Loader m="xl" aria-label={t('common.loading')} />;
  if (registers.status === 'failed') return <FailureNotice code={registers.failure.code} />;
  if (!opened.ok) return <FailureNotice code={opened.error.code} />;
  if (registers.value.length === 0) {
    return (
      <EmptyState title={t('incoming.form.noRegister')} hint={t('incoming.form.noRegisterHint')}>
        <Button variant="default" onClick={onClose}>
          {t('common.back')}
        </Button>
      </EmptyState>
    );
  }
  return (
    <BatchEntry
      opened={opened.value}
      registers={registers.value}
      agencies={agencies.status === 'ready' ? agencies.value : NO_AGENCIES}
      onClose={onClose}
      onOpen={onOpen}
    />
  );
}

const NO_AGENCIES = [] as const;
