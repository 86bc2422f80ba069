import { z } from 'zod';
import { workingDaysBetween } from '@shared/domain/deadline/working-calendar';
import { DeviceId, OfficeId } from '@shared/kernel/ids';
import { localDateAt } from '@shared/kernel/local-date';
import { DeviceFigures, type DeviceAlert, type DeviceOverview } from '@shared/domain/organ/devices';
import type { Queryable } from '../../db/queryable';

const OverviewLine = z.object({
  office_id: OfficeId,
  id: DeviceId,
  inc: z.int(),
  name: z.string(),
  state: z.enum(['active', 'fenced', 'disabled']),
  last_n: z.int(),
  known_at: z.date(),
  last_contact_at: z.date().nullable(),
  forked_at: z.date().nullable(),
  rejected: z.int(),
  held: z.int(),
  leases: z.int(),
  losses: z.array(z.object({ from: z.int(), to: z.int(), at: z.iso.datetime({ offset: true }) })),
  figures: DeviceFigures.nullable().catch(null),
  figures_at: z.date().nullable(),
  ordered_at: z.date().nullable(),
  told_at: z.date().nullable(),
});
type OverviewLine = z.infer<typeof OverviewLine>;

/** A machine with unsent work that has not been heard for so many working days is looked for (§15). */
const SILENT_DAYS = 3;
/** A loss stays an alert for so long; on record it stays for ever. */
const LOSS_ALERT_MS = 30 * 86_400_000;

/** Every incarnation, of one office when it is given: those with alerts first, then by state and name. */
export async function readDeviceOverview(
  db: Queryable,
  nowMs: number,
  officeId?: string,
): Promise<readonly DeviceOverview[]> {
  const { rows } = await db.query(
    `with loss as (
       select office_id, device_id as id, (detail::json->>'inc')::int as inc,
              json_agg(json_build_object('at', at, 'from', (detail::json->>'from')::int,
                                         'to', (detail::json->>'to')::int) order by n) as losses
         from audit where event = 'device.lostOperations' and ($1::uuid is null or office_id = $1)
        group by 1, 2, 3),
     answered as (
       select office_id, dev as id, inc,
              count(*) filter (where outcome->>'status' = 'rejected')::int as rejected,
              count(*) filter (where outcome->>'status' = 'held')::int as held
         from op where $1::uuid is null or office_id = $1
        group by 1, 2, 3)
     select office_id, id, inc, name, state, last_n, coalesce(last_contact_at, enrolled_at) as known_at,
            last_contact_at, forked_at, figures, figures_at,
            coalesce(rejected, 0) as rejected, coalesce(held, 0) as held,
            coalesce(losses, '[]') as losses, ordered_at, told_at,
            (select count(*)::int from register where register.office_id = device.office_id
                and custody->'lease'->>'deviceId' = device.id::text
                and (custody->'lease'->>'inc')::int = device.inc) as leases
       from device
       left join loss using (office_id, id, inc)
       left join answered using (office_id, id, inc)
       left join (select device_id as id, ordered_at, told_at from device_wipe) as wipe using (id)
      where $1::uuid is null or office_id = $1`,
    [officeId ?? null],
  );
  return rows
    .map((line) => overviewOf(OverviewLine.parse(line), nowMs))
    .toSorted(
      (a, b) =>
        a.officeId.localeCompare(b.officeId) ||
        Number(b.alerts.length > 0) - Number(a.alerts.length > 0) ||
        Number(b.state === 'active') - Number(a.state === 'active') ||
        a.name.localeCompare(b.name, 'vi') ||
        b.inc - a.inc,
    );
}

function overviewOf(row: OverviewLine, nowMs: number): DeviceOverview {
  const oldestMs = row.figures?.oldestPendingMs ?? null;
  const known = {
    officeId: row.office_id,
    deviceId: row.id,
    inc: row.inc,
    name: row.name,
    state: row.state,
    wipe: row.ordered_at && {
      orderedAt: row.ordered_at.toISOString(),
      toldAt: row.told_at?.toISOString() ?? null,
    },
    received: row.last_n,
    lastContactAt: row.last_contact_at?.toISOString() ?? null,
    silentDays: workingDaysBetween(localDateAt(row.known_at.getTime()), localDateAt(nowMs)),
    isForked: row.forked_at !== null && row.state === 'active',
    rejected: row.rejected,
    held: row.held,
    leases: row.leases,
    losses: row.losses,
    oldestPendingAt:
      oldestMs === null || row.figures_at === null
        ? null
        : new Date(row.figures_at.getTime() - oldestMs).toISOString(),
    figures: row.figures,
  };
  return { ...known, alerts: alertsOf(known, nowMs) };
}

/** @returns why a person should look at the machine, gravest first */
export function alertsOf(
  device: Omit<DeviceOverview, 'alerts'>,
  nowMs: number,
): readonly DeviceAlert[] {
  const { state, figures, silentDays, losses, leases, isForked } = device;
  const unsent = (figures?.pendingOperations ?? 0) + (figures?.pendingFiles ?? 0);
  const isLost = losses.some(({ at }) => nowMs - Date.parse(at) < LOSS_ALERT_MS);
  return [
    ...(isLost ? (['lost'] as const) : []),
    ...(isForked ? (['forked'] as const) : []),
    ...(state !== 'active' && leases > 0 ? (['lockedWithRegister'] as const) : []),
    ...(state === 'active' && unsent > 0 && silentDays >= SILENT_DAYS ? (['silent'] as const) : []),
  ];
}
