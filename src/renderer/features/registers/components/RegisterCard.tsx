import { Button, Card, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { roleFor } from '@shared/domain/organ/permission';
import { formatDate, formatRecent } from '@shared/i18n/format';
import { describeFailure } from '@shared/i18n/failures';
import { t } from '@shared/i18n/translate';
import type { HeldRegister } from '@shared/ipc/registers';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { ok, type Failure, type Result } from '@shared/kernel/result';
import { ask, useBridge } from '../../../data/bridge';
import type { RegisterRow, WaitingPaper } from '../../../data/repositories/register-repository';
import { useCurrentSession } from '../../../data/session';
import { useNow } from '../../../data/use-now';
import { useOfficeHub } from '../../../data/use-office-hub';
import { ConfirmButton } from '../../../ui/ConfirmButton';
import { FailureNotice } from '../../../ui/FailureNotice';
import { actOnRegister } from '../commands/register-acts';
import { offeredActs, type RegisterStep } from '../offered-acts';
import { NumberDialog } from './NumberDialog';
import { RecallNotice } from './RecallNotice';
import { WaitingList } from './WaitingList';

interface RegisterCardProps {
  readonly row: RegisterRow;
  readonly held: HeldRegister | undefined;
  readonly papers: readonly WaitingPaper[];
  /** Numbers of it that wait for a leader. */
  readonly disputeCount: number;
  readonly onOpenBook: () => void;
}

/** One register: who has it, since when, who waits, and what this person may do about it. */
export function RegisterCard(props: RegisterCardProps) {
  const { row, held, papers, disputeCount, onOpenBook } = props;
  const bridge = useBridge();
  const nowMs = useNow();
  const { user } = useCurrentSession();
  const [failure, setFailure] = useState<Failure>();
  const [asking, setAsking] = useState<NumberStep>();
  const { register, holding } = row;
  const hub = useOfficeHub();
  const steps = offeredActs(user, row, held?.kind === 'held' && !held.isReturning, hub);

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
            {steps.map((step) => {
              const { name } = step;
              return needsNumber(name, row) ? (
                <Button key={name} variant="default" onClick={() => setAsking(name)}>
                  {t(`register.act.${name}`)}
                </Button>
              ) : (
                <ConfirmButton
                  key={name}
                  label={t(`register.act.${name}`)}
                  question={t(`register.question.${name}`)}
                  onConfirm={() => void press(step)}
                />
              );
            })}
          </Group>
        </Group>
        {failure ? <FailureNotice code={failure.code} /> : null}
        <Text>
          {whoHas(row, nowMs, hub !== undefined && holding.holder?.deviceId === hub.deviceId)}
        </Text>
        {holding.state === 'FROZEN' ? <Text fw={600}>{whyFrozen(row, disputeCount)}</Text> : null}
        {held?.kind === 'held' ? <HeldFacts held={held} /> : null}
        {holding.recall ? <RecallNotice row={row} recall={holding.recall} /> : null}
        {holding.opening && holding.openedAfter === 0 ? (
          <Text c="orange.9" fw={600}>
            {t('register.opening.waits')}
          </Text>
        ) : null}
        <WaitingList
          papers={papers}
          queueLength={holding.queueLength}
          row={row}
          isClerk={roleFor(user, 'keepRegister', register.organId) !== undefined}
        />
      </Stack>
      {asking ? (
        <AskNumber
          row={row}
          asking={asking}
          onGiven={async (body) => {
            const step = steps.find(({ name }) => name === asking);
            return step
              ? take({ ...step, body })
              : { ok: false, error: { code: 'register.not-allowed' } };
          }}
          onClose={() => setAsking(undefined)}
        />
      ) : null}
    </Card>
  );
}

type NumberStep = 'proposeRecall' | 'unfreeze';

/** Acts for which the last number on paper is asked. */
const needsNumber = (name: RegisterStep['name'], { holding }: RegisterRow): name is NumberStep =>
  name === 'proposeRecall' || (name === 'unfreeze' && holding.recovery !== null);

interface AskNumberProps {
  readonly row: RegisterRow;
  readonly asking: NumberStep;
  readonly onGiven: (body: JsonObject) => Promise<Result<void>>;
  readonly onClose: () => void;
}

function AskNumber({ row, asking, onGiven, onClose }: AskNumberProps) {
  return asking === 'proposeRecall' ? (
    <NumberDialog
      title={t('register.act.proposeRecall')}
      text={t('register.recall.text')}
      label={t('register.recall.label')}
      act={t('register.act.proposeRecall')}
      least={0}
      onGiven={(lastIssued) => onGiven({ lastIssued })}
      onClose={onClose}
    />
  ) : (
    <NumberDialog
      title={t('register.restored.title')}
      text={t('register.restored.text')}
      label={t('register.paper.label')}
      act={t('register.act.unfreeze')}
      least={row.holding.recovery?.lastSeen ?? 0}
      onGiven={(lastPaperNumber) => onGiven({ lastPaperNumber })}
      onClose={onClose}
    />
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
function whoHas({ register, holding }: RegisterRow, nowMs: number, isAtHub: boolean): string {
  if (register.status === 'daDong') return t('register.state.closed');
  if (register.status === 'daKhoa') return t('register.state.locked');
  const since = holding.since !== '' ? formatRecent(holding.since, nowMs) : '';
  const name = holding.holder?.name ?? '';
  // A hub sends no word of a lease: the first slip of it says that it came.
  const isAway = holding.state === 'SEALING' || holding.state === 'DEVICE';
  if (isAway && isAtHub) return t('register.state.hub', { name, since });
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

/** Why nobody's number counts, and what to do (N-11, sync §9.5, §9.6). */
function whyFrozen({ holding: { recovery } }: RegisterRow, disputeCount: number): string {
  if (recovery?.lastSeen === null) return t('register.state.frozenRestoring');
  if (recovery) return t('register.state.frozenRestored', { number: String(recovery.lastSeen) });
  return disputeCount > 0
    ? t('register.state.frozenDisputed', { count: disputeCount })
    : t('register.state.frozenByHand');
}
