import { join } from 'node:path';
import { z } from 'zod';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import type { FilePort } from '../../platform/file-port';
import type { Box } from '../../platform/keyring';

const BackupSettings = z
  .object({
    version: z.literal(1),
    folder: z.string(),
    /** The backup's key, 32 bytes, base64: with it the automatic backup needs nobody. */
    key: z.base64(),
    /** Milliseconds since the epoch. */
    setUpAt: z.number(),
    lastAt: z.number().nullable(),
    /** What a second copy at the hub needs of the recovery key; missing for a key of before there were any. */
    secondCopy: z
      .object({
        /** The lock as it lies in the folder. */
        lock: z.base64(),
        /** Who may read the copy: the public half of a key from the recovery key. */
        reader: z.base64(),
        lastAt: z.number().nullable(),
      })
      .readonly()
      .optional(),
  })
  .readonly();
export type BackupSettings = z.infer<typeof BackupSettings>;

/** Where this workstation's backups go, in `backup.bin`. */
export function createBackupSettings(files: FilePort, dataFolder: string, box: Box) {
  const path = join(dataFolder, 'backup.bin');
  return {
    /** Undefined also for a file of another machine: a backup is set up anew there. */
    read: async (): Promise<BackupSettings | undefined> => {
      const sealed = await readIfThere(path, files);
      const opened = sealed && box.open(sealed);
      return opened && BackupSettings.safeParse(JSON.parse(fromUtf8(opened))).data;
    },
    write: (settings: BackupSettings): Promise<void> =>
      writeDurably(path, box.seal(utf8(JSON.stringify(settings))), files),
  };
}
