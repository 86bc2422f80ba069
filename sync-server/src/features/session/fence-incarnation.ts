import { z } from 'zod';
import { freeze } from '@shared/domain/register/lease';
import type { Queryable } from '../../db/queryable';
import { appendAudit } from '../audit/audit-log';
import { changeCustody } from '../registers/change-custody';
import { intakeTransaction } from '../sync/postgres-intake-store';
import { putRecords } from '../sync/put-records';

interface Incarnation {
  readonly officeId: string;
  readonly deviceId: string;
  readonly inc: number;
}

const IdLine = z.object({ id: z.uuid() });

/**
 * The incarnation presented a ticket that was too old, or lost a part of its chain: from now on it may ask to be enrolled
 * again.
 *
 * @returns whether that is news
 */
export async function noteFork(
  tx: Queryable,
  { officeId, deviceId, inc }: Incarnation,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update device set forked_at = now()
      where office_id = $1 and id = $2 and inc = $3 and forked_at is null`,
    [officeId, deviceId, inc],
  );
  return rowCount === 1;
}

/**
 * Nothing of this incarnation is taken in any more, from whichever copy it comes. The registers it holds are frozen: who
 * numbered what, a person says (§13.3, I-12); the recall of §9.5 gives them back. Fenced twice is fenced once.
 */
export async function fenceIncarnation(
  tx: Queryable,
  { officeId, deviceId, inc }: Incarnation,
  nowMs: number,
): Promise<void> {
  const fenced = await tx.query(
    `update device set state = 'fenced'
      where office_id = $1 and id = $2 and inc = $3 and state = 'active'`,
    [officeId, deviceId, inc],
  );
  if (fenced.rowCount === 0) return;
  const { rows } = await tx.query(
    `select id from register
      where office_id = $1 and custody->'lease'->>'deviceId' = $2
        and (custody->'lease'->>'inc')::int = $3 order by id`,
    [officeId, deviceId, inc],
  );
  const now = new Date(nowMs).toISOString();
  const registers = rows.map((row) => IdLine.parse(row).id);
  const frozen = [];
  for (const id of registers)
    frozen.push(await changeCustody(tx, officeId, id, (custody) => freeze(custody, now)));
  const detail = { inc, registers };
  await appendAudit(tx, officeId, { event: 'device.fenced', deviceId, detail }, nowMs);
  await putRecords(intakeTransaction(tx), {
    officeId,
    changes: frozen.flatMap((change) => change ?? []),
  });
}
