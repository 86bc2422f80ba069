import { Alert, Button, Checkbox, Divider, Stack, Text } from '@mantine/core';
import { useState, type RefObject } from 'react';
import type { ErrorCode } from '@shared/errors/catalogue';
import { formatDate, formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { OfferedCertificate, SigningItem, SigningJob } from '@shared/ipc/signing-contract';
import { FailureNotice } from '../ui/FailureNotice';
import { CertificateChoice } from './CertificateChoice';
import { GateFindings, gateOf } from './GateFindings';
import { PinField, type PinNotice } from './PinField';
import { askSigning, useSigningBridge } from './signing-bridge';
import { takePin } from './take-pin';
import { useCertificates } from './use-job';
import classes from './sign-panel.module.css';

interface SignPanelProps {
  readonly job: SigningJob;
  /** Documents that the button signs. */
  readonly chosen: readonly SigningItem[];
  /** The document whose pages are seen. */
  readonly shown: SigningItem | undefined;
  /** Documents whose warnings the person ticked (S-18). */
  readonly accepted: ReadonlySet<string>;
  readonly pinField: RefObject<HTMLInputElement | null>;
  readonly onAccept: (documentId: string, isAccepted: boolean) => void;
}

/** Who signs what with which certificate, the PIN, and the one button. */
export function SignPanel({ job, chosen, shown, accepted, pinField, onAccept }: SignPanelProps) {
  const bridge = useSigningBridge();
  const isSigning = job.phase === 'signing';
  const { offered, usable } = useCertificates(job.phase === 'reading');
  const [thumbprint, setThumbprint] = useState<string>();
  const [isTimeConfirmed, setTimeConfirmed] = useState(false);
  const [notice, setNotice] = useState<PinNotice>();
  const [failure, setFailure] = useState<ErrorCode>();
  const certificate =
    usable.find((one) => one.thumbprint === thumbprint) ??
    // A choice that is gone for a moment never falls upon another token: its PIN would go there.
    (thumbprint === undefined && usable.length === 1 ? usable[0] : undefined);
  const unread = chosen.filter(({ isOpened }) => !isOpened);
  const toTick = chosen.filter((item) => gateOf(item) === 'warn' && !accepted.has(item.documentId));
  // Said of one token, at its last try: it counts for no other.
  const [sureOf, setSureOf] = useState<string>();
  const isSure = certificate !== undefined && sureOf === certificate.thumbprint;
  const setSure = (sure: boolean) => setSureOf(sure ? certificate?.thumbprint : undefined);
  const canSign =
    certificate !== undefined &&
    chosen.length > 0 &&
    toTick.length === 0 &&
    !isSigning &&
    certificate.pin !== 'locked' &&
    (certificate.pin !== 'finalTry' || isSure);

  const sign = async () => {
    // The Enter key comes here too: a PIN is never taken when there is nothing to sign with it.
    if (!certificate || !canSign) return;
    const pin = readPin(certificate, pinField.current);
    if (typeof pin === 'string' && pin !== 'onDevice') return setNotice(pin);
    setNotice(undefined);
    setFailure(undefined);
    setSure(false);
    const answer = await askSigning(bridge, 'signing.sign', {
      thumbprint: certificate.thumbprint,
      pin,
      documentIds: chosen.map(({ documentId }) => documentId),
      unreadIds: unread.map(({ documentId }) => documentId),
      acceptedIds: chosen.flatMap(({ documentId }) =>
        accepted.has(documentId) ? [documentId] : [],
      ),
      isTimeConfirmed,
    });
    if (typeof pin !== 'string') pin.fill(0);
    if (!answer.ok) setFailure(answer.error.code);
    pinField.current?.focus();
  };

  const signed = job.items.filter(({ state }) => state === 'signed').length;
  return (
    <Stack className={classes['panel'] ?? ''} gap="sm" p="md">
      <Facts job={job} shown={shown} />
      {shown ? (
        <GateFindings
          item={shown}
          isAccepted={accepted.has(shown.documentId)}
          isDisabled={job.phase !== 'reading'}
          next={t(job.intent === 'leader' ? 'signing.gate.next' : 'signing.gate.nextFile')}
          onAccept={(isAccepted) => onAccept(shown.documentId, isAccepted)}
        />
      ) : null}
      <Divider />
      {job.phase === 'done' ? (
        <Alert color="teal" role="status">
          {t(`signing.window.done.${job.intent}`, { count: signed })}
        </Alert>
      ) : (
        <>
          <CertificateChoice
            offered={offered}
            chosen={certificate?.thumbprint}
            personName={job.intent === 'leader' ? job.personName : job.organName}
            onChoose={setThumbprint}
          />
          {certificate ? (
            <PinField
              key={certificate.thumbprint}
              ref={pinField}
              certificate={certificate}
              notice={notice}
              isDisabled={isSigning}
              isSure={isSure}
              onSure={setSure}
              onEnter={() => void sign()}
            />
          ) : null}
          {certificate && !certificate.typesPinOnDevice && chosen.length > 1 ? (
            // K-12: whoever presses the button has agreed to this; a key that asks each time is answered with that PIN.
            <Text size="sm">{t('signing.window.pinForAll', { count: chosen.length })}</Text>
          ) : null}
          {job.asksForTime ? (
            <Checkbox
              label={t('signing.window.askTime', { now: formatInstant(job.now) })}
              checked={isTimeConfirmed}
              onChange={(event) => setTimeConfirmed(event.currentTarget.checked)}
            />
          ) : null}
          {unread.length > 0 ? (
            <Alert color="orange" py="xs">
              {t('signing.window.unreadChosen', { count: unread.length })}
            </Alert>
          ) : null}
          {toTick.length > 0 ? (
            <Alert color="orange" py="xs">
              {t('signing.gate.toTick', { count: toTick.length })}
            </Alert>
          ) : null}
          {failure === undefined ? null : <FailureNotice code={failure} />}
        </>
      )}
      {isSigning ? (
        <Text role="status">{t('signing.window.progress', { done: signed })}</Text>
      ) : null}
      <Stack gap="xs" mt="auto">
        {job.phase === 'done' ? null : (
          <Button size="md" loading={isSigning} disabled={!canSign} onClick={() => void sign()}>
            {t(`signing.window.sign.${job.intent}`, { count: chosen.length })}
          </Button>
        )}
        {isSigning ? (
          <Button
            variant="default"
            onClick={() => void askSigning(bridge, 'signing.stop', undefined)}
          >
            {t('signing.window.stop')}
          </Button>
        ) : (
          <Button
            variant={job.phase === 'done' ? 'filled' : 'default'}
            onClick={() => void askSigning(bridge, 'signing.close', undefined)}
          >
            {t('common.close')}
          </Button>
        )}
      </Stack>
    </Stack>
  );
}

const readPin = (certificate: OfferedCertificate, field: HTMLInputElement | null) =>
  certificate.typesPinOnDevice || !field
    ? ('onDevice' as const)
    : takePin(field, certificate.pinLength);

/** What the law wants seen before the PIN: signer or seal, number and date, level (S-12). */
function Facts({ job, shown }: Pick<SignPanelProps, 'job' | 'shown'>) {
  return (
    <Stack gap={4}>
      <Text fw={600} fz="lg">
        {t(`signing.window.title.${job.intent}`)}
      </Text>
      <Text>
        {job.intent === 'leader'
          ? t('signing.window.signer', { name: job.personName })
          : t('signing.window.organ', { name: job.organName })}
      </Text>
      {shown && job.intent !== 'leader' ? (
        <>
          <Text>
            {job.intent === 'seal'
              ? t('signing.window.signedBy', {
                  name: shown.signerName,
                  position: shown.signerPosition,
                })
              : t(`signing.window.corner.${job.intent}`)}
          </Text>
          <Text fw={600}>
            {t('signing.window.number', {
              code: shown.codeDisplay ?? '',
              date: formatDate(shown.issuedDate),
            })}
          </Text>
        </>
      ) : null}
      <Text size="sm" c="dark.3">
        {t(job.asksForTimestamps ? 'signing.window.levelWithStamp' : 'signing.window.level')}
      </Text>
    </Stack>
  );
}
