import { Alert, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';
import { endText } from '../check-text';
import { useCheckAtStart } from '../hooks/use-device-check';

/** Said once after each sign-in, of what is plugged in then: a renewal takes weeks (K-17). */
export function CertificateEndNotice() {
  const check = useCheckAtStart();
  const [isClosed, setClosed] = useState(false);
  const ending = (check?.tokens ?? [])
    .flatMap(({ certificates }) => certificates)
    .filter(({ endsSoon }) => endsSoon);
  if (isClosed || ending.length === 0) return null;
  return (
    <Alert
      color="orange"
      role="status"
      mb="sm"
      withCloseButton
      closeButtonLabel={t('common.close')}
      onClose={() => setClosed(true)}
    >
      {ending.map((certificate) => (
        <Text key={certificate.thumbprint} fw={600}>
          {endText(certificate)}
        </Text>
      ))}
      <Text>{t('tokenCheck.renew')}</Text>
    </Alert>
  );
}
