import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FileHash } from '@shared/kernel/ids';
import { err, ok } from '@shared/kernel/result';
import { CourierReply } from '@shared/protocol/courier';
import type { Operation } from '@shared/sync/operation';
import { deliverWork, type Courier } from '../../src/main/features/backup/deliver-work';
import { exportWork } from '../../src/main/features/backup/export-work';
import { createContentStore } from '../../src/main/features/files/content-store';
import { nodeFiles } from '../../src/main/platform/file-port';
import type { Server } from '../../sync-server/src/compose';
import {
  aRegistering,
  enrolTestDevice,
  overApp,
  seedOffice,
  signIn,
  sync,
  type Post,
  type SeededOffice,
} from '../support/builders';
import { temporaryFolder } from '../support/temporary-folder';
import { aTestNode, createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let node: Omit<Server, 'stop'>;
let post: Post;
let seeded: SeededOffice;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await aTestNode(database);
  post = overApp(node.app);
});
afterAll(() => database.drop());
beforeEach(async () => {
  seeded = await seedOffice(node.admin);
});

const passphrase = 'bốn mươi tấn gạo';
const head = { version: 1, deviceName: 'Máy cũ', officeName: 'UBND xã', createdAt: 0 } as const;

async function aWorkstation() {
  const device = await enrolTestDevice(
    post,
    await node.admin.createActivationCode(seeded.office.id),
  );
  const { accessToken } = await signIn(post, device, seeded.clerk);
  return { device, token: accessToken };
}

async function exported(operations: readonly Operation[], scan = randomBytes(1_500_000)) {
  const folder = temporaryFolder();
  const stored = createContentStore(join(folder, 'files'), randomBytes(32));
  const sha256 = await stored.put(scan);
  if (!sha256.ok) throw new Error(sha256.error.code);
  const path = join(folder, 'usb', 'viec.tcv');
  const result = await exportWork({
    files: nodeFiles,
    stored,
    state: { pending: () => operations, unsentFiles: () => [sha256.value] },
    head,
    path,
    passphrase,
  });
  expect(result).toEqual({ ok: true, value: { operations: operations.length, files: 1 } });
  return { path, sha256: sha256.value };
}

function courierWith(token: string) {
  const brought: string[] = [];
  const courier: Courier = {
    hand: async (operations) => {
      const answer = await post('/sync/courier', { operations }, { token });
      return answer.status === 200
        ? ok(CourierReply.parse(answer.body))
        : err({ code: (answer.body as { code: 'device.forked' }).code });
    },
    bring: async (name, bytes) => {
      expect(FileHash.parse(createHash('sha256').update(bytes).digest('hex'))).toBe(name);
      brought.push(name);
      return ok(undefined);
    },
  };
  return { courier, brought };
}

test('T-13, I-1, I-5: work is taken along on a stick, brought by another PC, and the original comes back', async () => {
  const original = await aWorkstation();
  const ops = Array.from({ length: 7 }, () => aRegistering(original.device, seeded));
  const { path, sha256 } = await exported(ops);
  const { courier, brought } = courierWith((await aWorkstation()).token);
  const at = { files: nodeFiles, path, passphrase };

  const delivered = { deviceName: 'Máy cũ', accepted: 7, refused: 0, files: 1 };
  expect(await deliverWork(at, courier)).toEqual({ ok: true, value: delivered });
  expect(brought).toEqual([sha256]);
  expect(await deliverWork(at, courier)).toEqual({ ok: true, value: delivered });
  const back = await sync(post, original.device, { token: original.token, ops });
  expect(back.results.every((result) => result.answer === 'final')).toBe(true);
  const { rows } = await database.db.query(
    `select count(*)::int as count from record where office_id = $1 and type = 'incomingDocument'`,
    [seeded.office.id],
  );
  expect(rows).toEqual([{ count: 7 }]);
});

test('T-13: nothing of the work can be read on the stick, and damage is told by name', async () => {
  const original = await aWorkstation();
  const secret = 'Dấu hiệu riêng 987654';
  const ops = [aRegistering(original.device, seeded, { subject: secret })];
  const { path } = await exported(ops, Buffer.from(secret.repeat(100)));
  const { courier } = courierWith((await aWorkstation()).token);
  const bytes = readFileSync(path);
  const deliver = (phrase = passphrase) =>
    deliverWork({ files: nodeFiles, path, passphrase: phrase }, courier);

  expect(bytes.includes(secret)).toBe(false);
  expect(await deliver('một mật khẩu khác')).toMatchObject({
    error: { code: 'backup.wrong-passphrase' },
  });
  writeFileSync(path, bytes.subarray(0, bytes.length - 30));
  expect(await deliver()).toMatchObject({ error: { code: 'backup.damaged' } });
  const changed = Buffer.from(bytes);
  changed[bytes.length - 60] = (changed[bytes.length - 60] ?? 0) ^ 1;
  writeFileSync(path, changed);
  expect(await deliver()).toMatchObject({ error: { code: 'backup.damaged' } });
  writeFileSync(path, 'x'.repeat(500));
  expect(await deliver()).toMatchObject({ error: { code: 'backup.not-ours' } });
  writeFileSync(path, bytes);
  expect((await deliver()).ok).toBe(true);
});

test('I-6: work that stands behind work the server never got is not delivered out of order', async () => {
  const original = await aWorkstation();
  const [, second] = [aRegistering(original.device, seeded), aRegistering(original.device, seeded)];
  const { path } = await exported([second]);
  const { courier } = courierWith((await aWorkstation()).token);

  expect(await deliverWork({ files: nodeFiles, path, passphrase }, courier)).toMatchObject({
    error: { code: 'backup.earlier-missing' },
  });
});

test('a PC with nothing pending has nothing to take along', async () => {
  expect(
    await exportWork({
      files: nodeFiles,
      stored: createContentStore(temporaryFolder(), randomBytes(32)),
      state: { pending: () => [], unsentFiles: () => [] },
      head,
      path: join(temporaryFolder(), 'a.tcv'),
      passphrase,
    }),
  ).toEqual({ ok: false, error: { code: 'backup.nothing-pending' } });
});
