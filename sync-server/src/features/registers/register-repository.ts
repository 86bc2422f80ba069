import { z } from 'zod';
import type { EntryPlace } from '@shared/domain/register/accept-entry';
import { Custody, leasesOf, NEW_CUSTODY } from '@shared/domain/register/custody';
import { QueuedRequest, type RegisterChange } from '@shared/domain/register/number-queue';
import { Register, RegisterEntry } from '@shared/domain/register/register';
import { RegisterId } from '@shared/kernel/ids';
import { LocalDate } from '@shared/kernel/local-date';
import { QUEUE_STEP, type LeaseStore, type LockedRegister } from '@shared/sync/intake-store';
import type { Queryable } from '../../db/queryable';

const RegisterLine = z.object({
  id: z.string(),
  organ_id: z.string(),
  direction: z.string(),
  name: z.string(),
  year: z.int(),
  status: z.string(),
  next_number: z.int(),
  last_date: LocalDate.nullable(),
  custody: Custody.nullable(),
});

/** Locks the row, and with it counter, custody, rows and queue: whoever changes them holds this lock. */
export async function lockRegister(
  tx: Queryable,
  officeId: string,
  registerId: string,
  targetId: string,
): Promise<LockedRegister | undefined> {
  const { rows } = await tx.query(
    `select id, organ_id, direction, name, year, status, next_number, last_date, custody
       from register where office_id = $1 and id = $2 for update`,
    [officeId, registerId],
  );
  if (rows.length === 0) return undefined;
  const row = RegisterLine.parse(rows[0]);
  const waiting = await tx.query(
    `select count(*)::int as length, coalesce(bool_or(document_id = $3), false) as queued
       from register_queue where office_id = $1 and register_id = $2`,
    [officeId, registerId, targetId],
  );
  const { length, queued } = WaitingLine.parse(waiting.rows[0]);
  const queue = length === 0 ? [] : await peekQueue(tx, officeId, registerId);
  const documents = [targetId, ...queue.map(({ documentId }) => documentId)];
  return {
    register: Register.parse({
      id: row.id,
      organId: row.organ_id,
      direction: row.direction,
      name: row.name,
      year: row.year,
      status: row.status,
    }),
    counter: {
      registerId: RegisterId.parse(row.id),
      nextNumber: row.next_number,
      lastDate: row.last_date,
    },
    custody: row.custody ?? NEW_CUSTODY,
    queue,
    queueLength: length,
    booked: await bookedOf(tx, [officeId, registerId, documents]),
    isQueued: queued,
  };
}

const WaitingLine = z.object({ length: z.int(), queued: z.boolean() });
const BookedLine = z.object({ id: z.string() });

async function bookedOf(tx: Queryable, key: readonly unknown[]): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query(
    `select document_id as id from register_entry
      where office_id = $1 and register_id = $2 and document_id = any($3::uuid[])`,
    key,
  );
  return new Set(rows.map((row) => BookedLine.parse(row).id));
}

const QueueLine = z.object({ request: QueuedRequest });

/** The oldest requests that wait, in their order. */
export async function peekQueue(
  tx: Queryable,
  officeId: string,
  registerId: string,
): Promise<readonly QueuedRequest[]> {
  const { rows } = await tx.query(
    `select request from register_queue
      where office_id = $1 and register_id = $2 order by place limit $3`,
    [officeId, registerId, QUEUE_STEP],
  );
  return rows.map((row) => QueueLine.parse(row).request);
}

const EntryLine = z
  .object({
    register_id: z.string(),
    number: z.int(),
    date: z.string().nullable(),
    document_id: z.string().nullable(),
    given_by: z.string(),
    kind: z.string(),
    note: z.string().nullable(),
    kept_for: z.unknown(),
  })
  .transform((row) =>
    RegisterEntry.parse({
      registerId: row.register_id,
      number: row.number,
      date: row.date,
      documentId: row.document_id,
      givenBy: row.given_by,
      kind: row.kind,
      note: row.note,
      keptFor: row.kept_for,
    }),
  );
