import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  completeAndJudge,
  isPrepared,
  prepareUnsigned,
  type FontFiles,
} from '../src/main/features/signing/pades-job';
import { nodePadesPlatform } from '../src/main/features/signing/node-pades-platform';
import type { ErrorCode } from '../src/shared/errors/catalogue';
import { ok, type Result } from '../src/shared/kernel/result';
import { describePdf, type PdfDescription } from '../src/shared/pades/describe';
import { fieldNames } from '../src/shared/pades/field-names';
import { choosePlaces } from '../src/shared/pades/find-places';
import { SEAL_MM, sealPlace, type FieldPlaces, type Place } from '../src/shared/pades/places';
import { readForm } from '../src/shared/pades/reader/form';
import { openPdf } from '../src/shared/pades/reader/pdf-file';
import { readingPdf } from '../src/shared/pades/reader/problem';
import { prepareSignature, type SignatureOptions } from '../src/shared/pades/signature';
import { createDemoPki, signAsToken, toPem, type DemoIdentity } from '../test/support/demo-pki';
import { repositoryRoot } from './run-step';

const USAGE = 'cli try-sign <file…> --out <folder>';
const DAY_MS = 86_400_000;

/**
 * `cli try-sign`: signs any PDF as a leader and then as an office, with keys made for this run, to prove the PDF writer.
 * Prints `{file, out, ok, reason?}` a file; the folder also gets the root certificate and a revocation list.
 *
 * @returns 0 when every file was signed, 1 when one was not, 2 when it could not run.
 */
export function runTrySign(args: readonly string[]): Promise<number> {
  const at = args.indexOf('--out');
  const out = at < 0 ? undefined : args[at + 1];
  const files = args.filter((_, i) => at < 0 || (i !== at && i !== at + 1));
  if (out === undefined || files.length === 0 || files.some((file) => file.startsWith('--'))) {
    process.stderr.write(`${USAGE}\n`);
    return Promise.resolve(2);
  }
  try {
    return Promise.resolve(signAll(files, out));
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    return Promise.resolve(2);
  }
}

function signAll(files: readonly string[], folder: string): number {
  const office = makeOffice();
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of office.trust) writeFileSync(join(folder, name), text);
  const taken = new Set<string>();
  let code = 0;
  for (const file of files) {
    const signed = signInto(office, new Uint8Array(readFileSync(file)));
    const out = join(folder, uniqueName(basename(file).replace(/\.pdf$/i, ''), taken));
    if (signed.ok) writeFileSync(out, signed.value);
    else code = 1;
    const line = signed.ok
      ? { file, out, ok: true }
      : { file, out: null, ok: false, reason: signed.error.code };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  return code;
}

