import { Alert, Loader, Radio, Stack, Text } from '@mantine/core';
import { describeFailure } from '@shared/i18n/failures';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { OfferedCertificate, SigningOutput } from '@shared/ipc/signing-contract';
import { FailureNotice } from '../ui/FailureNotice';
import type { Asked } from './use-job';

interface CertificateChoiceProps {
  readonly offered: Asked<SigningOutput<'signing.listCertificates'>>;
  readonly chosen: string | undefined;
  /** Whose certificate is wanted: the person's or the organ's. */
  readonly personName: string;
  readonly onChoose: (thumbprint: string) => void;
}

/** What is plugged in: certificates that may sign here, and the others with the reason why not (K-5, K-6). */
export function CertificateChoice({
  offered,
  chosen,
  personName,
  onChoose,
}: CertificateChoiceProps) {
  if (offered.status === 'loading') return <Loader size="sm" />;
  if (offered.status === 'failed') return <FailureNotice code={offered.failure.code} />;
  const { certificates, troubles } = offered.value;
  const trouble = troubles[0];
  if (certificates.length === 0) {
    return trouble === undefined ? (
      <Alert color="orange" role="status">
        {t('signing.token.plugIn')}
      </Alert>
    ) : (
      <FailureNotice code={trouble} />
    );
  }
  const usable = certificates.filter(({ refusal }) => refusal === null);
  const others = certificates.filter(({ refusal }) => refusal !== null);
  return (
    <Stack gap="xs">
      {usable.length === 0 ? (
        <Alert color="orange" role="status">
          {t('signing.token.noneUsable', { wanted: personName })}
        </Alert>
      ) : (
        <Radio.Group
          label={t('signing.token.certificate')}
          value={chosen ?? ''}
          onChange={onChoose}
        >
          <Stack gap="xs" mt={4}>
            {usable.map(({ thumbprint, holderName, organization, notAfter, tokenLabel }) => (
              <Radio
                key={thumbprint}
                value={thumbprint}
                label={holderName}
                description={[
                  organization,
                  t('signing.token.validUntil', { at: formatInstant(notAfter), token: tokenLabel }),
                ]
                  .filter((part) => part !== null)
                  .join('. ')}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {others.map((certificate) => (
        <Text key={certificate.thumbprint} size="sm" c="dark.3">
          {refusalText(certificate, personName)}
        </Text>
      ))}
    </Stack>
  );
}

/** Why a certificate that is plugged in may not sign here; both names are said (K-6). */
function refusalText({ refusal, holderName }: OfferedCertificate, wanted: string): string {
  return refusal === 'signing.not-registered'
    ? t('signing.token.notYours', { holder: holderName, wanted })
    : describeFailure(refusal ?? '').what;
}
