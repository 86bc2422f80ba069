import { equalBytes, fromHex, toHex } from '../../src/shared/kernel/bytes';
import { parseCertificate } from '../../src/shared/pades/cms/certificate';
import { parseCrl } from '../../src/shared/pades/cms/crl';
import { parseCms } from '../../src/shared/pades/cms/parse';
import { pdfBytes } from '../../src/shared/pades/syntax';
import { isListSigned } from '../../src/shared/pades/verify/revocation';
import { type TrustMaterial } from '../../src/shared/pades/verify/trust';
import { trustFromPem } from '../../src/shared/pades/verify/trust-material';
import { verifyPdf } from '../../src/shared/pades/verify/verify-pdf';
import { nodePadesPlatform as platform } from '../../src/main/features/signing/node-pades-platform';
import type { VerificationReport } from '../../src/shared/domain/signing/verification-report';
import { diceOf, mutate, type Dice } from './mutate';

/** What is mutated; plain data, so that it crosses a thread. */
export interface FuzzBases {
  readonly files: readonly FuzzBase[];
  readonly certificate: Uint8Array;
  readonly issuer: Uint8Array;
  readonly list: Uint8Array;
  readonly trustPem: readonly string[];
  readonly nowMs: number;
}

export interface FuzzBase {
  readonly bytes: Uint8Array;
  /** Of each signature: the gap that its range leaves out, and where the range ends. */
  readonly ranges: readonly {
    readonly gapStart: number;
    readonly gapEnd: number;
    readonly end: number;
  }[];
}

/** A rule that a mutated file broke. */
export interface Finding {
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** T-5: mutates one file or structure by a seed and says what is wrong with the answer; undefined when all is well. */
export function createFuzzer(bases: FuzzBases): (seed: number) => Finding | undefined {
  const trust = trustFromPem(bases.trustPem).material;
  return (seed) => fuzzOne(bases, trust, seed);
}

function fuzzOne(bases: FuzzBases, trust: TrustMaterial, seed: number): Finding | undefined {
  const dice = diceOf(seed);
  const choice = dice(10);
  if (choice === 0) return fuzzStructure(bases, dice);
  const base = bases.files[dice(bases.files.length)];
  const other = bases.files[dice(bases.files.length)];
  if (!base || !other) throw new Error('no files');
  const bytes = choice === 1 ? mutateValue(dice, base) : mutate(dice, base.bytes, other.bytes);
  try {
    const report = verifyPdf(platform, bytes, { trust, nowMs: bases.nowMs });
    const what = wrongIn(bases, bytes, report);
    return what === undefined ? undefined : { what, bytes };
  } catch (cause) {
    return {
      what: `thrown: ${cause instanceof Error ? (cause.stack ?? '') : String(cause)}`,
      bytes,
    };
  }
}

function wrongIn(
  bases: FuzzBases,
  bytes: Uint8Array,
  { verdict, signatures }: VerificationReport,
): string | undefined {
  const ends = signatures
    .filter(({ integrity }) => integrity === 'intact')
    .map(({ signedLength }) => signedLength ?? 0);
  const strange = ends.find(
    (end) => !bases.files.some((base) => isCoveredUnchanged(base, bytes, end)),
  );
  if (strange !== undefined) return `intact up to ${strange}, though covered bytes differ`;
  if (verdict !== 'HOP_LE' && verdict !== 'HOP_LE_CANH_BAO') return undefined;
  // All the files begin with a signature that covers them to the end.
  return bytes.length > Math.max(0, ...ends) + 8
    ? `${verdict} with bytes that nobody signed`
    : undefined;
}

const isCoveredUnchanged = (
  { bytes: was, ranges }: FuzzBase,
  is: Uint8Array,
  end: number,
): boolean =>
  ranges.some(
    (range) =>
      range.end === end &&
      equalBytes(was.subarray(0, range.gapStart), is.subarray(0, range.gapStart)) &&
      equalBytes(was.subarray(range.gapEnd, end), is.subarray(range.gapEnd, end)),
  );

/** The CMS of one signature, mutated as DER, in its place. */
function mutateValue(dice: Dice, base: FuzzBase): Uint8Array {
  const range = base.ranges[dice(Math.max(1, base.ranges.length))];
  if (!range) return mutate(dice, base.bytes, base.bytes);
  const hex = Buffer.from(base.bytes.subarray(range.gapStart + 1, range.gapEnd - 1)).toString(
    'latin1',
  );
  const cms = mutateDer(dice, fromHex(hex));
  const bytes = base.bytes.slice();
  bytes.set(pdfBytes(toHex(cms).slice(0, hex.length).padEnd(hex.length, '0')), range.gapStart + 1);
  return bytes;
}

/** Flips and pieces; the front, where the structure is, more often than the rest. */
function mutateDer(dice: Dice, der: Uint8Array): Uint8Array {
  const out = der.slice();
  for (let left = 1 + dice(3); left > 0; left--) {
    out[dice(dice(2) === 0 ? Math.min(200, out.length) : Math.min(6_000, out.length))] = dice(256);
  }
  return dice(8) === 0 ? out.subarray(0, dice(out.length)) : out;
}

function fuzzStructure(bases: FuzzBases, dice: Dice): Finding | undefined {
  const kind = dice(2);
  const original = kind === 0 ? bases.certificate : bases.list;
  const bytes = mutateDer(dice, original);
  try {
    parseCms(bytes);
    const issuer = parseCertificate(bases.issuer);
    const certificate = parseCertificate(bytes);
    const list = parseCrl(bytes);
    list?.revokedAt('01');
    const isForged =
      issuer !== undefined &&
      ((list !== undefined &&
        isListSigned(platform, list, issuer) &&
        !equalBytes(list.toBeSigned, parseCrl(bases.list)?.toBeSigned ?? new Uint8Array(0))) ||
        (certificate?.signatureScheme !== undefined &&
          platform.verify({
            ...certificate.signatureScheme,
            publicKey: issuer.publicKey,
            data: certificate.toBeSigned,
            signature: certificate.signature,
          }) &&
          !equalBytes(
            certificate.toBeSigned,
            parseCertificate(bases.certificate)?.toBeSigned ?? new Uint8Array(0),
          )));
    return isForged ? { what: 'a changed structure counts as signed', bytes } : undefined;
  } catch (cause) {
    return {
      what: `thrown: ${cause instanceof Error ? (cause.stack ?? '') : String(cause)}`,
      bytes,
    };
  }
}