/** A defect met in one file is told as one, and the other files are still tried. */
function signInto(office: Office, bytes: Uint8Array): Result<Uint8Array, { code: ErrorCode }> {
  try {
    return signAndSeal(office, bytes);
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.stack : String(cause)}\n`);
    return { ok: false, error: { code: 'internal.unexpected' } };
  }
}

function uniqueName(stem: string, taken: Set<string>): string {
  let name = `${stem}.pdf`;
  for (let n = 2; taken.has(name); n++) name = `${stem}-${n}.pdf`;
  taken.add(name);
  return name;
}

interface Office {
  readonly leader: Signer;
  readonly organ: Signer;
  readonly fonts: FontFiles;
  readonly nowMs: number;
  /** File name and PEM text of what makes the signatures trusted. */
  readonly trust: ReadonlyMap<string, string>;
}

interface Signer {
  readonly identity: DemoIdentity;
  readonly chain: readonly Uint8Array[];
  readonly picture: Uint8Array;
}

function makeOffice(): Office {
  const pki = createDemoPki();
  const nowMs = Date.now();
  const signer = (commonName: string, picture: string): Signer => {
    const identity = pki.issue({ commonName });
    const png = fileOf(`test/fixtures/pdf/pictures/${picture}.png`);
    return { identity, chain: pki.chainOf(identity), picture: png };
  };
  const crl = pki.crl({
    thisUpdate: new Date(nowMs - DAY_MS),
    nextUpdate: new Date(nowMs + 30 * DAY_MS),
  });
  return {
    leader: signer('Nguyễn Văn Thử', 'handwriting'),
    organ: signer('Ủy ban nhân dân xã Thử Nghiệm', 'seal'),
    fonts: {
      upright: fileOf('resources/fonts/LiberationSerif-Regular.ttf'),
      italic: fileOf('resources/fonts/LiberationSerif-Italic.ttf'),
    },
    nowMs,
    trust: new Map([
      ['root.pem', pki.root.certificatePem],
      ['revoked.crl', toPem('X509 CRL', crl)],
    ]),
  };
}

const fileOf = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(join(repositoryRoot, path)));

const NUMBER = '05';
const DATE = 'Thử Nghiệm, ngày 05 tháng 02 năm 2026';

function signAndSeal(office: Office, bytes: Uint8Array) {
  const described = describePdf(nodePadesPlatform, bytes);
  if (!described.ok) return described;
  if (isReady(described.value)) return signPrepared(office, bytes);
  const prepared = prepareUnsigned(bytes, office.fonts);
  if (prepared.ok) return signPrepared(office, prepared.value.bytes);
  const mustGrow = ['signing.already-signed', 'signing.field-exists'].includes(prepared.error.code);
  return mustGrow ? signForeign(office, bytes) : prepared;
}

const isReady = (pdf: PdfDescription): boolean =>
  isPrepared(pdf) && pdf.fields.every(({ name, isFilled }) => !isFilled || !isOurs(name));
const isOurs = (name: string): boolean => Object.values<string>(fieldNames).includes(name);

/** The office's own way: two increments, the second with number, date and seal (S-9, S-11). */
function signPrepared(office: Office, bytes: Uint8Array) {
  const signed = sign(office, bytes, office.leader, {
    field: fieldNames.leader,
    appearance: { kind: 'handwriting', png: office.leader.picture },
  });
  if (!signed.ok) return signed;
  return sign(office, signed.value, office.organ, {
    field: fieldNames.organ,
    appearance: {
      kind: 'seal',
      png: office.organ.picture,
      sizeMm: SEAL_MM,
      over: fieldNames.leader,
    },
    fill: { number: NUMBER, date: DATE },
  });
}

/** A file that came signed: number and date are agency signatures of their own, drawn as text (S-11). */
function signForeign(office: Office, bytes: Uint8Array): Result<Uint8Array> {
  const opened = openPdf(nodePadesPlatform, bytes);
  if (!opened.ok) return opened;
  const { now } = opened.value;
  const read = readingPdf(() => ({ ...choosePlaces(opened.value), ...readForm(now) }));
  if (!read.ok) return read;
  const used = new Set(read.value.fields.map(({ name }) => name));
  let signed: Result<Uint8Array> = ok(bytes);
  for (const { signer, field, ...options } of foreignSteps(office, read.value.places)) {
    if (signed.ok)
      signed = sign(office, signed.value, signer, { ...options, field: newName(field, used) });
  }
  return signed;
}

const newName = (name: string, used: ReadonlySet<string>): string => {
  let field = name;
  for (let n = 2; used.has(field); n++) field = `${name}_${n}`;
  return field;
};

type Step = OwnOptions & { readonly signer: Signer };

function foreignSteps({ leader, organ, fonts }: Office, places: FieldPlaces): readonly Step[] {
  const line = (field: string, place: Place, text: string, fontFile: Uint8Array): Step => ({
    signer: organ,
    field,
    place,
    appearance: { kind: 'text', text, fontFile },
  });
  return [
    {
      signer: leader,
      field: fieldNames.leader,
      place: places.leader,
      appearance: { kind: 'handwriting', png: leader.picture },
    },
    line(`${fieldNames.organ}_${fieldNames.number}`, places.number, NUMBER, fonts.upright),
    line(`${fieldNames.organ}_${fieldNames.date}`, places.date, DATE, fonts.italic),
    {
      signer: organ,
      field: fieldNames.organ,
      place: places.organ ?? sealPlace(places.leader),
      appearance: { kind: 'seal', png: organ.picture, sizeMm: SEAL_MM },
    },
  ];
}

type OwnOptions = Pick<SignatureOptions, 'field' | 'place' | 'appearance' | 'fill'>;

/** One signature, written and then judged with all earlier ones, as the program does it (S-5, S-7). */
function sign(
  office: Office,
  before: Uint8Array,
  { identity, chain }: Signer,
  options: OwnOptions,
): Result<Uint8Array> {
  const { nowMs } = office;
  const prepared = prepareSignature(nodePadesPlatform, before, {
    ...options,
    certificates: chain,
    signedAtMs: nowMs,
  });
  if (!prepared.ok) return prepared;
  const { pending, dataToSign } = prepared.value;
  const completed = completeAndJudge({
    before,
    pending,
    value: signAsToken(identity.privateKeyPem, dataToSign),
    timestamp: undefined,
    field: options.field,
    trustPem: [...office.trust.values()],
    nowMs,
  });
  return completed.ok ? ok(completed.value.bytes) : completed;
}
