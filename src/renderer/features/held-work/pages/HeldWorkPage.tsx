import { Box, Loader, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { draftingRole } from '@shared/domain/document/outgoing-work';
import type { Role } from '@shared/domain/organ/user';
import { t } from '@shared/i18n/translate';
import type { Failure } from '@shared/kernel/result';
import { isMergeable } from '@shared/sync/acts/held-work';
import { useBridge } from '../../../data/bridge';
import type { WaitingWork } from '../../../data/repositories/held-work-repository';
import { useCurrentSession, useRoleFor } from '../../../data/session';
import { useLive } from '../../../data/use-live';
import { useHeldWorkRepository } from '../../../data/workspace';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { decideHeld } from '../commands/decide-held';
import { HeldCard } from '../components/HeldCard';
import { ReturnDialog } from '../components/ReturnDialog';

/** "Công việc chờ tiếp nhận": work of people who may no longer see what it is about (§7.4). */
export function HeldWorkPage() {
  const bridge = useBridge();
  const repository = useHeldWorkRepository();
  const live = useLive(useMemo(() => repository.watchAll(), [repository]));
  const { user } = useCurrentSession();
  const acceptingRole = useAcceptingRole();
  const [returning, setReturning] = useState<WaitingWork>();
  const [failure, setFailure] = useState<Failure>();
  const returningRole = user.grants.find(({ role }) => role !== 'quanTri')?.role;

  const accept = async (waiting: WaitingWork, role: Role) => {
    const accepted = await decideHeld(bridge, waiting, { kind: 'cmd.acceptHeld', role });
    setFailure(accepted.ok ? undefined : accepted.error);
  };

  const cardOf = (waiting: WaitingWork) => {
    const isOpen = isWaiting(waiting);
    const role = isOpen ? acceptingRole(waiting) : undefined;
    return (
      <HeldCard
        key={waiting.id}
        waiting={waiting}
        onAccept={role === undefined ? undefined : () => void accept(waiting, role)}
        onReturn={isOpen && returningRole ? () => setReturning(waiting) : undefined}
      />
    );
  };

  return (
    <Box p="md" h="100%" style={{ overflow: 'auto' }}>
      <PageHeader title={t('held.page')} />
      <Stack gap="md" maw={1240}>
        {failure ? <FailureNotice code={failure.code} title={t('held.notDecided')} /> : null}
        {live.status === 'loading' ? <Loader aria-label={t('common.loading')} /> : null}
        {live.status === 'failed' ? <FailureNotice code={live.failure.code} /> : null}
        {live.status === 'ready' && live.value.length === 0 ? (
          <EmptyState title={t('held.empty')} hint={t('held.emptyHint')} />
        ) : null}
        {live.status === 'ready' && live.value.some(isWaiting) ? (
          <Text>{t('held.intro')}</Text>
        ) : null}
        {live.status === 'ready' ? live.value.map(cardOf) : null}
      </Stack>
      {returning && returningRole ? (
        <ReturnDialog
          title={returning.title}
          onReturn={(reason) =>
            decideHeld(bridge, returning, { kind: 'cmd.returnHeld', role: returningRole, reason })
          }
          onClose={() => setReturning(undefined)}
        />
      ) : null}
    </Box>
  );
}

const isWaiting = ({ work }: WaitingWork): boolean => work.state === 'choTiepNhan';

/** The role in which this person could make the held change themselves; undefined when they could not. */
function useAcceptingRole(): (waiting: WaitingWork) => Role | undefined {
  const { user } = useCurrentSession();
  const correcting = useRoleFor('correctIncoming');
  const registering = useRoleFor('registerIncoming');
  return ({ organId, work: { operation } }) => {
    const { kind, target } = operation;
    if (!isMergeable(operation)) return undefined;
    if (target.type === 'incomingDocument')
      return kind === 'create' ? registering(organId) : correcting(organId);
    // Of other records only corrections are taken over here.
    const isDraft = kind === 'patch' || target.type === 'outgoingDocument';
    return isDraft ? draftingRole(user, organId) : undefined;
  };
}
