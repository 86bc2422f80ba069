import { expect, onTestFinished, test } from 'vitest';
import { act } from 'react';
import { SignaturePanel } from '../../../src/renderer/features/signing';
import type { Verdict, VerificationReport } from '@shared/domain/signing/verification-report';
import { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { createFakeBridge } from '../../support/fake-bridge';
import { signedInState } from '../../support/office-sample';
import { eventually, showPage } from '../../support/page-harness';

const sha256 = FileHash.parse('ab'.repeat(32));
const report = (verdict: Verdict): VerificationReport =>
  ({
    verdict,
    reasons: [],
    signatures: [],
    checkedAt: '2026-11-22T02:00:00.000Z',
  }) as unknown as VerificationReport;

/** The panel over a verifier that answers when the test says so. */
async function showPanel() {
  let answer = (_result: Result<VerificationReport>): void => undefined;
  const bridge = createFakeBridge({ session: signedInState(), online: false });
  const call: typeof bridge.call = (channel, input) =>
    channel === 'signing.verify'
      ? new Promise((resolve) => {
          answer = resolve as typeof answer;
        })
      : bridge.call(channel, input);
  const page = await showPage({ ...bridge, call }, <SignaturePanel sha256={sha256} />);
  onTestFinished(page.close);
  return { answer: (result: Result<VerificationReport>) => act(async () => answer(result)) };
}
const badge = () => document.querySelector<HTMLElement>('[data-verdict]');

test('V-19: the panel says that it is checking until the verdict comes', async () => {
  const { answer } = await showPanel();
  await eventually(() => document.body.textContent?.includes('Đang kiểm tra'));
  expect(badge()).toBeNull();

  await answer(ok(report('HOP_LE')));

  await eventually(badge);
  expect(document.body.textContent).not.toContain('Đang kiểm tra');
});

test.each([
  ['HOP_LE', 'Hợp lệ', true],
  ['HOP_LE_CANH_BAO', 'Hợp lệ, có cảnh báo', false],
  ['CHUA_XAC_DINH', 'Chưa xác định', false],
  ['KHONG_HOP_LE', 'Không hợp lệ', false],
  ['KHONG_CO_CHU_KY', 'Không có chữ ký số', false],
] as const)('V-19: %s is told in words; only HOP_LE is green', async (verdict, words, isGreen) => {
  const { answer } = await showPanel();
  await answer(ok(report(verdict)));
  const shown = await eventually(badge);

  expect(shown.textContent).toBe(words);
  expect(/teal|green/.test(shown.getAttribute('style') ?? '')).toBe(isGreen);
});

test('V-19: a verifier that gives up shows no verdict', async () => {
  const { answer } = await showPanel();

  await answer(err({ code: 'pdf.limit' }));

  await eventually(() => !document.body.textContent?.includes('Đang kiểm tra'));
  expect(badge()).toBeNull();
});
