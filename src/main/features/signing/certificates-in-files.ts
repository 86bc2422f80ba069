import { toHex } from '@shared/kernel/bytes';
import type { FileHash } from '@shared/kernel/ids';
import type { SigningDeps } from './signing-deps';

/** DER of the certificates that the signatures of these files carry, each once; what cannot be read has none. */
export async function certificatesInFiles(
  { files, pades }: Pick<SigningDeps, 'files' | 'pades'>,
  hashes: readonly FileHash[],
): Promise<readonly Uint8Array[]> {
  const found = new Map<string, Uint8Array>();
  for (const hash of hashes) {
    const read = await files.read(hash);
    const listed = read.ok && (await pades.run({ do: 'listCertificates', bytes: read.value }));
    if (listed && listed.ok) for (const der of listed.value) found.set(toHex(der), der);
  }
  return [...found.values()];
}
