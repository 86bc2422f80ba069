import { Alert, Box, Button, Group } from '@mantine/core';
import { IconHash } from '@tabler/icons-react';
import { useState } from 'react';
import { printNumber } from '@shared/domain/register/allocate-number';
import { t } from '@shared/i18n/translate';
import { voidable } from '@shared/sync/acts/register-numbers';
import { useRoleFor } from '../../../data/session';
import { useDisputes, useNumberedPaper } from '../hooks/use-book';
import { useRegisters } from '../hooks/use-registers';
import { DisputeCard } from './DisputeCard';
import { bookName } from './DisputeList';
import { VoidDialog } from './VoidDialog';

interface DocumentNumberProps {
  readonly documentId: string;
}

/** On a document's page: what is disputed about its number, and what its clerk may do about it. */
export function DocumentNumber({ documentId }: DocumentNumberProps) {
  const paper = useNumberedPaper(documentId);
  const roleFor = useRoleFor('keepRegister');
  const [isVoiding, setVoiding] = useState(false);
  const [isSaved, setSaved] = useState(false);
  const registers = useRegisters();
  const disputes = useDisputes();
  if (paper?.dispute) {
    const { registerId, number } = paper.dispute;
    const rows = registers.status === 'ready' ? registers.value : [];
    // A paper of a restricted dossier is in no list: it is shown alone.
    const alone = { registerId, number, entry: null, papers: [paper] };
    const dispute =
      disputes.find((one) => one.registerId === registerId && one.number === number) ?? alone;
    return (
      <Box maw={1240} mb="md">
        <DisputeCard dispute={dispute} register={bookName(rows, registerId)} />
      </Box>
    );
  }
  if (!paper || paper.number === null) return null;
  const number = printNumber(paper.number);
  const mayVoid =
    roleFor(paper.organId) !== undefined && paper.rev > 0 && voidable.includes(paper.state);
  if (!mayVoid) return null;
  if (isSaved) {
    return (
      <Alert color="orange" py="xs" mb="md" maw={1240}>
        {t('register.void.saved', { number })}
      </Alert>
    );
  }
  return (
    <Group maw={1240} mb="md" justify="flex-end">
      <Button
        variant="default"
        leftSection={<IconHash size={18} aria-hidden />}
        onClick={() => setVoiding(true)}
      >
        {t('register.void.button')}
      </Button>
      {isVoiding ? (
        <VoidDialog
          paper={{ ...paper, number: paper.number }}
          onVoided={() => {
            setVoiding(false);
            setSaved(true);
          }}
          onClose={() => setVoiding(false)}
        />
      ) : null}
    </Group>
  );
}
