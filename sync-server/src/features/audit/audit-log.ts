import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, type JsonObject } from '@shared/kernel/canonical-json';
import type { Queryable } from '../../db/queryable';

/** What happened besides operations, which keep their own chain. Ids and counts only: no names, no content. */
export interface AuditEvent {
  readonly event:
    | 'office.created'
    | 'reference.changed'
    | 'user.passwordSet'
    | 'register.opened'
    | 'activationCode.created'
    | 'device.enrolled'
    | 'device.disabled'
    | 'device.wipeOrdered'
    | 'device.wipeTold'
    | 'device.forked'
    | 'device.fenced'
    | 'device.lostOperations'
    | 'device.enrolledAgain'
    | 'courier.delivered'
    | 'relay.delivered'
    | 'recovery.begun'
    | 'recovery.applied'
    | 'recovery.recalled'
    | 'recovery.passedOver'
    | 'recovery.finished'
    | 'session.signedIn'
    | 'session.refused';
  readonly actor?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly detail?: JsonObject;
}

const CHAIN_START = '0'.repeat(64);

const HeadLine = z.object({ n: z.coerce.number().int(), hash: z.string() });

/**
 * Appends to the office's audit chain, in the caller's transaction. Locks the chain's head until the commit, so it comes
 * after records and registers and before the stream.
 */
export async function appendAudit(
  tx: Queryable,
  officeId: string,
  { event, actor, deviceId, detail = {} }: AuditEvent,
  nowMs: number,
): Promise<void> {
  await tx.query(
    'insert into audit_head (office_id, hash) values ($1, $2) on conflict (office_id) do nothing',
    [officeId, CHAIN_START],
  );
  const { rows } = await tx.query(
    'select n, hash from audit_head where office_id = $1 for update',
    [officeId],
  );
  const head = HeadLine.parse(rows[0]);
  const entry = {
    officeId,
    n: head.n + 1,
    at: new Date(nowMs).toISOString(),
    event,
    actor: actor ?? null,
    deviceId: deviceId ?? null,
    detail: canonicalJson(detail),
    prev: head.hash,
  };
  const hash = auditHash(entry);
  await tx.query(
    `with moved as (update audit_head set n = $2, hash = $9 where office_id = $1)
     insert into audit (office_id, n, at, event, actor, device_id, detail, prev, hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      officeId,
      entry.n,
      entry.at,
      entry.event,
      entry.actor,
      entry.deviceId,
      entry.detail,
      entry.prev,
      hash,
    ],
  );
}

const auditHash = (entry: object): string =>
  createHash('sha256').update(canonicalJson(entry)).digest('hex');

const AuditLine = z.object({
  office_id: z.string(),
  n: z.coerce.number().int(),
  at: z.date(),
  event: z.string(),
  actor: z.string().nullable(),
  device_id: z.string().nullable(),
  detail: z.string(),
  prev: z.string(),
  hash: z.string(),
});

export interface AuditFinding {
  readonly officeId: string;
  readonly n: number;
  readonly problem: 'hole' | 'broken-link' | 'changed' | 'cut-off';
}

/** Recomputes the chain of every office: a changed, missing or cut-off entry is found. */
export async function checkAudit(
  db: Queryable,
): Promise<{ readonly entries: number; readonly findings: readonly AuditFinding[] }> {
  const findings: AuditFinding[] = [];
  let entries = 0;
  const heads = await db.query('select office_id, n, hash from audit_head order by office_id');
  for (const line of heads.rows) {
    const head = HeadLine.extend({ office_id: z.string() }).parse(line);
    const { rows } = await db.query(
      `select office_id, n, at, event, actor, device_id, detail, prev, hash from audit
        where office_id = $1 order by n`,
      [head.office_id],
    );
    let n = 0;
    let hash = CHAIN_START;
    for (const raw of rows) {
      const row = AuditLine.parse(raw);
      n += 1;
      entries += 1;
      const note = (problem: AuditFinding['problem']): void => {
        findings.push({ officeId: row.office_id, n: row.n, problem });
      };
      if (row.n !== n) note('hole');
      if (row.prev !== hash) note('broken-link');
      const content = {
        officeId: row.office_id,
        n: row.n,
        at: row.at.toISOString(),
        event: row.event,
        actor: row.actor,
        deviceId: row.device_id,
        detail: row.detail,
        prev: row.prev,
      };
      if (auditHash(content) !== row.hash) note('changed');
      n = row.n;
      hash = row.hash;
    }
    if (n !== head.n || hash !== head.hash) {
      findings.push({ officeId: head.office_id, n, problem: 'cut-off' });
    }
  }
  return { entries, findings };
}
