import type { FileHash } from '@shared/kernel/ids';
import { ok, type Result } from '@shared/kernel/result';
import type { SigningDeps } from './signing-deps';

export interface PreparedFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: FileHash;
  readonly isFromMarks: boolean;
}

/** Adds the fields for number, date, signature and seal and keeps the new file; the old one stays (S-9). */
export async function prepareForSigning(
  { pades, fonts, files }: Pick<SigningDeps, 'pades' | 'fonts' | 'files'>,
  bytes: Uint8Array,
): Promise<Result<PreparedFile>> {
  const prepared = await pades.run({ do: 'prepareFields', bytes, fonts: await fonts() });
  if (!prepared.ok) return prepared;
  const kept = await files.put(prepared.value.bytes);
  return kept.ok ? ok({ ...prepared.value, sha256: kept.value }) : kept;
}
