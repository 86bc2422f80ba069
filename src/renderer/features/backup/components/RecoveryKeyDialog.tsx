import { Alert, Button, Group, Modal, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { t } from '@shared/i18n/translate';
import type { Output } from '@shared/ipc/contract';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { FailureNotice } from '../../../ui/FailureNotice';
import styles from './recovery-key.module.css';

interface RecoveryKeyDialogProps {
  readonly offer: Output<'backup.makeKey'> & { readonly isSameDisk: boolean };
  readonly onClose: () => void;
}

/** The recovery key, once: to be printed, and proven by typing a group of it back. Closing it changes nothing. */
export function RecoveryKeyDialog({ offer, onClose }: RecoveryKeyDialogProps) {
  const bridge = useBridge();
  const [group, setGroup] = useState('');
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);

  const confirm = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const confirmed = await ask(bridge, 'backup.confirmKey', { group });
    setBusy(false);
    if (confirmed.ok) onClose();
    else setFailure(confirmed.error);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('backup.sheet.title')}
      size="lg"
      centered
      // A press beside it must not lose a key that is being copied.
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={(event) => void confirm(event)} noValidate>
        <Stack gap="sm">
          {offer.isSameDisk ? <Alert color="orange">{t('backup.auto.sameDisk')}</Alert> : null}
          <Text>{t('backup.sheet.intro')}</Text>
          <Sheet {...offer} />
          <Group>
            <Button
              variant="default"
              leftSection={<IconPrinter size={18} aria-hidden />}
              onClick={() => window.print()}
            >
              {t('backup.sheet.print')}
            </Button>
          </Group>
          <TextInput
            label={t('backup.sheet.typeBack', { group: String(offer.askedGroup) })}
            description={t('backup.sheet.typeBackHint')}
            value={group}
            onChange={(event) => setGroup(event.currentTarget.value)}
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            maw={320}
          />
          {failure ? <FailureNotice code={failure.code} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.back')}
            </Button>
            <Button type="submit" loading={isBusy} disabled={group.trim() === ''}>
              {t('backup.sheet.confirm')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** What is on the paper: the only part of the page that is printed. */
function Sheet({ recoveryKey, deviceName, officeName }: Output<'backup.makeKey'>) {
  return (
    <div className={styles['sheet']}>
      <Text fw={600} className={styles['printed']}>
        {t('app.name')} – {t('backup.sheet.title')}
      </Text>
      <Text>{t('backup.sheet.ofMachine', { deviceName, officeName })}</Text>
      <SimpleGrid component="ol" cols={4} spacing="xs" my="sm" p={0}>
        {recoveryKey.split('-').map((text, place) => (
          <Text component="li" key={place} className={styles['group']}>
            <Text span size="sm" c="dark.3">
              {place + 1}.
            </Text>{' '}
            <span className={styles['characters']}>{text}</span>
          </Text>
        ))}
      </SimpleGrid>
      <Text size="sm">{t('backup.sheet.use')}</Text>
    </div>
  );
}
