import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Result } from '../../../../src/shared/kernel/result';
import { nodePadesPlatform } from '../../../../src/main/features/signing/node-pades-platform';
import { fieldNames } from '../../../../src/shared/pades/field-names';
import type { FieldPlaces } from '../../../../src/shared/pades/places';
import { prepareFields } from '../../../../src/shared/pades/prepare';
import { choosePlaces } from '../../../../src/shared/pades/find-places';
import { pageGeometry } from '../../../../src/shared/pades/geometry';
import { listPages } from '../../../../src/shared/pades/reader/pages';
import { openPdf, type PdfFile } from '../../../../src/shared/pades/reader/pdf-file';
import {
  completeSignature,
  prepareSignature,
  type SignatureOptions,
} from '../../../../src/shared/pades/signature';
import type { TrustMaterial } from '../../../../src/shared/pades/verify/trust';
import { trustFromPem } from '../../../../src/shared/pades/verify/trust-material';
import { verifyPdf } from '../../../../src/shared/pades/verify/verify-pdf';
import {
  createDemoPki,
  signAsToken,
  toPem,
  type DemoIdentity,
  type DemoPki,
} from '../../../support/demo-pki';

export const platform = nodePadesPlatform;

const fixtureFolder = fileURLToPath(new URL('../../../fixtures/pdf/', import.meta.url));
const fontFolder = fileURLToPath(new URL('../../../../resources/fonts/', import.meta.url));

export const fixturePath = (name: string): string => join(fixtureFolder, name);
export const fixture = (name: string): Uint8Array => bytesOf(fixturePath(name));

/** Every fixture that can be signed: different producers, cross-references, line ends, rotations. */
export const signableFixtures: readonly string[] = readdirSync(fixtureFolder)
  .filter((name) => name.endsWith('.pdf') && !name.startsWith('encrypted'))
  .toSorted();

/** Those that nobody has signed yet: they take prepared fields. */
export const unsignedFixtures = signableFixtures.filter((name) => !name.startsWith('signed-'));

export const fonts = {
  upright: bytesOf(join(fontFolder, 'LiberationSerif-Regular.ttf')),
  italic: bytesOf(join(fontFolder, 'LiberationSerif-Italic.ttf')),
};

export const handwriting = fixture('pictures/handwriting.png');
export const seal = fixture('pictures/seal.png');

export function bytesOf(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

/** The value of a result that must be one. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`unexpected failure ${JSON.stringify(result.error)}`);
  return result.value;
}

export const open = (bytes: Uint8Array): PdfFile => value(openPdf(platform, bytes));

/** 22/11/2026, 09:05:41 in Vietnam. */
export const SIGNED_AT = Date.parse('2026-11-22T02:05:41Z');
export const NOW = Date.parse('2026-11-22T06:00:00Z');

/** An office with its own certification authority, a chairman and a seal. @param given a chairman whose key lies on a token */
export function anOffice(given?: { readonly pki: DemoPki; readonly leader: DemoIdentity }) {
  const pki = given?.pki ?? createDemoPki();
  const leader = given?.leader ?? pki.issue({ commonName: 'Nguyễn Văn Mẫu' });
  const organ = pki.issue({ commonName: 'Ủy ban nhân dân xã Thử Nghiệm' });
  const crl = pki.crl({
    thisUpdate: new Date('2026-11-22T00:00:00Z'),
    nextUpdate: new Date('2026-11-29T00:00:00Z'),
  });
  const trust = trustFromPem([pki.root.certificatePem, toPem('X509 CRL', crl)]).material;
  return { pki, leader, organ, crl, trust };
}
export type Office = ReturnType<typeof anOffice>;

/** Places that fit on pages from A5, elsewhere where the program would put them: number and date at the top, signatures in the lower right half. */
export function placesFor(bytes: Uint8Array): FieldPlaces {
  const file = open(bytes);
  const pages = listPages(file.now);
  const first = pages[0];
  const last = pages.at(-1);
  if (!first || !last) throw new Error('no page');
  const top = pageGeometry(file.now, first);
  const end = pageGeometry(file.now, last);
  if (Math.min(top.width, top.height) < 300) return choosePlaces(file).places;
  const x = Math.min(end.width * 0.45, end.width - 160);
  return {
    number: { page: 0, rect: [60, top.height - 60, 160, top.height - 42] },
    date: {
      page: 0,
      rect: [
        top.width / 2,
        top.height - 60,
        top.width / 2 + Math.min(240, top.width / 2 - 10),
        top.height - 42,
      ],
    },
    leader: { page: -1, rect: [x, 90, x + 153, 164] },
  };
}

export const prepared = (bytes: Uint8Array): Uint8Array =>
  value(prepareFields(platform, bytes, { places: placesFor(bytes), fonts }));

export function signWith(
  office: Office,
  bytes: Uint8Array,
  signer: DemoIdentity,
  options: Partial<SignatureOptions> & Pick<SignatureOptions, 'field'>,
): Uint8Array {
  const { pending, dataToSign } = value(
    prepareSignature(platform, bytes, {
      certificates: office.pki.chainOf(signer),
      signedAtMs: SIGNED_AT,
      appearance: { kind: 'none' },
      ...options,
    }),
  );
  const { scheme } = pending;
  const signature = signAsToken(signer.privateKeyPem, dataToSign, {
    hash: scheme.hash,
    pss: scheme.scheme === 'rsaPss',
  });
  return value(completeSignature(platform, pending, signature));
}

export const numberAndDate = {
  number: '05',
  date: 'Thử Nghiệm, ngày 05 tháng 02 năm 2026',
};

export const signAsLeader = (office: Office, bytes: Uint8Array): Uint8Array =>
  signWith(office, bytes, office.leader, {
    field: fieldNames.leader,
    appearance: { kind: 'handwriting', png: handwriting },
  });

export const sealAsOffice = (office: Office, bytes: Uint8Array): Uint8Array =>
  signWith(office, bytes, office.organ, {
    field: fieldNames.organ,
    appearance: { kind: 'seal', png: seal, sizeMm: 36, over: fieldNames.leader },
    fill: numberAndDate,
  });

/** The office's own day: prepared, signed by the leader, numbered and sealed. */
export const issued = (office: Office, bytes: Uint8Array): Uint8Array =>
  sealAsOffice(office, signAsLeader(office, prepared(bytes)));

export const verify = (bytes: Uint8Array, trust: TrustMaterial, nowMs = NOW) =>
  verifyPdf(platform, bytes, { trust, nowMs });

/** True when a program is installed; tests that need it are skipped with its name otherwise. */
export const has = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

export const needs = (...programs: readonly string[]) => ({
  skip: programs.some((program) => !has(program)),
});

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'pades-'));
}

export function saved(folder: string, name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

export const run = (program: string, args: readonly string[]): string =>
  execFileSync(program, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
