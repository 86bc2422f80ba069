import { z } from 'zod';
import { QueuedRequest } from '@shared/domain/register/number-queue';
import { RegisterEntry } from '@shared/domain/register/register';
import { JsonObject } from '@shared/kernel/canonical-json';
import type { RecordChange } from '@shared/sync/acts/act';
import type { LockedRegister } from '@shared/sync/intake-store';
import { namedFiles } from '@shared/sync/named-files';
import { TargetType } from '@shared/sync/operation';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { appendAudit } from '../audit/audit-log';
import { intakeTransaction } from '../sync/postgres-intake-store';
import { putRecords } from '../sync/put-records';
import { askAnew, queueAgain } from './queue-again';
import { raiseBook, takeInEntries } from './recover-book';
import {
  findRecovery,
  recoveringRegisters,
  reportRecovery,
  witnessedRecords,
  type RecoveryReport,
} from './recovery-report';

export interface RecoveryDeps {
  readonly db: Database;
  readonly nowMs: () => number;
}

const LONG = { lockTimeoutMs: 60_000, statementTimeoutMs: 60_000 };

/**
 * What an administrator does after a restore (§13.2): looks at what workstations brought, takes in what nobody sent
 * again, and closes. Each step is one transaction of one office and may be done again.
 */
export function createRecovery({ db, nowMs }: RecoveryDeps) {
  return {
    report: (officeId: string): Promise<RecoveryReport | undefined> =>
      inTransaction(db, (tx) => reportRecovery(tx, officeId), { ...LONG, mode: 'read' }),

    /**
     * Takes in rows of the registers with their original numbers, then records that nobody sent again: what two
     * workstations agree on, and with `alone` what a single one offers, which it may have invented.
     */
    apply: (officeId: string, { alone }: { readonly alone: boolean }) =>
      inTransaction(
        db,
        async (tx) => {
          const recovery = await findRecovery(tx, officeId);
          if (!recovery) return undefined;
          const least = alone ? 1 : 2;
          const registers = await recoveringRegisters(tx, officeId);
          const entries = [];
          for (const { registerId } of registers)
            entries.push(...(await applyEntries(tx, officeId, { registerId, least })));
          const missing = await missingRecords(tx, officeId, recovery.resumes_at, least);
          const changes = missing.map(askAnew);
          const intake = intakeTransaction(tx);
          const records = await putRecords(intake, { officeId, changes });
          await linkFiles(tx, officeId, changes);
          for (const change of changes) await queueAgain(intake, officeId, change);
          const detail = { entries: entries.length, records };
          await appendAudit(tx, officeId, { event: 'recovery.applied', detail }, nowMs());
          return detail;
        },
        LONG,
      ),

    /**
     * Counters go to the highest number that anybody has seen; numbers below that nobody brought become placeholders
     * (I-10). From here on the clerk may open each book again, with the last number on paper (N-11).
     */
    finish: (officeId: string): Promise<RecoveryReport | undefined> =>
      inTransaction(
        db,
        async (tx) => {
          const recovery = await findRecovery(tx, officeId);
          if (!recovery) return undefined;
          for (const register of await recoveringRegisters(tx, officeId))
            await raise(tx, officeId, register, nowMs());
          await appendAudit(tx, officeId, { event: 'recovery.finished' }, nowMs());
          await tx.query(
            `update office_recovery set finished_at = coalesce(finished_at, $3)
              where office_id = $1 and timeline_id = $2`,
            [officeId, recovery.timeline_id, new Date(nowMs()).toISOString()],
          );
          const report = await reportRecovery(tx, officeId);
          await tx.query(
            'update office_recovery set report = $3 where office_id = $1 and timeline_id = $2',
            [officeId, recovery.timeline_id, JSON.stringify(report)],
          );
          return report;
        },
        LONG,
      ),
  };
}

const WitnessLine = z.object({ id: z.uuid(), type: TargetType, content: JsonObject });

/** Rows of one book that workstations hold and the server lost: the numbers stay with their documents (I-9). */
async function applyEntries(
  tx: Queryable,
  officeId: string,
  { registerId, least }: { readonly registerId: string; readonly least: number },
): Promise<readonly RegisterEntry[]> {
  const intake = intakeTransaction(tx);
  const { rows } = await tx.query(
    `select distinct on ((w.content->>'number')::int) w.id, w.type, w.content
       from witness w, lateral (select count(*) as workstations from witness_device d
              where d.office_id = w.office_id and d.id = w.id and d.rev = w.rev and d.hash = w.hash) as held
      where held.workstations >= $3 and w.office_id = $1 and w.type = 'registerEntry' and w.content->>'registerId' = $2
        and not exists (select from register_entry e where e.office_id = $1
              and e.register_id = $2::uuid and (e.number = (w.content->>'number')::int
                or e.document_id::text = w.content->>'documentId'))
      order by (w.content->>'number')::int, held.workstations desc, w.rev desc, w.hash`,
    [officeId, registerId, least],
  );
  const entries = oneEach(rows.map((row) => RegisterEntry.parse(WitnessLine.parse(row).content)));
  const documents = await documentsOf(tx, officeId, entries);
  const queue = () => wholeQueue(tx, officeId, registerId);
  return takeInEntries(intake, officeId, { registerId, entries, documents, queue });
}

