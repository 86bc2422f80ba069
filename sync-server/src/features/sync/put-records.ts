import {
  contentHash,
  digestMark,
  officeScope,
  shiftDigest,
  type FeedEntry,
} from '@shared/sync/record';
import type { IntakeTransaction, RecordPut } from '@shared/sync/intake-store';
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
 * is the same as before changes nothing, so that seeding twice is harmless.
 *
 * @returns how many records changed
 */
export async function putRecords(
  tx: IntakeTransaction,
  { officeId, changes, beforeStream }: RecordWork,
): Promise<number> {
  const scope = officeScope(officeId);
  const held = await tx.lockRecords(officeId, changes);
  const puts = changes.flatMap((change): readonly RecordPut[] => {
    const before = held.get(change.id);
    const hash = contentHash(change.content, sha256);
    if (before && before.type !== change.type) {
      throw new Error(`${change.id} is a ${before.type}, not a ${change.type}`);
    }
    if (before && contentHash(before.content, sha256) === hash) return [];
    return [{ before, after: { ...change, scope, rev: (before?.rev ?? 0) + 1 }, hash }];
  });
  if (puts.length === 0) return 0;
  for (const put of puts) await tx.saveRecord(officeId, put);
  await beforeStream?.();
  const head = await tx.advanceStream(officeId, puts.length);
  const first = head - puts.length + 1;
  const entries = puts.map(({ after, hash }, index): FeedEntry => ({
    seq: first + index,
    kind: 'put',
    type: after.type,
    id: after.id,
    rev: after.rev,
    hash,
    tx: first,
    content: after.content,
  }));
  await tx.saveFeed(officeId, scope, entries);
  let digest = await tx.lockDigest(officeId, scope);
  for (const { before, after, hash } of puts) {
    const old =
      before && digestMark(before.id, before.rev, contentHash(before.content, sha256), sha256);
    digest = shiftDigest(digest, old, digestMark(after.id, after.rev, hash, sha256));
  }
  await tx.saveDigest(officeId, scope, digest);
  return puts.length;
}
