import { Alert, Box, Button, Checkbox, Fieldset, Group, Kbd, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import {
  useEffect,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import type { Agency } from '@shared/domain/organ/organ';
import type { Register } from '@shared/domain/register/register';
import { t } from '@shared/i18n/translate';
import type { LocalDate } from '@shared/kernel/local-date';
import type { Failure } from '@shared/kernel/result';
import type { Attachments } from '../../../data/use-attachments';
import { FailureNotice } from '../../../ui/FailureNotice';
import { FilePicker } from '../../../ui/FilePicker';
import { useLeaveGuard } from '../../../ui/leave-guard';
import { useShortcut } from '../../../ui/use-shortcut';
import type { RegistrationErrors, RegistrationValues } from '../registration-form';
import { HandlingFields, PaperFields, ReceptionFields } from './RegistrationFields';

/** What became of a submission: the form keeps every typed letter unless it was saved. */
export type Submission =
  | { readonly kind: 'done'; readonly next: () => void }
  | { readonly kind: 'invalid'; readonly errors: RegistrationErrors }
  | { readonly kind: 'failed'; readonly failure: Failure };

interface RegistrationFormProps {
  /** `correct` leaves out what is fixed once registered, and the statement that was made then. */
  readonly mode: 'register' | 'correct';
  readonly initial: RegistrationValues;
  /** The first field that a person will fill in. */
  readonly focusOn: 'issuerName' | 'codeDisplay' | 'subject';
  readonly registers: readonly Register[];
  readonly agencies: readonly Agency[];
  readonly today: LocalDate;
  /** Files of the paper; left out where they cannot be changed. */
  readonly attachments?: Attachments;
  readonly onSubmit: (values: RegistrationValues) => Promise<Submission>;
  /** Leaving asks by itself when there is unsaved text. */
  readonly onCancel: () => void;
  /** Issuer, symbol or date was left: the moment to look for the same paper. */
  readonly onIdentified?: (values: RegistrationValues) => void;
  /** Beside the button that saves. */
  readonly beforeSaving?: ReactNode;
  /** Notices above the fields. */
  readonly children?: ReactNode;
}

export function RegistrationForm(props: RegistrationFormProps) {
  const {
    mode,
    initial,
    focusOn,
    registers,
    agencies,
    today,
    attachments,
    onSubmit,
    onCancel,
    onIdentified,
    beforeSaving,
    children,
  } = props;
  const form = useForm<RegistrationValues>({ mode: 'uncontrolled', initialValues: initial });
  const frame = useRef<HTMLFormElement>(null);
  const isSaved = useRef(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const hasFiles = attachments !== undefined && attachments.entries.length > 0;
  useLeaveGuard(() => !isSaved.current && (form.isDirty() || hasFiles));

  useEffect(() => {
    frame.current?.querySelector<HTMLElement>(`[name="${focusOn}"]`)?.focus();
  }, [focusOn]);

  /** The statement of van-ban.md §6.2(1) comes before the first byte is read. */
  const mayAddFiles = (): boolean => {
    const isConfirmed = form.getValues().notSecretConfirmed;
    if (isConfirmed) form.clearFieldError('files');
    else {
      form.setFieldError('files', t('incoming.invalid.notSecretConfirmed'));
      frame.current?.querySelector<HTMLElement>('[name="notSecretConfirmed"]')?.focus();
    }
    return isConfirmed;
  };
  /** Never over what was typed, nor while the cursor stands there. */
  const prefillPages = (pageCount: number | null) => {
    const isHere = document.activeElement?.getAttribute('name') === 'pageAmount';
    if (pageCount === null || isHere || form.getValues().pageAmount.trim() !== '') return;
    form.setFieldValue('pageAmount', String(Math.min(pageCount, MOST_PAGES)));
  };

  const submit = async () => {
    if (isBusy) return;
    const filesError = attachments && unfinished(attachments);
    if (filesError !== undefined) return form.setFieldError('files', filesError);
    form.clearFieldError('files');
    setBusy(true);
    setFailure(undefined);
    const outcome = await onSubmit(form.getValues());
    setBusy(false);
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

  useShortcut('Ctrl+S', () => void submit());
  useShortcut('Ctrl+Enter', () => void submit());
  useShortcut('Escape', () => onCancel());
  const statement = form.getInputProps('notSecretConfirmed', { type: 'checkbox' });
  const errorCount = Object.values(form.errors).filter(Boolean).length;

  return (
    <form
      // What is typed is kept by us, never by the browser's own memory of forms (§7.3).
      autoComplete="off"
      ref={frame}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={goToNextField}
      onBlur={(event: FocusEvent<HTMLFormElement>) => {
        if (IDENTIFYING.has(event.target.getAttribute('name') ?? ''))
          onIdentified?.(form.getValues());
      }}
      style={{ display: 'flex', flexDirection: 'column', flex: 1, minHeight: 0 }}
    >
      <Box flex={1} mih={0} style={{ overflowY: 'auto' }} px="md" pb="sm">
        <Stack gap="sm" maw={1240}>
          {children}
          {failure ? (
            <FailureNotice code={failure.code} title={t('incoming.form.notSavedTitle')} />
          ) : null}
          {mode === 'register' ? (
            <ReceptionFields form={form} today={today} registers={registers} />
          ) : null}
          <PaperFields form={form} today={today} agencies={agencies} />
          {attachments ? (
            <Fieldset legend={t('incoming.field.files')} p="sm" pt={4}>
              <FilePicker
                entries={attachments.entries}
                mayAdd={mayAddFiles}
                onAdd={(files) =>
                  attachments.add(files, ({ pageCount }) => prefillPages(pageCount))
                }
                onRemove={(key) => {
                  form.clearFieldError('files');
                  attachments.remove(key);
                }}
                error={textOf(form.errors['files'])}
              />
            </Fieldset>
          ) : null}
          <HandlingFields form={form} today={today} />
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
        <Box flex={1}>
          {beforeSaving}
          {mode === 'register' ? (
            <Checkbox
              label={<Text fw={600}>{t('incoming.form.secrecy')}</Text>}
              description={t('incoming.form.secrecyHelp')}
              name="notSecretConfirmed"
              key={form.key('notSecretConfirmed')}
              {...statement}
              onChange={(event) => {
                form.clearFieldError('files');
                statement.onChange(event);
              }}
            />
          ) : null}
          {errorCount > 0 ? (
            <Alert color="red" py={4} px="sm" mt={4} role="alert">
              {t('incoming.form.errorCount', { count: errorCount })}
            </Alert>
          ) : null}
        </Box>
        <Group gap="sm" wrap="nowrap">
          <Button
            variant="default"
            onClick={() => onCancel()}
            rightSection={<Kbd size="xs">Esc</Kbd>}
          >
            {t('common.cancel')}
          </Button>
          <Button
            type="submit"
            size="md"
            loading={isBusy}
            rightSection={<Kbd size="xs">{t('incoming.form.submitKey')}</Kbd>}
          >
            {t(mode === 'register' ? 'incoming.form.submit' : 'incoming.form.saveCorrection')}
          </Button>
        </Group>
      </Group>
    </form>
  );
}

const MOST_PAGES = 999;
const MOST_FILES = 50;

/** Why the files cannot be saved now. */
function unfinished({ entries }: Attachments): string | undefined {
  if (entries.length > MOST_FILES) return t('files.tooMany', { max: MOST_FILES });
  if (entries.some(({ state }) => state.status === 'failed')) return t('files.failedLeft');
  return entries.some(({ state }) => state.status === 'importing')
    ? t('files.stillImporting')
    : undefined;
}

const textOf = (error: ReactNode): string | undefined =>
  typeof error === 'string' ? error : undefined;

const IDENTIFYING: ReadonlySet<string> = new Set(['issuerName', 'codeDisplay', 'issuedDate']);

/** Enter goes on to the next field: a half-filled form is never sent by a habit. */
function goToNextField(event: KeyboardEvent<HTMLFormElement>): void {
  const { target } = event;
  const isField = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  if (event.key !== 'Enter' || event.ctrlKey || event.defaultPrevented || !isField) return;
  event.preventDefault();
  const fields = [
    ...event.currentTarget.querySelectorAll<HTMLElement>(
      'input:not([type="file"]), select, textarea, button[type="submit"]',
    ),
  ];
  const next = fields
    .slice(fields.indexOf(target) + 1)
    .find((field) => !field.hasAttribute('disabled'));
  next?.focus();
}

function focusFirst(form: HTMLFormElement | null, errors: RegistrationErrors): void {
  const names = new Set(Object.keys(errors));
  const fields = [...(form?.querySelectorAll<HTMLElement>('[name]') ?? [])];
  fields.find((field) => names.has(field.getAttribute('name') ?? ''))?.focus();
}
