import { act } from 'react';
import { afterEach, expect, test } from 'vitest';
import { UnsentOfFork } from '../../../src/renderer/features/sync';
import { anId, aRegistration, sample } from '../../support/core-builders';
import { createFakeBridge, type FakeOptions } from '../../support/fake-bridge';
import { signedInState } from '../../support/office-sample';
import { eventually, field, showPage, typeText } from '../../support/page-harness';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

const text = () => document.body.textContent ?? '';
const buttons = (name: string) =>
  [...document.querySelectorAll('button')].filter((found) => found.textContent === name);

const left = (n: number, subject: string, standing: 'received' | 'missing') =>
  ({
    opId: anId(7, n),
    n,
    inc: 1,
    kind: 'create',
    target: { type: 'incomingDocument', id: anId(6, n) },
    body: { ...aRegistration({ subject }) } as never,
    at: '2026-03-02T02:00:00.000Z',
    state: 'rejected',
    code: null,
    actor: sample.clerkId as never,
    role: 'vanThu',
    standing,
  }) as const;

async function show(options: Omit<FakeOptions, 'session'>) {
  const bridge = createFakeBridge({ session: signedInState(), ...options });
  ({ close } = await showPage(bridge, <UnsentOfFork />));
  return bridge;
}

test('§13.3: each act that was not received is shown with a proposal, and Enter goes through the list', async () => {
  const bridge = await show({
    unreceived: [left(1, 'Giấy mời họp', 'received'), left(2, 'Công văn lũ lụt', 'missing')],
  });
  await eventually(() => text().includes('Đã xác nhận 0/2 việc'));
  await eventually(
    () => document.activeElement?.textContent === 'Đã có, bỏ khỏi danh sách',
    'the proposal for what the server has',
  );
  expect(text()).toContain('Giấy mời họp');
  await act(async () => (document.activeElement as HTMLElement).click());
  await eventually(() => text().includes('Đã xác nhận 1/2 việc'));
  expect(text()).not.toContain('Giấy mời họp');
  await eventually(() => document.activeElement?.textContent === 'Gửi lại');
  await act(async () => (document.activeElement as HTMLElement).click());
  await eventually(() => text().includes('Đã xác nhận hết.'));

  const decided = bridge.calls.filter(({ channel }) =>
    ['operations.dismiss', 'unreceived.sendAgain'].includes(channel),
  );
  expect(decided).toEqual([
    { channel: 'operations.dismiss', input: { opId: anId(7, 1) } },
    { channel: 'unreceived.sendAgain', input: { opId: anId(7, 2) } },
  ]);
});

test('§13.3: without an answer of the server nothing is sent again, and what failed to be sent stays', async () => {
  const bridge = createFakeBridge({
    session: signedInState(),
    unreceived: [left(1, 'Giấy mời họp', 'missing')],
  });
  bridge.failNext('unreceived.compare', { code: 'server.unreachable' });
  ({ close } = await showPage(bridge, <UnsentOfFork />));
  await eventually(() => text().includes('Chưa đối chiếu'));
  expect(buttons('Gửi lại')[0]?.disabled).toBe(true);

  await act(async () => buttons('Đối chiếu lại với máy chủ')[0]?.click());
  await eventually(() => text().includes('Máy chủ chưa có'));
  bridge.failNext('unreceived.sendAgain', { code: 'journal.disk-full' });
  await act(async () => buttons('Gửi lại')[0]?.click());
  await eventually(() => text().includes('Ổ đĩa đã đầy'));
  expect(text()).toContain('Giấy mời họp');
  expect(text()).toContain('Đã xác nhận 0/1 việc');
});

test('§13.3: a machine whose history forked says so, and goes on by one password', async () => {
  const bridge = await show({ isForked: true });
  await eventually(() => field('enrolAgainPassword'));
  expect(text()).toContain('đưa về bản cũ hoặc sao chép sang máy khác');
  await typeText(field('enrolAgainPassword'), 'sai');
  await act(async () => field('enrolAgainPassword').form?.requestSubmit());
  await eventually(() => text().includes('DN-002'));
  await typeText(field('enrolAgainPassword'), 'đúng');
  await act(async () => field('enrolAgainPassword').form?.requestSubmit());
  await eventually(() => !text().includes('đưa về bản cũ'));

  expect(bridge.calls.some(({ channel }) => channel === 'sync.now')).toBe(true);
});

test('a machine that never forked shows nothing of it', async () => {
  const bridge = await show({});
  await eventually(() => bridge.calls.some(({ channel }) => channel === 'unreceived.list'));
  expect(text()).not.toContain('đăng ký lại');
});
