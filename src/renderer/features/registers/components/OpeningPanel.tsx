import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconEye, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { OpeningProposal } from '@shared/domain/register/custody';
import { formatDate, formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { useBridge } from '../../../data/bridge';
import type { RegisterRow } from '../../../data/repositories/register-repository';
import { useCurrentSession, useRoleFor } from '../../../data/session';
import { useUserNames } from '../../../data/use-user-names';
import { ConfirmButton } from '../../../ui/ConfirmButton';
import { FailureNotice } from '../../../ui/FailureNotice';
import { actOnRegister } from '../commands/register-acts';
import { Minute } from './Minute';

interface OpeningPanelProps {
  readonly row: RegisterRow;
  readonly opening: OpeningProposal;
  readonly onViewScan: (file: AttachedFile) => void;
}

/** Where the old book ended, as one person stated it and another confirms. */
export function OpeningPanel({ row, opening, onViewScan }: OpeningPanelProps) {
  const bridge = useBridge();
  const { user } = useCurrentSession();
  const role = useRoleFor('leadRegister')(row.register.organId);
  const nameOf = useUserNames();
  const [failure, setFailure] = useState<Failure>();
  const [isPrinting, setPrinting] = useState(false);
  const { register, holding } = row;
  const isOpened = holding.openedAfter > 0;
  const number = String(opening.lastNumber);
  const date = formatDate(opening.lastDate);
  const name = nameOf(opening.proposedBy);
  const at = formatInstant(opening.at);

  const confirm = async () => {
    if (!role) return;
    const saved = await actOnRegister(bridge, row, {
      kind: 'cmd.confirmOpening',
      role,
      body: {},
    });
    setFailure(saved.ok ? undefined : saved.error);
  };

  return (
    <Alert color={isOpened ? 'teal' : 'orange'} mb="md" maw={1240}>
      <Stack gap="xs">
        {failure ? <FailureNotice code={failure.code} /> : null}
        <Text>
          {t('register.opening.proposed', { number, date, source: opening.source, name, at })}
        </Text>
        <Text fw={600}>
          {isOpened
            ? t('register.opening.opened', { number: String(holding.openedAfter + 1) })
            : t('register.opening.waits')}
        </Text>
        <Group gap="sm">
          <Button
            variant="default"
            leftSection={<IconEye size={18} aria-hidden />}
            onClick={() => onViewScan(scanOf(opening))}
          >
            {t('register.opening.view')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconPrinter size={18} aria-hidden />}
            onClick={() => setPrinting(true)}
          >
            {t('register.minute.print')}
          </Button>
          {!isOpened && role && opening.proposedBy !== user.id ? (
            <ConfirmButton
              label={t('register.opening.confirm')}
              question={t('register.opening.confirmAsk', { number, date })}
              onConfirm={() => void confirm()}
            />
          ) : null}
        </Group>
      </Stack>
      {isPrinting ? (
        <Minute
          organId={register.organId}
          title={t('register.minute.openingTitle')}
          lines={[
            t('register.minute.openingBook', { register: `${register.name} ${register.year}` }),
            t('register.minute.openingLast', { number, date, source: opening.source }),
            t('register.minute.openingNext', { number: String(opening.lastNumber + 1) }),
            t('register.minute.openingBy', { name, at, hash: opening.scanSha256.slice(0, 16) }),
          ]}
          onClose={() => setPrinting(false)}
        />
      ) : null}
    </Alert>
  );
}

const scanOf = ({ scanSha256 }: OpeningProposal): AttachedFile => ({
  sha256: scanSha256,
  name: t('register.opening.scanName'),
  sizeBytes: 1,
  mime: 'application/pdf',
  role: 'banQuet',
});
