import { beforeAll, expect, test } from 'vitest';
import { anOffice, fixture, has, issued, signWith, verify, type Office } from './helpers';

let office: Office;
beforeAll(() => {
  office = anOffice();
});

// Every fixture through the whole way, judged by us and by other software: test/unit/tools/try-sign-cli.test.ts.
test('T-3: our own verifier says form filling and a signature', () => {
  const { signatures, verdict } = verify(issued(office, fixture('scan.pdf')), office.trust);

  expect(
    signatures.map(({ field, integrity, changes, trust }) => [field, integrity, changes, trust]),
  ).toEqual([
    ['ky_ca_nhan', 'intact', 'permitted', 'trusted'],
    ['ky_co_quan', 'intact', 'none', 'trusted'],
  ]);
  // Claimed time only: good, with a warning (§4.1).
  expect(verdict).toBe('HOP_LE_CANH_BAO');
});

test('O-2, V-17: 25 signatures are verified in at most 2 s', () => {
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