/** Of two numbers that witnesses tell of one document the lower one: the other is left to a person (I-9). */
const oneEach = (entries: readonly RegisterEntry[]): readonly RegisterEntry[] =>
  entries.filter(
    ({ documentId }, i) =>
      documentId === null || entries.findIndex((one) => one.documentId === documentId) === i,
  );

async function documentsOf(
  tx: Queryable,
  officeId: string,
  entries: readonly RegisterEntry[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const references = entries.flatMap(({ documentId }) =>
    documentId === null ? [] : [{ type: 'incomingDocument' as const, id: documentId }],
  );
  const held = await intakeTransaction(tx).lockRecords(officeId, references);
  return new Map([...held].map(([id, { content }]) => [id, content]));
}

async function wholeQueue(tx: Queryable, officeId: string, registerId: string) {
  const { rows } = await tx.query(
    'select request from register_queue where office_id = $1 and register_id = $2 order by place',
    [officeId, registerId],
  );
  return rows.map((row) => z.object({ request: QueuedRequest }).parse(row).request);
}

/** Records that the server has not got again, or has as the backup had them: as the newest witness shows them. */
async function missingRecords(
  tx: Queryable,
  officeId: string,
  resumesAt: number,
  least: number,
): Promise<readonly RecordChange[]> {
  const wanted = (await witnessedRecords(tx, officeId, resumesAt)).filter(
    ({ type, standing, workstations }) =>
      (standing === 'missing' || standing === 'untouched') &&
      workstations >= least &&
      IS_WORK.has(type),
  );
  const changes: RecordChange[] = [];
  for (const { id, rev, hash } of wanted) {
    const { rows } = await tx.query(
      `select id, type, content, scope from witness
        where office_id = $1 and id = $2 and rev = $3 and hash = $4`,
      [officeId, id, rev, hash],
    );
    const line = WitnessLine.extend({ scope: z.string() }).parse(rows[0]);
    changes.push(line);
  }
  return changes;
}

/** What people make; books are made from their rows, reference data by the administrator. */
const IS_WORK: ReadonlySet<string> = new Set([
  'incomingDocument',
  'outgoingDocument',
  'certifiedCopy',
  'conflict',
  'delivery',
  'dossier',
  'heldWork',
]);

/** Who may see a record that came back may read its files, once a workstation that brought it shows them (I-13). */
async function linkFiles(
  tx: Queryable,
  officeId: string,
  changes: readonly RecordChange[],
): Promise<void> {
  for (const { id, content } of changes) {
    const { rows } = await tx.query(
      'select distinct device_id as id from witness_device where office_id = $1 and id = $2',
      [officeId, id],
    );
    const devices = rows.map((row) => z.object({ id: z.string() }).parse(row).id);
    const links = { recordId: id, files: namedFiles(content), devices, reader: undefined };
    await intakeTransaction(tx).linkFiles(officeId, links);
  }
}

async function raise(
  tx: Queryable,
  officeId: string,
  { registerId, highestSeen }: { readonly registerId: string; readonly highestSeen: number },
  nowMs: number,
): Promise<void> {
  const recalled = await raiseBook(intakeTransaction(tx), officeId, {
    registerId,
    highest: highestSeen,
    missing: (locked) => missingNumbers(tx, officeId, locked, highestSeen),
    nowMs,
  });
  if (!recalled) return;
  const detail = { registerId, ...recalled };
  await appendAudit(tx, officeId, { event: 'recovery.recalled', detail }, nowMs);
}

/** Numbers up to the highest one seen that no row of the book has. */
async function missingNumbers(
  tx: Queryable,
  officeId: string,
  { register, custody }: LockedRegister,
  highest: number,
): Promise<readonly number[]> {
  const { rows } = await tx.query(
    `select n from generate_series($3::int, $4::int) as n
      where not exists (select from register_entry e
              where e.office_id = $1 and e.register_id = $2 and e.number = n) order by n`,
    [officeId, register.id, custody.openedAfter + 1, highest],
  );
  return rows.map((row) => z.object({ n: z.int() }).parse(row).n);
}
