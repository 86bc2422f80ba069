import type { Role } from '@shared/domain/organ/user';
import type { Bridge } from '@shared/ipc/contract';
import type { UserId } from '@shared/kernel/ids';
import { ok, type Result } from '@shared/kernel/result';
import type { OperationDraft } from '@shared/sync/operation';
import { ask } from '../../../data/bridge';
import type { DocumentPlace, HeldDossier } from '../../../data/repositories/dossier-repository';

/** Each resolves once the journal has it; the server decides. */
async function save(bridge: Bridge, draft: OperationDraft): Promise<Result<void>> {
  const answer = await ask(bridge, 'operations.append', { drafts: [draft] });
  return answer.ok ? ok(undefined) : answer;
}

const baseOf = (rev: number): number | null => (rev === 0 ? null : rev);

export interface Opening {
  readonly organId: string;
  readonly title: string;
  readonly role: Role;
}

/** Opens a dossier whose only member is its owner. */
export const openDossier = (
  bridge: Bridge,
  { organId, title, role }: Opening,
): Promise<Result<void>> =>
  save(bridge, {
    kind: 'create',
    target: { type: 'dossier', id: crypto.randomUUID() },
    base: null,
    role,
    body: { organId, title: title.trim(), members: [] },
  });

export const setMembers = (
  bridge: Bridge,
  { id, rev }: HeldDossier,
  { members, role }: { readonly members: readonly UserId[]; readonly role: Role },
): Promise<Result<void>> =>
  save(bridge, {
    kind: 'cmd.setMembers',
    target: { type: 'dossier', id },
    base: baseOf(rev),
    role,
    body: { members },
  });

export const moveToDossier = (
  bridge: Bridge,
  { id, type, rev }: DocumentPlace,
  { dossierId, role }: { readonly dossierId: string; readonly role: Role },
): Promise<Result<void>> =>
  save(bridge, {
    kind: 'cmd.moveToDossier',
    target: { type, id },
    base: baseOf(rev),
    role,
    body: { dossierId },
  });

/** Takes a document suspected of a state secret out of everybody's sight, one's own included. */
export const sealDocument = (
  bridge: Bridge,
  { id, type, rev }: DocumentPlace,
  role: Role,
): Promise<Result<void>> =>
  save(bridge, { kind: 'cmd.seal', target: { type, id }, base: baseOf(rev), role, body: {} });

export const leaveDossier = (
  bridge: Bridge,
  { id, type, rev }: DocumentPlace,
  role: Role,
): Promise<Result<void>> =>
  save(bridge, {
    kind: 'cmd.leaveDossier',
    target: { type, id },
    base: baseOf(rev),
    role,
    body: {},
  });
