import { expect, test } from 'vitest';
import { safetyOf, type SyncStatus } from '@shared/sync/status';
import { headlineOf } from '../../../src/renderer/features/sync/headline';

const now = Date.parse('2026-11-21T03:32:00.000Z');
const aStatus = (over: Partial<SyncStatus> = {}): SyncStatus => ({
  pendingOperations: 0,
  pendingFiles: 0,
  pendingFileBytes: 0,
  attention: 0,
  connection: 'online',
  connectionProblem: null,
  offlineSince: null,
  lastContactAt: '2026-11-21T03:32:00.000Z',
  matchedAt: '2026-11-21T03:32:00.000Z',
  behind: 0,
  clockDifferenceMs: 0,
  freeBytes: 50 * 1024 ** 3,
  heldFile: null,
  ...over,
});
const say = (over: Partial<SyncStatus>, openConflicts = 0) =>
  headlineOf({ status: aStatus(over), openConflicts }, now).text;

test('§20: with the province away and the hub there, the line says so, and how old the rights are', () => {
  const hub = {
    isAnswering: true,
    problem: null,
    metAt: '2026-11-21T03:31:00.000Z',
    relayed: 3,
    isAuthorityOld: false,
    provinceHeardAt: null,
  };
  const away = { connection: 'offline', pendingOperations: 3 } as const;
  expect(say({ ...away, hub })).toBe(
    'Đang làm việc qua trạm của cơ quan, 3 việc đã tới trạm, chưa được máy chủ xác nhận',
  );
  expect(say({ ...away, hub: { ...hub, isAuthorityOld: true } })).toContain('Quyền đã cũ');
  expect(say({ ...away, hub: { ...hub, isAnswering: false } })).toContain('Chưa có mạng');
  // The server answers: it alone is spoken of (I-21).
  expect(say({ connection: 'online', pendingOperations: 1, hub })).toBe('Đang gửi 1 việc…');
});

test('§12.4: who waits for a first load is told the place in the queue, and not that there is no line', () => {
  expect(say({ queuePlace: 12, matchedAt: null })).toBe(
    'Máy chủ đang bận: máy này đứng thứ 12 trong hàng chờ tải dữ liệu',
  );
});

test('the status line speaks the words of the specification', () => {
  expect(say({})).toBe('Đã đồng bộ – đối chiếu lúc 10:32');
  expect(say({ connection: 'offline', offlineSince: '2026-11-21T01:15:00.000Z' })).toBe(
    'Mất mạng từ 08:15 – dữ liệu đã lưu trên máy này',
  );
  expect(say({ connection: 'connecting', pendingOperations: 7, pendingFiles: 2 })).toBe(
    'Còn 7 việc, 2 tệp chưa gửi về máy chủ',
  );
  const two = { pendingOperations: 4, pendingFiles: 1 };
  expect(say({ ...two, sending: { at: 3, of: 7, filePercent: 41 } })).toBe(
    'Đang gửi 3/7… tệp 41 %',
  );
  expect(say({ ...two, sending: { at: 3, of: 7, filePercent: null } })).toBe('Đang gửi 3/7…');
  expect(say({ pendingOperations: 1, sending: { at: 1, of: 1, filePercent: null } })).toBe(
    'Đang gửi 1 việc…',
  );
  expect(
    say({
      connection: 'connecting',
      pendingOperations: 7,
      pendingFiles: 2,
      pendingFileBytes: 3.4 * 1024 ** 2,
    }),
  ).toBe('Còn 7 việc, 2 tệp (3,4 MB) chưa gửi về máy chủ');
  expect(say({ attention: 2 })).toBe('2 việc cần xử lý');
  expect(say({ heldFile: '00000001.jnl' })).toBe(
    'Phần mềm diệt virus đang giữ tệp, phần mềm chờ để lưu tiếp: 00000001.jnl',
  );
  expect(say({ clockDifferenceMs: -11_520_000 })).toBe('Giờ máy lệch 3 giờ 12 phút so với máy chủ');
  expect(say({ freeBytes: 1.2 * 1024 ** 3 })).toBe('Sắp đầy đĩa: còn 1,2 GB');
  expect(say({}, 1)).toBe('1 văn bản cần đối chiếu');
});

test('§6.3: a first load tells its passes, each done, under way or waiting', () => {
  const load = {
    year: 2026,
    passes: [
      { name: 'work', percent: 100 },
      { name: 'year', percent: 62 },
      { name: 'earlier', percent: 0 },
    ],
  } as const;

  expect(say({ load, matchedAt: null, behind: 30_000 })).toBe(
    'Đang tải: việc đang làm ✔ · năm 2026 62 % · năm 2025 về trước chờ',
  );
});

test('I-21: nothing is called synchronised while a saved act waits, nor before the digest matched', () => {
  expect(say({ pendingOperations: 1 })).not.toContain('Đã đồng bộ');
  expect(say({ matchedAt: null })).not.toContain('Đã đồng bộ');
});

test('the machine may be handed over only when everything is received, matched and dealt with', () => {
  expect(safetyOf(aStatus())).toBe('handOver');
  expect(safetyOf(aStatus({ pendingOperations: 1 }))).toBe('saved');
  expect(safetyOf(aStatus({ attention: 1 }))).toBe('received');
  expect(safetyOf(aStatus({ lastContactAt: null }))).toBe('saved');
});
