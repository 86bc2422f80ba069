import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { invariant } from '@shared/kernel/assert';
import { err } from '@shared/kernel/result';
import { openHeldBook } from '@shared/domain/register/lease-holder';
import { JournalRecord } from '@shared/sync/journal-record';
import { CHAIN_START } from '@shared/sync/operation';
import { restoreBackup } from '../../../../src/main/features/backup/restore-backup';
import { createContentStore } from '../../../../src/main/features/files/content-store';
import { openJournal } from '../../../../src/main/features/journal/journal';
import { createNodeJournalDisk } from '../../../../src/main/features/journal/node-journal-disk';
import { nodeFiles } from '../../../../src/main/platform/file-port';
import { createBox, type Keys } from '../../../../src/main/platform/keyring';
import { aBackupBench } from '../../../support/backup-bench';
import { sample, sha256 } from '../../../support/core-builders';
import { aGrant } from '../../../support/holder-bench';
import { temporaryFolder } from '../../../support/temporary-folder';

const keyOf = (purpose: string) => new Uint8Array(hkdfSync('sha256', 'new pc', '', purpose, 32));
const keys: Keys = { key: keyOf, box: (purpose) => createBox(keyOf(purpose)) };

async function aRestore() {
  const bench = await aBackupBench();
  const contact = {
    t: 'contact',
    ticket: '7.0123456789abcdef0123456789abcdef',
    timeline: sample.timeline,
    serverTime: 5,
    wall: 5,
  };
  const chain = { t: 'chain', dev: sample.deviceId, inc: 1, n: 0, hash: CHAIN_START };
  const book = openHeldBook(aGrant().lease, sha256);
  await bench.journal.append(() =>
    [chain, contact, { t: 'heldBook', book }].map((record) => JournalRecord.parse(record)),
  );
  const file = await bench.work('một');
  await bench.backUp();
  const [newest] = await bench.folder.listManifests();
  invariant(newest !== undefined, 'a backup was made');
  const dataFolder = temporaryFolder();
  const store = createContentStore(join(dataFolder, 'files'), keys.key('content'));
  const into = { files: nodeFiles, dataFolder, keys, sha256, store: store.put, nowMs: 1 };
  const open = async () => {
    const disk = await createNodeJournalDisk(join(dataFolder, 'journal'));
    const opened = await openJournal({ disk, sealer: keys.box('journal'), sha256 });
    invariant(opened.ok, 'the restored journal opens');
    return { state: opened.value.state, close: () => disk.close() };
  };
  return { backup: { folder: bench.folder, manifest: newest.manifest }, into, store, file, open };
}

test('§15, I-1: rows, files and the identity are back, sealed by the keys of the new PC', async () => {
  const { backup, into, store, file, open } = await aRestore();

  expect(await restoreBackup(backup, into)).toMatchObject({ ok: true });
  const { state } = await open();
  expect([...state.draftRows(sample.clerkId).keys()]).toEqual(['một']);
  expect(await store.verify(file)).toBe(true);
  const device = await readFile(join(into.dataFolder, 'device.bin'));
  expect(keys.box('device').open(device)).toEqual(Buffer.from('AAAA', 'base64'));
});

test('§13.3, I-12, I-23: the ticket of the old machine is spent and its book closed', async () => {
  const { backup, into, open } = await aRestore();
  await restoreBackup(backup, into);
  const { state } = await open();

  expect(state.contact()?.ticket).toBe('restored from a backup');
  expect(state.heldBooks()).toMatchObject([{ sealed: true }]);
});

test('§15: a restore that broke off is done again from the start, and what lay there before is kept aside', async () => {
  const { backup, into, open } = await aRestore();
  const earlier = await open();
  await earlier.close();
  const full = { ...into, store: async () => err({ code: 'files.disk-full' }) };
  expect(await restoreBackup(backup, full)).toMatchObject({ ok: false });
  expect(readdirSync(into.dataFolder)).not.toContain('device.bin');

  expect(await restoreBackup(backup, into)).toMatchObject({ ok: true });
  // What a power cut left of a restore of another backup.
  const beside = join(into.dataFolder, 'journal.moi');
  mkdirSync(beside);
  writeFileSync(join(beside, '00000009.jnl'), 'dở dang');
  expect(await restoreBackup(backup, { ...into, nowMs: 2 })).toMatchObject({ ok: true });
  const { state } = await open();
  expect(state.draftRows(sample.clerkId).size).toBe(1);
  expect(
    readdirSync(into.dataFolder)
      .filter((name) => name.startsWith('journal'))
      .toSorted(),
  ).toEqual(['journal', 'journal.truoc-1', 'journal.truoc-2']);
});
