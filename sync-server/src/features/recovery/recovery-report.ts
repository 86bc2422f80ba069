import { z } from 'zod';
import type { Queryable } from '../../db/queryable';

/** A record that workstations hold of the lost history, in the newest revision that any of them has. */
export interface WitnessedRecord {
  readonly id: string;
  readonly type: string;
  readonly rev: number;
  /** Of its content. */
  readonly hash: string;
  /** Workstations that brought exactly this; a single one may have invented it. */
  readonly workstations: number;
  /**
   * `same`: the server has this content again, in the same scope. `missing`: nobody sent it again. `untouched`: the server still has what
   * the backup had. `differs`: it was sent again and came out otherwise; a person compares.
   */
  readonly standing: 'same' | 'missing' | 'untouched' | 'differs';
}

export interface RecoveringRegister {
  readonly registerId: string;
  readonly name: string;
  readonly nextNumber: number;
  /** Highest number in any row of the book that the server or a workstation knows. */
  readonly highestSeen: number;
}

/** What a restore brought back and what is still missing (§13.2 step 5). */
export interface RecoveryReport {
  readonly officeId: string;
  readonly begunAt: string;
  readonly finishedAt: string | null;
  /** Operations that came after the restore and were made before it, by device. */
  readonly sentAgain: readonly { readonly device: string; readonly operations: number }[];
  /** Operations that the restore lost and their device keeps no longer. */
  readonly passedOver: readonly z.infer<typeof PassedOver>[];
  /** Devices that have not been heard since. */
  readonly silent: readonly string[];
  readonly witnessed: readonly WitnessedRecord[];
  readonly registers: readonly RecoveringRegister[];
}

const RecoveryLine = z.object({
  timeline_id: z.uuid(),
  fork_head: z.coerce.number().int(),
  resumes_at: z.coerce.number().int(),
  begun_at: z.date(),
  finished_at: z.date().nullable(),
});
const SentLine = z.object({ device: z.string(), operations: z.int() });
const PassedOver = z.object({ device: z.string(), from: z.int(), to: z.int() }).readonly();
const WitnessLine = z.object({
  id: z.uuid(),
  type: z.string(),
  rev: z.int(),
  hash: z.string(),
  workstations: z.int(),
  standing: z.enum(['same', 'missing', 'untouched', 'differs']),
});
const RegisterLine = z.object({
  id: z.uuid(),
  name: z.string(),
  next_number: z.int(),
  highest: z.int(),
});

/** The newest recovery of an office; undefined when its server was never restored. */
export async function findRecovery(tx: Queryable, officeId: string) {
  const { rows } = await tx.query(
    `select timeline_id, fork_head, resumes_at, begun_at, finished_at
       from office_recovery where office_id = $1 order by begun_at desc limit 1`,
    [officeId],
  );
  return rows.length === 0 ? undefined : RecoveryLine.parse(rows[0]);
}

export async function reportRecovery(
  tx: Queryable,
  officeId: string,
): Promise<RecoveryReport | undefined> {
  const recovery = await findRecovery(tx, officeId);
  if (!recovery) return undefined;
  const { begun_at: begunAt, finished_at: finishedAt, resumes_at: resumesAt } = recovery;
  const sent = await tx.query(
    `select d.name as device, count(*)::int as operations from op
       join device d on d.office_id = op.office_id and d.id = op.dev and d.inc = op.inc
      where op.office_id = $1 and op.received_at >= $2
        and (op.body->'at'->>'wall')::numeric < extract(epoch from $2::timestamptz) * 1000
      group by d.name order by d.name`,
    [officeId, begunAt],
  );
  const passed = await tx.query(
    `select d.name as device, (a.detail::jsonb->>'from')::int as from, (a.detail::jsonb->>'to')::int as to
       from audit a
       join device d on d.office_id = a.office_id and d.id = a.device_id
                    and d.inc = (a.detail::jsonb->>'inc')::int
      where a.office_id = $1 and a.event = 'recovery.passedOver' and a.at >= $2 order by a.n`,
    [officeId, begunAt],
  );
  const silent = await tx.query(
    `select name as device, 0 as operations from device
      where office_id = $1 and state = 'active' and coalesce(last_contact_at < $2, true)
      order by name`,
    [officeId, begunAt],
  );
  return {
    officeId,
    begunAt: begunAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    sentAgain: sent.rows.map((row) => SentLine.parse(row)),
    passedOver: passed.rows.map((row) => PassedOver.parse(row)),
    silent: silent.rows.map((row) => SentLine.parse(row).device),
    witnessed: await witnessedRecords(tx, officeId, resumesAt),
    registers: await recoveringRegisters(tx, officeId),
  };
}

/** Of each record the newest revision of the lost history, beside what the server has of it now. */
export async function witnessedRecords(
  tx: Queryable,
  officeId: string,
  resumesAt: number,
): Promise<readonly WitnessedRecord[]> {
  const { rows } = await tx.query(
    `with newest as (
       select distinct on (w.id) w.id, w.type, w.rev, w.hash, w.scope,
              (select count(*)::int from witness_device d
                where d.office_id = w.office_id and d.id = w.id and d.rev = w.rev and d.hash = w.hash)
                as workstations
         from witness w
        where w.office_id = $1 and w.seq < $2
        order by w.id, w.rev desc, workstations desc, w.hash)
     select n.id, n.type, n.rev, n.hash, n.workstations,
            case when r.id is null then 'missing'
                 when r.hash = n.hash and r.scope = n.scope then 'same'
                 when f.seq < $2 then 'untouched'
                 else 'differs' end as standing
       from newest n
       left join record r on r.office_id = $1 and r.id = n.id
       left join feed f on f.office_id = $1 and f.id = n.id and f.scope = r.scope
      order by n.type, n.id`,
    [officeId, resumesAt],
  );
  return rows.map((row) => WitnessLine.parse(row));
}

/** The highest number of each register in its rows here and in the rows that workstations hold. */
export async function recoveringRegisters(
  tx: Queryable,
  officeId: string,
): Promise<readonly RecoveringRegister[]> {
  const { rows } = await tx.query(
    `select r.id, r.name, r.next_number,
            greatest(r.next_number - 1,
              (select coalesce(max(e.number), 0) from register_entry e
                where e.office_id = $1 and e.register_id = r.id),
              (select coalesce(max((w.content->>'number')::int), 0) from witness w
                where w.office_id = $1 and w.type = 'registerEntry'
                  and w.content->>'registerId' = r.id::text)) as highest
       from register r where r.office_id = $1 order by r.name, r.id`,
    [officeId],
  );
  return rows
    .map((row) => RegisterLine.parse(row))
    .map(({ id, name, next_number: nextNumber, highest: highestSeen }) => ({
      registerId: id,
      name,
      nextNumber,
      highestSeen,
    }));
}
