import type { Queryable } from '../../db/queryable';

/** How long `leave` and `delete` rows are kept at least (§6.6). */
const KEPT_DAYS = 400;

/**
 * Forgets removals that are older than every workstation that comes back is expected to be. The scope remembers how far:
 * a cursor before that place is asked to compare (M-18). One statement, so that no reader sees one without the other.
 *
 * @returns in how many scopes something was forgotten
 */
export async function forgetRemovals(db: Queryable, keptDays: number = KEPT_DAYS): Promise<number> {
  const { rowCount } = await db.query(
    `with gone as (
       delete from feed
        where kind <> 'put' and written_at < now() - make_interval(days => $1)
       returning office_id, scope, seq)
     update scope_digest as digest
        set forgotten_to = greatest(digest.forgotten_to, newest.seq)
       from (select office_id, scope, max(seq) as seq from gone group by office_id, scope) as newest
      where digest.office_id = newest.office_id and digest.scope = newest.scope`,
    [keptDays],
  );
  return rowCount ?? 0;
}
