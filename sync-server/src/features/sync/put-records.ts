import type { IntakeTransaction } from '@shared/sync/intake-store';
import { contentHash } from '@shared/sync/record';
import { storeChanges } from '@shared/sync/store-changes';
import type { RecordChange } from '@shared/sync/acts/act';
import { sha256 } from '../../platform';

/** Content that this server decides itself (reference data), on its way into the office's feed. */
export interface RecordWork {
  readonly officeId: string;
  readonly changes: readonly RecordChange[];
  /** Done after the records are locked and before the stream is, which is the last lock (§5.1). */
  readonly beforeStream?: () => Promise<void>;
}

/**
 * Puts records into the office's feed by the same steps as an operation's: records, stream, feed, digest. Content that
 * is the same as before, in the same place, changes nothing, so that seeding twice is harmless.
 *
 * @returns how many records changed
 */
export async function putRecords(
  tx: IntakeTransaction,
  { officeId, changes, beforeStream }: RecordWork,
): Promise<number> {
  const held = await tx.lockRecords(officeId, changes);
  const changed = changes.filter(({ id, type, content, scope }) => {
    const before = held.get(id);
    if (before && before.type !== type) throw new Error(`${id} is a ${before.type}, not a ${type}`);
    if (before && scope !== undefined && scope !== before.scope) return true;
    return !before || contentHash(before.content, sha256) !== contentHash(content, sha256);
  });
  if (changed.length === 0) return 0;
  const work = { officeId, changes: changed, held, sha256 };
  await storeChanges(tx, beforeStream ? { ...work, beforeStream } : work);
  return changed.length;
}
