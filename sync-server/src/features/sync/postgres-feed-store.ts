import { z } from 'zod';
import type { FeedStore } from '@shared/sync/intake-store';
import { WORK_CLASS } from '@shared/sync/load-class';
import { Digest, digestMark, EMPTY_DIGEST, FeedEntry, type RecordMark } from '@shared/sync/record';
import type { Queryable } from '../../db/queryable';
import { sha256 } from '../../platform';

const HeadLine = z.object({ head: z.coerce.number().int() });
const ForgottenLine = z.object({ forgotten_to: z.coerce.number().int() });
const IdLine = z.object({ id: z.string() });
const MarkLine = z
  .object({ id: z.string(), rev: z.int(), hash: z.string() })
  .transform(({ id, rev, hash }): RecordMark => ({ id, mark: digestMark(id, rev, hash, sha256) }));
/** The digest as a row of ours; `count` comes as string. */
const DigestLine = z.object({ sum: z.string(), count: z.coerce.number().int() }).pipe(Digest);
const ClassLine = z.object({ load_class: z.int() });
const PlanLine = z
  .object({
    // node-postgres gives int8 as string.
    head: z.coerce.number().int(),
    settled_to: z.coerce.number().int(),
    work: z.coerce.number().int(),
    year: z.coerce.number().int(),
    earlier: z.coerce.number().int(),
  })
  .transform(({ head, settled_to: settledTo, work, year, earlier }) => ({
    head,
    settledTo,
    totals: [work, year, earlier] as [number, number, number],
  }));
const EntryLine = FeedEntry.unwrap().extend({
  // node-postgres gives int8 as string.
  seq: z.coerce.number().int(),
  tx: z.coerce.number().int(),
});

/**
 * The rows of the feed: one statement, hence one snapshot, so that head, digest and rows belong together.
 *
 * The stream's row is locked last by writers and its number is given in commit order: who sees head 100 here sees
 * every change up to 100 (§5.1).
 */
export function postgresFeedStore(db: Queryable): Omit<FeedStore, 'dossiersOf' | 'readScopes'> {
  return {
    readAfter: async (officeId, scope, after, limit) => {
      const { rows } = await db.query(
        `select digest.head, digest.sum, digest.count, digest.forgotten_to, entry.*
           from scope_digest as digest
           left join lateral (
             select feed.seq, feed.kind, feed.type, feed.id, feed.rev, feed.hash, feed.tx,
                    case when feed.kind = 'put' then record.content end as content
               from feed left join record
                 on record.office_id = feed.office_id and record.id = feed.id
              where feed.office_id = digest.office_id and feed.scope = $2 and feed.seq > $3
              order by feed.seq limit $4) as entry on true
          where digest.office_id = $1 and digest.scope = $2
          order by entry.seq`,
        [officeId, scope, after, limit],
      );
      if (rows.length === 0) return { head: 0, digest: EMPTY_DIGEST, forgottenTo: 0, rows: [] };
      const first = rows[0];
      return {
        head: HeadLine.parse(first).head,
        forgottenTo: ForgottenLine.parse(first).forgotten_to,
        digest: DigestLine.parse(first),
        rows: rows.filter(hasEntry).map((row) => EntryLine.parse(row)),
      };
    },

    beginLoad: async (officeId, scope, { changedMs, year }) => {
      const { rows } = await db.query(
        `with settled as (
           select coalesce(max(seq), 0) as seq from feed
            where office_id = $1 and scope = $2 and written_at < to_timestamp($3::double precision / 1000))
         select digest.head, settled.seq as settled_to,
                count(feed.id) filter (where feed.seq > settled.seq or load_class = $5) as work,
                count(feed.id) filter (where feed.seq <= settled.seq and load_class >= $4 and load_class <> $5) as year,
                count(feed.id) filter (where feed.seq <= settled.seq and load_class < $4) as earlier
           from scope_digest as digest cross join settled left join feed
             on feed.office_id = digest.office_id and feed.scope = digest.scope and feed.kind = 'put'
          where digest.office_id = $1 and digest.scope = $2
          group by digest.head, settled.seq`,
        [officeId, scope, changedMs, year, WORK_CLASS],
      );
      return PlanLine.parse(rows[0]);
    },

    readClasses: async (officeId, scope, { settledTo, lowest, below }, limit) => {
      const { rows } = await db.query(
        `select feed.seq, feed.kind, feed.type, feed.id, feed.rev, feed.hash, feed.tx, record.content,
                feed.load_class
           from feed join record on record.office_id = feed.office_id and record.id = feed.id
          where feed.office_id = $1 and feed.scope = $2 and feed.kind = 'put' and feed.seq <= $3
            and feed.load_class >= $4 and (feed.load_class, feed.seq) < ($5, $6)
          order by feed.load_class desc, feed.seq desc limit $7`,
        [officeId, scope, settledTo, lowest, below.loadClass, below.seq, limit],
      );
      return rows.map((row) => ({
        entry: EntryLine.parse(row),
        loadClass: ClassLine.parse(row).load_class,
      }));
    },

    readMarks: async (officeId, scope) => {
      const { rows } = await db.query(
        `select digest.head, feed.id, feed.rev, feed.hash
           from scope_digest as digest left join feed
             on feed.office_id = digest.office_id and feed.scope = digest.scope
                and feed.kind = 'put'
          where digest.office_id = $1 and digest.scope = $2`,
        [officeId, scope],
      );
      const head = rows.length === 0 ? 0 : HeadLine.parse(rows[0]).head;
      const puts = rows.filter((row) => IdLine.safeParse(row).success);
      return { head, marks: puts.map((row) => MarkLine.parse(row)) };
    },

    readEntries: async (officeId, scope, ids) => {
      const { rows } = await db.query(
        `select feed.seq, feed.kind, feed.type, feed.id, feed.rev, feed.hash, feed.tx, record.content
           from feed join record on record.office_id = feed.office_id and record.id = feed.id
          where feed.office_id = $1 and feed.scope = $2 and feed.kind = 'put'
            and feed.id = any($3::uuid[]) order by feed.seq`,
        [officeId, scope, ids],
      );
      return rows.map((row) => EntryLine.parse(row));
    },
  };
}

/** The outer join leaves one row without an entry when nothing is newer. */
const hasEntry = (row: unknown): boolean =>
  typeof row === 'object' && row !== null && 'seq' in row && row.seq !== null;
