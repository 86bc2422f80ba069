import { Alert, Button, Group, Modal, Text } from '@mantine/core';
import { printNumber } from '@shared/domain/register/allocate-number';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { IncomingRow } from '../../../data/repositories/incoming-view';

const textOf = ({ arrivalNumber, arrivalDate }: IncomingRow): string =>
  arrivalNumber === null
    ? t('incoming.duplicate.textWaiting', { date: formatDate(arrivalDate) })
    : t('incoming.duplicate.text', {
        number: printNumber(arrivalNumber),
        date: formatDate(arrivalDate),
      });

interface DuplicateNoticeProps {
  readonly duplicate: IncomingRow;
  readonly onOpen: () => void;
}

/** Says early, while the clerk still types, that the paper seems to be here already (VB006). */
export function DuplicateNotice({ duplicate, onOpen }: DuplicateNoticeProps) {
  return (
    <Alert color="orange" title={t('incoming.duplicate.title')} py="xs">
      <Group justify="space-between" wrap="nowrap">
        <Text>{textOf(duplicate)}</Text>
        <Button variant="default" onClick={onOpen} style={{ flexShrink: 0 }}>
          {t('incoming.duplicate.open')}
        </Button>
      </Group>
    </Alert>
  );
}

interface DuplicateQuestionProps {
  readonly duplicate: IncomingRow | undefined;
  readonly onOpen: () => void;
  readonly onRegister: () => void;
  readonly onBack: () => void;
}

/** Asks before a second number is given to what seems one paper. */
export function DuplicateQuestion({
  duplicate,
  onOpen,
  onRegister,
  onBack,
}: DuplicateQuestionProps) {
  return (
    <Modal
      opened={duplicate !== undefined}
      onClose={onBack}
      title={t('incoming.duplicate.title')}
      size="lg"
      centered
    >
      {duplicate ? <Text mb="xs">{textOf(duplicate)}</Text> : null}
      <Text mb="md" fw={600}>
        {duplicate?.codeDisplay} – {duplicate?.subject}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onRegister}>
          {t('incoming.duplicate.register')}
        </Button>
        <Button variant="default" onClick={onOpen}>
          {t('incoming.duplicate.open')}
        </Button>
        <Button data-autofocus onClick={onBack}>
          {t('incoming.duplicate.back')}
        </Button>
      </Group>
    </Modal>
  );
}
