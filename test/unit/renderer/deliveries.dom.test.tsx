import { act } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  DeliveriesPage,
  RegisterIncomingPage,
  type RegistrationStart,
} from '../../../src/renderer/features/incoming';
import { prefillFrom } from '../../../src/renderer/features/incoming/delivery-prefill';
import { aDelivery, deliveryId } from '../../support/dispatch-builders';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import { referenceRecords, sampleIds, signedInState } from '../../support/office-sample';
import { eventually, field, pressKey, showPage, tick, typeText } from '../../support/page-harness';

let bridge: FakeBridge;
let close: (() => Promise<void>) | undefined;
let started: RegistrationStart | undefined;

beforeEach(() => {
  bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20 });
  started = undefined;
});
afterEach(async () => {
  await close?.();
  close = undefined;
});

async function showDeliveries(overrides: object = {}): Promise<void> {
  const content = { ...aDelivery({ organId: sampleIds.organ, ...overrides }) };
  bridge.seed([...referenceRecords(), { type: 'delivery', id: deliveryId, content }]);
  const page = await showPage(
    bridge,
    <DeliveriesPage onClose={() => undefined} onRegister={(start) => (started = start)} />,
  );
  ({ close } = page);
}
const text = () => document.body.textContent ?? '';
const button = (name: string) =>
  [...document.querySelectorAll('button')].find((found) => found.textContent === name);
const press = (name: string) => act(async () => button(name)?.click());
const card = () => document.querySelector('article');

test('a delivery is shown with sender, symbol, subject and file', async () => {
  await showDeliveries();

  const shown = await eventually(() => card()?.textContent);

  for (const part of ['UBND xã Bên', '45/UBND-VP', 'Đề nghị cung cấp số liệu', '45.pdf'])
    expect(shown).toContain(part);
});

test('without deliveries the page says what will stand here', async () => {
  await showDeliveries({ state: 'daVaoSo' });

  await eventually(() => text().includes('Không có văn bản liên thông nào đang chờ'));
});

test('I-13: who is no clerk of the organ reads it and answers nothing', async () => {
  await showDeliveries({ organId: '00000000-0000-4000-8a02-000000000099' });
  await eventually(card);

  expect([button('Đăng ký vào sổ'), button('Từ chối nhận')]).toEqual([undefined, undefined]);
});

test('VB010: a refusal needs a reason, and leaves the list once it is saved', async () => {
  await showDeliveries();
  await eventually(card);
  await press('Từ chối nhận');
  const reason = await eventually(() =>
    document.querySelector<HTMLTextAreaElement>('[name=reason]'),
  );
  const confirm = () =>
    act(async () =>
      document
        .querySelector('[role=dialog]')
        ?.querySelectorAll<HTMLElement>('button')
        .forEach((found) => found.textContent === 'Từ chối nhận' && found.click()),
    );

  await confirm();
  expect(text()).toContain('Lý do từ chối tiếp nhận là bắt buộc');
  expect(bridge.appended).toEqual([]);

  await typeText(reason, 'Gửi sai nơi nhận');
  await confirm();
  await eventually(() => card() === null);
  expect(bridge.appended).toMatchObject([
    {
      kind: 'cmd.refuseDelivery',
      target: { type: 'delivery', id: deliveryId },
      role: 'vanThu',
      body: { reason: 'Gửi sai nơi nhận' },
    },
  ]);
});

test('the form of a delivery is filled in, asks for the statement, and names no file to be sent', async () => {
  await showDeliveries({ replyDueDate: '2099-03-20' });
  await eventually(card);
  await press('Đăng ký vào sổ');
  await close?.();
  ({ close } = await showPage(
    bridge,
    <RegisterIncomingPage start={started} onClose={() => undefined} onOpen={() => undefined} />,
  ));
  await eventually(() => field('issuerName'));
  const filled = ['issuerName', 'codeDisplay', 'issuedDate', 'subject'].map(
    (name) => field(name).value,
  );

  await pressKey('s', true);
  await eventually(() => text().includes('Còn 1 mục cần xem lại'));
  expect(bridge.appended).toEqual([]);
  await tick(field('notSecretConfirmed'));
  await pressKey('s', true);
  await eventually(() => bridge.appended.length === 2);

  expect(filled).toEqual([
    'UBND xã Bên',
    '45/UBND-VP',
    '01/03/2026',
    'Đề nghị cung cấp số liệu hộ nghèo',
  ]);
  const [create] = bridge.appended;
  expect(create).toMatchObject({
    kind: 'create',
    body: {
      deliveryId,
      channel: 'AXIS',
      issuerCode: 'H99.002',
      requiresReply: true,
      dueDate: '2099-03-20',
      files: [{ name: '45.pdf' }],
    },
  });
  expect(create?.files).toBeUndefined();
});

test('what is on its way into the book is offered no second time', async () => {
  const delivery = aDelivery({ organId: sampleIds.organ });
  const start = { typed: prefillFrom(deliveryId, delivery), replaces: [] };
  bridge.seed([
    ...referenceRecords(),
    { type: 'delivery', id: deliveryId, content: { ...delivery } },
  ]);
  ({ close } = await showPage(
    bridge,
    <>
      <DeliveriesPage onClose={() => undefined} onRegister={() => undefined} />
      <RegisterIncomingPage start={start} onClose={() => undefined} onOpen={() => undefined} />
    </>,
  ));
  await eventually(card);
  await eventually(() => field('notSecretConfirmed'));
  bridge.setOnline(false);
  await tick(field('notSecretConfirmed'));
  await pressKey('s', true);

  await eventually(() => bridge.appended.length === 2);
  await eventually(() => card() === null);
});
