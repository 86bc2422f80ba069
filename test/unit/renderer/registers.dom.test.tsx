import { act } from 'react';
import { afterEach, expect, test } from 'vitest';
import { DeviceId } from '@shared/kernel/ids';
import { NEW_CUSTODY } from '@shared/domain/register/custody';
import { holdingOf } from '@shared/domain/register/number-queue';
import type { HeldRegister } from '@shared/ipc/registers';
import { LocalDate } from '@shared/kernel/local-date';
import { ask } from '../../../src/renderer/data/bridge';
import {
  LastNumberNotice,
  RegistersPage,
  WaitingNumber,
} from '../../../src/renderer/features/registers';
import { offeredActs } from '../../../src/renderer/features/registers/offered-acts';
import { aRegister, aUserWith, sample } from '../../support/core-builders';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import {
  incomingContent,
  referenceRecords,
  sampleIds,
  signedInState,
} from '../../support/office-sample';
import { eventually, field, showPage, typeText } from '../../support/page-harness';
import { aGrant } from '../../support/holder-bench';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

const text = () => document.body.textContent ?? '';
const button = (name: string) =>
  [...document.querySelectorAll('button')].findLast((found) => found.textContent === name);
const press = (name: string) => act(async () => button(name)?.click());

const lease = { ...aGrant().lease, registerId: sampleIds.register as never };
const held = (over: object = {}): HeldRegister => ({
  kind: 'held',
  lease,
  lastNumber: 45,
  lastDate: LocalDate.parse('2026-03-12'),
  unsent: 3,
  isReturning: false,
  isNearLimit: false,
  needsConfirmation: true,
  problem: null,
  ...over,
});

async function show(books: readonly HeldRegister[]): Promise<FakeBridge> {
  const bridge = createFakeBridge({ session: signedInState(), serverDelayMs: 20, held: books });
  bridge.seed(referenceRecords());
  const page = await showPage(
    bridge,
    <>
      <LastNumberNotice />
      <RegistersPage onOpenBook={() => undefined} onOpenDocument={() => undefined} />
    </>,
  );
  ({ close } = page);
  return bridge;
}

test('§9.4: after a start the clerk is asked for the last number, in words, and answers by one press', async () => {
  const bridge = await show([held()]);
  await eventually(() =>
    text().includes('Số cuối cùng đã cấp: 45, ngày 12/03/2026 – đúng với sổ?'),
  );
  await press('Đúng với sổ');

  const call = bridge.calls.find(({ channel }) => channel === 'registers.confirmLast');
  expect(call?.input).toEqual({ registerId: sampleIds.register, lastNumber: 45 });
});

test('N-10, N-14: a forgotten grant is given back with the last number on paper', async () => {
  const bridge = await show([{ kind: 'question', lease: { ...lease, fromNumber: 46 } }]);
  await eventually(() => button('Ghi số cuối cùng trên sổ giấy'));
  await press('Ghi số cuối cùng trên sổ giấy');
  await eventually(() => field('number'));
  await typeText(field('number'), '4');
  await press('Trả sổ với số này');
  expect(text()).toContain('không nhỏ hơn 45');
  await typeText(field('number'), '7');
  await press('Trả sổ với số này');

  const [operation] = bridge.appended;
  expect(operation).toMatchObject({
    kind: 'cmd.declineLease',
    role: 'vanThu',
    body: { lastPaperNumber: 47 },
  });
});

test('N-17: what keeps a held book from numbering is said with its next step', async () => {
  await show([
    held({ needsConfirmation: false, isNearLimit: true, problem: 'register.lease-expired' }),
  ]);

  await eventually(() => text().includes('Đã hết hạn giao sổ cho máy này.'));
  expect(text()).toContain('Sắp hết số hoặc hết hạn được giao');
});

test('without registers the page says what will stand here', async () => {
  const bridge = createFakeBridge({ session: signedInState() });
  ({ close } = await showPage(
    bridge,
    <RegistersPage onOpenBook={() => undefined} onOpenDocument={() => undefined} />,
  ));

  await eventually(() => text().includes('Máy này chưa nhận được sổ nào'));
});

test('§9.4, §9.5: who is offered which act', () => {
  const row = (over: object) => ({
    register: aRegister(),
    rev: 1,
    holding: { ...holdingOf(NEW_CUSTODY, 0), ...over },
  });
  const away = { state: 'DEVICE', holder: { deviceId: sample.deviceId, name: 'Máy văn thư' } };
  const names = (...given: Parameters<typeof offeredActs>) =>
    offeredActs(...given).map(({ name }) => name);

  expect(names(aUserWith('vanThu'), row({}), false)).toEqual(['freeze']);
  expect(names(aUserWith('lanhDaoVanPhong'), row({}), false)).toEqual(['allow', 'freeze']);
  expect(names(aUserWith('vanThu'), row({ leaseAllowed: true }), false)).toContain('take');
  expect(names(aUserWith('vanThu'), row(away), true)).toEqual(['giveBack', 'freeze']);
  expect(names(aUserWith('vanThu'), row(away), false)).toEqual(['proposeRecall', 'freeze']);
  const recall = { lastIssued: 9, proposedBy: 'someone', at: '' };
  expect(names(aUserWith('quanTri'), row({ ...away, recall }), false)).toEqual(['approveRecall']);
  expect(names(aUserWith('chuyenVien'), row(away), false)).toEqual([]);
});

