import type { Role } from '@shared/domain/organ/user';
import type { Bridge } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import { ask } from '../../../data/bridge';
import type { CertificateRow } from '../../../data/repositories/reference-repository';

/** Saves the confirmation of a request, or with a reason its refusal; resolves once the journal has it. */
export async function decideRequest(
  bridge: Bridge,
  { certificate: { id }, rev }: CertificateRow,
  { role, reason }: { readonly role: Role; readonly reason?: string },
): Promise<Result<void>> {
  const act =
    reason === undefined
      ? ({ kind: 'cmd.confirmCertificate', body: {} } as const)
      : ({ kind: 'cmd.refuseCertificate', body: { reason } } as const);
  const answer = await ask(bridge, 'operations.append', {
    drafts: [{ ...act, target: { type: 'signingCertificate', id }, base: rev || null, role }],
  });
  return answer.ok ? ok(undefined) : answer;
}
