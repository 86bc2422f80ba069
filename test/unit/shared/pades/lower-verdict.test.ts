import { expect, test } from 'vitest';
import type {
  SignatureReport,
  VerificationReport,
} from '../../../../src/shared/domain/signing/verification-report';
import type {
  VisualChange,
  VisualReport,
} from '../../../../src/shared/domain/signing/visual-comparison';
import { lowerVerdict } from '../../../../src/shared/pades/visual/lower-verdict';

const aSignature = (changes: Partial<SignatureReport> = {}): SignatureReport =>
  ({
    field: 'ky_ca_nhan',
    verdict: 'HOP_LE',
    changes: 'permitted',
    signedLength: 1000,
    reasons: [],
    ...changes,
  }) as unknown as SignatureReport;
const aReport = (...signatures: readonly SignatureReport[]): VerificationReport =>
  ({ verdict: 'HOP_LE', signatures, reasons: [] }) as unknown as VerificationReport;
const aChange = (signedLength: number): VisualChange => ({
  signedLength,
  page: 2,
  area: null,
  signed: null,
  present: null,
});
const seen = (changes: Partial<VisualReport>): VisualReport => ({
  changes: [],
  covering: [],
  stoppedBy: null,
  ...changes,
});

test('V-10: pages that look the same change nothing', () => {
  const report = aReport(aSignature());

  expect(lowerVerdict(report, seen({ stoppedBy: 'time' }))).toEqual(report);
});

test('V-10: a page that looks different makes each signature before the change invalid, no later one', () => {
  const { verdict, signatures } = lowerVerdict(
    aReport(aSignature(), aSignature({ field: 'ky_co_quan', signedLength: 2000 })),
    seen({ changes: [aChange(1000)] }),
  );

  expect(verdict).toBe('KHONG_HOP_LE');
  expect(signatures.map((one) => [one.verdict, one.reasons])).toEqual([
    ['KHONG_HOP_LE', [{ code: 'visual.changed', where: 'page 2' }]],
    ['HOP_LE', []],
  ]);
});

test('V-10, attack 14: annotations that the signer allowed warn of what they change', () => {
  const report = aReport(aSignature({ changes: 'annotations', verdict: 'HOP_LE_CANH_BAO' }));

  const { verdict, signatures } = lowerVerdict(report, seen({ changes: [aChange(1000)] }));

  expect(verdict).toBe('HOP_LE_CANH_BAO');
  expect(signatures[0]?.reasons).toEqual([{ code: 'visual.annotated', where: 'page 2' }]);
});

test('V-11: a signature over text is told of that signature alone', () => {
  const { verdict, signatures } = lowerVerdict(
    aReport(aSignature(), aSignature({ field: 'la' })),
    seen({ covering: ['la'] }),
  );

  expect(verdict).toBe('HOP_LE_CANH_BAO');
  expect(signatures.map((one) => one.verdict)).toEqual(['HOP_LE', 'HOP_LE_CANH_BAO']);
});

test('V-10: it never makes a verdict better', () => {
  const bad = aReport(aSignature({ verdict: 'KHONG_HOP_LE' }));

  const { verdict, signatures } = lowerVerdict(
    { ...bad, verdict: 'KHONG_HOP_LE' },
    seen({ covering: ['ky_ca_nhan'] }),
  );

  expect([verdict, signatures[0]?.verdict]).toEqual(['KHONG_HOP_LE', 'KHONG_HOP_LE']);
});
