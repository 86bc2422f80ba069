import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { invariant } from '@shared/kernel/assert';
import { createBackup } from '../../../../src/main/features/backup/backup';
import { folderStore, type CopyTarget } from '../../../../src/main/features/backup/backup-store';
import { HubStoreFailed } from '../../../../src/main/features/backup/hub-store';
import { judgePlace } from '../../../../src/main/features/backup/backup-place';
import { nodeFiles, type FilePort } from '../../../../src/main/platform/file-port';
import { createBox } from '../../../../src/main/platform/keyring';
import { aBackupBench } from '../../../support/backup-bench';
import { manualTimers } from '../../../support/manual-timers';
import { silentLog } from '../../../support/silent-log';
import { systemError } from '../../../support/system-error';
import { temporaryFolder } from '../../../support/temporary-folder';

const DAY_MS = 86_400_000;

/** A workstation whose backup nobody has set up yet, and a stick. */
async function aWorkstation(hub?: CopyTarget) {
  const bench = await aBackupBench();
  const [dataFolder, stick] = [temporaryFolder(), join(temporaryFolder(), 'usb')];
  mkdirSync(stick);
  const timers = manualTimers();
  let now = 1000;
  let trouble: string | undefined;
  let gate: Promise<void> | undefined;
  const files: FilePort = {
    ...nodeFiles,
    create: async (path) => {
      if (!path.startsWith(stick)) return nodeFiles.create(path);
      await gate;
      if (trouble !== undefined) throw systemError(trouble);
      return nodeFiles.create(path);
    },
  };
  let rest = (): void => {};
  const open = () =>
    createBackup({
      files,
      dataFolder,
      timers,
      log: silentLog,
      box: createBox(new Uint8Array(32).fill(3)),
      source: bench.source,
      hub: () => hub,
      nowMs: () => now,
      changed: () => rest(),
    });
  const backup = await open();
  const later = (ms: number): void => {
    now += ms;
    timers.advance(ms);
  };
  /** Until no backup is under way. */
  const quiet = (at = backup): Promise<void> =>
    new Promise((resolve) => {
      rest = () => void at.status().then(({ isRunning }) => (isRunning ? undefined : resolve()));
      rest();
    });
  const setUp = async () => {
    await backup.choose(stick);
    const made = await backup.makeKey();
    invariant(made.ok, 'a folder was chosen');
    const { recoveryKey, askedGroup } = made.value;
    const confirmed = await backup.confirmKey(recoveryKey.split('-')[askedGroup - 1] ?? '');
    invariant(confirmed.ok, 'the group is right');
    await quiet();
  };
  const troubled = (code?: string) => void (trouble = code);
  /** The stick takes no file until the answer is called. */
  const hold = () => {
    let release = (): void => {};
    gate = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  };
  return { ...bench, hold, backup, dataFolder, stick, open, setUp, later, quiet, troubled };
}

test('§15: nothing is written before a person has typed back a group of the recovery key', async () => {
  const { backup, stick } = await aWorkstation();
  expect(await backup.makeKey()).toMatchObject({ error: { code: 'backup.no-folder' } });
  await backup.choose(stick);
  await backup.makeKey();

  expect(await backup.confirmKey('SAI')).toMatchObject({ error: { code: 'backup.group-differs' } });
  expect(readdirSync(stick)).toEqual([]);
  expect(await backup.status()).toMatchObject({ folder: null, lastAt: null, isOld: false });
});

test('§15: a backup that was set up is made at once, then every quarter of an hour without anybody', async () => {
  const { backup, setUp, later, quiet, open } = await aWorkstation();
  await setUp();
  expect(await backup.status()).toMatchObject({ lastAt: 1000, problem: null });
  later(15 * 60_000);
  await quiet();

  expect(await backup.status()).toMatchObject({ lastAt: 901_000 });
  const again = await open();
  expect(await again.status()).toMatchObject({ lastAt: 901_000 });
});

test('§15: a stick that was pulled out is named, nothing grows in its place, and its return is noticed', async () => {
  const { backup, setUp, later, quiet, stick } = await aWorkstation();
  await setUp();
  renameSync(stick, `${stick}-away`);
  mkdirSync(stick);
  expect(await backup.runNow()).toMatchObject({ error: { code: 'backup.folder-missing' } });
  expect(await backup.status()).toMatchObject({ lastAt: 1000, problem: 'backup.folder-missing' });
  expect(readdirSync(stick)).toEqual([]);
  // Neither does a new recovery key.
  const made = await backup.makeKey();
  const group = made.ok ? made.value.recoveryKey.split('-')[made.value.askedGroup - 1] : '';
  expect(await backup.confirmKey(group ?? '')).toMatchObject({ ok: false });
  expect(readdirSync(stick)).toEqual([]);

  renameSync(stick, `${stick}-empty`);
  renameSync(`${stick}-away`, stick);
  later(60_000);
  await quiet();
  expect(await backup.status()).toMatchObject({ lastAt: 61_000, problem: null });
});

/** A place at a hub whose disk is a folder here; `fail` makes it refuse every blob. */
function aHubPlace() {
  const folder = temporaryFolder();
  let refusal: HubStoreFailed | undefined;
  const store = folderStore(nodeFiles, folder);
  const write: typeof store.write = async (name, bytes) => {
    if (refusal) throw refusal;
    return store.write(name, bytes);
  };
  const target: CopyTarget = { store: () => ({ ...store, write }), setReader: async () => {} };
  const manifests = () => readdirSync(folder).filter((name) => name.startsWith('ban-sao-'));
  const fail = (code?: 'backup.hub-full') => void (refusal = code && new HubStoreFailed({ code }));
  return { target, manifests, fail };
}

