import { Box, Button, Loader, Stack } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useState } from 'react';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { t } from '@shared/i18n/translate';
import type { Result } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import type { DeliveryRow } from '../../../data/repositories/delivery-repository';
import { useRoleFor } from '../../../data/session';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { useShortcut } from '../../../ui/use-shortcut';
import { CopyNotice, FileViewer, useSaveCopy } from '../../viewer';
import { refuseDelivery } from '../commands/refuse-delivery';
import { DeliveryCard } from '../components/DeliveryCard';
import { RefuseDialog } from '../components/RefuseDialog';
import { prefillFrom } from '../delivery-prefill';
import { useNewDeliveries } from '../hooks/use-deliveries';
import type { RegistrationStart } from './RegisterIncomingPage';

interface DeliveriesPageProps {
  readonly onClose: () => void;
  /** Opens the registration form filled with what the sender said. */
  readonly onRegister: (start: RegistrationStart) => void;
}

/** "Văn bản liên thông mới đến": what other offices sent and no clerk has answered yet. */
export function DeliveriesPage({ onClose, onRegister }: DeliveriesPageProps) {
  const bridge = useBridge();
  const live = useNewDeliveries();
  const mayRegister = useRoleFor('registerIncoming');
  const mayAnswer = useRoleFor('answerDelivery');
  const { outcome, saveCopy } = useSaveCopy();
  const [viewed, setViewed] = useState<AttachedFile>();
  const [refusing, setRefusing] = useState<DeliveryRow>();
  useShortcut('Escape', onClose, viewed === undefined && refusing === undefined);
  if (viewed) return <FileViewer file={viewed} onClose={() => setViewed(undefined)} />;

  const refuse = async (row: DeliveryRow, reason: string): Promise<Result<void>> => {
    const role = mayAnswer(row.delivery.organId);
    return role
      ? refuseDelivery(bridge, row, { role, reason })
      : { ok: false, error: { code: 'incoming.clerk-only' } };
  };

  return (
    <Box h="100%" p="md" style={{ overflowY: 'auto' }}>
      <PageHeader
        title={t('incoming.delivery.title')}
        {...(live.status === 'ready'
          ? { detail: t('incoming.list.count', { count: live.value.length }) }
          : {})}
        before={
          <Button
            variant="default"
            leftSection={<IconArrowLeft size={18} aria-hidden />}
            onClick={onClose}
          >
            {t('common.back')}
          </Button>
        }
      />
      <Stack gap="md" maw={1000}>
        <CopyNotice outcome={outcome} />
        {live.status === 'loading' ? <Loader aria-label={t('common.loading')} /> : null}
        {live.status === 'failed' ? <FailureNotice code={live.failure.code} /> : null}
        {live.status === 'ready' && live.value.length === 0 ? (
          <EmptyState
            title={t('incoming.delivery.empty')}
            hint={t('incoming.delivery.emptyHint')}
          />
        ) : null}
        {live.status === 'ready'
          ? live.value.map((row) => (
              <DeliveryCard
                key={row.id}
                row={row}
                onViewFile={setViewed}
                onSaveCopy={(file) => void saveCopy(file)}
                onRegister={
                  mayRegister(row.delivery.organId) === undefined
                    ? undefined
                    : () => onRegister({ typed: prefillFrom(row.id, row.delivery), replaces: [] })
                }
                onRefuse={
                  mayAnswer(row.delivery.organId) === undefined ? undefined : () => setRefusing(row)
                }
              />
            ))
          : null}
      </Stack>
      {refusing ? (
        <RefuseDialog
          row={refusing}
          onRefuse={(reason) => refuse(refusing, reason)}
          onClose={() => setRefusing(undefined)}
        />
      ) : null}
    </Box>
  );
}
