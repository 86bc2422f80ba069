import { Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import type { SyncStatus } from '@shared/sync/status';
import { workText } from '../headline';

interface SignOutDialogProps {
  /** Below the third level of safety (§15). */
  readonly status: SyncStatus;
  readonly onSignOut: () => void;
  readonly onExport: () => void;
  readonly onClose: () => void;
}

/** Says what only this machine has, before a person leaves it: nothing is lost by signing out, much by a reinstall. */
export function SignOutDialog({ status, onSignOut, onExport, onClose }: SignOutDialogProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('sync.signOut.title')}
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="sm">
        <List>
          {reasonsOf(status).map((reason) => (
            <List.Item key={reason}>{reason}</List.Item>
          ))}
        </List>
        <Text>{t('sync.signOut.stays')}</Text>
        <Text fw={600}>{t('sync.signOut.handOver')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.back')}
          </Button>
          <Button variant="default" onClick={onExport}>
            {t('sync.signOut.export')}
          </Button>
          <Button data-autofocus onClick={onSignOut}>
            {t('sync.signOut.act')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function reasonsOf(status: SyncStatus): readonly string[] {
  const { pendingOperations, pendingFiles, attention, heldRegisters = 0 } = status;
  const reasons = [
    ...(pendingOperations + pendingFiles > 0
      ? [t('sync.signOut.pending', { work: workText(status) })]
      : []),
    ...(attention > 0 ? [t('sync.headline.attention', { count: attention })] : []),
    ...(heldRegisters > 0 ? [t('sync.signOut.holds', { count: heldRegisters })] : []),
  ];
  return reasons.length > 0 ? reasons : [t('sync.signOut.notMatched')];
}
