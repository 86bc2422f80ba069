import { z } from 'zod';
import type { Queryable } from '../../db/queryable';
import { appendAudit } from '../audit/audit-log';

const OrderLine = z.object({ ordered_at: z.date(), told_at: z.date().nullable() });

/**
 * When a machine was ordered to remove what it holds; notes the first time that it was told.
 *
 * @returns milliseconds since the epoch; undefined without such an order
 */
export async function tellWipe(
  tx: Queryable,
  { officeId, deviceId }: { readonly officeId: string; readonly deviceId: string },
  nowMs: number,
): Promise<number | undefined> {
  const { rows } = await tx.query(
    'select ordered_at, told_at from device_wipe where office_id = $1 and device_id = $2 for update',
    [officeId, deviceId],
  );
  if (rows.length === 0) return undefined;
  const { ordered_at: orderedAt, told_at: toldAt } = OrderLine.parse(rows[0]);
  if (toldAt === null) {
    await tx.query('update device_wipe set told_at = $2 where device_id = $1', [
      deviceId,
      new Date(nowMs).toISOString(),
    ]);
    await appendAudit(tx, officeId, { event: 'device.wipeTold', deviceId }, nowMs);
  }
  return orderedAt.getTime();
}
