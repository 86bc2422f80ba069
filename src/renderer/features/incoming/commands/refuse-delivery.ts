import type { Role } from '@shared/domain/organ/user';
import type { Bridge } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import { ask } from '../../../data/bridge';
import type { DeliveryRow } from '../../../data/repositories/delivery-repository';

/** Saves the refusal of a delivery; resolves once the journal has it. */
export async function refuseDelivery(
  bridge: Bridge,
  { id, rev }: Pick<DeliveryRow, 'id' | 'rev'>,
  { role, reason }: { readonly role: Role; readonly reason: string },
): Promise<Result<void>> {
  const answer = await ask(bridge, 'operations.append', {
    drafts: [
      {
        kind: 'cmd.refuseDelivery',
        target: { type: 'delivery', id },
        base: rev === 0 ? null : rev,
        role,
        body: { reason: reason.trim() },
      },
    ],
  });
  return answer.ok ? ok(undefined) : answer;
}
