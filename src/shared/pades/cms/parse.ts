import { toHex } from '../../kernel/bytes';
import type { HashName } from '../platform';
import { parseCertificate, type Certificate } from './certificate';
import {
  readAlgorithm,
  readDerChildren,
  readDerOid,
  readDerSpan,
  spanBytes,
  spanContent,
  withDefiniteLengths,
  type AlgorithmId,
  type DerSpan,
} from './der';
import { hashByOid, oid } from './oids';

/** A SignedData with its single signer (RFC 5652 §5), as strictly as PDF signatures must be: DER, nothing behind it. */
export interface ParsedCms {
  readonly contentType: string;
  /** Encapsulated content; undefined for a detached signature. */
  readonly content: Uint8Array | undefined;
  readonly certificates: readonly Certificate[];
  /** DER of embedded revocation lists. */
  readonly crls: readonly Uint8Array[];
  readonly digestAlgorithm: HashName | undefined;
  readonly signatureAlgorithm: AlgorithmId;
  readonly signature: Uint8Array;
  readonly signer:
    | { readonly issuer: Uint8Array; readonly serial: string }
    | { readonly keyId: string };
  /** DER of the attributes as SET OF; undefined when there are none. */
  readonly signedAttributes: Uint8Array | undefined;
  readonly signed: AttributeTable;
  readonly unsigned: AttributeTable;
}

/** Values by attribute type; each value is DER. */
export type AttributeTable = ReadonlyMap<string, readonly Uint8Array[]>;

export type CmsProblem =
  | 'cms.unreadable'
  | 'cms.not-der'
  | 'cms.signer-count'
  | 'cms.duplicate-attribute'
  | 'cms.trailing-data';

export type CmsAnswer =
  | { readonly ok: true; readonly cms: ParsedCms }
  | { readonly ok: false; readonly problem: CmsProblem };

/**
 * Reads the CMS at the front of `contents`; what follows it must be zeros, the padding of /Contents (V-4).
 */
export function parseCms(contents: Uint8Array): CmsAnswer {
  const bytes = withDefiniteLengths(contents);
  if (!bytes) return { ok: false, problem: 'cms.not-der' };
  const outer = readDerSpan(bytes, 0);
  if (!outer || outer.tag !== 0x30) return { ok: false, problem: 'cms.unreadable' };
  if (bytes.subarray(outer.end).some((byte) => byte !== 0)) {
    return { ok: false, problem: 'cms.trailing-data' };
  }
  const signedData = openContentInfo(bytes, outer);
  const parts = signedData && readDerChildren(bytes, signedData);
  const encapsulated = parts?.[2];
  const signerSet = parts?.at(-1);
  if (!parts || !encapsulated || signerSet?.tag !== 0x31) {
    return { ok: false, problem: 'cms.unreadable' };
  }
  const signers = readDerChildren(bytes, signerSet);
  if (!signers) return { ok: false, problem: 'cms.unreadable' };
  if (signers.length !== 1 || !signers[0]) return { ok: false, problem: 'cms.signer-count' };
  const signer = readSigner(bytes, signers[0]);
  if (signer === undefined) return { ok: false, problem: 'cms.unreadable' };
  if (signer === 'duplicate') return { ok: false, problem: 'cms.duplicate-attribute' };
  const [type, explicit] = readDerChildren(bytes, encapsulated) ?? [];
  const octets = explicit && readDerChildren(bytes, explicit)?.[0];
  return {
    ok: true,
    cms: {
      contentType: readDerOid(bytes, type),
      content: octets && spanContent(bytes, octets),
      certificates: elements(bytes, parts, 0xa0).flatMap((der) => parseCertificate(der) ?? []),
      crls: elements(bytes, parts, 0xa1),
      ...signer,
    },
  };
}

function openContentInfo(bytes: Uint8Array, outer: DerSpan): DerSpan | undefined {
  const [type, explicit] = readDerChildren(bytes, outer) ?? [];
  if (readDerOid(bytes, type) !== oid.signedData || explicit?.tag !== 0xa0) return undefined;
  return readDerChildren(bytes, explicit)?.[0];
}

function elements(
  bytes: Uint8Array,
  parts: readonly DerSpan[],
  tag: number,
): readonly Uint8Array[] {
  const set = parts.slice(3, -1).find((part) => part.tag === tag);
  return (set && readDerChildren(bytes, set)?.map((child) => spanBytes(bytes, child))) ?? [];
}

type SignerFields = Pick<
  ParsedCms,
  | 'digestAlgorithm'
  | 'signatureAlgorithm'
  | 'signature'
  | 'signer'
  | 'signedAttributes'
  | 'signed'
  | 'unsigned'
>;

function readSigner(bytes: Uint8Array, span: DerSpan): SignerFields | 'duplicate' | undefined {
  const parts = readDerChildren(bytes, span);
  if (!parts || parts.length < 5) return undefined;
  const [, sid, digest, ...rest] = parts;
  const signedSpan = rest[0]?.tag === 0xa0 ? rest.shift() : undefined;
  const [algorithmSpan, signatureSpan, unsignedSpan] = rest;
  const signatureAlgorithm = readAlgorithm(bytes, algorithmSpan);
  const signer = sid && readSignerId(bytes, sid);
  if (!signatureAlgorithm || signatureSpan?.tag !== 0x04 || !signer) return undefined;
  const signed = readAttributes(bytes, signedSpan);
  const unsigned = readAttributes(bytes, unsignedSpan);
  if (!signed || !unsigned) return 'duplicate';
  return {
    digestAlgorithm: hashByOid.get(readAlgorithm(bytes, digest)?.id ?? ''),
    signatureAlgorithm,
    signature: spanContent(bytes, signatureSpan),
    signer,
    signedAttributes: signedSpan && asSetOf(spanBytes(bytes, signedSpan)),
    signed,
    unsigned,
  };
}

function readSignerId(bytes: Uint8Array, sid: DerSpan): ParsedCms['signer'] | undefined {
  if (sid.tag === 0x80) return { keyId: toHex(spanContent(bytes, sid)) };
  const [issuer, serial] = readDerChildren(bytes, sid) ?? [];
  if (sid.tag !== 0x30 || !issuer || serial?.tag !== 0x02) return undefined;
  return { issuer: spanBytes(bytes, issuer), serial: toHex(spanContent(bytes, serial)) };
}

/** Undefined when a type occurs twice (RFC 5652 §5.3 allows one instance) or the structure is broken. */
function readAttributes(bytes: Uint8Array, span: DerSpan | undefined): AttributeTable | undefined {
  const table = new Map<string, readonly Uint8Array[]>();
  if (!span) return table;
  for (const attribute of readDerChildren(bytes, span) ?? []) {
    const [type, values] = readDerChildren(bytes, attribute) ?? [];
    const id = readDerOid(bytes, type);
    if (id === '' || values?.tag !== 0x31 || table.has(id)) return undefined;
    table.set(
      id,
      (readDerChildren(bytes, values) ?? []).map((value) => spanBytes(bytes, value)),
    );
  }
  return table;
}

/** The signature covers the attributes under the tag of SET OF, not [0] (RFC 5652 §5.4). */
function asSetOf(implicit: Uint8Array): Uint8Array {
  const copy = implicit.slice();
  copy[0] = 0x31;
  return copy;
}
