import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { readTypedDate, type LocalDate } from '@shared/i18n/typed';
import type { Failure, Result } from '@shared/kernel/result';
import { DateField } from '../../../ui/DateField';
import { FailureNotice } from '../../../ui/FailureNotice';

interface CorrectDateDialogProps {
  readonly number: string;
  readonly date: LocalDate | null;
  readonly today: LocalDate;
  readonly onGiven: (date: LocalDate) => Promise<Result<void>>;
  readonly onClose: () => void;
}

/** Asks for the day with which a kept number counts (sync §9.6). */
export function CorrectDateDialog(props: CorrectDateDialogProps) {
  const { number, date, today, onGiven, onClose } = props;
  const [typed, setTyped] = useState(formatDate(date));
  const [error, setError] = useState<string>();
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);

  const give = async () => {
    const day = readTypedDate(typed, today);
    if (!day || day > today) return setError(t('register.number.dayInvalid'));
    setBusy(true);
    const given = await onGiven(day);
    setBusy(false);
    if (given.ok) onClose();
    else setFailure(given.error);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('register.dispute.correctDateTitle', { number })}
      size="lg"
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void give();
        }}
      >
        <Stack gap="sm">
          {failure ? (
            <FailureNotice code={failure.code} title={t('register.dispute.failed')} />
          ) : null}
          <Text>{t('register.dispute.correctDateText', { number })}</Text>
          <DateField
            label={t('register.number.day')}
            name="day"
            required
            today={today}
            defaultValue={formatDate(date)}
            error={error}
            onChange={(text) => {
              setTyped(text);
              setError(undefined);
            }}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.back')}
            </Button>
            <Button type="submit" loading={isBusy}>
              {t('register.dispute.correctDateAct')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
