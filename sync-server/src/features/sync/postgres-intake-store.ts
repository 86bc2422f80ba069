import { z } from 'zod';
import { JsonObject } from '@shared/kernel/canonical-json';
import { Agency } from '@shared/domain/organ/organ';
import { softwareKeyPolicyOf } from '@shared/domain/signing/software-keys';
import { entitledScopes } from '@shared/sync/entitlement';
import { LockTimeout, NotStorable } from '@shared/sync/intake-store';
import type {
  ActorRow,
  AnsweredOperation,
  DeviceRow,
  LostBefore,
  IntakeStore,
  IntakeTransaction,
  ProvenLinks,
  RecordReference,
} from '@shared/sync/intake-store';
import { TargetType, type Operation } from '@shared/sync/operation';
import { Outcome } from '@shared/sync/outcome';
import type { OutboxMessage } from '@shared/sync/outbox-message';
import type { ServerRecord } from '@shared/sync/record';
import { isLockTimeout, isRefused } from '../../db/database-failure';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { findEntry, lockRegister, peekQueue, saveRegister } from '../registers/register-repository';
import { appendAudit } from '../audit/audit-log';
import { saveChanges } from './save-changes';
import { AT_ONCE, fileRepository } from '../files/file-repository';
import { dossiersOf, userColumns, userFrom } from '../session/user-repository';

/**
 * The intake's port on PostgreSQL: read committed, rows locked in the order of §5, the stream's counter last.
 *
 * @param outboxWritten called once messages to other offices are durable
 */
export function postgresIntakeStore(
  db: Database,
  outboxWritten: () => void = () => undefined,
): IntakeStore {
  return {
    transaction: async (work) => {
      let hasMessages = false;
      try {
        const value = await inTransaction(db, (tx) => {
          const intake = intakeTransaction(tx);
          return work({
            ...intake,
            saveOutbox: (officeId, messages) => {
              hasMessages = true;
              return intake.saveOutbox(officeId, messages);
            },
          });
        });
        if (hasMessages) outboxWritten();
        return value;
      } catch (cause) {
        if (isLockTimeout(cause)) throw new LockTimeout();
        if (isRefused(cause)) throw new NotStorable(cause);
        throw cause;
      }
    },
  };
}

/** One transaction's methods; `putRecords` shares them. */
export function intakeTransaction(tx: Queryable): IntakeTransaction {
  return {
    lockDevice: (deviceId, inc) => lockDevice(tx, deviceId, inc),
    findDevice: (officeId, device) => findOtherDevice(tx, officeId, device),
    findAnswered: (deviceId, inc, n) => findAnswered(tx, deviceId, inc, n),
    findActor: (officeId, userId, deviceId) => findActor(tx, officeId, userId, deviceId),
    lockRecords: (officeId, references) => lockRecords(tx, officeId, references),
    findAgencies: (officeId, codes) => findAgencies(tx, officeId, codes),
    isCertificateKnown: (officeId, thumbprint) => isCertificateKnown(tx, officeId, thumbprint),
    lockRegister: (officeId, registerId, targetId) =>
      lockRegister(tx, officeId, registerId, targetId),
    peekQueue: (officeId, registerId) => peekQueue(tx, officeId, registerId),
    findEntry: (officeId, registerId, number) => findEntry(tx, officeId, registerId, number),
    saveRegister: (officeId, change) => saveRegister(tx, officeId, change),
    saveOutbox: (officeId, messages) => saveOutbox(tx, officeId, messages),
    saveChanges: (officeId, work) => saveChanges(tx, officeId, work),
    findCompanions: (officeId, targetId) => findCompanions(tx, officeId, targetId),
    linkFiles: (officeId, links) => linkFiles(tx, officeId, links),
    saveOutcome: (operation, hash, outcome) => saveOutcome(tx, operation, hash, outcome),
    passOver: (device, lost, nowMs) => passOver(tx, device, lost, nowMs),
  };
}

const DeviceLine = z.object({
  office_id: z.string(),
  id: z.string(),
  inc: z.int(),
  state: z.enum(['active', 'fenced', 'disabled']),
  last_n: z.int(),
  last_hash: z.string(),
  name: z.string(),
  recovering: z.boolean(),
});

const OtherDeviceLine = z
  .object({
    name: z.string(),
    kind: z.enum(['workstation', 'hub']),
    public_key: z.instanceof(Uint8Array),
  })
  .transform(({ public_key: publicKey, ...row }) => ({ ...row, publicKey }));

