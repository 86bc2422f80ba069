import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, test } from 'vitest';
import { App } from '../../../src/renderer/app/App';
import { AppProviders } from '../../../src/renderer/app/providers';
import { createFakeBridge } from '../../support/fake-bridge';
import {
  incomingContent,
  referenceRecords,
  sampleIds,
  signedInState,
} from '../../support/office-sample';
import { eventually, pressKey } from '../../support/page-harness';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

const text = () => document.body.textContent ?? '';
const button = (name: string) =>
  [...document.querySelectorAll('button')].find((found) => found.textContent === name);
const press = (name: string) => act(async () => button(name)?.click());

async function openApp(online: boolean, database: string) {
  const bridge = createFakeBridge({ session: signedInState(database), online, serverDelayMs: 20 });
  bridge.seed(referenceRecords());
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  await act(async () =>
    root.render(
      <AppProviders bridge={bridge}>
        <App storage={getRxStorageMemory() as never} />
      </AppProviders>,
    ),
  );
  close = async () => {
    await act(async () => root.unmount());
    host.remove();
  };
  await eventually(() => text().includes('Đổi người dùng'));
  return bridge;
}

const signedOut = (bridge: ReturnType<typeof createFakeBridge>) =>
  bridge.calls.some(({ channel }) => channel === 'session.signOut');

test('§15: who signs out with work on this machine alone is told so, and offered to take it along', async () => {
  const bridge = await openApp(false, 'signout1');
  await act(async () => {
    await bridge.call('operations.append', {
      drafts: [
        {
          kind: 'create',
          target: { type: 'incomingDocument', id: sampleIds.document(1) },
          base: null,
          role: 'vanThu',
          body: incomingContent(1),
        },
      ],
    });
  });
  await pressKey('F9');
  await eventually(() => text().includes('Còn 1 việc chưa gửi về máy chủ'));
  expect(signedOut(bridge)).toBe(false);
  expect(text()).toContain('tự gửi khi có mạng, kể cả khi người khác đăng nhập');
  await press('Xuất ra USB…');
  await eventually(() => text().includes('Tình trạng gửi nhận'));
  expect(signedOut(bridge)).toBe(false);
  await pressKey('F9');
  await eventually(() => button('Vẫn đổi người dùng'));
  await press('Vẫn đổi người dùng');

  await eventually(() => signedOut(bridge));
});

test('§15: who leaves a machine that is safe to hand over is not asked', async () => {
  const bridge = await openApp(true, 'signout2');
  await eventually(() => text().includes('Đã đồng bộ'));
  await pressKey('F9');

  await eventually(() => signedOut(bridge));
});
