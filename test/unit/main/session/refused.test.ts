import { expect, test } from 'vitest';
import { Office } from '@shared/domain/organ/organ';
import { User } from '@shared/domain/organ/user';
import { DeviceId } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { createAccess } from '../../../../src/main/features/session/access';
import {
  createDeviceKey,
  createDeviceStore,
} from '../../../../src/main/features/session/device-store';
import { createSession } from '../../../../src/main/features/session/session';
import {
  createOperationKey,
  createUserVault,
} from '../../../../src/main/features/session/user-vault';
import { createBox } from '../../../../src/main/platform/keyring';
import type { ServerClient } from '../../../../src/main/platform/server-client';
import { anId, sample } from '../../../support/core-builders';
import { fakeClock } from '../../../support/fake-clock';
import { temporaryFolder } from '../../../support/temporary-folder';

const office = Office.parse({ id: sample.officeId, name: 'Xã Thử', placeName: 'Thử' });
const aPerson = (n: number, login: string) =>
  User.parse({
    id: anId(5, n),
    officeId: office.id,
    login,
    fullName: `Người ${login}`,
    position: 'Văn thư',
    unitId: null,
    grants: [],
    active: true,
  });
const [leaving, staying] = [aPerson(1, 'thoi.viec'), aPerson(2, 'o.lai')];

/** A machine that two people know, without a line but for the renewal of tokens, which `renew` answers. */
async function aMachine(renew: () => Promise<Result<never>>) {
  const box = createBox(new Uint8Array(32));
  const clock = fakeClock();
  const vault = createUserVault(temporaryFolder(), box, clock);
  for (const user of [leaving, staying])
    await vault.keep(
      { user, office, organs: [], offlineDays: 30 },
      'mật khẩu đúng',
      createOperationKey(),
    );
  const devices = createDeviceStore(temporaryFolder(), box);
  const named = {
    deviceId: DeviceId.parse(anId(6, 1)),
    deviceName: 'Máy 1',
    serverAddress: 'https://x',
    office,
  };
  const device = await devices.save(named, createDeviceKey().privateKey);
  const client = {
    call: ({ path }: { path: string }) => {
      if (path === '/session/renew') return renew();
      return Promise.resolve(
        path === '/session/challenge' ? ok({ nonce: 'n' }) : err({ code: 'server.unreachable' }),
      );
    },
  } as unknown as ServerClient;
  const access = createAccess({
    client,
    clock,
    device: () => device,
    person: () => session.person(),
    refused: (userId) => void session.refused(userId),
  });
  const session = await createSession({
    clientFor: () => client,
    client,
    devices,
    vault,
    access,
    startIncarnation: () => Promise.resolve(ok(undefined)),
    personChanged: () => {},
    changed: () => {},
  });
  const settled = () => new Promise((done) => void setTimeout(done, 20));
  return { session, access, device, settled, whoMaySignIn: () => vault.list() };
}

test('§3.1: whom the server no longer lets work leaves, and does not come back without a line', async () => {
  const { session, access, device, settled, whoMaySignIn } = await aMachine(() =>
    Promise.resolve(err({ code: 'session.user-disabled' })),
  );
  await session.signIn('thoi.viec', 'mật khẩu đúng');

  await access.token(device);
  await settled();

  expect(session.person()).toBeUndefined();
  expect((await whoMaySignIn()).map(({ login }) => login)).toEqual(['o.lai']);
});

test('§3.1: a refusal that comes after the person has changed signs out nobody else', async () => {
  let answer: (refusal: Result<never>) => void = () => {};
  const { session, access, device, settled, whoMaySignIn } = await aMachine(
    () => new Promise((resolve) => (answer = resolve)),
  );
  await session.signIn('thoi.viec', 'mật khẩu đúng');
  const asked = access.token(device);
  await settled();
  await session.signIn('o.lai', 'mật khẩu đúng');

  answer(err({ code: 'session.user-disabled' }));
  await asked;
  await settled();

  expect(session.person()?.user.id).toBe(staying.id);
  expect((await whoMaySignIn()).map(({ login }) => login)).toEqual(['o.lai']);
});

test('I-22: who wants a token at one moment asks the server once, and another person asks anew', async () => {
  const asked: ((refusal: Result<never>) => void)[] = [];
  const { session, access, device, settled } = await aMachine(
    () => new Promise((resolve) => asked.push(resolve)),
  );
  await session.signIn('o.lai', 'mật khẩu đúng');
  const sending = access.token(device);
  const files = access.token(device);
  await settled();
  expect(asked).toHaveLength(1);

  await session.signIn('thoi.viec', 'mật khẩu đúng');
  const next = access.token(device);
  await settled();
  expect(asked).toHaveLength(2);

  asked.forEach((answer) => answer(err({ code: 'server.unreachable' })));
  await Promise.all([sending, files, next]);
  const later = access.token(device);
  await settled();
  expect(asked).toHaveLength(3);
  asked[2]?.(err({ code: 'server.unreachable' }));
  await later;
});