test('§15 §20: a disk that fails or is gone does not keep the copy at the hub from being made', async () => {
  const hub = aHubPlace();
  const { backup, setUp, troubled, work, later, quiet, stick } = await aWorkstation(hub.target);
  await setUp();
  expect(await backup.status()).toMatchObject({ lastAt: 1000, atHub: { lastAt: 1000 } });
  troubled('ENOSPC');
  await work('một');
  later(15 * 60_000);
  await quiet();
  expect(await backup.status()).toMatchObject({
    lastAt: 1000,
    problem: 'backup.no-space',
    atHub: { lastAt: 901_000, problem: null },
  });
  renameSync(stick, `${stick}-away`);
  later(60_000);
  await quiet();
  expect(await backup.status()).toMatchObject({
    problem: 'backup.folder-missing',
    atHub: { lastAt: 961_000 },
  });
  expect(hub.manifests()).toHaveLength(3);
});

test('§15 §20: a hub that has no room does not keep the disk from getting its backup', async () => {
  const hub = aHubPlace();
  const { backup, setUp, work, later, quiet } = await aWorkstation(hub.target);
  await setUp();
  hub.fail('backup.hub-full');
  await work('một');
  later(15 * 60_000);
  await quiet();
  expect(await backup.status()).toMatchObject({
    lastAt: 901_000,
    problem: null,
    atHub: { lastAt: 1000, problem: 'backup.hub-full' },
  });
  hub.fail();
  later(15 * 60_000);
  await quiet();
  expect(await backup.status()).toMatchObject({ atHub: { lastAt: 1_801_000, problem: null } });
});

test.each([
  ['EROFS', 'backup.read-only'],
  ['EACCES', 'backup.read-only'],
  ['ENOSPC', 'backup.no-space'],
  ['EIO', 'backup.interrupted'],
])(
  '§15: a stick that fails with %s has words of its own (%s), and is tried again',
  async (code, words) => {
    const { backup, setUp, troubled, work, later, quiet } = await aWorkstation();
    await setUp();
    await work('mới');
    troubled(code);
    expect(await backup.runNow()).toMatchObject({ error: { code: words } });
    expect(await backup.status()).toMatchObject({ lastAt: 1000, problem: words });
    troubled();
    later(60_000);
    await quiet();

    expect(await backup.status()).toMatchObject({ lastAt: 61_000, problem: null });
  },
);

test('§15: three days without a backup are a warning', async () => {
  const { backup, setUp, stick, later, quiet } = await aWorkstation();
  await setUp();
  renameSync(stick, `${stick}-away`);
  later(3 * DAY_MS);
  await quiet();
  expect(await backup.status()).toMatchObject({ isOld: false });
  later(1);

  expect(await backup.status()).toMatchObject({ isOld: true });
});

test('§15: signing out and closing the program make a backup of their own', async () => {
  const { backup, setUp, later, quiet } = await aWorkstation();
  await setUp();
  later(10);
  backup.nudge();
  await quiet();
  expect(await backup.status()).toMatchObject({ lastAt: 1010 });
  later(10);
  await backup.stop();

  expect(await backup.status()).toMatchObject({ lastAt: 1020, isRunning: false });
});

test('§15: what was saved while a backup was under way is in the one that signing out makes', async () => {
  const { backup, setUp, quiet, stick } = await aWorkstation();
  await setUp();
  const manifests = () =>
    readdirSync(stick, { recursive: true }).filter((name) =>
      /ban-sao-\d+\.bin$/.test(String(name)),
    );
  expect(manifests()).toHaveLength(1);
  const underWay = backup.runNow();
  backup.nudge();
  await underWay;
  await backup.stop();
  await quiet();

  // Three are kept: the one under way, that of the nudge or of the stop, which share, and the first.
  expect(manifests()).toHaveLength(3);
});

test('§15: a new place gets its first backup at once, also while one to the old place is under way', async () => {
  const { backup, setUp, quiet, later, hold } = await aWorkstation();
  await setUp();
  later(10);
  const place = join(temporaryFolder(), 'o-thu-hai');
  mkdirSync(place);
  await backup.choose(place);
  const made = await backup.makeKey();
  const group = made.ok ? made.value.recoveryKey.split('-')[made.value.askedGroup - 1] : '';
  const release = hold();
  const underWay = backup.runNow();
  await backup.confirmKey(group ?? '');
  release();
  await underWay;
  await quiet();

  const { folder, lastAt } = await backup.status();
  expect([folder?.startsWith(place), lastAt]).toEqual([true, 1010]);
  expect(readdirSync(folder ?? '')).toContain('ban-sao-000000000001.bin');
});

test('§15: backups never go into the profile nor onto the bare root of its disk; the same disk is said', async () => {
  const { backup, dataFolder, stick } = await aWorkstation();

  expect(await backup.choose(join(dataFolder, 'con'))).toMatchObject({
    error: { code: 'backup.bad-place' },
  });
  expect(await judgePlace('/proc/self', '/proc')).toBe('sameDisk');
  expect(await judgePlace('/', '/')).toBe('bad');
  expect(await judgePlace(dataFolder, '/proc')).toBe('otherDisk');
  expect(await backup.choose(stick)).toMatchObject({ value: { isSameDisk: true } });
});
