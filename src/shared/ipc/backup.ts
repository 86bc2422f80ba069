import { z } from 'zod';

/** How this workstation's backup stands (sync §15). */
export const BackupStatus = z
  .object({
    /** Where backups go; null while nobody has set one up. */
    folder: z.string().nullable(),
    /** The folder is on the disk that the work itself is on. */
    isSameDisk: z.boolean(),
    /** Milliseconds since the epoch; null before the first one. */
    lastAt: z.number().nullable(),
    /** There is a folder and nothing has come there for three days. */
    isOld: z.boolean(),
    isRunning: z.boolean(),
    /** Why the last try failed, by its code. */
    problem: z.string().nullable(),
    /** The second copy at the office's hub; null where no hub is set. */
    atHub: z
      .object({ lastAt: z.number().nullable(), problem: z.string().nullable() })
      .readonly()
      .nullable(),
  })
  .readonly();
export type BackupStatus = z.infer<typeof BackupStatus>;

/** What a backup holds, before it is restored. */
export const RestorableBackup = z
  .object({
    deviceName: z.string(),
    officeName: z.string(),
    people: z.array(z.string()).readonly(),
    /** Milliseconds since the epoch by that PC's clock. */
    createdAt: z.number(),
    /** Saved acts that the server had not answered when the backup was made. */
    pending: z.int().nonnegative(),
    /** Rows of unfinished batches. */
    rows: z.int().nonnegative(),
    files: z.int().nonnegative(),
    /** All that the key opened, newest first; `createdAt` and `pending` as above. */
    copies: z
      .array(z.object({ createdAt: z.number(), pending: z.int().nonnegative() }).readonly())
      .readonly(),
    /** Place of this one in `copies`. */
    chosen: z.int().nonnegative(),
    /** It was taken because what is newer cannot be read whole. */
    isNewerDamaged: z.boolean(),
  })
  .readonly();
export type RestorableBackup = z.infer<typeof RestorableBackup>;
