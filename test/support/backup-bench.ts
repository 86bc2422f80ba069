import { createHash } from 'node:crypto';
import { FileHash, UserId } from '@shared/kernel/ids';
import { err, ok } from '@shared/kernel/result';
import { invariant } from '@shared/kernel/assert';
import { openBackupFolder } from '../../src/main/features/backup/backup-folder';
import { folderStore, type BackupStore } from '../../src/main/features/backup/backup-store';
import {
  createBackupMemory,
  writeBackup,
  type BackupMemory,
  type BackupSource,
} from '../../src/main/features/backup/write-backup';
import { openJournal } from '../../src/main/features/journal/journal';
import { createNodeJournalDisk } from '../../src/main/features/journal/node-journal-disk';
import type { FilePort } from '../../src/main/platform/file-port';
import { createBox } from '../../src/main/platform/keyring';
import { sample, sha256 } from './core-builders';
import { powerCutFiles } from './power-cut-files';

export const BACKUP_KEY = new Uint8Array(32).fill(7);
export const USB = '/usb/tram';

/** A workstation with a real journal and some files, and a backup disk of its own. */
export async function aBackupBench() {
  const usb = powerCutFiles();
  const box = createBox(new Uint8Array(32).fill(1));
  const disk = await createNodeJournalDisk('/pc/journal', powerCutFiles().port);
  const opened = await openJournal({ disk, sealer: box, sha256 });
  invariant(opened.ok, 'the journal opens');
  const journal = opened.value;
  const contents = new Map<FileHash, Uint8Array>();

  const source: BackupSource = {
    readSegments: journal.readSealed,
    journalBox: box,
    pinnedFiles: () => new Set(contents.keys()),
    sizeOf: async (hash) => contents.get(hash)?.length,
    read: async (hash) => {
      const bytes = contents.get(hash);
      return bytes ? ok(bytes) : err({ code: 'files.missing' });
    },
    readSealed: async () => [{ path: 'device.bin', purpose: 'device', bytes: 'AAAA' }],
    describe: async () => ({
      createdAt: 1,
      deviceName: 'Máy một cửa',
      officeName: 'UBND xã Tân Phú',
      people: ['Nguyễn Thị Hạnh'],
      pending: 0,
      rows: contents.size,
    }),
  };
  const folder = openBackupFolder(folderStore(usb.port, USB), BACKUP_KEY);
  const backUpTo = (
    store: BackupStore,
    memory: BackupMemory = createBackupMemory(),
    from: BackupSource = source,
  ) =>
    writeBackup({
      folder: openBackupFolder(store, BACKUP_KEY),
      source: from,
      memory,
      isStopped: () => false,
    });
  return {
    usb,
    box,
    journal,
    source,
    folder,
    /** A row is saved, and a scan of its own. */
    work: async (text: string): Promise<FileHash> => {
      const bytes = new TextEncoder().encode(`tệp quét ${text}`);
      const hash = FileHash.parse(createHash('sha256').update(bytes).digest('hex'));
      contents.set(hash, bytes);
      const user = UserId.parse(sample.clerkId);
      await journal.append(() => [{ t: 'draftRow', user, rowId: text, row: { subject: text } }]);
      return hash;
    },
    forgetFile: (hash: FileHash) => void contents.delete(hash),
    backUp: (memory?: BackupMemory, files: FilePort = usb.port) =>
      backUpTo(folderStore(files, USB), memory),
    backUpTo,
  };
}
