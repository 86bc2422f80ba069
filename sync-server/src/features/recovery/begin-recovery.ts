import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { freezeForRecovery } from '@shared/domain/register/recovery';
import { officeScope } from '@shared/sync/record';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { appendAudit } from '../audit/audit-log';
import { changeCustody } from '../registers/change-custody';
import { intakeTransaction } from '../sync/postgres-intake-store';
import { putRecords } from '../sync/put-records';

/** How it was noticed that this database is older than what was answered from it. */
export type RecoveryReason = 'operator' | 'ticket' | 'start';

export interface BeginRecovery {
  readonly reason: RecoveryReason;
  /** Nothing is begun when the current timeline is another one already: somebody else was faster. */
  readonly behind?: string;
  readonly nowMs: number;
}

const IdLine = z.object({ id: z.uuid() });
const HeadLine = z.object({ head: z.coerce.number().int() });

/**
 * Begins a new history of this server (§13.2): a new timeline; in each office's stream a gap that is wider than what the
 * lost history can have given, so that a place of that one is known for ever; every register frozen.
 *
 * @returns the timeline that is current now
 */
export function beginRecovery(
  db: Database,
  { reason, behind, nowMs }: BeginRecovery,
): Promise<string> {
  return inTransaction(
    db,
    async (tx) => {
      const state = await tx.query('select timeline as id from server_state for update');
      const parent = IdLine.parse(state.rows[0]).id;
      if (behind !== undefined && behind !== parent) return parent;
      const timeline = randomUUID();
      await tx.query('insert into timeline (id, reason, parent_id) values ($1, $2, $3)', [
        timeline,
        reason,
        parent,
      ]);
      await tx.query('update server_state set timeline = $1', [timeline]);
      const { rows } = await tx.query('select office_id as id from stream order by office_id');
      for (const { id } of rows.map((row) => IdLine.parse(row)))
        await forkOffice(tx, { officeId: id, timeline, reason, nowMs });
      return timeline;
    },
    { lockTimeoutMs: 60_000, statementTimeoutMs: 60_000 },
  );
}

interface Forking {
  readonly officeId: string;
  readonly timeline: string;
  readonly reason: RecoveryReason;
  readonly nowMs: number;
}

async function forkOffice(
  tx: Queryable,
  { officeId, timeline, reason, nowMs }: Forking,
): Promise<void> {
  const registers = await tx.query('select id from register where office_id = $1 order by id', [
    officeId,
  ]);
  const now = new Date(nowMs).toISOString();
  const frozen = [];
  for (const { id } of registers.rows.map((row) => IdLine.parse(row)))
    frozen.push(
      await changeCustody(tx, officeId, id, (custody) => freezeForRecovery(custody, now)),
    );
  await appendAudit(tx, officeId, { event: 'recovery.begun', detail: { timeline, reason } }, nowMs);
  await cutStream(tx, { officeId, timeline, nowMs });
  await putRecords(intakeTransaction(tx), {
    officeId,
    changes: frozen.flatMap((content) => (content ? [content] : [])),
  });
}

/** Places of the new history begin where no lost one can have come: an office never gives a thousand in a second. */
async function cutStream(
  tx: Queryable,
  { officeId, timeline, nowMs }: Omit<Forking, 'reason'>,
): Promise<void> {
  const { rows } = await tx.query('select head from stream where office_id = $1 for update', [
    officeId,
  ]);
  if (rows.length === 0) return;
  const { head: forkHead } = HeadLine.parse(rows[0]);
  const resumesAt = Math.max(forkHead + 1, nowMs);
  await tx.query('update stream set head = $2 where office_id = $1', [officeId, resumesAt]);
  await tx.query(
    `insert into scope_digest (office_id, scope, sum, count, head) values ($1, $2, $3, 0, $4)
     on conflict (office_id, scope) do update set head = excluded.head`,
    [officeId, officeScope(officeId), '0'.repeat(16), resumesAt],
  );
  // Every cursor of before is told from one of the new history, whatever happens in its scope from now on.
  await tx.query('update scope_digest set head = $2 where office_id = $1', [officeId, resumesAt]);
  await tx.query(
    `insert into office_recovery (office_id, timeline_id, fork_head, resumes_at, begun_at)
     values ($1, $2, $3, $4, $5)`,
    [officeId, timeline, forkHead, resumesAt, new Date(nowMs).toISOString()],
  );
}
