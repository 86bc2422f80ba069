import type { PictureChange, SigningPicture } from '@shared/domain/signing/signing-certificate';
import type { Role } from '@shared/domain/organ/user';
import type { Bridge, Input } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import { ask } from '../../../data/bridge';
import type { CertificateRow } from '../../../data/repositories/reference-repository';

type Act = Pick<Input<'operations.append'>['drafts'][number], 'kind' | 'body'>;

async function save(
  bridge: Bridge,
  { certificate: { id }, rev }: CertificateRow,
  role: Role,
  act: Act,
): Promise<Result<void>> {
  const answer = await ask(bridge, 'operations.append', {
    drafts: [{ ...act, target: { type: 'signingCertificate', id }, base: rev || null, role }],
  });
  return answer.ok ? ok(undefined) : answer;
}

/** Asks that signatures show this picture from its confirmation on; resolves once the journal has it. */
export const requestPicture = (
  bridge: Bridge,
  row: CertificateRow,
  { role, picture }: { readonly role: Role; readonly picture: SigningPicture },
): Promise<Result<void>> =>
  save(bridge, row, role, { kind: 'cmd.requestPicture', body: { picture } });

/** Saves the confirmation of the picture that was looked at, or with a reason its refusal. */
export const decidePicture = (
  bridge: Bridge,
  row: CertificateRow,
  {
    role,
    change: { id: change },
    reason,
  }: { readonly role: Role; readonly change: PictureChange; readonly reason?: string },
): Promise<Result<void>> =>
  save(
    bridge,
    row,
    role,
    reason === undefined
      ? { kind: 'cmd.confirmPicture', body: { change } }
      : { kind: 'cmd.refusePicture', body: { change, reason } },
  );
