import { Alert, Button, Group, List, Loader, Modal, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { Failure, Result } from '@shared/kernel/result';
import type { OutgoingDetail } from '../../../data/repositories/outgoing-view';
import { FailureNotice } from '../../../ui/FailureNotice';
import { useAgencies } from '../hooks/use-outgoing';
import { recipientWays, wayTo } from '../recipient-way';

interface DispatchDialogProps {
  readonly detail: OutgoingDetail;
  readonly onDispatch: () => Promise<Result<void>>;
  readonly onClose: () => void;
}

/** Says before the act what will become of each recipient: what goes by itself, and what the clerk still does. */
export function DispatchDialog({ detail, onDispatch, onClose }: DispatchDialogProps) {
  const agencies = useAgencies();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);
  const { codeDisplay, subject, recipients } = detail.document;

  const dispatch = async () => {
    setBusy(true);
    const done = await onDispatch();
    setBusy(false);
    if (done.ok) onClose();
    else setFailure(done.error);
  };

  return (
    <Modal opened onClose={onClose} title={t('outgoing.dispatch.title')} size="lg" centered>
      <Stack gap="sm">
        {failure ? (
          <FailureNotice code={failure.code} title={t('outgoing.detail.notDone')} />
        ) : null}
        <Text fw={600}>{`${codeDisplay ?? ''} – ${subject}`}</Text>
        {agencies.status === 'loading' ? <Loader aria-label={t('common.loading')} /> : null}
        {agencies.status === 'failed' ? <FailureNotice code={agencies.failure.code} /> : null}
        {agencies.status === 'ready'
          ? recipientWays.map((way) => {
              const own = recipients.filter((to) => wayTo(to, agencies.value) === way);
              return own.length === 0 ? null : (
                <section key={way} aria-label={t(`outgoing.dispatch.way.${way}`)}>
                  <Title order={4}>{t(`outgoing.dispatch.way.${way}`)}</Title>
                  <Text c="dark.3">{t(`outgoing.dispatch.what.${way}`)}</Text>
                  <List>
                    {own.map(({ name, kind }) => (
                      <List.Item key={`${name}-${kind}`}>{name}</List.Item>
                    ))}
                  </List>
                </section>
              );
            })
          : null}
        <Alert py="xs">{t('outgoing.dispatch.final')}</Alert>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.back')}
          </Button>
          <Button
            loading={isBusy}
            disabled={agencies.status !== 'ready'}
            data-autofocus
            onClick={() => void dispatch()}
          >
            {t('outgoing.step.dispatch')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
