import { afterEach, expect, test, vi } from 'vitest';
import type { Role } from '@shared/domain/organ/user';
import type { HubHostView } from '@shared/ipc/hub';
import { HubHostSection } from '../../../src/renderer/features/hub';
import { createFakeBridge } from '../../support/fake-bridge';
import { clerkSession, sampleIds, signedInState } from '../../support/office-sample';
import { button, eventually, pageText, press, showPage } from '../../support/page-harness';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

const code = 'tcv-hub:https://192.168.1.10:8787#ABCDEF01-23456789';
const running: HubHostView = {
  state: 'running',
  way: 'systemd',
  figures: {
    version: '0.1.0',
    provinceHeardAt: null,
    validUntil: '2026-12-22T01:00:00.000Z',
    waitingLines: 41,
    waitingFiles: 7,
    registers: 1,
    diskBytes: 83_886_080,
    codes: [code],
  },
  commands: [],
};

async function show(role: Role, hubHost: HubHostView = running) {
  const bridge = createFakeBridge({ session: signedInState(), hubHost });
  const session = clerkSession();
  const user = { ...session.user, grants: [{ role, organId: sampleIds.organ }] };
  ({ close } = await showPage(bridge, <HubHostSection />, {
    ...session,
    user,
  } as unknown as typeof session));
  return bridge;
}

test('§20: one press puts the hub up; its health and the codes for the other PCs are shown, and printed', async () => {
  await show('quanTri');
  await eventually(() => button('Dùng máy này làm trạm của cơ quan'));
  await press('Dùng máy này làm trạm của cơ quan');
  await eventually(() => pageText().includes('Trạm trên máy này đang chạy'));
  for (const words of [
    'chưa, từ khi trạm chạy',
    '41',
    '22/12/2026',
    'cùng máy, tự chạy lại khi lỗi',
    '0.1.0',
  ])
    expect(pageText()).toContain(words);

  await press('Mã kết nối cho máy khác…');
  await eventually(() => pageText().includes(code));
  const print = vi.fn();
  window.print = print;
  await press('In');
  expect(print).toHaveBeenCalledOnce();
  const sheet = document.querySelector('[data-print-sheet]');
  expect(sheet?.textContent).toContain(code);
});

test('§20: with work that waits it is not stopped at the first word; the way out is said, then a second word counts', async () => {
  const bridge = await show('lanhDaoVanPhong');
  await eventually(() => button('Dùng máy này làm trạm của cơ quan'));
  await press('Dùng máy này làm trạm của cơ quan');
  await eventually(() => button('Dừng dùng máy này làm trạm'));
  await press('Ghi việc của trạm ra USB');
  await eventually(() => pageText().includes('Đã ghi 12 việc và 3 tệp của trạm'));
  await press('Dừng dùng máy này làm trạm');
  await eventually(() => pageText().includes('Các máy khác sẽ không chuyển việc'));
  await press('Dừng dùng máy này làm trạm');
  await eventually(() => pageText().includes('Trạm còn việc chưa tới máy chủ tỉnh'));
  await press('Vẫn dừng');
  await eventually(() => button('Dùng máy này làm trạm của cơ quan'));

  const asked = bridge.calls.filter(({ channel }) => channel === 'hubHost.remove');
  expect(asked.map(({ input }) => input)).toEqual([{ isSure: false }, { isSure: true }]);
});

test('§20: a hub that is stopped says so and is begun again; Windows is told what an administrator runs', async () => {
  const stopped = { ...running, state: 'stopped', way: 'task', figures: null } as const;
  await show('quanTri', { ...stopped, commands: ['schtasks /Create /F'] });
  await eventually(() => button('Dùng máy này làm trạm của cơ quan'));
  await press('Dùng máy này làm trạm của cơ quan');
  await eventually(() => pageText().includes('Trạm trên máy này đang dừng'));

  expect(pageText()).toContain('schtasks /Create /F');
  expect(button('Khởi động lại trạm')).toBeDefined();
  expect(button('Mã kết nối cho máy khác…')).toBeUndefined();
});

test('who may not manage the machines sees nothing of it', async () => {
  const bridge = await show('vanThu');
  expect(pageText()).not.toContain('làm trạm');
  expect(bridge.calls.map(({ channel }) => channel)).not.toContain('hubHost.describe');
});
