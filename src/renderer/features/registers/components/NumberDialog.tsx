import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { readTypedDate, type LocalDate } from '@shared/i18n/typed';
import { t } from '@shared/i18n/translate';
import type { Failure, Result } from '@shared/kernel/result';
import { DateField } from '../../../ui/DateField';
import { FailureNotice } from '../../../ui/FailureNotice';

interface NumberDialogProps {
  readonly title: string;
  readonly text: string;
  readonly label: string;
  readonly act: string;
  /** Smallest number that makes sense. */
  readonly least: number;
  /** Today, where a day is asked for too. */
  readonly dayUntil?: LocalDate;
  readonly onGiven: (number: number, date: LocalDate | undefined) => Promise<Result<void>>;
  readonly onClose: () => void;
}

/** Asks for a number that stands on paper, and for its day where that matters. */
export function NumberDialog(props: NumberDialogProps) {
  const { title, text, label, act, least, dayUntil, onGiven, onClose } = props;
  const [typed, setTyped] = useState('');
  const [day, setDay] = useState('');
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);

  const give = async () => {
    const number = Number(typed.trim());
    if (!/^\d{1,6}$/.test(typed.trim()) || number < least) {
      return setError(t('register.number.invalid', { least: String(least) }));
    }
    const date = dayUntil && readTypedDate(day, dayUntil);
    if (dayUntil && (!date || date > dayUntil)) return setError(t('register.number.dayInvalid'));
    setBusy(true);
    const given = await onGiven(number, date ?? undefined);
    setBusy(false);
    if (given.ok) onClose();
    else setFailure(given.error);
  };

  return (
    <Modal opened onClose={onClose} title={title} size="lg" centered>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void give();
        }}
      >
        <Stack gap="sm">
          {failure ? <FailureNotice code={failure.code} /> : null}
          <Text>{text}</Text>
          <TextInput
            label={label}
            name="number"
            withAsterisk
            inputMode="numeric"
            autoComplete="off"
            data-autofocus
            error={error}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setError(undefined);
            }}
          />
          {dayUntil ? (
            <DateField
              label={t('register.number.day')}
              name="day"
              required
              today={dayUntil}
              onChange={(value) => {
                setDay(value);
                setError(undefined);
              }}
            />
          ) : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.back')}
            </Button>
            <Button type="submit" loading={isBusy}>
              {act}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
