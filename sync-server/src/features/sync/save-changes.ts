import { z } from 'zod';
import { Dossier } from '@shared/domain/dossier/dossier';
import { NotStorable, type FeedWork } from '@shared/sync/intake-store';
import { loadClassOf } from '@shared/sync/load-class';
import type { ServerRecord } from '@shared/sync/record';
import type { Queryable } from '../../db/queryable';

const SavedLine = z.object({
  // node-postgres gives int8 as string.
  head: z.coerce.number().int(),
  records: z.coerce.number().int(),
});

/**
 * Records, stream, feed and digests in one statement: each round trip costs both sides as much as its work (B-11).
 *
 * The records are locked already. Feed and digests come out of the stream's row, so that nobody waits for them who has
 * not got it: it is locked last (§5.1). The statement may have begun before the stream was ours and not see what its
 * holder wrote; so a digest is never read and written back, but added to where it stands.
 */
export async function saveChanges(
  tx: Queryable,
  officeId: string,
  { puts, moves, shifts }: FeedWork,
): Promise<number> {
  for (const { after } of puts)
    if (after.type === 'dossier') await saveMembers(tx, officeId, after);
  const records = puts.map(({ after }) => after);
  const entries = moves.map(({ entry }) => entry);
  const { rows } = await tx.query(
    `with put as (
       insert into record as held (office_id, id, type, scope, rev, content, hash, deleted_at)
       select $1, id, type, scope, rev, content::json, hash, case when is_deleted then now() end
         from unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::bool[])
                as new (id, type, scope, rev, content, hash, is_deleted)
           on conflict (office_id, id) do update
          set scope = excluded.scope, rev = excluded.rev, content = excluded.content,
              hash = excluded.hash, deleted_at = excluded.deleted_at
        where held.rev = excluded.rev - 1 and held.type = excluded.type
       returning id),
     stream as (
       update stream set head = head + cardinality($9::text[]) where office_id = $1
       returning head, head - cardinality($9::text[]) as before),
     move as (
       insert into feed (office_id, scope, id, type, seq, rev, kind, hash, tx, load_class)
       select $1, new.scope, new.id, new.type, before + new.place, new.rev, new.kind, new.hash,
              before + 1, new.load_class
         from stream, unnest($9::text[], $10::uuid[], $11::text[], $12::int[], $13::text[], $14::text[], $15::int[])
                      with ordinality as new (scope, id, type, rev, kind, hash, load_class, place)
           on conflict (office_id, scope, id) do update
          set type = excluded.type, seq = excluded.seq, rev = excluded.rev, kind = excluded.kind,
              hash = excluded.hash, tx = excluded.tx, load_class = excluded.load_class,
              written_at = now()),
     shift as (
       select * from unnest($16::text[], $17::text[], $18::int[]) as new (scope, sum, count)),
     digest as (
       insert into scope_digest as held (office_id, scope, sum, count, head)
       select $1, scope, sum, greatest(count, 0),
              before + (select max(place) from unnest($9::text[]) with ordinality as one (name, place)
                         where name = shift.scope)
         from stream, shift order by scope
           on conflict (office_id, scope) do update
          set sum = sum_of_digests(held.sum, excluded.sum), head = excluded.head,
              count = held.count + (select count from shift where shift.scope = excluded.scope))
     select head, (select count(*) from put) as records from stream`,
    [
      officeId,
      records.map(({ id }) => id),
      records.map(({ type }) => type),
      records.map(({ scope }) => scope),
      records.map(({ rev }) => rev),
      records.map(({ content }) => JSON.stringify(content)),
      puts.map(({ hash }) => hash),
      records.map(({ isDeleted }) => isDeleted === true),
      moves.map(({ scope }) => scope),
      entries.map(({ id }) => id),
      entries.map(({ type }) => type),
      entries.map(({ rev }) => rev),
      entries.map(({ kind }) => kind),
      entries.map(({ hash }) => hash),
      entries.map(({ type, content }) => loadClassOf(type, content ?? {})),
      shifts.map(({ scope }) => scope),
      shifts.map(({ by }) => by.sum),
      shifts.map(({ by }) => by.count),
    ],
  );
  const saved = SavedLine.parse(rows[0]);
  // The records are locked: another one lies where these were to go, and goes on lying there.
  if (saved.records !== puts.length)
    throw new NotStorable(new Error('a record changed under its lock'));
  return saved.head;
}

/** The members list as rows, so that a person's dossiers are found at every request (§7.1). */
async function saveMembers(
  tx: Queryable,
  officeId: string,
  { id, content }: ServerRecord,
): Promise<void> {
  const { members } = Dossier.parse(content);
  await tx.query(
    `with gone as (
       delete from dossier_member
        where office_id = $1 and dossier_id = $2 and user_id <> all($3::uuid[]))
     insert into dossier_member (office_id, dossier_id, user_id)
     select $1, $2, unnest($3::uuid[]) on conflict do nothing`,
    [officeId, id, members],
  );
}
