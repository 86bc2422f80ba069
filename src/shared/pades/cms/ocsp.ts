import { equalBytes, fromHex, toHex } from '../../kernel/bytes';
import type { HashName, PadesPlatform } from '../platform';
import { parseCertificate, schemeOf, type Certificate, type SignatureScheme } from './certificate';
import {
  derInteger,
  derNull,
  derOctetString,
  derOid,
  derSequence,
  readAlgorithm,
  readDerChildren,
  readDerOid,
  readDerSpan,
  readDerTime,
  spanBytes,
  spanContent,
  type DerSpan,
} from './der';
import { hashByOid, hashOids, oid } from './oids';

/** A certificate and who issued it: what an OCSP responder is asked about. */
export interface IssuedCertificate {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

/** What a responder says of one certificate (RFC 6960 §4.2.1). */
export interface OcspStatus {
  readonly status: 'good' | 'revoked' | 'unknown';
  /** Milliseconds; only of a revoked one. */
  readonly revokedAt: number | undefined;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
}

/** An OCSP answer, read and not yet believed. */
export interface OcspAnswer {
  /** The whole OCSPResponse, as it is kept and embedded. */
  readonly der: Uint8Array;
  readonly responder: { readonly name: Uint8Array } | { readonly keyHash: string };
  /** Milliseconds since the epoch. */
  readonly producedAt: number;
  readonly certificates: readonly Certificate[];
  readonly toBeSigned: Uint8Array;
  readonly signatureScheme: SignatureScheme | undefined;
  readonly signature: Uint8Array;
  /** What it says of this very certificate of this very issuer; undefined when that is nothing. */
  readonly statusOf: (platform: PadesPlatform, asked: IssuedCertificate) => OcspStatus | undefined;
}

/**
 * DER of an OCSPRequest for one certificate (RFC 6960 §4.1). SHA-1 only names the issuer here, and is what every
 * responder knows (RFC 5019 §2.1.1); without a nonce, which most of them do not answer.
 */
export function ocspRequest(
  platform: PadesPlatform,
  { certificate, issuer }: IssuedCertificate,
): Uint8Array<ArrayBuffer> {
  const certId = derSequence(
    derSequence(derOid(hashOids['SHA-1']), derNull()),
    derOctetString(platform.digest('SHA-1', issuer.subject)),
    derOctetString(platform.digest('SHA-1', keyBits(issuer))),
    derInteger(fromHex(certificate.serial)),
  );
  return derSequence(derSequence(derSequence(derSequence(certId))));
}

/** The content of the subjectPublicKey, which key hashes are made of. */
export function keyBits({ publicKey }: Certificate): Uint8Array {
  const outer = readDerSpan(publicKey, 0);
  const bits = outer && readDerChildren(publicKey, outer)?.[1];
  return bits ? spanContent(publicKey, bits).subarray(1) : new Uint8Array(0);
}

/** Reads a successful basic OCSPResponse; undefined for any other answer. */
export function parseOcsp(der: Uint8Array): OcspAnswer | undefined {
  const basic = basicResponse(der);
  const outer = basic && readDerSpan(basic, 0);
  const [data, algorithm, signature, extra] =
    (basic && outer && readDerChildren(basic, outer)) ?? [];
  const parts = basic && data && readDerChildren(basic, data);
  if (!parts || signature?.tag !== 0x03) return undefined;
  const [responderSpan, producedSpan, list] = parts[0]?.tag === 0xa0 ? parts.slice(1) : parts;
  const responder = responderSpan && readResponder(basic, responderSpan);
  const producedAt = readDerTime(basic, producedSpan);
  const singles = list && readDerChildren(basic, list);
  if (!responder || producedAt === undefined || !singles) return undefined;
  const certificates = extra?.tag === 0xa0 ? readDerChildren(basic, extra)?.[0] : undefined;
  return {
    der,
    responder,
    producedAt,
    certificates: ((certificates && readDerChildren(basic, certificates)) ?? []).flatMap(
      (span) => parseCertificate(spanBytes(basic, span)) ?? [],
    ),
    toBeSigned: spanBytes(basic, data),
    signatureScheme: schemeOf(readAlgorithm(basic, algorithm)),
    signature: spanContent(basic, signature).subarray(1),
    statusOf: (platform, asked) => {
      for (const single of singles) {
        const [certId, ...rest] = readDerChildren(basic, single) ?? [];
        if (certId && isAbout(platform, basic, certId, asked)) return readStatus(basic, rest);
      }
      return undefined;
    },
  };
}

/** DER of the BasicOCSPResponse inside a successful answer. */
function basicResponse(der: Uint8Array): Uint8Array | undefined {
  const outer = readDerSpan(der, 0);
  if (!outer || outer.end !== der.length) return undefined;
  const [status, explicit] = readDerChildren(der, outer) ?? [];
  const isSuccessful =
    status?.tag === 0x0a && equalBytes(spanContent(der, status), Uint8Array.of(0));
  const bytes = explicit?.tag === 0xa0 ? readDerChildren(der, explicit)?.[0] : undefined;
  const [type, octets] = (bytes && readDerChildren(der, bytes)) ?? [];
  const isBasic = readDerOid(der, type) === oid.ocspBasic && octets?.tag === 0x04;
  return isSuccessful && isBasic ? spanContent(der, octets) : undefined;
}

/** ResponderID: [1] Name or [2] KeyHash, both explicit. */
function readResponder(der: Uint8Array, span: DerSpan): OcspAnswer['responder'] | undefined {
  const inner = readDerChildren(der, span)?.[0];
  if (span.tag === 0xa1 && inner) return { name: spanBytes(der, inner) };
  if (span.tag === 0xa2 && inner?.tag === 0x04) return { keyHash: toHex(spanContent(der, inner)) };
  return undefined;
}

function isAbout(
  platform: PadesPlatform,
  der: Uint8Array,
  certId: DerSpan,
  { certificate, issuer }: IssuedCertificate,
): boolean {
  const [algorithm, name, key, serial] = readDerChildren(der, certId) ?? [];
  const hash: HashName | undefined = hashByOid.get(readAlgorithm(der, algorithm)?.id ?? '');
  if (!hash || hash === 'MD5' || !name || !key || !serial) return false;
  return (
    toHex(spanContent(der, serial)) === certificate.serial &&
    equalBytes(spanContent(der, name), platform.digest(hash, issuer.subject)) &&
    equalBytes(spanContent(der, key), platform.digest(hash, keyBits(issuer)))
  );
}

/** CertStatus [0] good, [1] revoked, [2] unknown; then thisUpdate and [0] nextUpdate. */
function readStatus(der: Uint8Array, parts: readonly DerSpan[]): OcspStatus | undefined {
  const [status, thisSpan, ...rest] = parts;
  const thisUpdate = readDerTime(der, thisSpan);
  const next = rest.find(({ tag }) => tag === 0xa0);
  if (!status || thisUpdate === undefined) return undefined;
  const times = {
    thisUpdate,
    nextUpdate: next && readDerTime(der, readDerChildren(der, next)?.[0]),
  };
  if (status.tag === 0x80) return { status: 'good', revokedAt: undefined, ...times };
  if (status.tag !== 0xa1) return { status: 'unknown', revokedAt: undefined, ...times };
  const revokedAt = readDerTime(der, readDerChildren(der, status)?.[0]);
  return revokedAt === undefined ? undefined : { status: 'revoked', revokedAt, ...times };
}
