import type { Role } from '@shared/domain/organ/user';
import type { Bridge } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import { ask } from '../../../data/bridge';
import type { OpenConflict } from '../../../data/repositories/conflict-repository';

/** Saves a choice; resolves once the journal has it. The document follows when the server has decided. */
export async function resolveConflict(
  bridge: Bridge,
  { id, rev, document }: Pick<OpenConflict, 'id' | 'rev' | 'document'>,
  { choice, role }: { readonly choice: 'kept' | 'losing'; readonly role: Role },
): Promise<Result<void>> {
  const answer = await ask(bridge, 'operations.append', {
    drafts: [
      {
        kind: 'cmd.resolveConflict',
        target: { type: 'conflict', id },
        base: rev === 0 ? null : rev,
        role,
        body: { choice, now: document.now },
      },
    ],
  });
  return answer.ok ? ok(undefined) : answer;
}
