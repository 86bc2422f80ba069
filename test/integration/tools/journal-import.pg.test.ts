import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { Operation } from '@shared/sync/operation';
import { exportWork } from '../../../src/main/features/backup/export-work';
import { createContentStore } from '../../../src/main/features/files/content-store';
import { nodeFiles } from '../../../src/main/platform/file-port';
import { runJournal } from '../../../tools/journal';
import {
  aRegistering,
  enrolTestDevice,
  overHttp,
  seedOffice,
  signedOperation,
  signIn,
} from '../../support/builders';
import { temporaryFolder } from '../../support/temporary-folder';
import { startTestServer, stopTestServers } from '../../support/test-server';

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await stopTestServers();
});

const passphrase = 'bốn mươi tấn gạo';

/** A work file as a PC writes it, with one scan. */
async function aWorkFile(operations: readonly Operation[]) {
  const folder = temporaryFolder();
  const stored = createContentStore(join(folder, 'files'), randomBytes(32));
  const sha256 = await stored.put(randomBytes(300_000));
  if (!sha256.ok) throw new Error(sha256.error.code);
  const path = join(folder, 'viec.tcv');
  const written = await exportWork({
    files: nodeFiles,
    stored,
    state: { pending: () => operations, unsentFiles: () => [sha256.value] },
    head: { version: 1, deviceName: 'Máy hỏng', officeName: 'UBND xã', createdAt: 0 },
    path,
    passphrase,
  });
  expect(written.ok).toBe(true);
  return { path, sha256: sha256.value };
}

test('T-13, I-1, I-5: the IT man brings a work file from the command line, twice, and each act is there once', async () => {
  const server = await startTestServer();
  const post = overHttp(server.address);
  const seeded = await seedOffice(server.admin());
  const code = () => server.admin().createActivationCode(seeded.office.id);
  const device = await enrolTestDevice(post, await code());
  await signIn(post, device, seeded.clerk);
  const good = Array.from({ length: 3 }, () => aRegistering(device, seeded));
  const { path, sha256 } = await aWorkFile(good);
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
  const run = async (file = path, one?: string) =>
    runJournal([
      'import',
      file,
      '--server',
      server.address,
      '--code',
      one ?? (await code()),
      '--json',
    ]);

  expect(await run()).toBe(2);
  vi.stubEnv('TCV_PASSPHRASE', 'một mật khẩu khác');
  expect(await run()).toBe(2);
  expect(lines).toContain(JSON.stringify({ code: 'backup.wrong-passphrase' }));
  vi.stubEnv('TCV_PASSPHRASE', passphrase);
  expect(await run(`${path}.khac`)).toBe(2);
  expect(await run(path, 'SAI-CODE-0000')).toBe(2);

  lines.length = 0;
  expect([await run(), await run()]).toEqual([0, 0]);
  const delivered = { deviceName: 'Máy hỏng', accepted: 3, refused: 0, files: 1 };
  expect(lines).toEqual([JSON.stringify(delivered), JSON.stringify(delivered)]);
  const count = async (sql: string) => (await server.db().query(sql)).rows[0];
  expect(
    await count(`select count(*)::int as n from record where type = 'incomingDocument'`),
  ).toEqual({ n: 3 });
  const { rows } = await server.db().query('select sha256 from file where sha256 = $1', [sha256]);
  expect(rows).toHaveLength(1);

  const poor = signedOperation(device, {
    actor: seeded.clerk,
    kind: 'cmd.unheardOf',
    target: { type: 'register', id: seeded.register.id },
    body: {},
  });
  expect(await run((await aWorkFile([poor])).path)).toBe(1);
}, 120_000);
