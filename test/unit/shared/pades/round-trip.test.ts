import { beforeAll, describe, expect, test } from 'vitest';
import {
  anOffice,
  fixture,
  has,
  issued,
  needs,
  prepared,
  run,
  saved,
  sealAsOffice,
  signableFixtures,
  signAsLeader,
  signWith,
  temporaryFolder,
  verify,
  type Office,
} from './helpers';

/** Each fixture is prepared, signed, numbered and sealed once; every test below looks at the same files. */
const files = new Map<string, { readonly signed: Uint8Array; readonly sealed: Uint8Array }>();
let office: Office;

beforeAll(() => {
  office = anOffice();
  for (const name of signableFixtures) {
    const signed = signAsLeader(office, prepared(fixture(name)));
    files.set(name, { signed, sealed: sealAsOffice(office, signed) });
  }
}, 60_000);

const get = (name: string) => {
  const file = files.get(name);
  if (!file) throw new Error(name);
  return file;
};

describe.each(signableFixtures)('T-3: %s', (name) => {
  test('our own verifier says form filling and a signature', () => {
    const { signatures, verdict } = verify(get(name).sealed, office.trust);

    expect(
      signatures.map(({ field, integrity, changes, trust }) => [field, integrity, changes, trust]),
    ).toEqual([
      ['ky_ca_nhan', 'intact', 'permitted', 'trusted'],
      ['ky_co_quan', 'intact', 'none', 'trusted'],
    ]);
    // Claimed time only: good, with a warning (§4.1).
    expect(verdict).toBe('HOP_LE_CANH_BAO');
  });

  test('S-5: the leader’s file is a prefix of the sealed one', () => {
    const { signed, sealed } = get(name);

    expect(Buffer.from(sealed.subarray(0, signed.length)).equals(Buffer.from(signed))).toBe(true);
  });

  test('other software agrees: pdfsig valid twice, qpdf clean', needs('pdfsig', 'qpdf'), () => {
    const path = saved(temporaryFolder(), name, get(name).sealed);

    const signatures = run('pdfsig', ['-nocert', path]);

    expect(signatures.match(/Signature is Valid/g)?.length).toBe(2);
    expect(signatures.match(/Total document signed/g)?.length).toBe(1);
    expect(run('qpdf', ['--check', path])).toContain('No syntax or stream encoding errors');
  });
});

test('V-17: 25 signatures are verified in at most 2 s', () => {
  const bytes = fixture('chromium-draft.pdf');
  let file = issued(office, bytes);
  // Fields added after the seal: FieldMDP All locks existing fields, not new ones.
  for (let i = 0; i < 23; i++) file = signWithNewField(office, file, i);

  const started = performance.now();
  const report = verify(file, office.trust);

  expect(report.signatures.length).toBe(25);
  expect(report.signatures.every(({ integrity }) => integrity === 'intact')).toBe(true);
  expect(
    report.signatures.every(({ changes }) => changes === 'permitted' || changes === 'none'),
  ).toBe(true);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('the tools that prove signatures from outside are installed', ({ skip }) => {
  const tools = ['pdfsig', 'qpdf', 'openssl', 'pdftoppm', 'pdftotext', 'pdffonts', 'mutool'];
  const missing = tools.filter((tool) => !has(tool));

  // On a machine without them the tests that need them are skipped; this line says which.
  if (missing.length > 0) skip(`missing: ${missing.join(', ')}`);
  expect(missing).toEqual([]);
});

function signWithNewField(from: Office, bytes: Uint8Array, i: number): Uint8Array {
  return signWith(from, bytes, from.organ, {
    field: `them_${i}`,
    place: { page: 0, rect: [10 + i * 20, 10, 25 + i * 20, 20] },
  });
}
