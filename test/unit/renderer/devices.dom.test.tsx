import { act } from 'react';
import { afterEach, expect, test } from 'vitest';
import type { DeviceOverview } from '@shared/domain/organ/devices';
import { DevicesPage } from '../../../src/renderer/features/devices';
import { anId } from '../../support/core-builders';
import { createFakeBridge, type FakeOptions } from '../../support/fake-bridge';
import { signedInState } from '../../support/office-sample';
import { eventually, showPage } from '../../support/page-harness';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

const text = () => document.body.textContent ?? '';
const button = (name: string) =>
  [...document.querySelectorAll('button')].find(
    (one) => one.textContent === name || one.getAttribute('aria-label') === name,
  );
const press = (name: string) => act(async () => button(name)?.click());

const aMachine = (n: number, over: Partial<DeviceOverview> = {}): DeviceOverview => ({
  officeId: anId(1, 1) as never,
  deviceId: anId(5, n) as never,
  inc: 1,
  name: `Máy ${n}`,
  state: 'active',
  wipe: null,
  received: 40,
  lastContactAt: '2026-11-20T02:00:00.000Z',
  silentDays: 0,
  isForked: false,
  rejected: 1,
  held: 0,
  leases: 0,
  losses: [],
  oldestPendingAt: null,
  figures: {
    version: '1.4.0',
    pendingOperations: 0,
    pendingFiles: 0,
    pendingBytes: 0,
    oldestPendingMs: null,
    clockDifferenceMs: 0,
    freeBytes: 50 * 1024 ** 3,
    healed: 0,
    refused: 0,
    held: 0,
    heldRegisters: 0,
    loadPercent: null,
  },
  alerts: [],
  ...over,
});

const silent = (): DeviceOverview => {
  const machine = aMachine(2, {
    silentDays: 4,
    leases: 1,
    alerts: ['lost', 'silent'],
    losses: [{ from: 7, to: 9, at: '2026-11-19T02:00:00.000Z' }],
  });
  const figures = {
    pendingOperations: 3,
    pendingFiles: 1,
    pendingBytes: 2048,
    clockDifferenceMs: 300_000,
  };
  return { ...machine, figures: { ...machine.figures, ...figures } as DeviceOverview['figures'] };
};

async function show(options: Omit<FakeOptions, 'session'>) {
  const bridge = createFakeBridge({ session: signedInState(), ...options });
  ({ close } = await showPage(bridge, <DevicesPage />));
  return bridge;
}

test('§15: alerts stand first, with what to do; every machine has its figures', async () => {
  await show({ devices: [silent(), aMachine(1)] });
  await eventually(() => text().includes('Cần xem ngay'));
  const alert = document.querySelector('[role="alert"]')?.textContent ?? '';
  expect(alert).toContain('Máy 2');
  expect(alert).toContain('không liên lạc từ ba ngày làm việc');
  expect(alert).toContain('đối chiếu với sổ giấy');
  expect(alert).not.toContain('Máy 1');
  const [first, second] = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent);
  expect(first).toContain('Im lặng 4 ngày làm việc');
  expect(first).toContain('3 việc, 1 tệp (2 KB)');
  expect(first).toContain('chậm 5 phút');
  expect(second).toContain('Không có');

  await press('Xem Máy 2');
  await eventually(() => text().includes('Việc số 7 đến 9'), 'the losses on record');
  expect(text()).toContain('1 từ chối, 0 giữ lại');
});

test('§15: a machine is disabled only after its consequences were read and marked', async () => {
  const bridge = await show({ devices: [silent(), aMachine(1)] });
  await eventually(() => button('Xem Máy 2'));
  await press('Xem Máy 2');
  await press('Ngừng dùng máy này…');
  expect(text()).toContain('máy còn 3 việc, 1 tệp (2 KB) chưa gửi');
  expect(text()).toContain('Máy đang giữ 1 sổ');
  expect(button('Ngừng máy này')?.disabled).toBe(true);
  bridge.failNext('devices.disable', { code: 'device.is-own' });
  const boxes = () => [...document.querySelectorAll<HTMLInputElement>('[type="checkbox"]')];
  await act(async () => boxes().at(-1)?.click());
  await press('Ngừng máy này');
  await eventually(() => text().includes('Không thể ngừng chính máy bạn đang ngồi'));
  await press('Ngừng máy này');
  await eventually(() => text().includes('Đã ngừng'));
  expect(text()).not.toContain('Cần xem ngay');
  expect(bridge.calls.filter(({ channel }) => channel === 'devices.disable').at(-1)?.input).toEqual(
    { deviceId: anId(5, 2), wipe: false },
  );
});

test('§7.2: a lost machine is told to remove what it holds, also one that was disabled before', async () => {
  const disabled = aMachine(1, { state: 'disabled' });
  const bridge = await show({ devices: [disabled] });
  await eventually(() => button('Xem Máy 1'));
  await press('Xem Máy 1');
  await press('Máy bị mất, xóa dữ liệu…');
  const [wipe, understood] = document.querySelectorAll<HTMLInputElement>('[type="checkbox"]');
  expect(wipe?.checked).toBe(true);
  await act(async () => understood?.click());
  await press('Ngừng máy này');
  await eventually(() => text().includes('Đã ngừng'));
  expect(bridge.calls.filter(({ channel }) => channel === 'devices.disable').at(-1)?.input).toEqual(
    { deviceId: anId(5, 1), wipe: true },
  );
});

test('§7.2: the dialog tells whether the machine has heard of the order', async () => {
  const orderedAt = '2026-11-20T02:00:00.000Z';
  const told = { orderedAt, toldAt: '2026-11-21T02:00:00.000Z' };
  await show({
    devices: [
      aMachine(1, { state: 'disabled', wipe: { orderedAt, toldAt: null } }),
      aMachine(2, { state: 'disabled', wipe: told }),
    ],
  });
  await eventually(() => button('Xem Máy 1'));
  await press('Xem Máy 1');
  expect(text()).toContain('Chờ máy nối lại');
  expect(button('Máy bị mất, xóa dữ liệu…')).toBeUndefined();
  await press('Đóng');
  await press('Xem Máy 2');
  await eventually(() => text().includes('Máy đã nhận'));
});

test('§15: a code is issued after a word on what it allows, and shown once', async () => {
  const bridge = await show({});
  await eventually(() => text().includes('Cơ quan chưa có máy nào'));
  await press('Cấp mã kích hoạt…');
  expect(bridge.calls.some(({ channel }) => channel === 'devices.issueCode')).toBe(false);
  await press('Cấp mã');
  await eventually(() => text().includes('ABCD-EFGH-2345'));
  expect(text()).toContain('72 giờ');
  await press('Đóng');
  await eventually(() => !text().includes('ABCD-EFGH-2345'));
});

test('§15: without a line the page says that it needs one, and tries again', async () => {
  const bridge = await show({ online: false, devices: [aMachine(1)] });
  await eventually(() => text().includes('Trang này cần kết nối với máy chủ'));
  expect(document.querySelector('tbody')).toBeNull();
  bridge.setOnline(true);
  await press('Thử lại');
  await eventually(() => text().includes('Máy 1'));
});
