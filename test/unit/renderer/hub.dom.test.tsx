import { act } from 'react';
import { afterEach, expect, test } from 'vitest';
import type { HubView } from '@shared/ipc/hub';
import { HubSection } from '../../../src/renderer/features/hub';
import { RecordMark } from '../../../src/renderer/features/record-mark';
import { SyncPage } from '../../../src/renderer/features/sync';
import { anId } from '../../support/core-builders';
import { createFakeBridge, type FakeOptions } from '../../support/fake-bridge';
import { signedInState } from '../../support/office-sample';
import { eventually, field, pageText, press, showPage, typeText } from '../../support/page-harness';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

async function show(page: React.ReactNode, options: Omit<FakeOptions, 'session'> = {}) {
  const bridge = createFakeBridge({ session: signedInState(), ...options });
  ({ close } = await showPage(bridge, page));
  return bridge;
}

const hub: HubView = {
  address: 'https://192.168.1.10:8788',
  fingerprint: 'ab'.repeat(32),
  status: {
    isAnswering: true,
    problem: null,
    metAt: '2026-11-21T03:31:00.000Z',
    relayed: 0,
    isAuthorityOld: true,
    provinceHeardAt: '2026-10-01T03:31:00.000Z',
  },
  authorityAt: null,
  hubs: [],
  registers: [],
};

test('§20: the code of the hub is entered once; a wrong one is explained', async () => {
  await show(<HubSection />, { hub });
  await eventually(() => field('hubCode'));
  await typeText(field('hubCode'), '192.168.1.10');
  await press('Kết nối trạm');
  await eventually(() => pageText().includes('Đây không phải mã kết nối trạm'));

  // Enter connects, as in every other field: a code has no lines of its own.
  await typeText(field('hubCode'), 'tcv-hub:https://192.168.1.10:8788#AB');
  const enter = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
  await act(async () => void field('hubCode').dispatchEvent(enter));
  await eventually(() => pageText().includes('(địa chỉ https://192.168.1.10:8788)'));
  expect(pageText()).toContain('Quyền đã cũ');
  expect(pageText()).toContain('chưa nhận danh sách người và quyền');
});

const byColleague = { name: 'Trần Thị Văn Thư', at: '2026-11-21T03:31:00.000Z' };

test('§20: a record that only a colleague told of says whose it is, one’s own says that it is saved', async () => {
  const [theirs, own] = [anId(6, 1), anId(6, 2)];
  const page = (
    <>
      <RecordMark isFull id={theirs} files={[]} isReceived={false} />
      <RecordMark id={own} files={[]} isReceived={false} />
    </>
  );
  await show(page, { peerWork: { unconfirmed: [{ id: theirs, ...byColleague }], refused: [] } });
  await eventually(() =>
    pageText().includes('Chưa được máy chủ xác nhận (do Trần Thị Văn Thư ghi lúc'),
  );
  expect(pageText()).toContain('Đã lưu trên máy');
});

test('§20: work that the server did not take from a colleague stands in the list until it was read', async () => {
  const refused = [
    {
      opId: anId(7, 1),
      kind: 'cmd.requestNumber',
      target: { type: 'incomingDocument', id: anId(6, 1) },
      code: 'register.closed',
      ...byColleague,
    },
  ] as const;
  const bridge = await show(<SyncPage onOpenDocument={() => {}} onCorrect={() => {}} />, {
    peerWork: { unconfirmed: [], refused },
  });
  await eventually(() => pageText().includes('của Trần Thị Văn Thư ghi lúc'));
  expect(pageText()).toContain('đã trở lại như máy chủ giữ');
  await press('Đã đọc');
  await eventually(() => !pageText().includes('của Trần Thị Văn Thư'));
  expect(bridge.calls).toContainEqual({
    channel: 'operations.dismiss',
    input: { opId: anId(7, 1) },
  });
});
