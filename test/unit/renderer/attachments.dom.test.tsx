import { act } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RegisterIncomingPage } from '../../../src/renderer/features/incoming';
import type { Input } from '../../../src/shared/ipc/contract';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import { referenceRecords, signedInState } from '../../support/office-sample';
import {
  eventually,
  field,
  leaveField,
  pressKey,
  showPage,
  tick,
  typeText,
} from '../../support/page-harness';

vi.setConfig({ testTimeout: 30_000 });

let bridge: FakeBridge;
let close: () => Promise<void>;

beforeEach(async () => {
  bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20 });
  bridge.seed(referenceRecords());
  const page = await showPage(
    bridge,
    <RegisterIncomingPage start={undefined} onClose={() => undefined} onOpen={() => undefined} />,
  );
  close = page.close;
  await eventually(() => field('issuerName'));
});

afterEach(() => close());

const STATEMENT =
  'Bạn cần xác nhận văn bản không mang dấu Mật, Tối mật hoặc Tuyệt mật trước khi tiếp tục.';

const text = () => document.body.textContent ?? '';
const aFile = (name: string, sizeBytes = 1000): File =>
  new File([new Uint8Array(sizeBytes)], name, { type: 'application/pdf' });

async function drop(...files: readonly File[]): Promise<void> {
  await act(async () => {
    const event = new Event('drop', { bubbles: true, cancelable: true });
    Object.assign(event, { dataTransfer: { files } });
    document.querySelector('[data-file-drop]')?.dispatchEvent(event);
  });
}

const confirm = () => tick(field('notSecretConfirmed'));
const callsOf = (channel: string) => bridge.calls.filter((call) => call.channel === channel);
const removeButton = (name: string) =>
  document.querySelector<HTMLButtonElement>(`button[aria-label="Bỏ tệp ${name}"]`);

async function fillIn(): Promise<void> {
  await typeText(field('issuerName'), 'Sở Nội vụ');
  await typeText(field('codeDisplay'), '45/SNV-VP');
  await typeText(field('issuedDate'), '2001');
  await leaveField(field('issuedDate'));
  await typeText(field('documentType'), 'Công văn');
  await typeText(field('subject'), 'Báo cáo công tác văn thư, lưu trữ');
}

test('van-ban.md §6.2: a file that is dropped before the statement is not even begun', async () => {
  await drop(aFile('quet.pdf'));

  await eventually(() => text().includes(STATEMENT));
  expect(text()).not.toContain('quet.pdf');
  expect(callsOf('files.beginImport')).toHaveLength(0);
  expect(document.activeElement).toBe(field('notSecretConfirmed'));
});

test('several files are taken one after the other, the first PDF gives the number of pages', async () => {
  await fillIn();
  await confirm();
  await drop(aFile('quet.pdf', 1_200_000), aFile('phu-luc.docx'));

  await eventually(() => removeButton('phu-luc.docx') && text().includes('7 trang'));
  await eventually(() => callsOf('files.finishImport').length === 2);
  expect(field('pageAmount').value).toBe('7');
  const sizes = callsOf('files.importChunk').map(
    ({ input }) => (input as Input<'files.importChunk'>).data.length,
  );
  expect(sizes).toEqual([524_288, 524_288, 151_424, 1000]);

  await pressKey('s', true);
  await eventually(() => bridge.appended.length === 2);
  const [create] = bridge.appended;
  const files = create?.body['files'] as { sha256: string; name: string; role: string }[];
  expect(files.map(({ name, role }) => [name, role])).toEqual([
    ['quet.pdf', 'banQuet'],
    ['phu-luc.docx', 'banQuet'],
  ]);
  expect(create?.files).toEqual(files.map(({ sha256 }) => sha256));
  await eventually(() => removeButton('quet.pdf') === null, 'an empty list for the next paper');
});

test('a number of pages that was typed is kept', async () => {
  await confirm();
  await typeText(field('pageAmount'), '12');
  await leaveField(field('pageAmount'));
  await drop(aFile('quet.pdf'));

  await eventually(() => text().includes('7 trang'));
  expect(field('pageAmount').value).toBe('12');
});

test.each([
  ['files.finishImport', 'secrecy.mark-found', 'Phát hiện dấu hiệu văn bản có độ mật.'],
  ['files.finishImport', 'pdf.encrypted', 'Tệp PDF đang được đặt mật khẩu.'],
  ['files.finishImport', 'pdf.broken', 'Tệp PDF bị hỏng nên không đọc được.'],
  ['files.beginImport', 'files.too-large', 'Tệp lớn hơn 200 MB.'],
  ['files.importChunk', 'files.disk-full', 'Ổ đĩa đã đầy nên chưa lưu được tệp.'],
] as const)('%s answers %s: words, and nothing typed is lost', async (channel, code, words) => {
  await fillIn();
  await confirm();
  bridge.failNext(channel, { code });
  await drop(aFile('a.pdf'), aFile('b.pdf'));

  await eventually(() => text().includes(words) && text().includes('7 trang'));
  expect(text()).toContain('Chưa thêm được tệp “a.pdf”');
  expect(field('subject').value).toBe('Báo cáo công tác văn thư, lưu trữ');

  await pressKey('s', true);
  await eventually(() => text().includes('Có tệp chưa thêm được.'));
  expect(bridge.appended).toHaveLength(0);

  await act(async () => removeButton('a.pdf')?.click());
  await pressKey('s', true);
  await eventually(() => bridge.appended.length === 2);
  expect(bridge.appended[0]?.files).toHaveLength(1);
});

test('an empty file is refused with words', async () => {
  await confirm();
  await drop(aFile('rong.pdf', 0));

  await eventually(() => text().includes('Tệp không có nội dung.'));
});

test('a file that was taken away is not in the paper', async () => {
  await fillIn();
  await confirm();
  await drop(aFile('nham.pdf'));
  await eventually(() => text().includes('7 trang'));
  await act(async () => removeButton('nham.pdf')?.click());
  await pressKey('s', true);

  await eventually(() => bridge.appended.length === 2);
  expect(bridge.appended[0]?.body['files']).toEqual([]);
  expect(bridge.appended[0]?.files).toBeUndefined();
});
