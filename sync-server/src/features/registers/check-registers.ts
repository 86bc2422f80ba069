import { z } from 'zod';
import type { Queryable } from '../../db/queryable';

/** One thing that is wrong in a register. */
export interface RegisterFinding {
  readonly officeId: string;
  readonly registerId: string;
  readonly problem:
    /** A number below the counter has no entry (I-10), or an entry lies beyond it. */
    | 'gap'
    | 'beyond-counter'
    /** The date of a number is earlier than that of the number before (I-11). */
    | 'date-goes-back'
    | 'last-date-differs'
    /** The entry's document does not show that number, or is missing (I-9). */
    | 'document-differs'
    /** A document shows a number that the register does not have for it. */
    | 'number-without-entry';
  /** The number concerned; for `gap` the first missing one. */
  readonly number: number;
}

export interface RegisterReport {
  readonly registers: number;
  readonly entries: number;
  readonly findings: readonly RegisterFinding[];
}

const Counts = z.object({ registers: z.int(), entries: z.int() });
const FindingLine = z.object({
  office_id: z.string(),
  register_id: z.string(),
  problem: z.enum([
    'gap',
    'beyond-counter',
    'date-goes-back',
    'last-date-differs',
    'document-differs',
    'number-without-entry',
  ]),
  number: z.int(),
});

/**
 * A number or document that stands twice is refused by the tables' keys; what is looked for here is what a key cannot say.
 *
 * Members are read from the content's text, because PostgreSQL's JSON operators refuse a whole document for one odd
 * letter in it (NUL). A quotation mark inside a string is escaped, so only a real member fits the patterns.
 */
const FINDINGS = `
with begun as (
  -- Where the old book ended, for one that began in mid-year.
  select office_id, id, coalesce((custody->>'openedAfter')::int, 0) as opened_after,
         case when (custody->>'openedAfter')::int > 0 then custody->'opening'->>'lastDate' end as opened_on
    from register),
entry as (
  select e.office_id, e.register_id, e.number, e.date, e.document_id, e.kind,
         coalesce(lag(e.number) over book, b.opened_after) as number_before,
         -- A placeholder has no date: what it stands between must be in order all the same.
         max(e.date) over (book rows between unbounded preceding and 1 preceding) as date_before
    from register_entry e
    join begun b on b.office_id = e.office_id and b.id = e.register_id
  window book as (partition by e.office_id, e.register_id order by e.number)),
newest as (
  select b.office_id, b.id as register_id, coalesce(max(e.number), b.opened_after) as number,
         coalesce(max(e.date), b.opened_on) as date
    from begun b left join register_entry e on e.office_id = b.office_id and e.register_id = b.id
   group by b.office_id, b.id, b.opened_after, b.opened_on),
numbered as (
  select office_id, id, substring(content::text from '"registerId":"([0-9a-f-]{36})"') as register_id,
         substring(content::text from
           case type when 'incomingDocument' then '"arrivalNumber":([0-9]+)' else '"codeNumber":([0-9]+)' end
         )::int as number
    from record
   where (type = 'incomingDocument' and content::text ~ '"arrivalNumber":[0-9]')
      or (type in ('outgoingDocument', 'certifiedCopy') and content::text ~ '"codeNumber":[0-9]'))
select office_id, register_id, 'gap' as problem, number_before + 1 as number
  from entry where number <> number_before + 1
union all
select r.office_id, r.id, 'gap', coalesce(n.number, 0) + 1
  from register r left join newest n on n.office_id = r.office_id and n.register_id = r.id
 where r.next_number > coalesce(n.number, 0) + 1
union all
select r.office_id, r.id, 'beyond-counter', n.number
  from register r join newest n on n.office_id = r.office_id and n.register_id = r.id
 where n.number >= r.next_number
union all
select office_id, register_id, 'date-goes-back', number from entry where date < date_before
union all
select r.office_id, r.id, 'last-date-differs', coalesce(n.number, 0)
  from register r left join newest n on n.office_id = r.office_id and n.register_id = r.id
 where r.last_date is distinct from n.date
union all
select e.office_id, e.register_id, 'document-differs', e.number
  from entry e left join numbered d
    on d.office_id = e.office_id and d.id = e.document_id
   and d.register_id = e.register_id::text and d.number = e.number
 where e.kind = 'document' and d.id is null
union all
select d.office_id, d.register_id::uuid, 'number-without-entry', d.number
  from numbered d left join register_entry e
    on e.office_id = d.office_id and e.document_id = d.id
   and e.register_id::text = d.register_id and e.number = d.number
 where e.document_id is null
order by 1, 2, 4, 3`;

/** Continuity of every register (I-9, I-10, I-11), in one snapshot. */
export async function checkRegisters(db: Queryable): Promise<RegisterReport> {
  const counts = await db.query(
    `select (select count(*)::int from register) as registers,
            (select count(*)::int from register_entry) as entries`,
  );
  const { rows } = await db.query(FINDINGS);
  return {
    ...Counts.parse(counts.rows[0]),
    findings: rows.map((row) => {
      const line = FindingLine.parse(row);
      return {
        officeId: line.office_id,
        registerId: line.register_id,
        problem: line.problem,
        number: line.number,
      };
    }),
  };
}
