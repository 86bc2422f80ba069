import { act } from 'react';
import { afterEach, expect, test } from 'vitest';
import type { BackupStatus, RestorableBackup } from '@shared/ipc/backup';
import type { Bridge } from '@shared/ipc/contract';
import { createRecoveryKey } from '@shared/kernel/recovery-key';
import { ok } from '@shared/kernel/result';
import { BackupSection, RestorePage } from '../../../src/renderer/features/backup';
import { SyncPage } from '../../../src/renderer/features/sync';
import { createFakeBridge } from '../../support/fake-bridge';
import { signedInState } from '../../support/office-sample';
import { eventually, showPage, typeText } from '../../support/page-harness';

let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

const set: BackupStatus = {
  folder: 'E:\\tram-cong-vu-sao-luu-1a2b3c4d',
  isSameDisk: false,
  lastAt: Date.UTC(2026, 10, 20, 3, 30),
  isOld: false,
  isRunning: false,
  problem: null,
  atHub: null,
};

const RESTORABLE: RestorableBackup = {
  deviceName: '',
  officeName: 'UBND xã',
  people: ['Người Văn Thư'],
  createdAt: 0,
  pending: 3,
  rows: 0,
  files: 0,
  copies: [{ createdAt: 0, pending: 3 }],
  chosen: 0,
  isNewerDamaged: false,
};

/** The page over a main whose answers to some calls are given; the channels that were called. */
async function show(
  page: Parameters<typeof showPage>[1],
  answers: Readonly<Record<string, unknown>>,
) {
  const fake = createFakeBridge({ session: signedInState() });
  const called: string[] = [];
  const call = (async (channel, input) => {
    called.push(channel);
    return channel in answers ? ok(answers[channel]) : fake.call(channel, input);
  }) as Bridge['call'];
  ({ close } = await showPage({ ...fake, call }, page));
  return called;
}
const text = () => document.body.textContent ?? '';
const press = (label: string) =>
  act(async () =>
    [...document.querySelectorAll('button')]
      .find(({ textContent }) => textContent?.includes(label))
      ?.click(),
  );

test('§15: without a place for backups the page says what is at stake and how to set one up', async () => {
  await show(<BackupSection />, { 'backup.status': { ...set, folder: null, lastAt: null } });

  await eventually(() => text().includes('Máy này chưa có nơi sao lưu'));
  expect(text()).toContain('Chọn nơi sao lưu');
  expect(text()).not.toContain('Sao lưu ngay');
});

test('§15: the newest backup, and after three days without one a warning with the reason', async () => {
  const old = { ...set, isOld: true, problem: 'backup.folder-missing' };
  await show(<BackupSection />, { 'backup.status': old });

  await eventually(() => text().includes('Bản sao lưu gần nhất: 20/11/2026 10:30'));
  expect(text()).toContain('Đã quá 3 ngày chưa sao lưu được.');
  expect(text()).toContain('Chưa thấy ổ đĩa sao lưu.');
  expect(text()).toContain('SL-009');
});

test('§15 §20: when the second copy was made at the hub, or why not and what to do', async () => {
  const atHub = { lastAt: Date.UTC(2026, 10, 20, 4, 15), problem: 'backup.hub-needs-key' };
  await show(<BackupSection />, { 'backup.status': { ...set, atHub } });

  await eventually(() => text().includes('Bản sao trên trạm của cơ quan: 20/11/2026 11:15'));
  expect(text()).toContain('Hãy bấm “Thay khóa khôi phục”');
  expect(text()).toContain('SL-022');
});

test('§15: the status details name the newest backup and warn, too', async () => {
  const page = <SyncPage onOpenDocument={() => undefined} onCorrect={() => undefined} />;
  await show(page, { 'backup.status': { ...set, isOld: true } });

  await eventually(() => text().includes('Bản sao lưu gần nhất20/11/2026 10:30'));
  expect(text()).toContain('Đã quá 3 ngày chưa sao lưu được.');
});

test('§15: a mistyped recovery key is named at its group and nothing is tried with it', async () => {
  const page = <RestorePage onRestored={() => undefined} onBack={() => undefined} />;
  const called = await show(page, { 'restore.choose': { backups: 2 } });
  await press('Chọn USB');
  await eventually(() => text().includes('Đã thấy 2 bản sao lưu'));
  await typeText(document.querySelector('input') as HTMLInputElement, 'GW3KH MNVNY');
  await press('Mở bản sao lưu');
  expect(text()).toContain('Khóa chưa đủ 7 nhóm.');
  await typeText(document.querySelector('input') as HTMLInputElement, ' QSM5X');
  await press('Mở bản sao lưu');

  expect(text()).toContain('Nhóm thứ 3 gõ chưa đúng');
  expect(called).not.toContain('restore.open');
});

test('§15 §20: without a disk the backup is taken from the hub by its code and the recovery key', async () => {
  const page = <RestorePage onRestored={() => undefined} onBack={() => undefined} />;
  const found = { ...RESTORABLE, deviceName: 'Máy văn thư' };
  const called = await show(page, { 'restore.openAtHub': found });
  await press('Lấy từ trạm của cơ quan');
  const [code, key] = document.querySelectorAll<HTMLInputElement>('textarea, input');
  await typeText(code as HTMLInputElement, 'tcv-hub:https://10.0.0.2:8788#00');
  await typeText(
    key as HTMLInputElement,
    createRecoveryKey((count) => new Uint8Array(count)),
  );
  await press('Mở bản sao lưu');

  await eventually(() => text().includes('Bản sao lưu của máy “Máy văn thư”'));
  expect(text()).toContain('3 việc chưa gửi');
  expect(called).not.toContain('restore.open');
});

test('§15 §20: of several copies each is named, another can be taken, and an older one is said to be older', async () => {
  const page = <RestorePage onRestored={() => undefined} onBack={() => undefined} />;
  const copies = [9, 8].map((hour) => ({
    createdAt: Date.UTC(2026, 10, 20, hour),
    pending: hour,
  }));
  const found = { ...RESTORABLE, copies };
  const called = await show(page, {
    'restore.choose': { backups: 1 },
    'restore.open': found,
    'restore.pick': { ...found, chosen: 1, rows: 77 },
  });
  await press('Chọn USB');
  await typeText(
    document.querySelector('input') as HTMLInputElement,
    createRecoveryKey((count) => new Uint8Array(count)),
  );
  await press('Mở bản sao lưu');
  await eventually(() => text().includes('20/11/2026 16:00, 9 việc chưa gửi'));
  expect(text()).not.toContain('Đây không phải bản mới nhất');
  const radios = [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')];
  expect(radios.map(({ checked }) => checked)).toEqual([true, false]);
  await act(async () => radios[1]?.click());

  await eventually(() => text().includes('77 dòng nhập dở'));
  expect(called).toContain('restore.pick');
  expect(text()).toContain('Đây không phải bản mới nhất');
});
