import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import type { ErrorCode } from '@shared/errors/catalogue';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { OfferedCertificate, ProofJob } from '@shared/ipc/signing-contract';
import { FailureNotice } from '../ui/FailureNotice';
import { PinField, type PinNotice } from './PinField';
import { askSigning, useSigningBridge } from './signing-bridge';
import { takePin } from './take-pin';

interface ProofScreenProps {
  readonly job: ProofJob;
}

/** One signature that is no document's: the token is tried, or its holder shows that it is theirs (K-6, K-17). */
export function ProofScreen({ job }: ProofScreenProps) {
  const bridge = useSigningBridge();
  const { purpose, ownerName, certificate, phase } = job;
  const close = () => void askSigning(bridge, 'signing.close', undefined);
  return (
    <Stack p="lg" gap="md" maw={720}>
      <Text fw={600} fz="lg">
        {t(`signing.proof.title.${purpose}`)}
      </Text>
      <Text>{t(`signing.proof.text.${purpose}`, { owner: ownerName })}</Text>
      {phase === 'done' ? (
        <Alert color="teal" role="status">
          {t(`signing.proof.done.${purpose}`)}
        </Alert>
      ) : certificate === null ? (
        <Alert color="orange" role="status">
          {t('signing.token.plugIn')}
        </Alert>
      ) : (
        <Proving
          certificate={certificate}
          label={t(`signing.proof.act.${purpose}`)}
          isSigning={phase === 'signing'}
        />
      )}
      <Group>
        <Button variant={phase === 'done' ? 'filled' : 'default'} onClick={close}>
          {t('common.close')}
        </Button>
      </Group>
    </Stack>
  );
}

interface ProvingProps {
  readonly certificate: OfferedCertificate;
  readonly label: string;
  readonly isSigning: boolean;
}

function Proving({ certificate, label, isSigning }: ProvingProps) {
  const bridge = useSigningBridge();
  const field = useRef<HTMLInputElement>(null);
  const [notice, setNotice] = useState<PinNotice>();
  const [failure, setFailure] = useState<ErrorCode>();
  const [isSure, setSure] = useState(false);
  const { holderName, organization, issuerName, notAfter, refusal, tokenLabel, pin } = certificate;
  const canProve =
    refusal === null && !isSigning && pin !== 'locked' && (pin !== 'finalTry' || isSure);
  const prove = async () => {
    if (!canProve) return;
    const typed =
      certificate.typesPinOnDevice || !field.current
        ? ('onDevice' as const)
        : takePin(field.current, certificate.pinLength);
    if (typeof typed === 'string' && typed !== 'onDevice') return setNotice(typed);
    setNotice(undefined);
    setFailure(undefined);
    setSure(false);
    const answer = await askSigning(bridge, 'signing.prove', { pin: typed });
    if (typeof typed !== 'string') typed.fill(0);
    if (!answer.ok) setFailure(answer.error.code);
  };
  return (
    <>
      <Stack gap={2}>
        <Text fw={600}>{holderName}</Text>
        {organization === null ? null : <Text>{organization}</Text>}
        {issuerName === null ? null : <Text>{issuerName}</Text>}
        <Text>
          {t('signing.token.validUntil', { at: formatInstant(notAfter), token: tokenLabel })}
        </Text>
      </Stack>
      {refusal === null ? (
        <PinField
          ref={field}
          certificate={certificate}
          notice={notice}
          isDisabled={isSigning}
          isSure={isSure}
          onSure={setSure}
          onEnter={() => void prove()}
        />
      ) : (
        <FailureNotice code={refusal} />
      )}
      {failure === undefined ? null : <FailureNotice code={failure} />}
      <Group>
        <Button size="md" loading={isSigning} disabled={!canProve} onClick={() => void prove()}>
          {label}
        </Button>
      </Group>
    </>
  );
}
