import { Button, Group, Modal, Stack } from '@mantine/core';
import { IconPackageImport } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { Output } from '@shared/ipc/contract';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { FailureNotice } from '../../../ui/FailureNotice';

interface TakeBundleProps {
  readonly onTaken: (target: NonNullable<Output<'bundle.take'>>['target']) => void;
}

/** Takes a bundle from a stick or a shared folder and goes on to its document (§20). */
export function TakeBundle({ onTaken }: TakeBundleProps) {
  const bridge = useBridge();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const take = async () => {
    setBusy(true);
    setFailure(undefined);
    const taken = await ask(bridge, 'bundle.take', undefined);
    setBusy(false);
    if (!taken.ok) setFailure(taken.error);
    else if (taken.value) onTaken(taken.value.target);
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPackageImport size={18} aria-hidden />}
        onClick={() => void take()}
        loading={isBusy}
      >
        {t('bundle.take.button')}
      </Button>
      <Modal
        opened={failure !== undefined}
        onClose={() => setFailure(undefined)}
        title={t('bundle.take.failed')}
        centered
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Stack gap="md">
          {failure ? <FailureNotice code={failure.code} /> : null}
          <Group justify="flex-end">
            <Button variant="default" data-autofocus onClick={() => setFailure(undefined)}>
              {t('common.close')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
