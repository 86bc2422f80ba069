import type { Role } from '@shared/domain/organ/user';
import type { Bridge } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import { ask } from '../../../data/bridge';
import type { WaitingWork } from '../../../data/repositories/held-work-repository';

export type Decision =
  | { readonly kind: 'cmd.acceptHeld'; readonly role: Role }
  | { readonly kind: 'cmd.returnHeld'; readonly role: Role; readonly reason: string };

/** Saves what becomes of held work; resolves once the journal has it. */
export async function decideHeld(
  bridge: Bridge,
  { id, rev }: WaitingWork,
  decision: Decision,
): Promise<Result<void>> {
  const { kind, role } = decision;
  const body = kind === 'cmd.returnHeld' ? { reason: decision.reason.trim() } : {};
  const target = { type: 'heldWork', id } as const;
  const answer = await ask(bridge, 'operations.append', {
    drafts: [{ kind, target, base: rev === 0 ? null : rev, role, body }],
  });
  return answer.ok ? ok(undefined) : answer;
}
