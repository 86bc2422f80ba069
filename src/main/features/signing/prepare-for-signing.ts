import type { PreparedField } from '@shared/domain/signing/prepared-field';
import type { FileHash } from '@shared/kernel/ids';
import { ok, type Result } from '@shared/kernel/result';
import type { PadesAnswers } from './pades-job';
import type { SigningDeps } from './signing-deps';

export type PreparedFile = PadesAnswers['prepareFields'] & { readonly sha256: FileHash };

/** Adds the fields for number, date, signature and seal and keeps the new file; the old one stays (S-9). */
export async function prepareForSigning(
  {
    pades,
    fonts,
    files,
    readLayout,
  }: Pick<SigningDeps, 'pades' | 'fonts' | 'files' | 'readLayout'>,
  bytes: Uint8Array<ArrayBuffer>,
  moved?: readonly PreparedField[],
): Promise<Result<PreparedFile>> {
  const prepared = await pades.run({
    do: 'prepareFields',
    bytes,
    fonts: await fonts(),
    layout: await readLayout(bytes),
    moved,
  });
  if (!prepared.ok) return prepared;
  const kept = await files.put(prepared.value.bytes);
  return kept.ok ? ok({ ...prepared.value, sha256: kept.value }) : kept;
}
