import { equalBytes } from '../../kernel/bytes';
import type { Certificate } from '../cms/certificate';
import { oid } from '../cms/oids';
import { parseCms } from '../cms/parse';
import { answersNonce, grantedToken, readTstInfo, type TimestampQuery } from '../cms/tsp';
import type { PadesPlatform } from '../platform';
import { checkCms } from './cms-signature';
import { isMissingRevocation, reasonEffects } from '../../domain/signing/verification-reason';
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
    readonly stamped: readonly Uint8Array[];
    readonly trust: Pick<TrustInput, 'material' | 'fromFile' | 'now'>;
  },
): TimestampFinding {
  const parsed = parseCms(input.token);
  if (!parsed.ok || !parsed.cms.content) return { status: 'invalid' };
  const { cms } = parsed;
  const content = parsed.cms.content;
  const check = checkCms(platform, {
    cms,
    content: [content],
    contentType: oid.tstInfo,
    pool: [...input.trust.fromFile.certificates, ...input.trust.material.intermediates],
  });
  const isBad = check.reasons.some(({ code }) => {
    const effect = reasonEffects[code];
    return effect === 'invalid' || effect === 'unknown';
  });
  const token = readTstInfo(content);
  if (isBad || !check.signer || !token) return { status: 'invalid' };
  if (!equalBytes(token.imprint, platform.digest(token.hash, ...input.stamped))) {
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
    (finding.trust === 'unknown' && finding.reasons.every(({ code }) => isMissingRevocation(code)));
  const isPast = token.at <= input.trust.now + 300_000;
  return {
    status: isTrusted && isPast ? 'trusted' : 'untrusted',
    at: token.at,
    authority: check.signer,
  };
}

/** An answer that may be embedded, or why it may not. */
export type TimestampReply =
  | {
      readonly status: 'accepted';
      readonly token: Uint8Array;
      readonly at: number;
      /** The authority's time and this machine's are more than 10 minutes apart. */
      readonly isClockOff: boolean;
    }
  | { readonly status: 'refused' | 'notOurs' | 'invalid' | 'untrusted' };

const MOST_SKEW_MS = 600_000;

/**
 * S-15: the answer to a request of ours. Granted, with our nonce, over our bytes, signed by an authority that is trusted
 * here for nothing but timestamping; only the clock is forgiven, for ours may be the wrong one.
 */
export function checkTimestampReply(
  platform: PadesPlatform,
  input: {
    readonly reply: Uint8Array;
    readonly stamped: Uint8Array;
    readonly query: TimestampQuery;
    readonly material: TrustInput['material'];
    readonly nowMs: number;
  },
): TimestampReply {
  const token = grantedToken(input.reply);
  if (!token) return { status: 'refused' };
  const parsed = parseCms(token);
  const info = parsed.ok && parsed.cms.content ? readTstInfo(parsed.cms.content) : undefined;
  if (!info) return { status: 'invalid' };
  if (!answersNonce(info, input.query)) return { status: 'notOurs' };
  const finding = checkTimestamp(platform, {
    token,
    stamped: [input.stamped],
    trust: {
      material: input.material,
      fromFile: { certificates: [], crls: [], ocsps: [] },
      now: Math.max(input.nowMs, info.at),
    },
  });
  if (finding.status !== 'trusted') return { status: finding.status };
  const isClockOff = Math.abs(info.at - input.nowMs) > MOST_SKEW_MS;
  return { status: 'accepted', token, at: info.at, isClockOff };
}
