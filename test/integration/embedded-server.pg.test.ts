import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Health } from '@shared/protocol/session';
import { officeScope } from '@shared/sync/record';
import { startEmbeddedPostgres } from '../../sync-server/src/embedded/embedded-postgres';
import { silentLog } from '../../sync-server/src/log';
import {
  aRegistering,
  enrolTestDevice,
  overHttp,
  seedOffice,
  signIn,
  sync,
} from '../support/builders';
import { createTestDatabase } from '../support/test-database';
import { postgresProcesses, startTestServer, stopTestServers } from '../support/test-server';

const isRoot = process.getuid?.() === 0;

afterEach(stopTestServers);

/** The system's own unprivileged account. */
const nobody = (): { readonly uid: number; readonly gid: number } => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const fields = (line ?? '').split(':');
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
};

test('the first start makes everything, a stop is clean, and the next start finds it again', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tcv-server-'));
  const first = await startTestServer({ dataDir });
  const { office, clerk } = await seedOffice(first.admin());
  const post = overHttp(first.address);
  const device = await enrolTestDevice(post, await first.admin().createActivationCode(office.id));
  const session = await signIn(post, device, clerk);
  const timeline = Health.parse(await (await fetch(`${first.address}/health`)).json()).timeline;
  const code = await first.stop();
  const left = postgresProcesses(dataDir);

  const second = await startTestServer({ dataDir });
  const health = Health.parse(await (await fetch(`${second.address}/health`)).json());
  // The same history, the same keys: a token given before the restart is still good.
  const reply = await sync(overHttp(second.address), device, { token: session.accessToken });

  expect(code).toBe(0);
  expect(left).toEqual([]);
  expect(health).toMatchObject({ product: 'tram-cong-vu', ready: true, timeline });
  expect(reply.scopes).toContain(officeScope(office.id));
  for (const secret of ['postgres-password', 'connection.json']) {
    expect(statSync(join(dataDir, secret)).mode & 0o777).toBe(0o600);
  }
  await second.stop();
  rmSync(dataDir, { recursive: true });
});

test('what the child does with a commit is flush it: fsync and synchronous_commit are on', async () => {
  const server = await startTestServer();

  const { rows } = await server.db().query(
    `select name, setting from pg_settings
        where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses')
        order by name`,
  );
  const version = await server.db().query('show server_version');

  expect(rows).toEqual([
    { name: 'data_checksums', setting: 'on' },
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'synchronous_commit', setting: 'on' },
  ]);
  expect(version.rows).toMatchObject([{ server_version: expect.stringMatching(/^18/) }]);
  await server.stop();
});

test.skipIf(!isRoot)('as root PostgreSQL runs as an account without rights', async () => {
  const server = await startTestServer();

  const owners = postgresProcesses(server.dataDir).map((pid) => statSync(`/proc/${pid}`).uid);

  expect(owners.length).toBeGreaterThan(0);
  expect(owners).not.toContain(0);
  await server.stop();
});

test.skipIf(!isRoot)('an ordinary user starts it as themselves', async () => {
  const account = nobody();
  const server = await startTestServer({ account });
  const { office, clerk, ...rest } = await seedOffice(server.admin());
  const post = overHttp(server.address);
  const device = await enrolTestDevice(post, await server.admin().createActivationCode(office.id));
  const { accessToken } = await signIn(post, device, clerk);

  const reply = await sync(post, device, {
    token: accessToken,
    ops: [aRegistering(device, { office, clerk, ...rest })],
  });

  const owners = postgresProcesses(server.dataDir).map((pid) => statSync(`/proc/${pid}`).uid);
  expect(new Set(owners)).toEqual(new Set([account.uid]));
  expect(reply.results).toMatchObject([{ answer: 'final', outcome: { status: 'applied' } }]);
  await server.kill();
  await server.start();
  expect(await server.stop()).toBe(0);
});

test.skipIf(!isRoot)('a data folder behind a closed door is named in the refusal', async () => {
  const closed = mkdtempSync(join(tmpdir(), 'tcv-closed-'));
  const dataDir = join(closed, 'server');
  mkdirSync(dataDir);

  await expect(startEmbeddedPostgres({ dataDir, log: silentLog })).rejects.toThrow(
    `${closed} is closed to the user`,
  );
  rmSync(closed, { recursive: true });
});

test('a pid file that names a stranger does not stop the start, and the stranger lives', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tcv-server-'));
  const first = await startTestServer({ dataDir });
  const { office } = await seedOffice(first.admin());
  const pidFile = join(dataDir, 'postgres-18', 'postmaster.pid');
  const text = readFileSync(pidFile, 'utf8');
  await first.kill();
  // The id was given to another program since: to this one.
  writeFileSync(pidFile, text.replace(/^\d+/, String(process.pid)));

  const second = await startTestServer({ dataDir });

  expect(await second.admin().listOffices()).toEqual([office]);
  await second.stop();
  rmSync(dataDir, { recursive: true });
});

test('an initdb that was interrupted is done again from the beginning', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tcv-server-'));
  mkdirSync(join(dataDir, 'postgres-18.abcd.new', 'data', 'base'), { recursive: true });
  writeFileSync(join(dataDir, 'postgres-password'), 'an older one');

  const server = await startTestServer({ dataDir });

  expect(await server.admin().listOffices()).toEqual([]);
  await server.stop();
  rmSync(dataDir, { recursive: true });
});

test('with DATABASE_URL that PostgreSQL is used and none is started', async () => {
  const database = await createTestDatabase({ empty: true });
  const server = await startTestServer({ env: { DATABASE_URL: database.connectionString } });

  const { office } = await seedOffice(server.admin());

  const { rows } = await database.db.query('select office_id from office');
  expect(rows).toEqual([{ office_id: office.id }]);
  expect(postgresProcesses(server.dataDir)).toEqual([]);
  expect(await server.stop()).toBe(0);
  await database.drop();
});