test('§20: the clerk is offered to lease a register to the office’s hub, once it may go and where there is one hub', () => {
  const row = (over: object) => ({
    register: aRegister(),
    rev: 1,
    holding: { ...holdingOf(NEW_CUSTODY, 0), ...over },
  });
  const hub = { deviceId: sample.deviceId, inc: 1 };
  const free = row({ leaseAllowed: true });
  const clerk = aUserWith('vanThu');
  const offered = (...given: Parameters<typeof offeredActs>) =>
    offeredActs(...given).find(({ name }) => name === 'toHub');
  expect(offered(clerk, free, false, hub)).toMatchObject({ kind: 'cmd.leaseToHub', body: hub });
  expect(offered(clerk, free, false)).toBeUndefined();
  expect(offered(clerk, row({}), false, hub)).toBeUndefined();
  expect(offered(aUserWith('chuyenVien'), free, false, hub)).toBeUndefined();
  expect(offered(clerk, row({ leaseAllowed: true, state: 'DEVICE' }), true, hub)).toBeUndefined();
});

test('§20: the clerk is offered to take a register back from the hub that has it', () => {
  const [hub, other] = [DeviceId.parse(sample.deviceId), DeviceId.parse(sample.documentId)];
  const free = { register: aRegister(), rev: 1, holding: holdingOf(NEW_CUSTODY, 0) };
  const holder = { deviceId: hub, name: 'Trạm' };
  const away = { ...free, holding: { ...free.holding, state: 'DEVICE' as const, holder } };
  const isOffered = (role: 'vanThu' | 'chuyenVien', row: typeof free, deviceId: string) =>
    offeredActs(aUserWith(role), row, false, { deviceId, inc: 1 })
      .map(({ kind }) => kind)
      .includes('cmd.releaseHubLease');
  expect(isOffered('vanThu', away, hub)).toBe(true);
  expect(isOffered('vanThu', away, other)).toBe(false);
  expect(isOffered('chuyenVien', away, hub)).toBe(false);
  expect(isOffered('vanThu', free, hub)).toBe(false);
});

const hubId = DeviceId.parse(sample.deviceId);
const status = {
  isAnswering: true,
  problem: null,
  metAt: null,
  relayed: 0,
  isAuthorityOld: false,
  provinceHeardAt: null,
};
const officeHub = {
  address: 'https://192.168.1.10:8788',
  fingerprint: 'ab'.repeat(32),
  status,
  authorityAt: null,
  hubs: [{ deviceId: hubId, inc: 1, name: 'Trạm' }],
  registers: [],
};

test('§20: a book at the office’s hub is said to be there, with numbers for every clerk, from the lease on', async () => {
  const sentence = async (deviceId: DeviceId) => {
    const bridge = createFakeBridge({
      session: signedInState(),
      serverDelayMs: 20,
      hub: officeHub,
    });
    await ask(bridge, 'hub.connect', { code: 'tcv-hub:x' });
    const holding = {
      ...holdingOf(NEW_CUSTODY, 0),
      state: 'SEALING' as const,
      since: '2026-11-21T03:31:00.000Z',
      holder: { deviceId, name: 'Máy chị Lan' },
    };
    bridge.seed(
      referenceRecords().map((record) =>
        record.type === 'register'
          ? { ...record, content: { ...record.content, holding } }
          : record,
      ),
    );
    const page = <RegistersPage onOpenBook={() => undefined} onOpenDocument={() => undefined} />;
    ({ close } = await showPage(bridge, page));
    await eventually(() => text().includes('Máy chị Lan'));
    const said = text();
    await close();
    close = undefined;
    return said;
  };

  const atHub = await sentence(hubId);
  expect(atHub).toContain('Trạm của cơ quan (Máy chị Lan) giữ sổ từ');
  expect(atHub).not.toContain('chưa ai cấp số');
  expect(await sentence(DeviceId.parse(sample.documentId))).toContain(
    'Đang giao sổ cho máy Máy chị Lan',
  );
});

test('§9.4, §20: the page of a paper that waits says who gives the number', async () => {
  const paper = {
    type: 'incomingDocument' as const,
    id: sampleIds.document(1),
    content: incomingContent(1, { state: 'moiDen', arrivalNumber: null }),
  };
  const said = async (holding: object) => {
    const bridge = createFakeBridge({
      session: signedInState(),
      serverDelayMs: 20,
      hub: officeHub,
    });
    await ask(bridge, 'hub.connect', { code: 'tcv-hub:x' });
    const records = referenceRecords().map((record) =>
      record.type === 'register'
        ? {
            ...record,
            content: { ...record.content, holding: { ...holdingOf(NEW_CUSTODY, 0), ...holding } },
          }
        : record,
    );
    bridge.seed([...records, paper]);
    ({ close } = await showPage(bridge, <WaitingNumber documentId={paper.id} />));
    await eventually(() => text().includes('ố do ') || text().includes('Sổ '));
    const words = text();
    await close();
    close = undefined;
    return words;
  };
  const at = (deviceId: string) => ({
    state: 'DEVICE',
    since: '2026-11-21T03:31:00.000Z',
    holder: { deviceId, name: 'Máy chị Lan' },
  });
  expect(await said({})).toContain('Số do máy chủ cấp');
  expect(await said(at(hubId))).toContain('Sổ do trạm của cơ quan giữ');
  expect(await said(at(sample.documentId))).toContain('Sổ do máy Máy chị Lan giữ');
});
