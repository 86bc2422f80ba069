import { afterEach, expect, test } from 'vitest';
import type { TrustStatus } from '@shared/ipc/trust-status';
import { TrustPage } from '../../../src/renderer/features/trust';
import { DemoNotice } from '../../../src/renderer/app/shell/DemoNotice';
import { createFakeBridge } from '../../support/fake-bridge';
import { signedInState } from '../../support/office-sample';
import { eventually, pageText, press, showPage } from '../../support/page-harness';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

const aPackage = (version: number) => ({
  version,
  issuedAt: '2026-08-01T00:00:00.000Z',
  anchors: ['ab'.repeat(32)],
  intermediates: 2,
  crls: 3,
});
const aStatus = (over: Partial<TrustStatus> = {}): TrustStatus => ({
  current: aPackage(7),
  previous: aPackage(6),
  age: 'fresh',
  ...over,
});

async function show(trust?: TrustStatus, trustAfter?: TrustStatus) {
  const bridge = createFakeBridge({
    session: signedInState(),
    ...(trust && { trust }),
    ...(trustAfter && { trustAfter }),
  });
  ({ close } = await showPage(bridge, <TrustPage />));
  return bridge;
}

test('O-4: the page tells version, date, pins and age of the package', async () => {
  await show(aStatus({ age: 'tooOld' }));
  await eventually(() => pageText().includes('Phiên bản 7, ngày 01/08/2026'));

  expect(pageText()).toContain('ab'.repeat(32));
  expect(pageText()).toContain('1 CA gốc, 2 CA trung gian, 3 danh sách thu hồi');
  expect(pageText()).toContain('Gói đã quá 90 ngày');
});

test('O-4: one goes back to the package before only after a second press', async () => {
  await show(aStatus(), aStatus({ current: aPackage(6), previous: aPackage(7) }));
  await eventually(() => pageText().includes('Gói trước: phiên bản 6'));

  await press('Quay lại gói trước…');
  expect(pageText()).toContain('Phiên bản 7,');
  await press('Dùng lại gói trước');

  await eventually(() => pageText().includes('Phiên bản 6,'));
});

test('O-4: without a package the page says what follows and what to do; a failure is told', async () => {
  const bridge = await show();
  await eventually(() => pageText().includes('Máy này chưa có gói tin cậy'));

  bridge.failNext('trust.install', { code: 'trust.not-signed' });
  await press('Cài gói từ tệp…');

  await eventually(() => pageText().includes('KS-302'));
});

test('O-6: a demonstration is marked on every page, and nothing else is', async () => {
  const marked = async (isDemo: boolean): Promise<boolean> => {
    const bridge = createFakeBridge({ session: signedInState(), isDemo });
    const shown = await showPage(bridge, <DemoNotice />);
    const isMarked = () => pageText().includes('TRÌNH DIỄN');
    await eventually(() => (isDemo ? isMarked() : bridge.calls.length > 0));
    const found = isMarked();
    await shown.close();
    return found;
  };

  expect([await marked(true), await marked(false)]).toEqual([true, false]);
});
