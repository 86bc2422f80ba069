import { roleFor } from '@shared/domain/organ/permission';
import type { Role, User } from '@shared/domain/organ/user';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { RegisterRow } from '../../data/repositories/register-repository';

const kinds = {
  allow: 'cmd.allowLease',
  forbid: 'cmd.allowLease',
  take: 'cmd.requestLease',
  toHub: 'cmd.leaseToHub',
  fromHub: 'cmd.releaseHubLease',
  giveBack: 'cmd.releaseLease',
  proposeRecall: 'cmd.proposeRecall',
  approveRecall: 'cmd.approveRecall',
  freeze: 'cmd.freeze',
  unfreeze: 'cmd.unfreeze',
} as const;

export interface RegisterStep {
  readonly name: keyof typeof kinds;
  readonly kind: (typeof kinds)[keyof typeof kinds];
  readonly role: Role;
  readonly body: JsonObject;
}

/** What a person may do with a register as it stands (sync §9.4, §9.5; the server decides again). */
export function offeredActs(
  user: Pick<User, 'id' | 'active' | 'grants'>,
  { register, holding }: RegisterRow,
  isHeldHere: boolean,
  hub?: { readonly deviceId: string; readonly inc: number },
): readonly RegisterStep[] {
  if (register.status !== 'dangMo') return [];
  const { organId } = register;
  const clerk = roleFor(user, 'keepRegister', organId);
  const leader = roleFor(user, 'leadRegister', organId);
  const approver = roleFor(user, 'approveRecall', organId);
  const isHead = user.grants.some(
    (grant) => grant.role === 'lanhDaoVanPhong' && grant.organId === organId,
  );
  const { state, leaseAllowed, recall, recovery } = holding;
  const step = (
    name: RegisterStep['name'],
    role: Role | undefined,
    isOpen: boolean,
    body: JsonObject = {},
  ): readonly RegisterStep[] =>
    role !== undefined && isOpen ? [{ name, kind: kinds[name], role, body }] : [];
  const head = isHead ? 'lanhDaoVanPhong' : undefined;
  const isAway = holding.holder !== null;
  return [
    ...step('allow', head, !leaseAllowed, { allowed: true }),
    ...step('forbid', head, leaseAllowed, { allowed: false }),
    ...step('take', clerk, state === 'SERVER' && leaseAllowed),
    ...(hub
      ? step('toHub', clerk, state === 'SERVER' && leaseAllowed, {
          deviceId: hub.deviceId,
          inc: hub.inc,
        })
      : []),
    ...step('fromHub', clerk, isAway && holding.holder?.deviceId === hub?.deviceId),
    ...step('giveBack', clerk, isHeldHere),
    ...step('proposeRecall', leader, isAway && !isHeldHere),
    ...step('approveRecall', approver, recall !== null && recall.proposedBy !== user.id),
    ...step('freeze', leader, state !== 'FROZEN'),
    // After a restore of the server its administrator finishes first (N-11).
    ...step('unfreeze', leader, state === 'FROZEN' && recovery?.lastSeen !== null),
  ];
}
