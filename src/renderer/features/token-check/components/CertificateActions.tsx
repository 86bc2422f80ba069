import { Button, Group, Text } from '@mantine/core';
import { roleFor } from '@shared/domain/organ/permission';
import { t } from '@shared/i18n/translate';
import type { Input } from '@shared/ipc/contract';
import type { CheckedCertificate } from '@shared/ipc/device-check';
import { useCurrentSession } from '../../../data/session';

interface CertificateActionsProps {
  readonly certificate: CheckedCertificate;
  /** A request for it waits already. */
  readonly isAsked: boolean;
  readonly onBegin: (request: Input<'signing.beginProof'>) => void;
}

/** What can be done with a certificate that is plugged in; the PIN is typed in the signing window alone (K-6, K-10). */
export function CertificateActions({ certificate, isAsked, onBegin }: CertificateActionsProps) {
  const { user, organs } = useCurrentSession();
  const { thumbprint, registeredFor, daysLeft, renews, holderName } = certificate;
  if (daysLeft < 0) return null;
  const mayBind = registeredFor === null && !isAsked;
  const sealed = organs.filter(({ id }) => roleFor(user, 'holdSeal', id) !== undefined);
  return (
    <>
      {mayBind && renews ? (
        <Text fw={600} c="orange.9" style={{ gridColumn: '1 / -1' }}>
          {t('tokenCheck.renewal', { holder: holderName })}
        </Text>
      ) : null}
      <Group gap="sm" style={{ gridColumn: '1 / -1' }}>
        {mayBind ? (
          <Button
            onClick={() => onBegin({ purpose: 'bind', thumbprint, organId: null, picture: null })}
          >
            {t('tokenCheck.bindMe')}
          </Button>
        ) : null}
        {mayBind
          ? sealed.map(({ id, name }) => (
              <Button
                key={id}
                variant="default"
                onClick={() => onBegin({ purpose: 'bind', thumbprint, organId: id, picture: null })}
              >
                {t('tokenCheck.bindOrgan', { organ: name })}
              </Button>
            ))
          : null}
        <Button
          variant="default"
          onClick={() => onBegin({ purpose: 'tryOut', thumbprint, organId: null, picture: null })}
        >
          {t('tokenCheck.tryOut')}
        </Button>
        {isAsked ? <Text fw={600}>{t('tokenCheck.states.choXacNhan')}</Text> : null}
      </Group>
    </>
  );
}