async function findOtherDevice(
  tx: Queryable,
  officeId: string,
  { deviceId, inc }: { readonly deviceId: string; readonly inc: number },
) {
  const { rows } = await tx.query(
    'select name, kind, public_key from device where office_id = $1 and id = $2 and inc = $3',
    [officeId, deviceId, inc],
  );
  return rows.length === 0 ? undefined : OtherDeviceLine.parse(rows[0]);
}

async function lockDevice(
  tx: Queryable,
  deviceId: string,
  inc: number,
): Promise<DeviceRow | undefined> {
  const { rows } = await tx.query(
    `select office_id, id, inc, state, last_n, last_hash, name,
            exists (select from office_recovery as open
                     where open.office_id = device.office_id and open.finished_at is null) as recovering
       from device where id = $1 and inc = $2 for update of device`,
    [deviceId, inc],
  );
  if (rows.length === 0) return undefined;
  const row = DeviceLine.parse(rows[0]);
  return {
    deviceId: row.id,
    inc: row.inc,
    officeId: row.office_id,
    state: row.state,
    lastN: row.last_n,
    lastHash: row.last_hash,
    name: row.name,
    isRecovering: row.recovering,
  };
}

const AnsweredLine = z.object({ outcome: Outcome, hash: z.string() });

async function findAnswered(
  tx: Queryable,
  deviceId: string,
  inc: number,
  n: number,
): Promise<AnsweredOperation | undefined> {
  // The office comes from the device's own row: the caller has locked it.
  const { rows } = await tx.query(
    `select op.outcome, op.hash from device join op
        on op.office_id = device.office_id and op.dev = device.id and op.inc = device.inc
      where device.id = $1 and device.inc = $2 and op.n = $3`,
    [deviceId, inc, n],
  );
  return rows.length === 0 ? undefined : AnsweredLine.parse(rows[0]);
}

const ActorLine = z.object({ keys: z.array(z.instanceof(Uint8Array)), office: z.unknown() });

async function findActor(
  tx: Queryable,
  officeId: string,
  userId: string,
  deviceId: string,
): Promise<ActorRow | undefined> {
  const { rows } = await tx.query(
    `select ${userColumns},
            array(select public_key from device_user_key
                   where office_id = $1 and user_id = $2 and device_id = $3
                   order by registered_at desc) as keys,
            (select content from record
              where office_id = $1 and id = $1 and type = 'office') as office
       from app_user u where u.office_id = $1 and u.id = $2`,
    [officeId, userId, deviceId],
  );
  if (rows.length === 0) return undefined;
  const { keys, office } = ActorLine.parse(rows[0]);
  return { user: userFrom(rows[0]), softwareKeys: softwareKeyPolicyOf(office), opPublicKeys: keys };
}

const RecordLine = z.object({
  type: TargetType,
  id: z.string(),
  scope: z.string(),
  rev: z.int(),
  content: JsonObject,
  deleted_at: z.date().nullable(),
});

const recordFrom = (line: unknown): ServerRecord => {
  const { deleted_at: deletedAt, ...record } = RecordLine.parse(line);
  return deletedAt === null ? record : { ...record, isDeleted: true };
};

/** A missing row cannot be locked: its name is, so that two creations of one id follow each other. */
async function lockRecords(
  tx: Queryable,
  officeId: string,
  references: readonly RecordReference[],
): Promise<ReadonlyMap<string, ServerRecord>> {
  const ids = [...new Set(references.map(({ id }) => id))].toSorted();
  const { rows } = await tx.query(
    `with found as (${RECORDS_FOR_UPDATE}),
     locked as (
       select pg_advisory_xact_lock(hashtextextended($1::text || id, 0)) as mark
         from (select unnest($2::text[]) as id except select id::text from found order by 1) as missing)
     select found.* from (select count(mark) from locked) as all_locked left join found on true`,
    [officeId, ids],
  );
  const found = recordsFrom(rows.filter((row) => !NoRecordLine.safeParse(row).success));
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length === 0) return found;
  const appeared = await tx.query(RECORDS_FOR_UPDATE, [officeId, missing]);
  return new Map([...found, ...recordsFrom(appeared.rows)]);
}

const RECORDS_FOR_UPDATE = `select type, id, scope, rev, content, deleted_at from record
  where office_id = $1 and id = any($2::text[]::uuid[]) order by id for update`;
/** What an outer join gives when there is no row. */
const NoRecordLine = z.object({ id: z.null() });

const recordsFrom = (lines: readonly unknown[]): ReadonlyMap<string, ServerRecord> =>
  new Map(lines.map(recordFrom).map((record) => [record.id, record]));

const AgencyLine = z
  .object({ id: z.string(), code: z.string(), name: z.string(), target: z.string().nullable() })
  .transform(({ target, ...entry }) => Agency.parse({ ...entry, officeId: target }));