const DatesLine = z.object({ before: LocalDate.nullable(), after: LocalDate.nullable() });

/** The row of a number and the nearest dates around it (I-11). */
export async function findEntry(
  tx: Queryable,
  officeId: string,
  registerId: string,
  number: number,
): Promise<EntryPlace> {
  const key = [officeId, registerId, number];
  const found = await tx.query(
    `select register_id, number, date, document_id, given_by, kind, note, kept_for
       from register_entry where office_id = $1 and register_id = $2 and number = $3`,
    key,
  );
  const dates = await tx.query(
    `select (select max(date) from register_entry
              where office_id = $1 and register_id = $2 and number < $3) as before,
            (select min(date) from register_entry
              where office_id = $1 and register_id = $2 and number > $3) as after`,
    key,
  );
  const { before, after } = DatesLine.parse(dates.rows[0]);
  return {
    entry: found.rows.length === 0 ? undefined : EntryLine.parse(found.rows[0]),
    dateBefore: before,
    dateAfter: after,
  };
}

/** Counter, custody, rows and queue of a register that this transaction has locked. */
export async function saveRegister(
  tx: Queryable,
  officeId: string,
  { registerId, book, added, replaced, enqueued, dequeued }: RegisterChange,
): Promise<void> {
  const { counter, custody } = book;
  const key = [officeId, registerId];
  await tx.query(
    `update register set next_number = $3, last_date = $4, custody = $5
      where office_id = $1 and id = $2`,
    [...key, counter.nextNumber, counter.lastDate, JSON.stringify(custody)],
  );
  for (const entry of added) {
    await tx.query(
      `insert into register_entry
         (office_id, register_id, number, date, document_id, given_by, kind, note, kept_for)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [...key, ...entryValues(entry)],
    );
  }
  for (const entry of replaced) {
    const { rowCount } = await tx.query(
      `update register_entry set date = $4, document_id = $5, given_by = $6, kind = $7, note = $8,
              kept_for = $9 where office_id = $1 and register_id = $2 and number = $3`,
      [...key, ...entryValues(entry)],
    );
    if (rowCount !== 1) throw new Error(`number ${entry.number} has no row to be changed`);
  }
  if (dequeued.length > 0) {
    await tx.query(
      `delete from register_queue
        where office_id = $1 and register_id = $2 and document_id = any($3::uuid[])`,
      [...key, dequeued],
    );
  }
  for (const request of enqueued) {
    await tx.query(
      `with tail as (
         update register set queue_tail = queue_tail + 1
          where office_id = $1 and id = $2 returning queue_tail)
       insert into register_queue (office_id, register_id, place, document_id, request)
       select $1, $2, queue_tail, $3, $4 from tail`,
      [...key, request.documentId, JSON.stringify(request)],
    );
  }
}

const entryValues = (entry: RegisterEntry): readonly unknown[] => [
  entry.number,
  entry.date,
  entry.documentId,
  entry.givenBy,
  entry.kind,
  entry.note,
  entry.keptFor === null ? null : JSON.stringify(entry.keptFor),
];

const CustodyLine = z.object({ custody: Custody });

/** Leases on PostgreSQL; one statement reads and marks, so that of two answers at once one is the first. */
export function postgresLeaseStore(db: Queryable): LeaseStore {
  return {
    async sendLeases(officeId, device) {
      const { rows } = await db.query(
        `with held as (
           select id, custody from register
            where office_id = $1 and custody->'lease'->>'deviceId' = $2
              and (custody->'lease'->>'inc')::int = $3 for update),
         marked as (
           update register set custody = jsonb_set(register.custody, '{wasSent}', 'true')
             from held where register.office_id = $1 and register.id = held.id
              and not (held.custody->>'wasSent')::boolean)
         select custody from held order by id`,
        [officeId, device.deviceId, device.inc],
      );
      const custodies = rows.map((row) => CustodyLine.parse(row).custody);
      return leasesOf(custodies, device);
    },
  };
}
