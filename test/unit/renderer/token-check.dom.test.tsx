import { afterEach, expect, test } from 'vitest';
import type { CheckedCertificate, CheckedToken, DeviceCheck } from '@shared/ipc/device-check';
import { CertificateEndNotice, TokenCheckPage } from '../../../src/renderer/features/token-check';
import { checkText } from '../../../src/renderer/features/token-check/check-text';
import { createFakeBridge } from '../../support/fake-bridge';
import { signedInState } from '../../support/office-sample';
import { button, eventually, pageText, press, showPage } from '../../support/page-harness';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

const certificate = (over: Partial<CheckedCertificate> = {}): CheckedCertificate => ({
  thumbprint: 'a'.repeat(64),
  holderName: 'Nguyễn Văn Mẫu',
  organization: 'UBND xã Thử Nghiệm',
  issuerName: 'CA Thử',
  notAfter: '2026-12-12T03:00:00.000Z',
  daysLeft: 20,
  endsSoon: true,
  registeredFor: 'me',
  renews: false,
  ...over,
});

const token = (over: Partial<CheckedToken> = {}): CheckedToken => ({
  moduleId: 'vnpt',
  label: 'TOKEN MỘT',
  maskedSerial: '••••6789',
  pin: 'ok',
  failedLogins: 0,
  typesPinOnDevice: false,
  isSoftware: false,
  certificates: [certificate()],
  ...over,
});

const check = (over: Partial<DeviceCheck> = {}): DeviceCheck => ({
  at: '2026-11-22T03:00:00.000Z',
  modules: [{ id: 'vnpt', failure: null, why: null }],
  softwareKeys: 'none',
  tokens: [token()],
  lastFailures: [],
  ...over,
});

async function show(deviceCheck: DeviceCheck | undefined, page = <TokenCheckPage />) {
  const bridge = createFakeBridge({
    session: signedInState(),
    ...(deviceCheck ? { deviceCheck } : {}),
  });
  ({ close } = await showPage(bridge, page));
  return bridge;
}

test('K-17: a token with its certificate, days to its end, and whose it is', async () => {
  await show(check());
  await eventually(() => pageText().includes('TOKEN MỘT (số thiết bị ••••6789)'));

  for (const said of [
    'Trình điều khiển: vnpt',
    'Sẵn sàng',
    'Nguyễn Văn Mẫu',
    'UBND xã Thử Nghiệm',
    'CA Thử',
    '12/12/2026 (còn 20 ngày)',
    'Của bạn',
    'Chưa có lỗi nào',
  ]) {
    expect(pageText()).toContain(said);
  }
});

test.each([
  ['countLow', 'Đã nhập sai mã PIN trước đó'],
  ['finalTry', 'Mã PIN chỉ còn 1 lần nhập'],
  ['locked', 'Đã bị khóa'],
  ['toBeChanged', 'Phải đổi mã PIN'],
  ['notInitialised', 'Chưa đặt mã PIN'],
] as const)('K-17: what the token says of its PIN is told: %s', async (pin, said) => {
  await show(check({ tokens: [token({ pin, certificates: [] })] }));
  await eventually(() => pageText().includes(said));
  expect(pageText()).toContain('không có chứng thư chữ ký số nào');
});

test.each([
  ['is32Bit', 'Là trình điều khiển 32-bit, cần bản 64-bit'],
  ['missing', 'Không có tệp ở nơi đã khai báo'],
  ['otherMachine', 'Không dành cho loại máy này'],
  ['noEntryPoint', 'Không phải trình điều khiển'],
] as const)('K-17, K-1: a driver that cannot be loaded says why: %s', async (why, said) => {
  const modules = [{ id: 'cu.dll', failure: 'token.driver-unusable', why }] as const;
  await show(check({ modules, tokens: [] }));
  await eventually(() => pageText().includes(said));
  expect(pageText()).toContain('Chưa thấy thiết bị ký số nào');
});

