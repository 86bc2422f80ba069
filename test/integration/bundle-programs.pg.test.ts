import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { OfficeId } from '@shared/kernel/ids';
import { storeBatch } from '@shared/sync/store-batch';
import { anIncomingRegistration, aUser, PASSWORD, seedOffice } from '../support/builders';
import { memoryProjectionStore } from '../support/headless/memory-projection-store';
import { startProgram } from '../support/main-program';
import { temporaryFolder } from '../support/temporary-folder';
import { startTestServer, stopTestServers, type TestServer } from '../support/test-server';

afterEach(stopTestServers);

interface Person {
  readonly server: TestServer;
  readonly officeId: OfficeId;
  readonly login: string;
  readonly bundlePath: string;
}

/** The program with a page that stores what it is handed; signed in, everything read, the keys fetched. */
async function atWork({ server, officeId, login, bundlePath }: Person) {
  const folder = join(temporaryFolder(), login);
  const program = await startProgram({ folder, bundlePath });
  await program.ask('session.enrol', {
    address: server.address,
    code: await server.admin().createActivationCode(officeId),
    deviceName: `Máy ${login}`,
  });
  await program.ask('session.signIn', { login, password: PASSWORD });
  const page = memoryProjectionStore();
  await program.ask('projection.open', { cursors: {}, dirty: [] });
  const pump = async (): Promise<void> => {
    for (;;) {
      const batch = await program.ask('projection.take', undefined);
      if (!batch) return;
      const stored = await storeBatch(page.store, batch);
      await program.ask('projection.acknowledge', {
        stored: true,
        batchId: batch.batchId,
        ...stored,
      });
    }
  };
  /** Stores and waits until it is as wanted. */
  const eventually = async (isSo: () => boolean): Promise<void> => {
    for (let tries = 0; !isSo(); tries++) {
      if (tries > 600) throw new Error('it did not become so');
      await pump();
      await sleep(50);
    }
  };
  const { current } = await program.ask('session.describe', undefined);
  const keys = join(folder, 'relay', `${current?.user.id}.bin`);
  await eventually(() => existsSync(keys) && page.cursors.size > 0);
  return { ...program, page, eventually, userId: current?.user.id };
}

test('§20: a paper goes from program to program in a bundle, and lies with the server when the receiver meets it', async () => {
  const server = await startTestServer();
  const admin = server.admin();
  const seeded = await seedOffice(admin);
  const officeId = seeded.office.id;
  const second = aUser({ officeId, login: 'vanthu2' }, [
    { role: 'vanThu', organId: seeded.organ.id },
  ]);
  await admin.createUser(second, PASSWORD);
  const bundlePath = join(temporaryFolder(), 'usb', 'goi.tcvgoi');
  const person = (login: string) => ({ server, officeId, login, bundlePath });
  const from = await atWork(person('vanthu'));
  const to = await atWork(person('vanthu2'));
  await server.killNode();

  const id = randomUUID();
  const target = { type: 'incomingDocument', id } as const;
  await from.ask('operations.append', {
    drafts: [
      { kind: 'create', target, base: null, role: 'vanThu', body: anIncomingRegistration(seeded) },
    ],
  } as never);
  const wish = { target, receiver: null, isAnswer: false };
  expect(await from.ask('bundle.make', wish)).toMatchObject({ operations: 1, files: 0 });
  expect(await to.ask('bundle.answerable', { id })).toEqual({ by: null });
  expect(await to.ask('bundle.take', undefined)).toMatchObject({
    target,
    operations: 1,
    unread: 0,
  });
  await to.eventually(() => to.page.rows.get(id)?.dirty === true);
  expect(await to.ask('bundle.answerable', { id })).toEqual({ by: from.userId });
  await from.stop();

  await server.start();
  await to.ask('sync.now', undefined);
  await to.eventually(() => to.page.rows.get(id)?.rev === 1);
  expect(to.page.rows.get(id)).toMatchObject({ dirty: false });
});
