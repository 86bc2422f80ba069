import { Button, Card, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { roleFor } from '@shared/domain/organ/permission';
import { formatDate, formatRecent } from '@shared/i18n/format';
import { describeFailure } from '@shared/i18n/failures';
import { t } from '@shared/i18n/translate';
import type { HeldRegister } from '@shared/ipc/registers';
import { ok, type Failure, type Result } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import type { RegisterRow, WaitingPaper } from '../../../data/repositories/register-repository';
import { useCurrentSession } from '../../../data/session';
import { useNow } from '../../../data/use-now';
import { ConfirmButton } from '../../../ui/ConfirmButton';
import { FailureNotice } from '../../../ui/FailureNotice';
import { actOnRegister } from '../commands/register-acts';
import { offeredActs, type RegisterStep } from '../offered-acts';
import { NumberDialog } from './NumberDialog';
import { WaitingList } from './WaitingList';

interface RegisterCardProps {
  readonly row: RegisterRow;
  readonly held: HeldRegister | undefined;
  readonly papers: readonly WaitingPaper[];
  readonly onOpenBook: () => void;
}

/** One register: who has it, since when, who waits, and what this person may do about it. */
export function RegisterCard({ row, held, papers, onOpenBook }: RegisterCardProps) {
  const bridge = useBridge();
  const nowMs = useNow();
  const { user } = useCurrentSession();
  const [failure, setFailure] = useState<Failure>();
  const [isRecalling, setRecalling] = useState(false);
  const { register, holding } = row;
  const steps = offeredActs(user, row, held?.kind === 'held' && !held.isReturning);

  const take = async ({ kind, role, body }: RegisterStep): Promise<Result<void>> => {
    if (kind !== 'cmd.releaseLease') return actOnRegister(bridge, row, { kind, role, body });
    const answer = await ask(bridge, 'registers.release', { registerId: register.id });
    return answer.ok ? ok(undefined) : answer;
  };
  const press = async (step: RegisterStep) => {
    const taken = await take(step);
    setFailure(taken.ok ? undefined : taken.error);
  };

  return (
    <Card component="article" withBorder padding="md" aria-label={register.name}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Text fw={700} size="lg" component="h3">
            {`${register.name} ${register.year}`}
          </Text>
          <Group gap="sm">
            <Button variant="light" onClick={onOpenBook}>
              {t('register.book.open')}
            </Button>
            {steps.map((step) =>
              step.name === 'proposeRecall' ? (
                <Button key={step.name} variant="default" onClick={() => setRecalling(true)}>
                  {t('register.act.proposeRecall')}
                </Button>
              ) : (
                <ConfirmButton
                  key={step.name}
                  label={t(`register.act.${step.name}`)}
                  question={t(`register.question.${step.name}`)}
                  onConfirm={() => void press(step)}
                />
              ),
            )}
          </Group>
        </Group>
        {failure ? <FailureNotice code={failure.code} /> : null}
        <Text>{whoHas(row, nowMs)}</Text>
        {held?.kind === 'held' ? <HeldFacts held={held} /> : null}
        {holding.recall ? (
          <Text c="orange.9" fw={600}>
            {t('register.recallWaits', { number: String(holding.recall.lastIssued) })}
          </Text>
        ) : null}
        <WaitingList
          papers={papers}
          queueLength={holding.queueLength}
          row={row}
          isClerk={roleFor(user, 'keepRegister', register.organId) !== undefined}
        />
      </Stack>
      {isRecalling ? (
        <NumberDialog
          title={t('register.act.proposeRecall')}
          text={t('register.recall.text')}
          label={t('register.recall.label')}
          act={t('register.act.proposeRecall')}
          least={0}
          onGiven={async (lastIssued) => {
            const step = steps.find(({ name }) => name === 'proposeRecall');
            return step
              ? take({ ...step, body: { lastIssued } })
              : { ok: false, error: { code: 'register.not-allowed' } };
          }}
          onClose={() => setRecalling(false)}
        />
      ) : null}
    </Card>
  );
}

function HeldFacts({ held }: { readonly held: HeldRegister & { readonly kind: 'held' } }) {
  const { lastNumber, lastDate, unsent, lease, isNearLimit, isReturning, problem } = held;
  return (
    <>
      <Text>
        {t('register.held.last', {
          number: lastNumber === 0 ? t('common.none') : String(lastNumber),
          date: lastDate === null ? '' : `(${formatDate(lastDate)})`,
          unsent,
          quota: lease.quota,
          until: formatDate(lease.notAfter),
        })}
      </Text>
      {isReturning ? <Text fw={600}>{t('register.held.returning')}</Text> : null}
      {isNearLimit && !isReturning ? (
        <Text fw={600} c="orange.9">
          {t('register.held.nearLimit')}
        </Text>
      ) : null}
      {problem === null ? null : (
        <Text fw={600} c="red.9">
          {`${describeFailure(problem).what} ${describeFailure(problem).next}`}
        </Text>
      )}
    </>
  );
}

/** Who has the counter, in a sentence. */
function whoHas({ register, holding }: RegisterRow, nowMs: number): string {
  if (register.status === 'daDong') return t('register.state.closed');
  if (register.status === 'daKhoa') return t('register.state.locked');
  const since = holding.since !== '' ? formatRecent(holding.since, nowMs) : '';
  const name = holding.holder?.name ?? '';
  switch (holding.state) {
    case 'SEALING':
      return t('register.state.sealing', { name, since });
    case 'DEVICE':
      return t('register.state.device', { name, since });
    case 'FROZEN':
      return t('register.state.frozen', { since });
    case 'SERVER':
      return t('register.state.server');
  }
}
