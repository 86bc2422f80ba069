import {
  Alert,
  Box,
  Button,
  Checkbox,
  Fieldset,
  Grid,
  Group,
  Kbd,
  Stack,
  Text,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { Recipient } from '@shared/domain/document/outgoing-document';
import type { Agency, Organ, OrgUnit } from '@shared/domain/organ/organ';
import type { User } from '@shared/domain/organ/user';
import { t } from '@shared/i18n/translate';
import type { LocalDate } from '@shared/kernel/local-date';
import type { Failure } from '@shared/kernel/result';
import { useAttachments, type Attachments } from '../../../data/use-attachments';
import { FailureNotice } from '../../../ui/FailureNotice';
import { FilePicker } from '../../../ui/FilePicker';
import { useLeaveGuard } from '../../../ui/leave-guard';
import { useShortcut } from '../../../ui/use-shortcut';
import {
  recipientFrom,
  signersOf,
  withRecipient,
  type DraftErrors,
  type DraftStart,
  type DraftValues,
  type Signer,
} from '../draft-form';
import { DocumentFields, MoreFields } from './DraftFields';
import { AnsweredList, RecipientList, type Answered } from './DraftLists';

/** What became of a submission: the form keeps every typed letter unless it was saved. */
export type DraftSubmission =
  | { readonly kind: 'done'; readonly next: () => void }
  | { readonly kind: 'invalid'; readonly errors: DraftErrors }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Everything on the form when a person saves it. */
export interface FilledDraft {
  readonly values: DraftValues;
  readonly signers: readonly Signer[];
  readonly recipients: readonly Recipient[];
  readonly replyToIncomingIds: readonly string[];
  readonly drafts: readonly AttachedFile[];
  readonly submit: boolean;
}

interface DraftFormProps {
  readonly isNew: boolean;
  readonly initial: DraftStart;
  readonly files: readonly AttachedFile[];
  readonly organs: readonly Organ[];
  readonly units: readonly OrgUnit[];
  readonly users: readonly User[];
  readonly agencies: readonly Agency[];
  readonly today: LocalDate;
  readonly onSubmit: (filled: FilledDraft) => Promise<DraftSubmission>;
  /** Leaving asks by itself when there is unsaved text. */
  readonly onCancel: () => void;
}

export function DraftForm(props: DraftFormProps) {
  const { isNew, initial, files, organs, units, users, agencies, today, onSubmit, onCancel } =
    props;
  const form = useForm<DraftValues>({ mode: 'uncontrolled', initialValues: initial.values });
  const frame = useRef<HTMLFormElement>(null);
  const isSaved = useRef(false);
  const pendingRecipient = useRef('');
  const [organId, setOrganId] = useState(initial.values.organId);
  form.watch('organId', ({ value }) => setOrganId(value));
  const [recipients, setRecipients] = useState(initial.recipients);
  const [answered, setAnswered] = useState<readonly Answered[]>([]);
  const attachments = useAttachments('duThao', files);
  const [busy, setBusy] = useState<'save' | 'submit'>();
  const [failure, setFailure] = useState<Failure>();
  const organ = organs.find(({ id }) => id === organId);
  const signers = organ ? signersOf(users, organ) : [];
  useLeaveGuard(
    () =>
      !isSaved.current &&
      (form.isDirty() ||
        recipients !== initial.recipients ||
        pendingRecipient.current.trim() !== '' ||
        answered.length > 0 ||
        attachments.entries.length !== files.length),
  );

  useEffect(() => {
    frame.current?.querySelector<HTMLElement>('[name="documentTypeId"]')?.focus();
  }, []);

  const mayAddFiles = (): boolean => {
    const isConfirmed = form.getValues().notSecretConfirmed;
    if (isConfirmed) form.clearFieldError('drafts');
    else {
      form.setFieldError('drafts', t('outgoing.invalid.notSecretConfirmed'));
      frame.current?.querySelector<HTMLElement>('[name="notSecretConfirmed"]')?.focus();
    }
    return isConfirmed;
  };

  const submit = async (handOn: boolean) => {
    if (busy) return;
    const filesError = unfinished(attachments);
    if (filesError !== undefined) return form.setFieldError('drafts', filesError);
    setBusy(handOn ? 'submit' : 'save');
    setFailure(undefined);
    const outcome = await onSubmit({
      values: form.getValues(),
      signers,
      recipients: withPending(recipients, pendingRecipient.current, agencies),
      replyToIncomingIds: answered.map(({ id }) => id),
      drafts: attachments.files,
      submit: handOn,
    });
    setBusy(undefined);
    if (outcome.kind === 'done') {
      isSaved.current = true;
      outcome.next();
    } else if (outcome.kind === 'failed') {
      setFailure(outcome.failure);
    } else {
      form.setErrors({ ...outcome.errors });
      focusFirst(frame.current, outcome.errors);
    }
  };

  useShortcut('Ctrl+S', () => void submit(false));
  useShortcut('Escape', () => onCancel());
  const errorCount = Object.values(form.errors).filter(Boolean).length;

  return (
    <form
      // What is typed is kept by us, never by the browser's own memory of forms (§7.3).
      autoComplete="off"
      ref={frame}
      noValidate
      onSubmit={(event) => event.preventDefault()}
      onKeyDown={goToNextField}
      style={{ display: 'flex', flexDirection: 'column', flex: 1, minHeight: 0 }}
    >
      <Box flex={1} mih={0} style={{ overflowY: 'auto' }} px="md" pb="sm">
        <Stack gap="sm" maw={1240}>
          {failure ? (
            <FailureNotice code={failure.code} title={t('outgoing.form.notSavedTitle')} />
          ) : null}
          <DocumentFields
            form={form}
            organs={organs}
            units={units}
            signers={signers}
            isNew={isNew}
          />
          <Fieldset legend={t('outgoing.form.groupRecipients')} p="sm" pt={4}>
            <Grid gap="md">
              <Grid.Col span={isNew ? 6 : 12}>
                <RecipientList
                  agencies={agencies}
                  recipients={recipients}
                  onChange={(list) => {
                    setRecipients(list);
                    form.clearFieldError('recipients');
                  }}
                  onPending={(text) => {
                    pendingRecipient.current = text;
                  }}
                  error={textOf(form.errors['recipients'])}
                />
              </Grid.Col>
              {isNew ? (
                <Grid.Col span={6}>
                  <AnsweredList answered={answered} onChange={setAnswered} />
                </Grid.Col>
              ) : null}
            </Grid>
          </Fieldset>
          <Fieldset legend={t('outgoing.field.drafts')} p="sm" pt={4}>
            <FilePicker
              entries={attachments.entries}
              mayAdd={mayAddFiles}
              onAdd={(chosen) => {
                form.clearFieldError('drafts');
                attachments.add(chosen);
              }}
              onRemove={(key) => {
                form.clearFieldError('drafts');
                attachments.remove(key);
              }}
              accept=".docx,.doc,.odt,.pdf"
              error={textOf(form.errors['drafts'])}
            />
          </Fieldset>
          <MoreFields form={form} today={today} />
        </Stack>
      </Box>
      <Group
        justify="space-between"
        wrap="nowrap"
        px="md"
        py="sm"
        bg="white"
        style={{ borderTop: '1px solid var(--mantine-color-gray-3)' }}
      >
        <Box>
          <Checkbox
            label={<Text fw={600}>{t('outgoing.form.secrecy')}</Text>}
            description={t('outgoing.form.secrecyHelp')}
            name="notSecretConfirmed"
            key={form.key('notSecretConfirmed')}
            {...form.getInputProps('notSecretConfirmed', { type: 'checkbox' })}
          />
          {errorCount > 0 ? (
            <Alert color="red" py={4} px="sm" mt={4} role="alert">
              {t('outgoing.form.errorCount', { count: errorCount })}
            </Alert>
          ) : null}
        </Box>
        <Group gap="sm" wrap="nowrap" style={{ flexShrink: 0 }}>
          <Button variant="default" onClick={onCancel} rightSection={<Kbd size="xs">Esc</Kbd>}>
            {t('common.cancel')}
          </Button>
          <Button
            variant="default"
            loading={busy === 'save'}
            rightSection={<Kbd size="xs">{t('outgoing.form.saveKey')}</Kbd>}
            onClick={() => void submit(false)}
          >
            {t('outgoing.form.save')}
          </Button>
          <Button size="md" loading={busy === 'submit'} onClick={() => void submit(true)}>
            {t('outgoing.form.saveAndSubmit')}
          </Button>
        </Group>
      </Group>
    </form>
  );
}

/** A name that was typed and not added counts: nothing typed is lost. */
function withPending(
  recipients: readonly Recipient[],
  typed: string,
  agencies: readonly Agency[],
): readonly Recipient[] {
  const pending = recipientFrom(typed, agencies);
  return pending ? withRecipient(recipients, pending).recipients : recipients;
}

const MOST_FILES = 50;

/** Why the files keep the form from being saved; undefined when they do not. */
function unfinished({ entries }: Attachments): string | undefined {
  if (entries.length > MOST_FILES) return t('files.tooMany', { max: MOST_FILES });
  if (entries.some(({ state }) => state.status === 'failed')) return t('files.failedLeft');
  return entries.some(({ state }) => state.status === 'importing')
    ? t('files.stillImporting')
    : undefined;
}

const textOf = (error: ReactNode): string | undefined =>
  typeof error === 'string' ? error : undefined;

/** Enter goes on to the next field: a half-filled form is never sent by a habit. */
function goToNextField(event: KeyboardEvent<HTMLFormElement>): void {
  const { target } = event;
  const isField = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  if (event.key !== 'Enter' || event.ctrlKey || event.defaultPrevented || !isField) return;
  event.preventDefault();
  const fields = [
    ...event.currentTarget.querySelectorAll<HTMLElement>('input:not([hidden]), select, textarea'),
  ];
  const next = fields
    .slice(fields.indexOf(target) + 1)
    .find((field) => !field.hasAttribute('disabled'));
  next?.focus();
}

function focusFirst(form: HTMLFormElement | null, errors: DraftErrors): void {
  const names = new Set(Object.keys(errors));
  const fields = [...(form?.querySelectorAll<HTMLElement>('[name]') ?? [])];
  fields.find((field) => names.has(field.getAttribute('name') ?? ''))?.focus();
}
