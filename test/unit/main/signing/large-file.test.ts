import { expect, test } from 'vitest';
import { completeAndJudge } from '../../../../src/main/features/signing/pades-job';
import { prepareSignature } from '../../../../src/shared/pades/signature';
import { fieldNames } from '../../../../src/shared/pades/field-names';
import { signAsToken, toPem } from '../../../support/demo-pki';
import { smallPdf } from '../../../support/small-pdf';
import { anOffice, NOW, platform, prepared, SIGNED_AT, value } from '../../shared/pades/helpers';

const MB = 1_000_000;

test('O-1: a scan of 100 MB is signed, and read again whole', () => {
  const { leader, pki } = anOffice();
  const before = prepared(smallPdf({ pages: [['Quét']], noiseBytes: 100 * MB }));
  const field = fieldNames.leader;
  const { pending, dataToSign } = value(
    prepareSignature(platform, before, {
      field,
      certificates: [leader.certificate, pki.subCa.certificate],
      signedAtMs: SIGNED_AT,
      appearance: { kind: 'none' },
    }),
  );

  const checked = completeAndJudge({
    before,
    pending,
    value: signAsToken(leader.privateKeyPem, dataToSign),
    timestamp: undefined,
    field,
    trustPem: [pki.root.certificatePem, toPem('CERTIFICATE', pki.subCa.certificate)],
    nowMs: NOW,
  });

  expect(before.length).toBeGreaterThan(100 * MB);
  expect(checked).toMatchObject({ ok: true, value: { level: 'B-B' } });
});
