import { equalBytes } from '@shared/kernel/bytes';
import { parseCertificate } from '@shared/pades/cms/certificate';

const LONGEST = 6;

/**
 * The signer's certificate and those above it as far as they are at hand, without a self-signed root: what the
 * signature carries, so that receivers without the intermediates can build the path (S-1).
 *
 * @param pool DER of certificates that may be issuers, in any order; others are left out
 */
export function certificateChain(
  leaf: Uint8Array,
  pool: readonly Uint8Array[],
): readonly Uint8Array[] {
  const candidates = pool.flatMap((der) => parseCertificate(der) ?? []);
  const chain: Uint8Array[] = [leaf];
  let last = parseCertificate(leaf);
  while (last && chain.length < LONGEST) {
    const { issuer }: { readonly issuer: Uint8Array } = last;
    const next = candidates.find(
      (one) => one.isCa && equalBytes(one.subject, issuer) && !equalBytes(one.subject, one.issuer),
    );
    if (!next || chain.some((der) => equalBytes(der, next.der))) break;
    chain.push(next.der);
    last = next;
  }
  return chain;
}
