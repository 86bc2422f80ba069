import { z } from 'zod';
import type { Queryable } from '../../db/queryable';

const OverviewLine = z.object({
  office_id: z.string(),
  id: z.string(),
  inc: z.int(),
  name: z.string(),
  state: z.enum(['active', 'fenced', 'disabled']),
  last_n: z.int(),
  last_contact_at: z.date().nullable(),
  forked_at: z.date().nullable(),
  rejected: z.int(),
  held: z.int(),
  leases: z.int(),
  lost: z.int(),
});

/** What the server itself knows of an incarnation of a device: figures alone, no content (I-13). */
export interface DeviceOverview {
  readonly officeId: string;
  readonly deviceId: string;
  readonly inc: number;
  readonly name: string;
  readonly state: 'active' | 'fenced' | 'disabled';
  readonly received: number;
  /** ISO instant; null before the first contact after enrolment. */
  readonly lastContactAt: string | null;
  /** Its history was found to have forked or to have a hole, and nobody has enrolled it again yet. */
  readonly isForked: boolean;
  readonly rejected: number;
  readonly held: number;
  readonly leases: number;
  /** Operations that never came although later ones did. */
  readonly lost: number;
}

/** Every incarnation, by office and device; of one office when it is given. */
export async function readDeviceOverview(
  db: Queryable,
  officeId?: string,
): Promise<readonly DeviceOverview[]> {
  const { rows } = await db.query(
    `select office_id, id, inc, name, state, last_n, last_contact_at, forked_at,
            (select count(*)::int from op where op.office_id = device.office_id and dev = device.id
                and op.inc = device.inc and outcome->>'status' = 'rejected') as rejected,
            (select count(*)::int from op where op.office_id = device.office_id and dev = device.id
                and op.inc = device.inc and outcome->>'status' = 'held') as held,
            (select count(*)::int from register where register.office_id = device.office_id
                and custody->'lease'->>'deviceId' = device.id::text
                and (custody->'lease'->>'inc')::int = device.inc) as leases,
            (select coalesce(sum((detail::json->>'to')::int - (detail::json->>'from')::int + 1), 0)::int
               from audit where audit.office_id = device.office_id
                and event = 'device.lostOperations' and device_id = device.id
                and (detail::json->>'inc')::int = device.inc) as lost
       from device where $1::uuid is null or office_id = $1
      order by office_id, name, id, inc`,
    [officeId ?? null],
  );
  return rows.map((line) => {
    const row = OverviewLine.parse(line);
    return {
      officeId: row.office_id,
      deviceId: row.id,
      inc: row.inc,
      name: row.name,
      state: row.state,
      received: row.last_n,
      lastContactAt: row.last_contact_at?.toISOString() ?? null,
      isForked: row.forked_at !== null && row.state === 'active',
      rejected: row.rejected,
      held: row.held,
      leases: row.leases,
      lost: row.lost,
    };
  });
}
