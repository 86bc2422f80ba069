import { z } from 'zod';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { checkRegisters, type RegisterReport } from '../registers/check-registers';

/** What the start check found (§5.3). An empty list of findings means that everything fits. */
export interface IntegrityReport {
  readonly offices: number;
  readonly records: number;
  readonly operations: number;
  readonly registers: RegisterReport;
  readonly findings: readonly IntegrityFinding[];
}

export type IntegrityFinding =
  | { readonly problem: 'digest-differs'; readonly officeId: string; readonly scope: string }
  /** The feed and the record disagree about revision or content hash, or one of them is missing. */
  | { readonly problem: 'feed-differs'; readonly officeId: string; readonly id: string }
  /** The newest place of any scope is not the stream's head. */
  | { readonly problem: 'head-differs'; readonly officeId: string }
  /** Operations of a device are not 1 … last_n. */
  | { readonly problem: 'operations-missing'; readonly officeId: string; readonly id: string };

/** Compares what is stored twice, in one snapshot: counts, feed, digests, device chains, registers. */
export function checkIntegrity(db: Database): Promise<IntegrityReport> {
  return inTransaction(
    db,
    async (tx) => {
      const counts = await countRows(tx);
      const findings = [
        ...(await differingDigests(tx)),
        ...(await differingFeed(tx)),
        ...(await differingHeads(tx)),
        ...(await missingOperations(tx)),
      ];
      return { ...counts, registers: await checkRegisters(tx), findings };
    },
    { mode: 'read', statementTimeoutMs: 600_000 },
  );
}

const Counts = z.object({ offices: z.int(), records: z.int(), operations: z.int() });

async function countRows(tx: Queryable) {
  const { rows } = await tx.query(
    `select (select count(*)::int from office) as offices,
            (select count(*)::int from record) as records,
            (select count(*)::int from op) as operations`,
  );
  return Counts.parse(rows[0]);
}

const DigestRow = z.object({
  office_id: z.string(),
  scope: z.string(),
  stored_sum: z.string().nullable(),
  stored_count: z.coerce.number().nullable(),
  sum: z.string(),
  count: z.coerce.number(),
});

/** The marks of `shared/sync/record.ts`, computed by the database: 64 bits of SHA-256(id|rev|hash), summed. */
async function differingDigests(tx: Queryable): Promise<readonly IntegrityFinding[]> {
  const { rows } = await tx.query(
    `select coalesce(d.office_id, f.office_id) as office_id, coalesce(d.scope, f.scope) as scope,
            d.sum as stored_sum, d.count as stored_count,
            coalesce(f.sum, 0)::text as sum, coalesce(f.count, 0) as count
       from scope_digest d full join (
         select office_id, scope, count(*) as count,
                sum(('x' || left(encode(sha256(convert_to(id::text || '|' || rev || '|' || hash, 'UTF8')), 'hex'), 16))
                    ::bit(64)::bigint::numeric) as sum
           from feed where kind = 'put' group by office_id, scope) f
         on f.office_id = d.office_id and f.scope = d.scope`,
  );
  return rows
    .map((row) => DigestRow.parse(row))
    .filter((row) => {
      const sum = BigInt.asUintN(64, BigInt(row.sum)).toString(16).padStart(16, '0');
      return row.stored_sum !== sum || row.stored_count !== row.count;
    })
    .map((row) => ({ problem: 'digest-differs', officeId: row.office_id, scope: row.scope }));
}

const IdRow = z.object({ office_id: z.string(), id: z.string() });

async function differingFeed(tx: Queryable): Promise<readonly IntegrityFinding[]> {
  const { rows } = await tx.query(
    `select coalesce(r.office_id, f.office_id) as office_id, coalesce(r.id, f.id) as id
       from (select office_id, id, scope, rev, hash from record where deleted_at is null) r
       full join (select office_id, id, scope, rev, hash from feed where kind = 'put') f
         on f.office_id = r.office_id and f.id = r.id and f.scope = r.scope
      where r.id is null or f.id is null or f.rev <> r.rev or f.hash <> r.hash
      limit 100`,
  );
  return rows
    .map((row) => IdRow.parse(row))
    .map(({ office_id, id }) => ({ problem: 'feed-differs', officeId: office_id, id }));
}

async function differingHeads(tx: Queryable): Promise<readonly IntegrityFinding[]> {
  const { rows } = await tx.query(
    `select s.office_id from stream s
      where s.head <> coalesce((select max(head) from scope_digest d where d.office_id = s.office_id), 0)
         or s.head < (select max(seq) from feed f where f.office_id = s.office_id)`,
  );
  return rows
    .map((row) => IdRow.pick({ office_id: true }).parse(row))
    .map(({ office_id }) => ({ problem: 'head-differs', officeId: office_id }));
}

async function missingOperations(tx: Queryable): Promise<readonly IntegrityFinding[]> {
  const { rows } = await tx.query(
    `select d.office_id, d.id from device d
       left join (select office_id, dev, inc, count(*) as count, max(n) as newest
                    from op group by office_id, dev, inc) o
         on o.office_id = d.office_id and o.dev = d.id and o.inc = d.inc
      where d.last_n <> coalesce(o.count, 0) or d.last_n <> coalesce(o.newest, 0)`,
  );
  return rows
    .map((row) => IdRow.parse(row))
    .map(({ office_id, id }) => ({ problem: 'operations-missing', officeId: office_id, id }));
}
