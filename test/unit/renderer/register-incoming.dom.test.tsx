import { afterEach, beforeEach, expect, test } from 'vitest';
import { RegisterIncomingPage } from '../../../src/renderer/features/incoming';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import {
  incomingContent,
  incomingPaper,
  referenceRecords,
  sampleIds,
  signedInState,
} from '../../support/office-sample';
import {
  eventually,
  field,
  leaveField,
  pressKey,
  showPage,
  tick,
  typeLikeUnikey,
  typeText,
} from '../../support/page-harness';

let bridge: FakeBridge;
let close: () => Promise<void>;

beforeEach(async () => {
  bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20 });
  bridge.seed([
    ...referenceRecords(),
    { type: 'incomingDocument', id: sampleIds.document(1), content: incomingContent(1) },
  ]);
  const page = await showPage(
    bridge,
    <RegisterIncomingPage start={undefined} onClose={() => undefined} onOpen={() => undefined} />,
  );
  close = page.close;
  await eventually(() => field('issuerName'));
});

afterEach(() => close());

/** "Nguyễn" and "Độc lập" as Telex sends them: letters, then backspaces and the letter with its mark. */
const nguyen = [
  [0, 'Nguy'],
  [0, 'e'],
  [1, 'ê'],
  [0, 'n'],
  [2, 'ễn'],
] as const;
const docLap = [
  [0, 'D'],
  [1, 'Đ'],
  [0, 'oc'],
  [2, 'ôc'],
  [2, 'ộc'],
  [0, ' la'],
  [1, 'â'],
  [0, 'p'],
  [2, 'ập'],
] as const;

async function fillIn(): Promise<void> {
  await typeText(field('issuerName'), 'Sở Nội vụ');
  await typeText(field('codeDisplay'), '45/SNV-VP');
  await typeText(field('issuedDate'), '2001');
  await leaveField(field('issuedDate'));
  await typeText(field('documentType'), 'Công văn');
  await typeText(field('subject'), 'Báo cáo công tác văn thư, lưu trữ');
}

const text = () => document.body.textContent ?? '';
const appended = () => bridge.appended;

test.each([
  'issuerName',
  'codeDisplay',
  'documentType',
  'subject',
  'signerName',
  'signerPosition',
  'routedTo',
  'note',
])('a burst of Unikey leaves what was typed in %s', async (name) => {
  await typeLikeUnikey(field(name), nguyen);
  await typeLikeUnikey(field(name), [[0, ' ']]);
  await typeLikeUnikey(field(name), docLap);

  expect(field(name).value).toBe('Nguyễn Độc lập');
  await leaveField(field(name));
  expect(field(name).value).toBe('Nguyễn Độc lập');
});

test('a date is left alone while it is typed, and written out when the field is left', async () => {
  await typeLikeUnikey(field('issuedDate'), [
    [0, '211'],
    [1, '1'],
    [0, '1'],
  ]);
  const typed = field('issuedDate').value;
  await leaveField(field('issuedDate'));

  expect(typed).toBe('2111');
  expect(field('issuedDate').value).toMatch(/^21\/11\/\d{4}$/);
});

test('an empty form names every required field, saves nothing and goes to the first of them', async () => {
  await pressKey('s', true);

  await eventually(() =>
    text().includes('Vui lòng nhập trích yếu nội dung văn bản (từ 5 đến 500 ký tự).'),
  );
  expect(text()).toContain('Vui lòng nhập tác giả');
  expect(text()).toContain('Vui lòng nhập số, ký hiệu như trên văn bản');
  expect(text()).toContain('Vui lòng chọn loại văn bản.');
  expect(document.activeElement).toBe(field('issuerName'));
  expect(appended()).toHaveLength(0);
});

test('without the statement that it carries no secrecy mark nothing is saved', async () => {
  await fillIn();
  await pressKey('s', true);

  await eventually(() => text().includes('Bạn cần xác nhận văn bản không mang dấu Mật'));
  expect(field('notSecretConfirmed').checked).toBe(false);
  expect(appended()).toHaveLength(0);
  expect(field('subject').value).toBe('Báo cáo công tác văn thư, lưu trữ');
});

test('a registration saves the document and the request for its number in one call', async () => {
  await fillIn();
  await tick(field('notSecretConfirmed'));
  await pressKey('s', true);

  await eventually(() => appended().length === 2);
  const calls = bridge.calls.filter(({ channel }) => channel === 'operations.append');
  expect(calls).toHaveLength(1);
  expect(appended().map(({ kind }) => kind)).toEqual(['create', 'cmd.requestNumber']);
  expect(appended()[0]?.body).toMatchObject({
    codeDisplay: '45/SNV-VP',
    codeNumber: '45',
    documentTypeId: 'CV',
    channel: 'PAPER_POST',
  });
  expect(appended()[1]?.body).toEqual({ registerId: sampleIds.register });
});

test('the number waits in words until the server has given it, then stands where the clerk looks', async () => {
  await fillIn();
  await tick(field('notSecretConfirmed'));
  await pressKey('s', true);

  await eventually(() => text().includes('Chờ cấp số đến'), 'the waiting mark');
  await eventually(() => text().includes('Số đến 02'), 'the number');
  expect(field('issuerName').value).toBe('Sở Nội vụ');
  expect(field('subject').value).toBe('');
  expect(field('notSecretConfirmed').checked).toBe(false);
});

test('a full disk keeps every typed letter on screen', async () => {
  bridge.failNext('operations.append', { code: 'journal.disk-full' });
  await fillIn();
  await tick(field('notSecretConfirmed'));
  await pressKey('s', true);

  await eventually(() => text().includes('Chưa lưu được. Nội dung đã nhập vẫn còn nguyên.'));
  expect(text()).toContain('NK-001');
  expect(field('subject').value).toBe('Báo cáo công tác văn thư, lưu trữ');
  expect(field('codeDisplay').value).toBe('45/SNV-VP');
});

test('VB006: the same paper raises the question, and only "Vẫn đăng ký mới" saves it', async () => {
  const known = incomingPaper(1);
  await typeText(field('issuerName'), known.issuerName);
  await typeText(field('codeDisplay'), known.codeDisplay);
  await typeText(field('issuedDate'), '05/01/2026');
  await typeText(field('documentType'), 'Kế hoạch');
  await typeText(field('subject'), 'Cùng một văn bản, bản giấy tới sau');
  await tick(field('notSecretConfirmed'));
  await pressKey('s', true);

  const again = await eventually(() =>
    [...document.querySelectorAll('button')].find(
      ({ textContent }) => textContent === 'Vẫn đăng ký mới',
    ),
  );
  expect(appended()).toHaveLength(0);
  await tick(again as unknown as HTMLInputElement);
  await eventually(() => appended().length === 2);
});

test('Enter goes to the next field instead of sending the form', async () => {
  await typeText(field('issuerName'), 'Sở Nội vụ');
  await pressKey('Enter');

  expect(document.activeElement).toBe(field('codeDisplay'));
  expect(appended()).toHaveLength(0);
});
