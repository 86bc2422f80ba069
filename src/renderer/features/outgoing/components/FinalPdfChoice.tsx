import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Output } from '@shared/ipc/contract';
import type { PreparedField } from '@shared/domain/signing/prepared-field';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import { useAttachments } from '../../../data/use-attachments';
import { FailureNotice } from '../../../ui/FailureNotice';
import { FilePicker } from '../../../ui/FilePicker';
import { PlacesDialog } from './PlacesDialog';
import { PlacesNotice } from './PlacesNotice';

interface FinalPdfChoiceProps {
  readonly drafts: readonly AttachedFile[];
  readonly chosen: AttachedFile | undefined;
  readonly onChoose: (pdf: AttachedFile | undefined) => void;
  readonly error: string | undefined;
}

/** The PDF that will be signed: a draft that is one, one made of a .docx draft, or a file of one's own. */
export function FinalPdfChoice({ drafts, chosen, onChoose, error }: FinalPdfChoiceProps) {
  const bridge = useBridge();
  const attachments = useAttachments('chinh');
  const [isConfirmed, setConfirmed] = useState(false);
  const [asksStatement, setAsksStatement] = useState(false);
  const [converting, setConverting] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const [source, setSource] = useState<AttachedFile>();
  const [prepared, setPrepared] = useState<Output<'signing.prepareFields'>>();
  const [isLooking, setLooking] = useState(false);

  /** The file that goes on is the one with the fields for number, date, signature and seal (S-9). */
  const choose = async (file: AttachedFile, moved?: readonly PreparedField[]) => {
    setFailure(undefined);
    setPrepared(undefined);
    onChoose(undefined);
    setConverting(file.sha256);
    const answer = await ask(bridge, 'signing.prepareFields', { file, moved });
    setConverting(undefined);
    if (!answer.ok) return setFailure(answer.error);
    setSource(file);
    setPrepared(answer.value);
    // Places that are only usual are nobody's choice yet.
    if (answer.value.origin.from !== 'usual') onChoose({ ...answer.value.file, role: 'chinh' });
  };
  const convert = async ({ sha256, name }: AttachedFile) => {
    setFailure(undefined);
    setConverting(sha256);
    const answer = await makePdf(bridge, sha256, name);
    setConverting(undefined);
    if (answer.ok) await choose(answer.value.file);
    else setFailure(answer.error);
  };
  return (
    <Stack gap="xs">
      <Text fw={600}>{t('outgoing.step.pdf')}</Text>
      <Text size="sm" c="dark.3">
        {t('outgoing.step.pdfHint')}
      </Text>
      <Group gap="xs">
        {drafts.map((draft) => {
          if (draft.mime === PDF) {
            return (
              <Button
                key={draft.sha256}
                variant="default"
                loading={converting === draft.sha256}
                onClick={() => void choose(draft)}
              >
                {t('outgoing.step.useDraft', { name: draft.name })}
              </Button>
            );
          }
          return draft.name.toLowerCase().endsWith('.docx') ? (
            <Button
              key={draft.sha256}
              variant="default"
              loading={converting === draft.sha256}
              onClick={() => void convert(draft)}
            >
              {t('outgoing.step.convertDraft', { name: draft.name })}
            </Button>
          ) : null;
        })}
      </Group>
      {failure ? <FailureNotice code={failure.code} /> : null}
      <FilePicker
        entries={attachments.entries}
        mayAdd={() => {
          setAsksStatement(!isConfirmed);
          return isConfirmed;
        }}
        onAdd={([file]) => {
          if (!file) return;
          attachments.reset();
          setPrepared(undefined);
          onChoose(undefined);
          attachments.add([file], (imported) => void choose(imported.file));
        }}
        onRemove={(key) => {
          attachments.remove(key);
          setPrepared(undefined);
          onChoose(undefined);
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
      <Text fw={600} c={error === undefined || chosen ? 'dark.9' : 'var(--mantine-color-error)'}>
        {chosen
          ? t('outgoing.step.pdfChosen', { name: chosen.name })
          : (error ?? t('outgoing.step.pdfNone'))}
      </Text>
      {prepared ? <PlacesNotice origin={prepared.origin} onLook={() => setLooking(true)} /> : null}
      {prepared && source && isLooking ? (
        <PlacesDialog
          prepared={prepared}
          onClose={() => setLooking(false)}
          onKeep={(moved) => {
            setLooking(false);
            void choose(source, moved);
          }}
        />
      ) : null}
    </Stack>
  );
}

const PDF = 'application/pdf';

/** Fetches the draft when it is not on this machine yet, and has main make a PDF of it. */
async function makePdf(
  bridge: ReturnType<typeof useBridge>,
  sha256: AttachedFile['sha256'],
  name: string,
) {
  const fetched = await ask(bridge, 'files.fetch', { sha256 });
  return fetched.ok ? ask(bridge, 'files.convertDraft', { sha256, name }) : fetched;
}
