import { equalBytes, toHex } from '../../kernel/bytes';
import type { HashName } from '../platform';
import {
  derInteger,
  derNull,
  derOctetString,
  derOid,
  derSequence,
  derSmallInteger,
  derTrue,
  readAlgorithm,
  readDerChildren,
  readDerSpan,
  readDerTime,
  spanBytes,
  spanContent,
} from './der';
import { hashByOid, hashOids } from './oids';

/** What a timestamping authority is asked to put a time on. */
export interface TimestampQuery {
  /** SHA-256 of the stamped bytes. */
  readonly imprint: Uint8Array;
  /** 8 random bytes, new for each request: an answer recorded earlier does not carry them (S-15). */
  readonly nonce: Uint8Array;
}

/** DER of a TimeStampReq (RFC 3161 §2.4.1) that wants the authority's certificate in the token. */
export const timestampRequest = ({ imprint, nonce }: TimestampQuery): Uint8Array<ArrayBuffer> =>
  derSequence(
    derSmallInteger(1),
    derSequence(derSequence(derOid(hashOids['SHA-256']), derNull()), derOctetString(imprint)),
    derInteger(nonce),
    derTrue(),
  );

/** The token of a TimeStampResp that was granted (§2.4.2), unjudged; undefined for a refusal and for anything else. */
export function grantedToken(reply: Uint8Array): Uint8Array | undefined {
  const outer = readDerSpan(reply, 0);
  if (!outer || outer.end !== reply.length) return undefined;
  const [info, token] = readDerChildren(reply, outer) ?? [];
  const status = info && readDerChildren(reply, info)?.[0];
  // PKIStatus: granted (0), grantedWithMods (1).
  const isGranted =
    status?.tag === 0x02 &&
    [0, 1].some((value) => equalBytes(spanContent(reply, status), Uint8Array.of(value)));
  return isGranted && token ? spanBytes(reply, token) : undefined;
}

/** What a token says (§2.4.2). */
export interface TstInfo {
  readonly hash: HashName;
  readonly imprint: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Lower-case hexadecimal of the INTEGER's content. */
  readonly nonce: string | undefined;
}

export function readTstInfo(der: Uint8Array): TstInfo | undefined {
  const outer = readDerSpan(der, 0);
  const parts = outer && readDerChildren(der, outer);
  const [algorithm, imprint] = (parts?.[2] && readDerChildren(der, parts[2])) ?? [];
  const hash = hashByOid.get(readAlgorithm(der, algorithm)?.id ?? '');
  const at = readDerTime(der, parts?.[4]);
  if (!hash || hash === 'MD5' || imprint?.tag !== 0x04 || at === undefined) return undefined;
  const nonce = parts?.slice(5).find(({ tag }) => tag === 0x02);
  return {
    hash,
    imprint: spanContent(der, imprint),
    at,
    nonce: nonce && toHex(spanContent(der, nonce)),
  };
}

/** Whether a token answers this very question. */
export const answersNonce = ({ nonce }: TstInfo, query: TimestampQuery): boolean =>
  nonce === toHex(derInteger(query.nonce).subarray(2));
