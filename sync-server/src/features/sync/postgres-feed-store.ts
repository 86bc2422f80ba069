import { z } from 'zod';
import type { FeedStore } from '@shared/sync/intake-store';
import { EMPTY_DIGEST, FeedEntry } from '@shared/sync/record';
import type { Queryable } from '../../db/queryable';
import { DigestLine } from './postgres-intake-store';

const HeadLine = z.object({ head: z.coerce.number().int() });
const SumLine = z.object({ sum: z.string().nullable() });
const EntryLine = FeedEntry.unwrap().extend({
  // node-postgres gives int8 as string.
  seq: z.coerce.number().int(),
  tx: z.coerce.number().int(),
});

/**
 * The read side of the feed: one statement, hence one snapshot, so that head, digest and rows belong together.
 *
 * The stream's row is locked last by writers and its number is given in commit order: who sees head 100 here sees
 * every change up to 100 (§5.1).
 */
export function postgresFeedStore(db: Queryable): FeedStore {
  return {
    readAfter: async (officeId, scope, after, limit) => {
      const { rows } = await db.query(
        `select stream.head, digest.sum, digest.count, entry.*
           from stream
           left join scope_digest as digest
             on digest.office_id = stream.office_id and digest.scope = $2
           left join lateral (
             select feed.seq, feed.kind, feed.type, feed.id, feed.rev, feed.hash, feed.tx,
                    case when feed.kind = 'put' then record.content end as content
               from feed left join record
                 on record.office_id = feed.office_id and record.id = feed.id
              where feed.office_id = stream.office_id and feed.scope = $2 and feed.seq > $3
              order by feed.seq limit $4) as entry on true
          where stream.office_id = $1
          order by entry.seq`,
        [officeId, scope, after, limit],
      );
      if (rows.length === 0) return { head: 0, digest: EMPTY_DIGEST, rows: [] };
      const first = rows[0];
      return {
        head: HeadLine.parse(first).head,
        digest: SumLine.parse(first).sum === null ? EMPTY_DIGEST : DigestLine.parse(first),
        rows: rows.filter(hasEntry).map((row) => EntryLine.parse(row)),
      };
    },
  };
}

/** The outer join leaves one row without an entry when nothing is newer. */
const hasEntry = (row: unknown): boolean =>
  typeof row === 'object' && row !== null && 'seq' in row && row.seq !== null;
