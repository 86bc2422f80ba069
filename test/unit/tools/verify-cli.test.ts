import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { runVerify } from '../../../tools/verify';
import { VerificationReport } from '../../../src/shared/domain/signing/verification-report';
import { toPem } from '../../support/demo-pki';
import {
  anOffice,
  fixture,
  issued,
  saved,
  temporaryFolder,
  verify,
  type Office,
} from '../shared/pades/helpers';

let office: Office;
let folder: string;
let trust: string;
beforeAll(() => {
  office = anOffice();
  folder = temporaryFolder();
  trust = join(folder, 'trust');
  mkdirSync(trust);
  saved(trust, 'root.pem', office.pki.root.certificatePem);
  saved(trust, 'list.crl', toPem('X509 CRL', office.crl));
  saved(folder, 'good.pdf', issued(office, fixture('hand-cr-line-ends.pdf')));
  saved(folder, 'plain.pdf', fixture('hand-cr-line-ends.pdf'));
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function runIt(...args: readonly string[]) {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  return { code: await runVerify(args), out };
}

test('V-10: the JSON line says that no page was compared', async () => {
  const { out } = await runIt(join(folder, 'good.pdf'), '--json');

  expect(JSON.parse(out)).toMatchObject({ visual: 'not-compared' });
});

test('V-16: one JSON line a file, exit 0 when all is well', async () => {
  const file = join(folder, 'good.pdf');

  const { code, out } = await runIt(
    ...`${file} --trust ${trust} --at 2026-11-22T06:00:00Z --offline --json`.split(' '),
  );

  const line: unknown = JSON.parse(out);
  expect(code).toBe(0);
  expect(line).toMatchObject({
    file,
    verdict: 'HOP_LE_CANH_BAO',
    reasons: [],
    signatures: [
      {
        field: 'ky_ca_nhan',
        integrity: 'intact',
        changes: 'permitted',
        trust: 'trusted',
        level: 'B-B',
        signer: 'Nguyễn Văn Mẫu',
        claimedTime: '2026-11-22T02:05:41.000Z',
        provenTime: null,
      },
      { field: 'ky_co_quan', kind: 'organ', changes: 'none' },
    ],
  });
  expect(VerificationReport.safeParse(line).success).toBe(true);
});

test('exit 1 for an unsigned file, 2 for a missing one and for wrong options', async () => {
  expect(await runIt(join(folder, 'plain.pdf'))).toMatchObject({ code: 1 });
  expect(await runIt(join(folder, 'khong-co.pdf'))).toMatchObject({ code: 2 });
  expect(await runIt('--gi-day')).toMatchObject({ code: 2 });
  expect(await runIt()).toMatchObject({ code: 2 });
});

test('V-16: the same input and clock give the same report', () => {
  const bytes = issued(office, fixture('hand-cr-line-ends.pdf'));

  expect(verify(bytes, office.trust)).toEqual(verify(bytes, office.trust));
});

test('V-18: what is no PDF is "not supported", never "unsigned"', () => {
  const report = verify(new TextEncoder().encode('<xml/>'), office.trust);

  expect(report).toMatchObject({ verdict: 'CHUA_XAC_DINH', reasons: [{ code: 'file.not-pdf' }] });
});
