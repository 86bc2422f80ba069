import { Button, Checkbox, Group, Input, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Role } from '@shared/domain/organ/user';
import { t } from '@shared/i18n/translate';
import { readTypedDate } from '@shared/i18n/typed';
import { localDateAt } from '@shared/kernel/local-date';
import type { Failure } from '@shared/kernel/result';
import { codePointLength } from '@shared/kernel/vietnamese-text';
import { useBridge } from '../../../data/bridge';
import type { RegisterRow } from '../../../data/repositories/register-repository';
import { useAttachments } from '../../../data/use-attachments';
import { useNow } from '../../../data/use-now';
import { DateField } from '../../../ui/DateField';
import { FailureNotice } from '../../../ui/FailureNotice';
import { FilePicker } from '../../../ui/FilePicker';
import { actOnRegister } from '../commands/register-acts';

interface OpeningDialogProps {
  readonly row: RegisterRow;
  readonly role: Role;
  readonly onClose: () => void;
}

/** Where the book on paper ended: number, day, which book, and a scan of its last page. */
export function OpeningDialog({ row, role, onClose }: OpeningDialogProps) {
  const bridge = useBridge();
  const today = localDateAt(useNow());
  const attachments = useAttachments('banQuet');
  const [typed, setTyped] = useState({ number: '', date: '', source: '' });
  const [isConfirmed, setConfirmed] = useState(false);
  const [asksStatement, setAsksStatement] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);
  const { year } = row.register;

  const lastNumber = /^\d{1,6}$/.test(typed.number.trim()) ? Number(typed.number.trim()) : 0;
  const day = readTypedDate(typed.date, today);
  const lastDate = day && day <= today && Number(day.slice(0, 4)) === year ? day : undefined;
  const source = typed.source.trim();
  const isSource = codePointLength(source) >= 3;
  const scan = attachments.files[0]?.sha256;

  const propose = async () => {
    setAsked(true);
    if (lastNumber < 1 || !lastDate || !isSource || !scan) return;
    setBusy(true);
    const saved = await actOnRegister(bridge, row, {
      kind: 'cmd.proposeOpening',
      role,
      body: { lastNumber, lastDate, source, scanSha256: scan },
      files: [scan],
    });
    setBusy(false);
    if (saved.ok) onClose();
    else setFailure(saved.error);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('register.opening.title')}
      size="xl"
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="sm">
        {failure ? <FailureNotice code={failure.code} /> : null}
        <Text>{t('register.opening.text')}</Text>
        <Group grow align="flex-start">
          <TextInput
            label={t('register.opening.lastNumber')}
            name="lastNumber"
            withAsterisk
            inputMode="numeric"
            autoComplete="off"
            data-autofocus
            error={
              isAsked && lastNumber < 1 ? t('register.number.invalid', { least: '1' }) : undefined
            }
            onChange={({ currentTarget: { value } }) => setTyped({ ...typed, number: value })}
          />
          <DateField
            label={t('register.opening.lastDate')}
            name="lastDate"
            required
            today={today}
            error={
              isAsked && !lastDate
                ? t('register.opening.dateInvalid', { year: String(year) })
                : undefined
            }
            onChange={(date) => setTyped((before) => ({ ...before, date }))}
          />
        </Group>
        <TextInput
          label={t('register.opening.source')}
          name="source"
          withAsterisk
          maxLength={500}
          autoComplete="off"
          error={isAsked && !isSource ? t('register.opening.sourceInvalid') : undefined}
          onChange={({ currentTarget: { value } }) =>
            setTyped((before) => ({ ...before, source: value }))
          }
        />
        <Checkbox
          label={t('register.opening.secrecy')}
          name="notSecretConfirmed"
          checked={isConfirmed}
          onChange={(event) => {
            setConfirmed(event.currentTarget.checked);
            setAsksStatement(false);
          }}
        />
        <Input.Wrapper label={t('register.opening.scan')} withAsterisk labelElement="div">
          <FilePicker
            entries={attachments.entries}
            mayAdd={() => {
              setAsksStatement(!isConfirmed);
              return isConfirmed;
            }}
            onAdd={([file]) => {
              if (!file) return;
              attachments.reset();
              attachments.add([file]);
            }}
            onRemove={attachments.remove}
            accept=".pdf"
            error={
              asksStatement
                ? t('register.opening.secrecyMissing')
                : isAsked && !scan
                  ? t('register.opening.scanMissing')
                  : undefined
            }
          />
        </Input.Wrapper>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.back')}
          </Button>
          <Button loading={isBusy} onClick={() => void propose()}>
            {t('register.opening.act')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
