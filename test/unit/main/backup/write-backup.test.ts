import { expect, test } from 'vitest';
import type { JournalRecord } from '@shared/sync/journal-record';
import { fromUtf8, concatBytes } from '@shared/kernel/bytes';
import { decodeSegment } from '@shared/sync/journal-codec';
import {
  openBackupFolder,
  type BackupFolder,
  type Manifest,
} from '../../../../src/main/features/backup/backup-folder';
import { folderStore } from '../../../../src/main/features/backup/backup-store';
import { isWhole } from '../../../../src/main/features/backup/find-backup';
import { createBackupMemory } from '../../../../src/main/features/backup/write-backup';
import type { FilePort } from '../../../../src/main/platform/file-port';
import { aBackupBench, BACKUP_KEY, USB } from '../../../support/backup-bench';
import { systemError } from '../../../support/system-error';

/** Rows in the newest whole backup; undefined when there is none. */
async function rowsIn(folder: BackupFolder): Promise<readonly string[] | undefined> {
  for (const { manifest } of await folder.listManifests())
    if (await isWhole(folder, manifest)) return rowsOf(folder, manifest);
  return undefined;
}

async function rowsOf(folder: BackupFolder, { journal }: Manifest): Promise<readonly string[]> {
  const parts: Uint8Array[] = [];
  for (const piece of journal.flatMap(({ pieces }) => pieces))
    parts.push((await folder.readPiece(piece)) ?? new Uint8Array());
  const { payloads } = decodeSegment(concatBytes(...parts));
  const records = payloads.flatMap((one) => JSON.parse(fromUtf8(one)) as JournalRecord[]);
  return records.flatMap((record) => (record.t === 'draftRow' ? [record.rowId] : []));
}

/** A port that counts and may change what is created. */
const watched = (port: FilePort, created: string[]): FilePort => ({
  ...port,
  create: async (path) => {
    created.push(path);
    return port.create(path);
  },
});

test('§15, I-1: a power cut at any step of a backup leaves a whole one, of before or of now', async () => {
  const bench = await aBackupBench();
  await bench.work('một');
  for (let i = 0; i < 3; i++) await bench.backUp();
  await bench.work('hai');
  const probe = bench.usb.steps();
  const put = bench.usb.snapshot(USB);
  await bench.backUp();
  const steps = bench.usb.steps() - probe;
  expect(steps).toBeGreaterThan(15);

  for (let cut = 0; cut < steps; cut++) {
    put();
    bench.usb.cutAfter(cut);
    await expect(bench.backUp()).rejects.toThrow();
    bench.usb.restart();
    const rows = await rowsIn(openBackupFolder(folderStore(bench.usb.port, USB), BACKUP_KEY));
    expect([['một'], ['một', 'hai']], `cut after ${cut}`).toContainEqual(rows);
    // Tried again after a quarter of an hour, all is there.
    await bench.backUp();
    expect(await rowsIn(bench.folder)).toEqual(['một', 'hai']);
  }
});

test('§15: only what is new is written: the grown end of the journal, new files, a manifest', async () => {
  const bench = await aBackupBench();
  await bench.work('một');
  const memory = createBackupMemory();
  await bench.backUp(memory);
  const again: string[] = [];
  await bench.backUp(memory, watched(bench.usb.port, again));
  await bench.work('hai');
  const grown: string[] = [];
  await bench.backUp(memory, watched(bench.usb.port, grown));

  expect(again).toHaveLength(1);
  expect(grown).toHaveLength(3);
});

test('§15: the newest three manifests are kept, with what they name and nothing else', async () => {
  const bench = await aBackupBench();
  const gone = await bench.work('một');
  await bench.backUp();
  bench.forgetFile(gone);
  const pieces = async () => (await bench.usb.port.list(`${USB}/du-lieu`)).length;
  for (let i = 0; i < 2; i++) await bench.backUp();
  const before = await pieces();
  await bench.backUp();

  expect(await bench.folder.listManifests()).toHaveLength(3);
  expect(await pieces()).toBe(before - 1);
  expect(await rowsIn(bench.folder)).toEqual(['một']);
});

test('§15: a piece that rotted on the backup disk is found by the first backup of a run and written anew', async () => {
  const bench = await aBackupBench();
  await bench.work('một');
  await bench.backUp();
  const [name = ''] = await bench.usb.port.list(`${USB}/du-lieu`);
  const file = await bench.usb.port.create(`${USB}/du-lieu/${name}`);
  await file.append(new Uint8Array(300));
  expect(await rowsIn(bench.folder)).toBeUndefined();
  await bench.backUp();

  expect(await rowsIn(bench.folder)).toEqual(['một']);
});

test('§15: a disk that keeps other bytes than were written is noticed before a manifest names them', async () => {
  const bench = await aBackupBench();
  await bench.work('một');
  const { port } = bench.usb;
  const forgetful: FilePort = {
    ...port,
    read: async (path) => (await port.read(path)).map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
  };

  await expect(bench.backUp(createBackupMemory(), forgetful)).rejects.toThrow();
  expect(await bench.folder.listManifests()).toEqual([]);
});

test('§15: a full disk and a write-protected one leave the earlier backups, and are over when they are', async () => {
  const bench = await aBackupBench();
  await bench.work('một');
  await bench.backUp();
  await bench.work('hai');
  const protectedDisk: FilePort = {
    ...bench.usb.port,
    create: async () => Promise.reject(systemError('EROFS')),
  };
  await expect(bench.backUp(createBackupMemory(), protectedDisk)).rejects.toMatchObject({
    code: 'EROFS',
  });
  bench.usb.fill();
  await expect(bench.backUp()).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(await rowsIn(bench.folder)).toEqual(['một']);
  bench.usb.restart();
  await bench.backUp();

  expect(await rowsIn(bench.folder)).toEqual(['một', 'hai']);
});

test('§15: nothing of the work can be read or guessed from the disk: no content, no hash of it', async () => {
  const bench = await aBackupBench();
  const hash = await bench.work('quyết định khen thưởng');
  await bench.backUp();

  const names = await bench.usb.port.list(USB);
  expect(names.join()).not.toContain(hash);
  for (const name of names) {
    const bytes = Buffer.from(await bench.usb.port.read(`${USB}/${name}`));
    expect(bytes.includes('khen')).toBe(false);
  }
});
