import { toHex } from '@shared/kernel/bytes';
import { parseCertificate } from '@shared/pades/cms/certificate';
import { nodePadesPlatform } from './node-pades-platform';
import type { SeenToken } from './token-messages';
import type { TokenCertificate, TokenDescription } from './token-port';

/** What one driver showed. */
export interface ModuleListing {
  readonly moduleId: string;
  readonly tokens: readonly SeenToken[];
}

export interface MergedListing {
  readonly certificates: readonly TokenCertificate[];
  readonly tokens: readonly TokenDescription[];
}

/**
 * Several drivers may see the same token: it is shown once, by serial and certificate (K-2).
 *
 * @param listings the driver to be preferred first
 * @param failedLogins of a token's serial
 */
export function mergeListings(
  listings: readonly ModuleListing[],
  failedLogins: (serial: string) => number,
): MergedListing {
  const tokens = new Map<string, TokenDescription>();
  const certificates = new Map<string, TokenCertificate>();
  for (const { moduleId, tokens: seen } of listings) {
    for (const { certificates: ders, ...token } of seen) {
      const described = { ...token, moduleId, failedLogins: failedLogins(token.serial) };
      // Tokens without a serial cannot be recognised in another driver.
      const key = token.serial === '' ? `${moduleId}|${token.label}` : token.serial;
      if (!tokens.has(key)) tokens.set(key, described);
      for (const certificate of signingCertificates(described, ders)) {
        const name = `${key}|${certificate.thumbprint}`;
        if (!certificates.has(name)) certificates.set(name, certificate);
      }
    }
  }
  return { certificates: [...certificates.values()], tokens: [...tokens.values()] };
}

/**
 * Those a person or an organ may sign with (K-5): no CA, and a key usage that allows signatures. Validity is not looked
 * at here: an expired certificate is shown and named.
 */
function signingCertificates(
  token: TokenDescription,
  ders: readonly Uint8Array[],
): readonly TokenCertificate[] {
  return ders.flatMap((der) => {
    const parsed = parseCertificate(der);
    if (!parsed || parsed.isCa) return [];
    const { keyUsage } = parsed;
    if (keyUsage && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation')) return [];
    const others = ders.filter((other) => other !== der);
    const thumbprint = toHex(nodePadesPlatform.digest('SHA-256', der));
    return [{ thumbprint, der, others, token }];
  });
}
