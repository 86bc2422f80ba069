import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, onTestFinished, test } from 'vitest';
import { FileViewer } from '../../../src/renderer/features/viewer';
import { PrintedPages } from '../../../src/renderer/features/viewer/components/PrintPdf';
import { AttachedFile } from '@shared/domain/document/incoming-document';
import type { SignatureReport, CheckedReport } from '@shared/domain/signing/verification-report';
import type { Input } from '@shared/ipc/contract';
import { err, ok } from '@shared/kernel/result';
import { createFakeBridge } from '../../support/fake-bridge';
import { signedInState } from '../../support/office-sample';
import { button, eventually, pageText, press, showPage } from '../../support/page-harness';

const file = AttachedFile.parse({
  sha256: 'ab'.repeat(32),
  name: 'ke-hoach.pdf',
  sizeBytes: 9000,
  mime: 'application/pdf',
  role: 'chinh',
});
const signature = (over: Partial<SignatureReport> = {}): SignatureReport => ({
  field: 'ky_ca_nhan',
  kind: 'leader',
  verdict: 'HOP_LE_CANH_BAO',
  integrity: 'intact',
  changes: 'permitted',
  trust: 'trusted',
  level: 'B-B',
  signer: 'Trần Văn Bình',
  claimedTime: '2026-11-22T02:05:41.000Z',
  provenTime: null,
  reasons: [{ code: 'time.claimed-only' }],
  certificate: {
    commonName: 'Trần Văn Bình',
    organization: 'UBND xã Tân Hòa',
    issuer: 'CA thử',
    serial: '01',
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2028-01-01T00:00:00.000Z',
    thumbprint: 'cd'.repeat(32),
  },
  reason: null,
  location: null,
  subFilter: 'ETSI.CAdES.detached',
  algorithm: 'RSA-2048 SHA-256',
  revision: 2,
  signedLength: 6000,
  coversWholeFile: false,
  revocation: null,
  changedPlaces: ['so', 'ngay', 'ky_co_quan'],
  ...over,
});
const seal = signature({
  field: 'ky_co_quan',
  kind: 'organ',
  signer: 'UBND xã Tân Hòa',
  changes: 'none',
  revision: 3,
  signedLength: 9000,
  coversWholeFile: true,
  changedPlaces: [],
});

/** The viewer over a file with these signatures; its pages need a browser and are not drawn here. */
async function showFile(signatures: readonly SignatureReport[]) {
  const bridge = createFakeBridge({ session: signedInState(), online: false });
  const report: CheckedReport = {
    verdict: 'HOP_LE_CANH_BAO',
    sha256: file.sha256,
    size: 9000,
    revisions: 3,
    checkedAt: '2026-11-22T06:00:00.000Z',
    signatures,
    reasons: [],
    earlier: [],
    isWaiting: false,
  };
  const main = { isHere: false };
  const copies: Input<'files.saveCopy'>[] = [];
  const call: typeof bridge.call = (channel, input) => {
    if (channel === 'signing.verify') return Promise.resolve(ok(report)) as never;
    if (channel === 'files.fetch') {
      const fetched = main.isHere
        ? ok({ sizeBytes: 9000 })
        : err({ code: 'files.missing' } as const);
      return Promise.resolve(fetched) as never;
    }
    if (channel !== 'files.saveCopy') return bridge.call(channel, input);
    copies.push(input as Input<'files.saveCopy'>);
    return Promise.resolve(ok({ saved: true })) as never;
  };
  const page = await showPage(
    { ...bridge, call },
    <FileViewer file={file} onClose={() => undefined} />,
  );
  onTestFinished(page.close);
  await eventually(() => pageText().includes('Trần Văn Bình'));
  return { copies, main };
}

test('V-15: what the leader signed is shown by itself, with what came after it, and saved as its own file', async () => {
  const { copies, main } = await showFile([signature(), seal]);

  await press('Xem bản lãnh đạo đã ký');
  await eventually(() => pageText().includes('Đang xem bản lúc ký'));
  expect([...document.querySelectorAll('li')].map(({ textContent }) => textContent)).toEqual([
    'Số',
    'Ngày, tháng, năm',
    'Con dấu',
  ]);
  main.isHere = true;
  await press('Lưu bản đã ký…');
  await eventually(() => copies.length > 0);
  main.isHere = false;
  await press('Về bản hiện tại');

  expect(copies).toEqual([
    { sha256: file.sha256, name: 'ke-hoach (bản lúc ký).pdf', firstBytes: 6000 },
  ]);
  expect(pageText()).not.toContain('Đang xem bản lúc ký');
});

test('V-15: what was not allowed after a signature is named among the changes', async () => {
  await showFile([
    signature({ changes: 'notPermitted', changedPlaces: [], reasons: [{ code: 'change.page' }] }),
  ]);

  await press('Xem bản lãnh đạo đã ký');

  const listed = await eventually(() => document.querySelector('li'));
  expect(listed.textContent).toBe('Nội dung trang đã thay đổi.');
});

test.each([
  ['that covers the whole file', { coversWholeFile: true }],
  ['that ends at no revision', { revision: null }],
])('V-15: a signature %s has no version of its own to show', async (_what, over) => {
  await showFile([signature(over)]);

  expect(button('Xem bản lãnh đạo đã ký')).toBeUndefined();
});

test('V-16: the report is one sheet in words; the same report gives the same sheet', async () => {
  await showFile([signature(), seal]);
  const sheet = async () => {
    await press('In báo cáo…');
    const shown = await eventually(() => document.querySelector('[data-print-sheet] > *'));
    const { innerHTML } = shown;
    await press('Quay lại');
    await eventually(() => !document.querySelector('[data-print-sheet]'));
    return innerHTML;
  };

  const first = await sheet();

  for (const said of [
    'ke-hoach.pdf',
    file.sha256,
    '9.000 byte, 3 phiên bản',
    'Hợp lệ, có cảnh báo',
    'Chữ ký cá nhân',
    'Chữ ký số cơ quan',
    'Trần Văn Bình, UBND xã Tân Hòa',
    'CA thử',
    'RSA-2048 SHA-256',
    'ô ky_co_quan',
    'Con dấu',
    'Chưa có dữ liệu thu hồi',
    'Giờ ký chỉ là giờ do máy người ký khai.',
  ]) {
    expect(first).toContain(said);
  }
  expect(await sheet()).toBe(first);
});

test('corrections 9: only a paper with the office’s own seal is offered without it', async () => {
  await showFile([signature()]);

  expect(button('In văn bản…')).toBeDefined();
  expect(button('In để đóng dấu…')).toBeUndefined();
});

test('corrections 9: the mark stands on every page that is printed with a seal', async () => {
  const host = document.createElement('div');
  const root = createRoot(host);
  onTestFinished(() => act(async () => root.unmount()));
  const marks = async (isMarked: boolean) => {
    const pages = ['a:1', 'a:2'].map((url) => ({ url, inkEnds: 1 }));
    await act(async () => root.render(<PrintedPages pages={pages} isMarked={isMarked} />));
    return host.textContent?.match(/Bản in từ văn bản điện tử/g)?.length ?? 0;
  };

  expect([await marks(true), await marks(false)]).toEqual([2, 0]);
});
