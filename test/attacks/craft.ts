import {
  derContext,
  derElement,
  derNull,
  derOctetString,
  derOid,
  derSequence,
  derSetOf,
  derSmallInteger,
  readDerChildren,
  readDerSpan,
  spanBytes,
} from '../../src/shared/pades/cms/der';
import { hashOids, oid } from '../../src/shared/pades/cms/oids';
import { prepareSignature } from '../../src/shared/pades/signature';
import { pdfBytes } from '../../src/shared/pades/syntax';
import { utf8 } from '../../src/shared/kernel/bytes';
import { signAsToken } from '../support/demo-pki';
import { platform, SIGNED_AT, value } from '../unit/shared/pades/helpers';

interface Signer {
  readonly certificate: Uint8Array;
  readonly privateKeyPem: string;
}

export const rsaAlgorithm = derSequence(derOid(oid.rsaEncryption), derNull());
export const sha256Algorithm = derSequence(derOid(hashOids['SHA-256']));

/** A CMS as an attacker wants it (RFC 5652): every part can be given, what is not is right. */
export interface CmsRecipe {
  readonly signer: Signer;
  readonly others?: readonly Uint8Array[];
  /** Bytes that the digest is over. */
  readonly content: Uint8Array;
  readonly contentType?: string;
  /** Stands in the CMS; a detached signature has none. */
  readonly encapsulated?: Uint8Array;
  readonly signatureAlgorithm?: Uint8Array;
  readonly makeValue?: (attributes: Uint8Array) => Uint8Array;
  readonly signerCount?: number;
  readonly unsigned?: (signature: Uint8Array) => Uint8Array;
}

export function makeCms(recipe: CmsRecipe): Uint8Array {
  const { signer, content } = recipe;
  const contentType = recipe.contentType ?? oid.data;
  const attribute = (type: string, element: Uint8Array) =>
    derSequence(derOid(type), derSetOf(element));
  const attributes = derSetOf(
    attribute(oid.contentType, derOid(contentType)),
    attribute(oid.messageDigest, derOctetString(platform.digest('SHA-256', content))),
    attribute(
      oid.signingCertificateV2,
      derSequence(
        derSequence(derSequence(derOctetString(platform.digest('SHA-256', signer.certificate)))),
      ),
    ),
  );
  const signature = recipe.makeValue?.(attributes) ?? signAsToken(signer.privateKeyPem, attributes);
  const info = derSequence(
    derSmallInteger(1),
    issuerAndSerial(signer.certificate),
    sha256Algorithm,
    retagged(0xa0, attributes),
    recipe.signatureAlgorithm ?? rsaAlgorithm,
    derOctetString(signature),
    ...(recipe.unsigned ? [derContext(1, recipe.unsigned(signature))] : []),
  );
  return derSequence(
    derOid(oid.signedData),
    derContext(
      0,
      derSequence(
        derSmallInteger(1),
        derSetOf(sha256Algorithm),
        derSequence(
          derOid(contentType),
          ...(recipe.encapsulated ? [derContext(0, derOctetString(recipe.encapsulated))] : []),
        ),
        retagged(0xa0, derSetOf(signer.certificate, ...(recipe.others ?? []))),
        derElement(0x31, ...Array.from({ length: recipe.signerCount ?? 1 }, () => info)),
      ),
    ),
  );
}

export interface CraftRecipe extends Omit<CmsRecipe, 'content'> {
  /** Where the covered range ends instead of at the end of the file. */
  readonly endAt?: (bytes: Uint8Array) => number;
  readonly signedAtMs?: number;
  /** What stands in the gap instead of the CMS. */
  readonly wrap?: (cms: Uint8Array) => Uint8Array;
}

/** Signs the prepared field of the leader with a CMS made to a recipe. */
export function craft(ready: Uint8Array, recipe: CraftRecipe): Uint8Array {
  const { pending } = value(
    prepareSignature(platform, ready, {
      field: 'ky_ca_nhan',
      certificates: [recipe.signer.certificate],
      signedAtMs: recipe.signedAtMs ?? SIGNED_AT,
      appearance: { kind: 'none' },
      planTimestamp: true,
    }),
  );
  const { gap } = pending;
  const end = recipe.endAt?.(pending.bytes) ?? pending.bytes.length;
  const bytes = pending.bytes.slice();
  const written = /\/ByteRange \[[^\]]*\]/.exec(Buffer.from(bytes).toString('latin1'));
  const range = `/ByteRange [0 ${gap.start} ${gap.end} ${end - gap.end}`;
  bytes.set(pdfBytes(`${range.padEnd((written?.[0].length ?? 1) - 1)}]`), written?.index);
  const content = Buffer.concat([bytes.subarray(0, gap.start), bytes.subarray(gap.end, end)]);
  const cms = makeCms({ ...recipe, content });
  bytes.set(pdfBytes(Buffer.from(recipe.wrap?.(cms) ?? cms).toString('hex')), gap.start + 1);
  return bytes;
}

/** An RFC 3161 token over some bytes, as a timestamping authority with this certificate would give. */
export const makeToken = (input: {
  readonly signer: Signer;
  readonly others: readonly Uint8Array[];
  readonly stamped: Uint8Array;
  readonly time: string;
  readonly edit?: (info: Uint8Array) => Uint8Array;
}): Uint8Array => {
  const info = derSequence(
    derSmallInteger(1),
    derOid('1.2.3.4'),
    derSequence(sha256Algorithm, derOctetString(platform.digest('SHA-256', input.stamped))),
    derSmallInteger(7),
    derElement(0x18, utf8(input.time)),
  );
  const cms = makeCms({
    ...input,
    content: info,
    contentType: oid.tstInfo,
    encapsulated: info,
  });
  return input.edit?.(cms) ?? cms;
};

/** The unsigned attribute that carries a token. */
export const tokenAttribute = (token: Uint8Array): Uint8Array =>
  derSequence(derOid(oid.signatureTimeStampToken), derSetOf(token));

function issuerAndSerial(certificate: Uint8Array): Uint8Array {
  const children = (bytes: Uint8Array) => {
    const span = readDerSpan(bytes, 0);
    return (span && readDerChildren(bytes, span)?.map((one) => spanBytes(bytes, one))) ?? [];
  };
  const [, serial, , issuer] = children(children(certificate)[0] ?? new Uint8Array(0));
  if (!serial || !issuer) throw new Error('certificate');
  return derSequence(issuer, serial);
}

function retagged(tag: number, element: Uint8Array): Uint8Array {
  const copy = element.slice();
  copy[0] = tag;
  return copy;
}