async function findAgencies(
  tx: Queryable,
  officeId: string,
  codes: readonly string[],
): Promise<ReadonlyMap<string, Agency>> {
  // The code is not unique in a directory: of two entries the one that names an office counts.
  const { rows } = await tx.query(
    `select distinct on (code) id, code, name, target_office_id as target from agency
      where office_id = $1 and code = any($2::text[])
      order by code, target_office_id is null, id`,
    [officeId, codes],
  );
  return new Map(rows.map((row) => AgencyLine.parse(row)).map((entry) => [entry.code, entry]));
}

/** Held to the end of the transaction: of two requests at once the second sees the first. */
async function isCertificateKnown(
  tx: Queryable,
  officeId: string,
  thumbprint: string,
): Promise<boolean> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `signingCertificate:${officeId}/${thumbprint}`,
  ]);
  const { rows } = await tx.query(
    `select 1 from record
      where office_id = $1 and type = 'signingCertificate' and content->>'thumbprint' = $2
        and (content->>'active' = 'true' or content->'binding'->>'state' = 'choXacNhan')
      limit 1`,
    [officeId, thumbprint],
  );
  return rows.length > 0;
}

async function findCompanions(
  tx: Queryable,
  officeId: string,
  targetId: string,
): Promise<readonly RecordReference[]> {
  const { rows } = await tx.query(
    `select type, id from record
      where office_id = $1 and type in ('conflict', 'heldWork', 'certifiedCopy') and content->>'targetId' = $2
      order by id`,
    [officeId, targetId],
  );
  return rows.map((row) => z.object({ type: TargetType, id: z.string() }).parse(row));
}

async function saveOutbox(
  tx: Queryable,
  officeId: string,
  messages: readonly OutboxMessage[],
): Promise<void> {
  for (const message of messages) {
    await tx.query(
      'insert into outbox (office_id, id, to_office_id, body) values ($1, $2, $3, $4)',
      [officeId, message.id, message.toOfficeId, JSON.stringify(message)],
    );
  }
}

async function saveOutcome(
  tx: Queryable,
  operation: Operation,
  hash: string,
  outcome: Outcome,
): Promise<void> {
  // The office of the device, not the one the operation claims: a refused operation may name another.
  const { rowCount } = await tx.query(
    `with moved as (
       update device set last_n = $3, last_hash = $4 where id = $1 and inc = $2
       returning office_id)
     insert into op
       (office_id, dev, inc, n, op_id, actor, kind, target_type, target_id, body, outcome, hash)
     select office_id, $1, $2, $3, $5, $6, $7, $8, $9, $10, $11, $4 from moved`,
    [
      operation.dev,
      operation.inc,
      operation.n,
      hash,
      operation.opId,
      operation.actor,
      operation.kind,
      operation.target.type,
      operation.target.id,
      JSON.stringify(operation),
      JSON.stringify(outcome),
    ],
  );
  if (rowCount !== 1) throw new Error(`device ${operation.dev}/${operation.inc} is gone`);
}

async function passOver(
  tx: Queryable,
  { officeId, deviceId, inc, lastN }: DeviceRow,
  { n, hash }: LostBefore,
  nowMs: number,
): Promise<void> {
  const { rowCount } = await tx.query(
    `update device set last_n = $4, last_hash = $5
      where office_id = $1 and id = $2 and inc = $3
        and exists (select from office_recovery as r
                     where r.office_id = $1
                       and not exists (select from op
                                        where op.dev = $2 and op.inc = $3 and op.received_at >= r.begun_at))`,
    [officeId, deviceId, inc, n - 1, hash],
  );
  if (rowCount === 0) return;
  const detail = { inc, from: lastN + 1, to: n - 1 };
  await appendAudit(tx, officeId, { event: 'recovery.passedOver', deviceId, detail }, nowMs);
}

async function linkFiles(
  tx: Queryable,
  officeId: string,
  { recordId, files, devices, reader }: ProvenLinks,
): Promise<void> {
  if (files.length === 0) return;
  const dossiers = reader ? await dossiersOf(tx, officeId, reader.id) : [];
  const scopes = entitledScopes(reader, officeId, dossiers);
  for (const sha256 of files) {
    const isReadable = await fileRepository(tx).isLinked(officeId, sha256, scopes);
    await tx.query(
      `insert into file_link (office_id, sha256, record_id, device_id)
       select $1, $2, $3, unnest($4::uuid[]) on conflict do nothing`,
      [officeId, sha256, recordId, isReadable ? [AT_ONCE] : devices],
    );
  }
}
