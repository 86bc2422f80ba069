import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  NativeSelect,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import {
  isDigitised,
  pagesOf,
  type CopyDraft,
  type CopySource,
} from '@shared/domain/document/certified-copy';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { Role } from '@shared/domain/organ/user';
import type { GateFinding } from '@shared/domain/signing/gate-finding';
import { t } from '@shared/i18n/translate';
import { ask, useBridge } from '../../../data/bridge';
import { useCurrentSession } from '../../../data/session';
import { useAttachments } from '../../../data/use-attachments';
import { FailureNotice } from '../../../ui/FailureNotice';
import { FilePicker } from '../../../ui/FilePicker';
import { findingInWords } from '../../signing';
import { makeCopy } from '../commands/make-copy';
import { draftFrom, wayName, type CopyWay } from '../copy-form';
import { useCopyRegister, useOfficePeople } from '../hooks/use-copies';

interface MakeCopyDialogProps {
  readonly source: CopySource;
  /** At least one. */
  readonly ways: readonly CopyWay[];
  readonly role: Role;
  readonly target: Pick<CopyDraft, 'targetType' | 'targetId'>;
  readonly onClose: () => void;
}

/** Asks how a copy is made, and saves it with the request for its number. */
export function MakeCopyDialog({ source, ways, role, target, onClose }: MakeCopyDialogProps) {
  const bridge = useBridge();
  const { organs, office } = useCurrentSession();
  const organ = organs.find(({ id }) => id === source.organId);
  const register = useCopyRegister(source.organId);
  const [key, setKey] = useState(ways[0]?.key);
  const [pdf, setPdf] = useState<AttachedFile>();
  const [signer, setSigner] = useState({ authority: '', position: '', signerName: '' });
  const [recipients, setRecipients] = useState('');
  const [amount, setAmount] = useState('1');
  const [place, setPlace] = useState(office.placeName);
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const way = ways.find((one) => one.key === key) ?? ways[0];
  if (!way) return null;

  const make = async () => {
    const typed = { way, pdf: pdf ?? null, ...signer, recipients, amount, place };
    const draft = draftFrom(typed, { source, target });
    if (typeof draft === 'string') return setError(draft);
    if (!register || !organ) return setError(t('copy.registerMissing'));
    setBusy(true);
    setFailure(undefined);
    const asked = { registerId: register.id, organShortName: organ.shortName, role };
    const made = await makeCopy(bridge, draft, asked);
    setBusy(false);
    if (made.ok) onClose();
    else setFailure(made.error.code);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('copy.makeTitle')}
      size={760}
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="sm">
        {failure === undefined ? null : <FailureNotice code={failure} />}
        <Text>{t('copy.of', { code: source.code, subject: source.subject })}</Text>
        {register ? null : <Alert color="orange">{t('copy.registerMissing')}</Alert>}
        <NativeSelect
          label={t('copy.field.way')}
          data={ways.map((one) => ({ value: one.key, label: wayName(one) }))}
          value={way.key}
          onChange={(event) => {
            setKey(event.currentTarget.value);
            setPdf(undefined);
            setError(undefined);
          }}
        />
        <CopiedPages key={way.key} way={way} source={source} chosen={pdf} onChoose={setPdf} />
        {way.to === 'giay' ? (
          <PaperFields
            signer={signer}
            onSigner={setSigner}
            amount={amount}
            onAmount={setAmount}
            recipients={recipients}
            onRecipients={setRecipients}
          />
        ) : null}
        <TextInput
          label={t('copy.field.place')}
          value={place}
          maxLength={50}
          onChange={(event) => setPlace(event.currentTarget.value)}
        />
        {error === undefined ? null : (
          <Text role="alert" fw={600} c="red.9">
            {error}
          </Text>
        )}
        <Group justify="flex-end" bg="white" py="sm" mb="-md" pos="sticky" bottom={0}>
          <Button variant="default" onClick={onClose}>
            {t('common.back')}
          </Button>
          <Button loading={isBusy} disabled={!register} onClick={() => void make()}>
            {t('copy.makeNow')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface CopiedPagesProps {
  readonly way: CopyWay;
  readonly source: CopySource;
  readonly chosen: AttachedFile | undefined;
  readonly onChoose: (file: AttachedFile | undefined) => void;
}

/** Where the pages of the copy come from: a photocopier, the document's own file, or a file of its own. */
function CopiedPages({ way, source, chosen, onChoose }: CopiedPagesProps) {
  switch (pagesOf(way)) {
    case 'none':
      return <Alert color="blue">{t('copy.pages.none')}</Alert>;
    case 'ofSource':
      return (
        <NativeSelect
          label={t('copy.pages.ofSource')}
          data={source.pdfs.map(({ sha256, name }) => ({ value: sha256, label: name }))}
          value={chosen?.sha256 ?? source.pdfs[0]?.sha256 ?? ''}
          onChange={(event) => {
            const sha256 = event.currentTarget.value;
            onChoose(source.pdfs.find((file) => file.sha256 === sha256));
          }}
        />
      );
    case 'own':
      return <OwnPages way={way} chosen={chosen} onChoose={onChoose} />;
  }
}

function OwnPages({ way, chosen, onChoose }: Omit<CopiedPagesProps, 'source'>) {
  const bridge = useBridge();
  const attachments = useAttachments('banQuet');
  const [isConfirmed, setConfirmed] = useState(false);
  const [asksStatement, setAsksStatement] = useState(false);
  const [findings, setFindings] = useState<readonly GateFinding[]>([]);
  const [failure, setFailure] = useState<string>();
  const isScan = isDigitised(way);

  const take = async (file: AttachedFile) => {
    setFailure(undefined);
    const checked = isScan
      ? await ask(bridge, 'signing.checkDigitised', { sha256: file.sha256 })
      : ({ ok: true, value: [] } as const);
    if (!checked.ok) return setFailure(checked.error.code);
    setFindings(checked.value);
    if (!checked.value.some(({ severity }) => severity === 'stop')) onChoose(file);
  };
  const forget = () => {
    setFindings([]);
    setFailure(undefined);
    onChoose(undefined);
  };
  const isStopped = findings.some(({ severity }) => severity === 'stop');
  return (
    <Stack gap="xs">
      <Text fw={600}>{t(isScan ? 'copy.pages.scan' : 'copy.pages.extract')}</Text>
      <Text size="sm" c="dark.3">
        {t(isScan ? 'copy.pages.scanHint' : 'copy.pages.extractHint')}
      </Text>
      <FilePicker
        entries={attachments.entries}
        mayAdd={() => {
          setAsksStatement(!isConfirmed);
          return isConfirmed;
        }}
        onAdd={([file]) => {
          if (!file) return;
          attachments.reset();
          forget();
          attachments.add([file], (imported) => void take(imported.file));
        }}
        onRemove={(entry) => {
          attachments.remove(entry);
          forget();
        }}
        accept=".pdf"
        error={asksStatement ? t('outgoing.invalid.notSecretConfirmed') : undefined}
      />
      <Checkbox
        label={t('outgoing.form.secrecy')}
        name="notSecretConfirmed"
        checked={isConfirmed}
        onChange={(event) => {
          setConfirmed(event.currentTarget.checked);
          setAsksStatement(false);
        }}
      />
      {failure === undefined ? null : <FailureNotice code={failure} />}
      {findings.length > 0 ? (
        <Alert
          color={isStopped ? 'red' : 'orange'}
          role={isStopped ? 'alert' : 'status'}
          title={t(isStopped ? 'copy.scan.stopped' : 'copy.scan.warned')}
        >
          {findings.map((finding) => (
            <Text key={`${finding.code}/${finding.page}`} size="sm">
              {findingInWords(finding)}
            </Text>
          ))}
        </Alert>
      ) : null}
      {chosen && isScan && findings.length === 0 ? (
        <Text role="status" fw={600} c="teal.9">
          {t('copy.scan.fine')}
        </Text>
      ) : null}
    </Stack>
  );
}

interface Signer {
  readonly authority: string;
  readonly position: string;
  readonly signerName: string;
}

interface PaperFieldsProps {
  readonly signer: Signer;
  readonly onSigner: (signer: Signer) => void;
  readonly amount: string;
  readonly onAmount: (amount: string) => void;
  readonly recipients: string;
  readonly onRecipients: (recipients: string) => void;
}

/** What the block below a copy on paper says (van-ban.md §3.6). */
function PaperFields(props: PaperFieldsProps) {
  const { signer, onSigner, amount, onAmount, recipients, onRecipients } = props;
  const people = useOfficePeople();
  return (
    <>
      <NativeSelect
        label={t('copy.field.signer')}
        data={[
          { value: '', label: t('copy.field.signerNone') },
          ...people.map(({ id, fullName, position }) => ({
            value: id,
            label: `${fullName} – ${position}`,
          })),
        ]}
        onChange={(event) => {
          const chosen = people.find(({ id }) => id === event.currentTarget.value);
          onSigner({
            ...signer,
            signerName: chosen?.fullName ?? '',
            position: chosen?.position.toLocaleUpperCase('vi') ?? '',
          });
        }}
      />
      <Group grow align="flex-start">
        <TextInput
          label={t('copy.field.authority')}
          description={t('copy.field.authorityHint')}
          value={signer.authority}
          maxLength={100}
          onChange={(event) => onSigner({ ...signer, authority: event.currentTarget.value })}
        />
        <TextInput
          label={t('copy.field.position')}
          description={t('copy.field.positionHint')}
          value={signer.position}
          maxLength={100}
          onChange={(event) => onSigner({ ...signer, position: event.currentTarget.value })}
        />
      </Group>
      <Group align="flex-start">
        <Textarea
          flex={1}
          label={t('copy.field.recipients')}
          autosize
          minRows={2}
          maxRows={5}
          maxLength={1000}
          value={recipients}
          onChange={(event) => onRecipients(event.currentTarget.value)}
        />
        <TextInput
          w={160}
          label={t('copy.field.amount')}
          inputMode="numeric"
          value={amount}
          onChange={(event) => onAmount(event.currentTarget.value)}
        />
      </Group>
    </>
  );
}
