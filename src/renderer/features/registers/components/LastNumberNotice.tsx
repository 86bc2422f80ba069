import { Alert, Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { roleFor } from '@shared/domain/organ/permission';
import { formatDate } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { HeldRegister } from '@shared/ipc/registers';
import type { Failure } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import type { RegisterRow } from '../../../data/repositories/register-repository';
import { useCurrentSession } from '../../../data/session';
import { FailureNotice } from '../../../ui/FailureNotice';
import { actOnRegister } from '../commands/register-acts';
import { useHeldRegisters, useRegisters } from '../hooks/use-registers';
import { useServeWaiting } from '../hooks/use-serve-waiting';
import { NumberDialog } from './NumberDialog';

/**
 * What a clerk is asked about the registers of this machine, on whatever page: the last number after each start, and
 * the paper question (sync §9.4). Behind it, whoever waits is served.
 */
export function LastNumberNotice() {
  useServeWaiting();
  const { user } = useCurrentSession();
  const held = useHeldRegisters();
  const registers = useRegisters();
  const rows = registers.status === 'ready' ? registers.value : [];
  return held.map((one) => {
    const row = rows.find(({ register }) => register.id === one.lease.registerId);
    const isClerk = row && roleFor(user, 'keepRegister', row.register.organId);
    const isAsked = one.kind === 'question' || one.needsConfirmation;
    return row && isClerk && isAsked ? (
      <Question key={row.register.id} one={one} row={row} />
    ) : null;
  });
}

function Question({ one, row }: { readonly one: HeldRegister; readonly row: RegisterRow }) {
  const bridge = useBridge();
  const [failure, setFailure] = useState<Failure>();
  const [isStating, setStating] = useState(false);
  const { register } = row;
  const confirm = async (lastNumber: number) => {
    const input = { registerId: register.id, lastNumber };
    const answer = await ask(bridge, 'registers.confirmLast', input);
    setFailure(answer.ok ? undefined : answer.error);
  };
  const name = `${register.name} ${register.year}`;
  return (
    <Alert color="orange" title={t('register.ask.title', { name })} mb="sm">
      {failure ? <FailureNotice code={failure.code} /> : null}
      <Group justify="space-between">
        <Text fw={600}>{questionOf(one)}</Text>
        <Group gap="sm">
          {one.kind === 'held' ? (
            <Button onClick={() => void confirm(one.lastNumber)}>{t('register.ask.right')}</Button>
          ) : null}
          <Button variant="default" onClick={() => setStating(true)}>
            {t(one.kind === 'held' ? 'register.ask.wrong' : 'register.ask.state')}
          </Button>
        </Group>
      </Group>
      {isStating ? (
        <NumberDialog
          title={t('register.paper.title')}
          text={t('register.paper.text')}
          label={t('register.paper.label')}
          act={t('register.paper.act')}
          least={one.lease.fromNumber - 1}
          onGiven={(lastPaperNumber) =>
            actOnRegister(bridge, row, {
              kind: 'cmd.declineLease',
              role: 'vanThu',
              body: { lastPaperNumber },
            })
          }
          onClose={() => setStating(false)}
        />
      ) : null}
    </Alert>
  );
}

function questionOf(one: HeldRegister): string {
  if (one.kind === 'question') return t('register.ask.forgotten');
  return one.lastNumber === 0
    ? t('register.ask.none')
    : t('register.ask.last', {
        number: String(one.lastNumber),
        date: formatDate(one.lastDate),
      });
}
