import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  aNumberRequest,
  aRegistering,
  enrolTestDevice,
  overHttp,
  seedOffice,
  signIn,
  sync,
} from '../support/builders';
import { startTestServer } from '../support/test-server';
import { freePort } from '../../sync-server/src/embedded/free-port';

/** PostgreSQL 15 as Debian packages it: what a province may bring along instead of our embedded 18. */
const programs = '/usr/lib/postgresql/15/bin';
const isHere = existsSync(`${programs}/initdb`);

let folder = '';
let url = '';

/** PostgreSQL refuses to run as root: its own account does. */
function asPostgres(program: string, args: readonly string[]): void {
  const command = [join(programs, program), ...args];
  const [file = '', ...rest] =
    process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--', ...command] : command;
  execFileSync(file, rest, { stdio: 'ignore', cwd: '/' });
}

beforeAll(async () => {
  if (!isHere) return;
  folder = mkdtempSync(join(tmpdir(), 'tcv-pg15-'));
  chmodSync(folder, 0o777);
  const data = join(folder, 'data');
  const port = await freePort();
  asPostgres('initdb', ['-D', data, '-U', 'tcv', '--auth=trust', '-E', 'UTF8']);
  asPostgres('pg_ctl', [
    '-D',
    data,
    '-w',
    '-l',
    join(folder, 'log'),
    '-o',
    `-p ${port} -k ${folder} -h 127.0.0.1`,
    'start',
  ]);
  url = `postgres://tcv@127.0.0.1:${port}/postgres`;
});
afterAll(() => {
  if (!isHere) return;
  asPostgres('pg_ctl', ['-D', join(folder, 'data'), '-m', 'fast', 'stop']);
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!isHere)(
  'sync §5.3: the server runs on PostgreSQL 15 as on its own, across a restart',
  async () => {
    const server = await startTestServer({ env: { DATABASE_URL: url } });
    const seeded = await seedOffice(server.admin());
    const post = overHttp(server.address);
    const device = await enrolTestDevice(
      post,
      await server.admin().createActivationCode(seeded.office.id),
    );
    const { accessToken: token } = await signIn(post, device, seeded.clerk);
    const paper = aRegistering(device, seeded);
    const ops = [paper, aNumberRequest(device, seeded, paper.target.id)];
    const first = await sync(post, device, { token, ops });
    await server.kill();
    await server.start();

    const again = await sync(post, device, { token, ops });

    expect(
      first.results.map((result) => result.answer === 'final' && result.outcome.status),
    ).toEqual(['applied', 'applied']);
    expect(again.results).toEqual(first.results);
    const { rows } = await server.db().query('select number from register_entry');
    expect(rows).toEqual([{ number: 1 }]);
    const version = (await server.db().query('show server_version')).rows[0] as {
      server_version: string;
    };
    expect(version.server_version).toMatch(/^15\./);
    await server.stop();
  },
);
