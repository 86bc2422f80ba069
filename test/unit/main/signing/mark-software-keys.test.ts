import { expect, test } from 'vitest';
import { reason } from '@shared/domain/signing/verification-reason';
import type { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import { markSoftwareKeys } from '../../../../src/main/features/signing/mark-software-keys';
import { anId } from '../../../support/core-builders';
import { anOffice, fixture, prepared, signAsLeader, verify } from '../../shared/pades/helpers';
import { trustFromPem } from '@shared/pades/verify/trust-material';
import { thumbprintOf } from './signing-world';

const office = anOffice();
const { material } = trustFromPem([
  office.pki.root.certificatePem,
  office.pki.subCa.certificatePem,
]);
const report = verify(signAsLeader(office, prepared(fixture('chromium-draft.pdf'))), material);
const record = (over: object = {}) =>
  ({
    id: anId(12, 1),
    thumbprint: thumbprintOf(office.leader),
    active: true,
    keyStore: 'software',
    ...over,
  }) as SigningCertificate;

test('software keys: what only the office’s record knows is told with where it is known from', () => {
  const good = {
    ...report,
    verdict: 'HOP_LE',
    signatures: report.signatures.map((one) => ({
      ...one,
      reasons: [],
      trust: 'trusted',
      verdict: 'HOP_LE',
    })),
  } as typeof report;

  expect(markSoftwareKeys(good, [record({ active: false })])).toMatchObject({
    verdict: 'HOP_LE_CANH_BAO',
    signatures: [
      {
        verdict: 'HOP_LE_CANH_BAO',
        reasons: [reason('key.software', 'signingCertificate')],
      },
    ],
  });
});

test('software keys: a token’s certificate, and a mark that stands already, change nothing', () => {
  expect(markSoftwareKeys(report, [record({ keyStore: 'token' })])).toBe(report);
  expect(markSoftwareKeys(report, [record({ keyStore: undefined })])).toBe(report);
  const told = {
    ...report,
    signatures: report.signatures.map((one) => ({
      ...one,
      reasons: [reason('key.software', '/Reason')],
    })),
  };
  expect(markSoftwareKeys(told, [record()])).toBe(told);
});