test('O-3, K-17: a driver that has not answered yet is waited for, and is no fault', async () => {
  const modules = [{ id: 'cham.so', failure: 'token.driver-late', why: null }] as const;
  await show(check({ modules, tokens: [] }));
  await eventually(() => pageText().includes('cham.so: Chưa trả lời, đang chờ…'));
  expect(pageText()).toContain('Còn trình điều khiển chưa trả lời');
  expect(pageText()).not.toContain('Hãy cắm thiết bị vào cổng USB');
});

test('K-17: without a driver the page says what to install', async () => {
  await show(undefined);
  await eventually(() => pageText().includes('chưa có trình điều khiển'));
  expect(pageText()).toContain('bản 64-bit');
});

test('K-17: what is copied tells all of it, with the last errors and their references', async () => {
  const lastFailures = [
    { at: '2026-11-22T02:00:00.000Z', during: 'sign', code: 'token.unknown', ckr: '0x80000001' },
  ] as const;
  const text = checkText(check({ lastFailures }));

  for (const said of ['vnpt: Dùng được', '••••6789', 'còn 20 ngày', 'KS-117, 0x80000001']) {
    expect(text).toContain(said);
  }
  await show(check({ lastFailures }));
  await eventually(() => pageText().includes('KS-117, 0x80000001'));
});

test('K-17: a certificate that ends within 30 days is announced at the start, others are not', async () => {
  const long = certificate({
    thumbprint: 'b'.repeat(64),
    holderName: 'Người Còn Lâu',
    daysLeft: 300,
    endsSoon: false,
  });
  await show(
    check({ tokens: [token({ certificates: [certificate(), long] })] }),
    <CertificateEndNotice />,
  );
  await eventually(() =>
    pageText().includes('Nguyễn Văn Mẫu sẽ hết hạn sau 20 ngày, ngày 12/12/2026'),
  );
  expect(pageText()).not.toContain('Người Còn Lâu');
});

test.each([
  ['none', 'Chỉ quản trị hệ thống của tỉnh cho phép được', false],
  ['personal', 'cho chữ ký cá nhân, không dùng để đóng dấu', true],
  ['all', 'để ký và đóng dấu', true],
] as const)(
  'software keys: the province’s word (%s) is told, with the way in only where there is one',
  async (softwareKeys, said, mayImport) => {
    const bridge = await show(check({ softwareKeys }));
    await eventually(() => pageText().includes(said));

    expect(button('Nhập khóa phần mềm (.p12)…') !== undefined).toBe(mayImport);
    if (!mayImport) return;
    await press('Nhập khóa phần mềm (.p12)…');
    expect(bridge.calls.filter(({ channel }) => channel === 'signing.importKey')).toHaveLength(1);
    expect(document.querySelector('input')).toBeNull();
  },
);

test('software keys: a key of this machine has another PIN and goes only when asked twice; a token has neither', async () => {
  const key = token({ label: 'Khóa phần mềm', moduleId: 'software', isSoftware: true });
  const bridge = await show(check({ modules: [], tokens: [key] }));
  await eventually(() => button('Đổi mã PIN…'));
  const asked = (channel: string) =>
    bridge.calls.filter((call) => call.channel === channel).map(({ input }) => input);

  await press('Đổi mã PIN…');
  expect(asked('signing.changeKeyPin')).toEqual([{ thumbprint: 'a'.repeat(64) }]);
  await press('Gỡ khóa khỏi máy');
  await eventually(() => pageText().includes('Gỡ khóa của Nguyễn Văn Mẫu khỏi máy này?'));
  expect(asked('signing.removeKey')).toEqual([]);
  await press('Gỡ khóa khỏi máy');
  expect(asked('signing.removeKey')).toEqual([{ thumbprint: 'a'.repeat(64) }]);

  await close?.();
  await show(check());
  await eventually(() => pageText().includes('TOKEN MỘT'));
  expect(button('Đổi mã PIN…')).toBeUndefined();
});
