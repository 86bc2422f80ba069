import { equalBytes } from '../../kernel/bytes';
import type { Certificate } from '../cms/certificate';
import { readAlgorithm, readDerChildren, readDerSpan, readDerTime, spanContent } from '../cms/der';
import { hashByOid, oid } from '../cms/oids';
import { parseCms } from '../cms/parse';
import type { PadesPlatform } from '../platform';
import { checkCms } from './cms-signature';
import { reasonEffects } from '../../domain/signing/verification-reason';
import { judgeTrust, type TrustInput } from './trust';

/** A timestamp token (RFC 3161 §2.4.2) whose own signature and imprint were checked. */
export type TimestampFinding =
  | { readonly status: 'trusted'; readonly at: number; readonly authority: Certificate }
  /** Right in itself, but the authority's chain leads nowhere we trust: proves no time. */
  | { readonly status: 'untrusted'; readonly at: number; readonly authority: Certificate }
  | { readonly status: 'invalid' };

/** V-6: a token over `stamped`, which is the signature value, or the covered bytes of a document timestamp. */
export function checkTimestamp(
  platform: PadesPlatform,
  input: {
    readonly token: Uint8Array;
    readonly stamped: Uint8Array;
    readonly trust: Pick<TrustInput, 'material' | 'fromFile' | 'now'>;
  },
): TimestampFinding {
  const parsed = parseCms(input.token);
  if (!parsed.ok || !parsed.cms.content) return { status: 'invalid' };
  const { cms } = parsed;
  const content = parsed.cms.content;
  const check = checkCms(platform, {
    cms,
    content,
    contentType: oid.tstInfo,
    pool: [...input.trust.fromFile.certificates, ...input.trust.material.intermediates],
  });
  const isBad = check.reasons.some(({ code }) => {
    const effect = reasonEffects[code];
    return effect === 'invalid' || effect === 'unknown';
  });
  const token = readTstInfo(content);
  if (isBad || !check.signer || !token) return { status: 'invalid' };
  if (!equalBytes(token.imprint, platform.digest(token.hash, input.stamped))) {
    return { status: 'invalid' };
  }
  const finding = judgeTrust(platform, {
    leaf: check.signer,
    ...input.trust,
    fromFile: {
      ...input.trust.fromFile,
      certificates: [...cms.certificates, ...input.trust.fromFile.certificates],
    },
    at: token.at,
    basis: 'proven',
    purpose: 'timestamping',
  });
  // Lists of timestamping authorities are rarely at hand: a chain that is right in all else is enough to prove time.
  const isTrusted =
    finding.trust === 'trusted' ||
    (finding.trust === 'unknown' &&
      finding.reasons.every(({ code }) => code.startsWith('revocation.')));
  const isPast = token.at <= input.trust.now + 300_000;
  return {
    status: isTrusted && isPast ? 'trusted' : 'untrusted',
    at: token.at,
    authority: check.signer,
  };
}

function readTstInfo(der: Uint8Array) {
  const outer = readDerSpan(der, 0);
  const parts = outer && readDerChildren(der, outer);
  const [algorithm, imprint] = (parts?.[2] && readDerChildren(der, parts[2])) ?? [];
  const hash = hashByOid.get(readAlgorithm(der, algorithm)?.id ?? '');
  const at = readDerTime(der, parts?.[4]);
  if (!hash || hash === 'MD5' || imprint?.tag !== 0x04 || at === undefined) return undefined;
  return { hash, imprint: spanContent(der, imprint), at };
}
