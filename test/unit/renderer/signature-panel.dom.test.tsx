import { expect, onTestFinished, test } from 'vitest';
import { act } from 'react';
import { SignaturePanel } from '../../../src/renderer/features/signing';
import type { CheckedReport, Verdict } from '@shared/domain/signing/verification-report';
import type { VisualReport } from '@shared/domain/signing/visual-comparison';
import { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { createFakeBridge } from '../../support/fake-bridge';
import { signedInState } from '../../support/office-sample';
import { eventually, showPage } from '../../support/page-harness';

const sha256 = FileHash.parse('ab'.repeat(32));
const report = (verdict: Verdict): CheckedReport =>
  ({
    verdict,
    reasons: [],
    signatures: [],
    checkedAt: '2026-11-22T02:00:00.000Z',
    earlier: [],
    isWaiting: false,
  }) as unknown as CheckedReport;

/** The panel over a verifier and a comparison that answer when the test says so. */
async function showPanel() {
  const listeners = new Set<() => void>();
  let answer = (_result: Result<CheckedReport>): void => undefined;
  let look = (_result: Result<VisualReport>): void => undefined;
  const bridge = createFakeBridge({ session: signedInState(), online: false });
  const call: typeof bridge.call = (channel, input) =>
    channel === 'signing.verify'
      ? new Promise((resolve) => {
          answer = resolve as typeof answer;
        })
      : channel === 'signing.compare'
        ? new Promise((resolve) => {
            look = resolve as typeof look;
          })
        : bridge.call(channel, input);
  const page = await showPage(
    {
      ...bridge,
      call,
      on: (event, listener) => {
        if (event === 'signing.verdictChanged') listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    <SignaturePanel sha256={sha256} fileName="a.pdf" onPrint={() => undefined} />,
  );
  onTestFinished(page.close);
  return {
    announce: () => act(async () => listeners.forEach((listener) => listener())),
    answer: (result: Result<CheckedReport>) => act(async () => answer(result)),
    look: (result: Result<VisualReport>) => act(async () => look(result)),
  };
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
] as const)(
  'O-5, V-19: %s is told in words; only HOP_LE is green',
  async (verdict, words, isGreen) => {
    const { answer } = await showPanel();
    await answer(ok(report(verdict)));
    const shown = await eventually(badge);

    expect(shown.textContent).toBe(words);
    expect(/teal|green/.test(shown.getAttribute('style') ?? '')).toBe(isGreen);
  },
);

test('V-19: a verifier that gives up shows no verdict', async () => {
  const { answer } = await showPanel();

  await answer(err({ code: 'pdf.limit' }));

  await eventually(() => !document.body.textContent?.includes('Đang kiểm tra'));
  expect(badge()).toBeNull();
});

const signed = (verdict: Verdict): CheckedReport => ({
  ...report(verdict),
  signatures: [
    {
      field: 'ky_ca_nhan',
      kind: 'leader',
      verdict,
      integrity: 'intact',
      changes: 'none',
      trust: 'trusted',
      signedLength: 1000,
      reasons: [],
    } as unknown as CheckedReport['signatures'][number],
  ],
});
const picture = 'data:image/png;base64,AAAA';
const changed: VisualReport = {
  changes: [{ signedLength: 1000, page: 3, area: null, signed: picture, present: picture }],
  covering: [],
  stoppedBy: null,
};
const text = () => document.body.textContent ?? '';

test('V-10, V-19: the verdict is shown while the pictures are compared, and lowered by what they show', async () => {
  const { answer, look } = await showPanel();
  await answer(ok(signed('HOP_LE')));
  await eventually(badge);
  expect(badge()?.dataset['verdict']).toBe('HOP_LE');
  expect(text()).toContain('Đang so hình');

  await look(ok(changed));

  await eventually(() => text().includes('Trang 3 khác với bản đã ký'));
  expect(badge()?.dataset['verdict']).toBe('KHONG_HOP_LE');
  expect(text()).toContain('Nội dung hiển thị đã thay đổi sau khi ký.');
  expect(text()).not.toContain('Đang so hình');
  expect(document.querySelectorAll('[data-changed-page="3"] img')).toHaveLength(2);
});

test('V-10: pages that look the same leave the verdict; what was not compared is said', async () => {
  const { answer, look } = await showPanel();
  await answer(ok(signed('HOP_LE')));
  await eventually(() => text().includes('Đang so hình'));

  await look(ok({ changes: [], covering: [], stoppedBy: 'pages' }));

  await eventually(() => text().includes('Chưa so hết hình'));
  expect(badge()?.dataset['verdict']).toBe('HOP_LE');
});

test('V-14: what waits for data says so, and is shown anew with what was said before', async () => {
  const { answer, announce } = await showPanel();
  await answer(ok({ ...report('CHUA_XAC_DINH'), isWaiting: true }));
  await eventually(() => text().includes('Khi có mạng, máy tự tải và kiểm tra lại.'));

  await announce();
  expect(badge()?.dataset['verdict']).toBe('CHUA_XAC_DINH');
  await answer(
    ok({
      ...report('HOP_LE'),
      checkedAt: '2026-11-22T03:00:00.000Z',
      earlier: [
        { verdict: 'CHUA_XAC_DINH', at: '2026-11-22T02:00:00.000Z', dataDate: null },
        {
          verdict: 'CHUA_XAC_DINH',
          at: '2026-11-22T01:00:00.000Z',
          dataDate: '2026-11-01T00:00:00.000Z',
        },
      ],
    }),
  );

  await eventually(() => badge()?.dataset['verdict'] === 'HOP_LE');
  expect(text()).not.toContain('Khi có mạng');
  expect(text()).toContain('Đã kiểm tra lại lúc 22/11/2026 10:00; trước đó:');
  expect(text()).toContain('Chưa xác định, lúc 22/11/2026 09:00, chưa có dữ liệu thu hồi');
  expect(text()).toContain('theo dữ liệu thu hồi ngày 01/11/2026 07:00');
});
