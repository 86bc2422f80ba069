import { equalBytes, toHex } from '../../kernel/bytes';
import { schemeOf, type SignatureScheme } from './certificate';
import {
  readAlgorithm,
  readDerChildren,
  readDerOid,
  readDerSpan,
  readDerTime,
  spanBytes,
  spanContent,
  type DerSpan,
} from './der';
import { oid } from './oids';

/** A certificate revocation list (RFC 5280 §5). */
export interface Crl {
  readonly der: Uint8Array;
  /** DER of the issuer's name. */
  readonly issuer: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  readonly toBeSigned: Uint8Array;
  readonly signatureScheme: SignatureScheme | undefined;
  readonly signature: Uint8Array;
  /** Lists only some certificates, or changes to another list: not used (V-13). */
  readonly isPartial: boolean;
  /** When the certificate was revoked, milliseconds; undefined when it is not listed. */
  readonly revokedAt: (serial: string) => number | undefined;
}

/** Extensions of a full list that limit nothing. */
const harmless = new Set<string>([oid.crlNumber, oid.authorityKeyIdentifier]);

/** Reads a list; undefined when the bytes are none. Entries are searched only when asked for: lists may be large. */
export function parseCrl(der: Uint8Array): Crl | undefined {
  const outer = readDerSpan(der, 0);
  const [tbs, algorithm, signature] = (outer && readDerChildren(der, outer)) ?? [];
  const parts = tbs && readDerChildren(der, tbs);
  if (!parts || signature?.tag !== 0x03) return undefined;
  const fields = parts[0]?.tag === 0x02 ? parts.slice(1) : parts;
  const [innerAlgorithm, issuer, thisUpdateSpan, ...rest] = fields;
  const thisUpdate = readDerTime(der, thisUpdateSpan);
  if (!algorithm || !innerAlgorithm || !issuer || thisUpdate === undefined) return undefined;
  // RFC 5280 §5.1.1.2.
  if (!equalBytes(spanBytes(der, algorithm), spanBytes(der, innerAlgorithm))) return undefined;
  const nextUpdate = readDerTime(der, rest[0]);
  const revoked = rest.find(({ tag }) => tag === 0x30);
  return {
    der,
    issuer: spanBytes(der, issuer),
    thisUpdate,
    nextUpdate,
    toBeSigned: spanBytes(der, tbs),
    signatureScheme: schemeOf(readAlgorithm(der, algorithm)),
    signature: spanContent(der, signature).subarray(1),
    isPartial: isPartial(
      der,
      rest.find(({ tag }) => tag === 0xa0),
    ),
    revokedAt: (serial) => findRevoked(der, revoked, serial),
  };
}

/** Any critical extension we do not know, a delta indicator or an issuing distribution point makes it partial. */
function isPartial(der: Uint8Array, extensions: DerSpan | undefined): boolean {
  const list = extensions && readDerChildren(der, extensions)?.[0];
  for (const extension of (list && readDerChildren(der, list)) ?? []) {
    const [id, second] = readDerChildren(der, extension) ?? [];
    const name = readDerOid(der, id);
    const isCritical = second?.tag === 0x01 && der[second.contentStart] !== 0;
    if (name === oid.deltaCrl || name === oid.issuingDistributionPoint) return true;
    if (isCritical && !harmless.has(name)) return true;
  }
  return false;
}

function findRevoked(
  der: Uint8Array,
  list: DerSpan | undefined,
  serial: string,
): number | undefined {
  if (!list) return undefined;
  for (let at = list.contentStart; at < list.end;) {
    const entry = readDerSpan(der, at);
    if (!entry) return undefined;
    const number = readDerSpan(der, entry.contentStart);
    if (number && toHex(spanContent(der, number)) === serial) {
      return readDerTime(der, readDerSpan(der, number.end));
    }
    at = entry.end;
  }
  return undefined;
}
