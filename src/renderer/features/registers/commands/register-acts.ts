import type { Role } from '@shared/domain/organ/user';
import type { Bridge } from '@shared/ipc/contract';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { ok, type Result } from '@shared/kernel/result';
import type { OperationDraft, OpKind } from '@shared/sync/operation';
import { ask } from '../../../data/bridge';
import type { RegisterRow, WaitingPaper } from '../../../data/repositories/register-repository';

/** Saves an act on a register; resolves once the journal has it. */
export async function actOnRegister(
  bridge: Bridge,
  { register, rev }: Pick<RegisterRow, 'register' | 'rev'>,
  act: Pick<OperationDraft, 'kind' | 'role' | 'body' | 'files'>,
): Promise<Result<void>> {
  const target = { type: 'register', id: register.id } as const;
  const answer = await ask(bridge, 'operations.append', {
    drafts: [{ ...act, target, base: rev === 0 ? null : rev }],
  });
  return answer.ok ? ok(undefined) : answer;
}

/** Saves an act on a document's number; resolves once the journal has it. */
export async function actOnPaper(
  bridge: Bridge,
  { id, type, rev }: Pick<WaitingPaper, 'id' | 'type' | 'rev'>,
  act: { readonly kind: OpKind; readonly role: Role; readonly body: JsonObject },
): Promise<Result<void>> {
  const answer = await ask(bridge, 'operations.append', {
    drafts: [{ ...act, target: { type, id }, base: rev === 0 ? null : rev }],
  });
  return answer.ok ? ok(undefined) : answer;
}
