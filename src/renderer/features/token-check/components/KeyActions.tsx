import { Button, Group } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import type { CheckedCertificate } from '@shared/ipc/device-check';
import { ConfirmButton } from '../../../ui/ConfirmButton';

interface KeyActionsProps {
  readonly certificate: CheckedCertificate;
  readonly onChangePin: (thumbprint: string) => void;
  readonly onRemove: (thumbprint: string) => void;
}

/** What can be done with a key that lies on this workstation, and not with a token's. */
export function KeyActions({ certificate, onChangePin, onRemove }: KeyActionsProps) {
  const { thumbprint, holderName } = certificate;
  return (
    <Group gap="sm" style={{ gridColumn: '1 / -1' }}>
      <Button variant="default" onClick={() => onChangePin(thumbprint)}>
        {t('tokenCheck.software.changePin')}
      </Button>
      <ConfirmButton
        label={t('tokenCheck.software.remove')}
        question={t('tokenCheck.software.removeAsk', { holder: holderName })}
        onConfirm={() => onRemove(thumbprint)}
      />
    </Group>
  );
}
