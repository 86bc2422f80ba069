import { z } from 'zod';
import { JsonObject } from '@shared/kernel/canonical-json';
import { Outcome } from '@shared/sync/outcome';
import type { Database, Queryable } from '../../../sync-server/src/db/queryable';
import { inTransaction } from '../../../sync-server/src/db/transaction';
import type { ServerTables } from './history-checker';

const OperationLine = z.object({
  dev: z.string(),
  inc: z.int(),
  n: z.int(),
  hash: z.string(),
  kind: z.string(),
  target_id: z.string(),
  body: z.object({ body: JsonObject }),
  outcome: Outcome,
});
const RecordLine = z.object({ id: z.string(), rev: z.int(), content: JsonObject });
const EntryLine = z.object({
  register_id: z.string(),
  number: z.int(),
  date: z.string(),
  document_id: z.string(),
});
const RegisterLine = z.object({ id: z.string(), next_number: z.int() });

/** Reads an office's tables for the history checker, in one snapshot: people may be working. */
export const readServerTables = (db: Database, officeId: string): Promise<ServerTables> =>
  inTransaction(db, (tx) => readIn(tx, officeId), { mode: 'read', statementTimeoutMs: 60_000 });

async function readIn(db: Queryable, officeId: string): Promise<ServerTables> {
  const of = async <T>(shape: z.ZodType<T>, sql: string): Promise<readonly T[]> =>
    (await db.query(sql, [officeId])).rows.map((row) => shape.parse(row));
  const operations = await of(
    OperationLine,
    'select dev, inc, n, hash, kind, target_id, body, outcome from op where office_id = $1',
  );
  const records = await of(RecordLine, 'select id, rev, content from record where office_id = $1');
  const entries = await of(
    EntryLine,
    'select register_id, number, date, document_id from register_entry where office_id = $1',
  );
  const registers = await of(
    RegisterLine,
    'select id, next_number from register where office_id = $1',
  );
  return {
    operations: operations.map(({ target_id, body, ...rest }) => ({
      ...rest,
      targetId: target_id,
      body: body.body,
    })),
    records: new Map(records.map(({ id, rev, content }) => [id, { rev, content }])),
    entries: entries.map(({ register_id, document_id, number, date }) => ({
      registerId: register_id,
      documentId: document_id,
      number,
      date,
    })),
    nextNumbers: new Map(registers.map(({ id, next_number }) => [id, next_number])),
  };
}
