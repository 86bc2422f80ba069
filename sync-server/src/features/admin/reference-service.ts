import { z } from 'zod';
import type { Agency, Office, Organ, OrgUnit } from '@shared/domain/organ/organ';
import type { User } from '@shared/domain/organ/user';
import type { Register } from '@shared/domain/register/register';
import type { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import { softwareKeyPolicyOf, type SoftwareKeyPolicy } from '@shared/domain/signing/software-keys';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { TargetType } from '@shared/sync/operation';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { appendAudit, type AuditEvent } from '../audit/audit-log';
import { hashPassword } from '../session/password';
import { intakeTransaction } from '../sync/postgres-intake-store';
import { putRecords } from '../sync/put-records';

/**
 * Who works where and which books are open: the server's own tables, from which it authorises, and the same facts as
 * records in the office's feed, from which workstations show them. Each change is one transaction.
 */
export function createReferenceService({ db, nowMs }: ReferenceDeps) {
  /** The row and the record together; the audit entry is written only when something changed. */
  const change = (
    officeId: string,
    record: ChangedRecord,
    { row, event = 'reference.changed' }: ChangeWork,
  ): Promise<void> =>
    inTransaction(db, async (tx) => {
      await row(tx);
      const { type, id } = record;
      const content = 'content' in record ? record.content : await record.contentOver(tx);
      await putRecords(intakeTransaction(tx), {
        officeId,
        changes: [{ type, id, content: content as JsonObject }],
        beforeStream: () => appendAudit(tx, officeId, { event, detail: { type, id } }, nowMs()),
      });
    });

  /** What the office's record holds now, and what the province said in it. */
  const heldOffice = async (tx: Queryable, officeId: string): Promise<JsonObject | undefined> =>
    (await intakeTransaction(tx).lockRecords(officeId, [{ type: 'office', id: officeId }])).get(
      officeId,
    )?.content;

  return {
    /**
     * Whether the office may sign with keys of `.p12` files, from the next contact on; a word of the province alone.
     *
     * @returns false when there is no such office
     */
    setSoftwareKeys: (officeId: string, softwareKeys: SoftwareKeyPolicy): Promise<boolean> =>
      inTransaction(db, async (tx) => {
        const content = await heldOffice(tx, officeId);
        if (!content) return false;
        const detail = { type: 'office', id: officeId, softwareKeys };
        await putRecords(intakeTransaction(tx), {
          officeId,
          changes: [{ type: 'office', id: officeId, content: { ...content, softwareKeys } }],
          beforeStream: () =>
            appendAudit(tx, officeId, { event: 'reference.changed', detail }, nowMs()),
        });
        return true;
      }),

    listSoftwareKeys: async (): Promise<readonly OfficePolicy[]> => {
      const { rows } = await db.query(
        `select id, content from record where type = 'office' and deleted_at is null
          order by content->>'name', id`,
      );
      return rows.map((row) => {
        const { id, content } = OfficeLine.parse(row);
        return { id, name: content.name, policy: softwareKeyPolicyOf(content) };
      });
    },

    upsertOffice: (office: Office): Promise<void> =>
      change(
        office.id,
        {
          type: 'office',
          id: office.id,
          // A new name takes no permission away and gives none.
          contentOver: async (tx) => {
            const softwareKeys = softwareKeyPolicyOf(await heldOffice(tx, office.id));
            return softwareKeys === 'none' ? office : { ...office, softwareKeys };
          },
        },
        {
          event: 'office.created',
          row: async (tx) => {
            await tx.query(
              `insert into office (office_id, name, place_name) values ($1, $2, $3)
               on conflict (office_id) do update
                 set name = excluded.name, place_name = excluded.place_name`,
              [office.id, office.name, office.placeName],
            );
            await tx.query('insert into stream (office_id) values ($1) on conflict do nothing', [
              office.id,
            ]);
          },
        },
      ),

    upsertOrgan: (organ: Organ): Promise<void> =>
      change(
        organ.officeId,
        { type: 'organ', id: organ.id, content: organ },
        {
          row: async (tx) => {
            await tx.query(
              `insert into organ (office_id, id, kind, name, short_name, code)
               values ($1, $2, $3, $4, $5, $6)
               on conflict (office_id, id) do update set kind = excluded.kind,
                 name = excluded.name, short_name = excluded.short_name, code = excluded.code`,
              [organ.officeId, organ.id, organ.kind, organ.name, organ.shortName, organ.code],
            );
          },
        },
      ),

    upsertOrgUnit: (unit: OrgUnit): Promise<void> =>
      change(
        unit.officeId,
        { type: 'orgUnit', id: unit.id, content: unit },
        {
          row: async (tx) => {
            await tx.query(
              `insert into org_unit (office_id, id, name, abbreviation, head_user_id, active)
               values ($1, $2, $3, $4, $5, $6)
               on conflict (office_id, id) do update set name = excluded.name,
                 abbreviation = excluded.abbreviation, head_user_id = excluded.head_user_id,
                 active = excluded.active`,
              [unit.officeId, unit.id, unit.name, unit.abbreviation, unit.headUserId, unit.active],
            );
          },
        },
      ),

    /** A new person needs a password; a known one keeps theirs (`setPassword` changes it). */
    createUser: async (user: User, password: string): Promise<void> => {
      const hash = await hashPassword(password);
      await change(
        user.officeId,
        { type: 'user', id: user.id, content: user },
        { row: (tx) => saveUser(tx, user, hash) },
      );
    },

    updateUser: (user: User): Promise<void> =>
      change(
        user.officeId,
        { type: 'user', id: user.id, content: user },
        { row: (tx) => saveUser(tx, user, undefined) },
      ),

    setPassword: async (officeId: string, userId: string, password: string): Promise<void> => {
      const hash = await hashPassword(password);
      await inTransaction(db, async (tx) => {
        const { rowCount } = await tx.query(
          'update app_user set password_hash = $3 where office_id = $1 and id = $2',
          [officeId, userId, hash],
        );
        if (rowCount !== 1) throw new Error(`no user ${userId} in office ${officeId}`);
        await appendAudit(tx, officeId, { event: 'user.passwordSet', actor: userId }, nowMs());
      });
    },

    upsertAgency: (officeId: string, agency: Agency): Promise<void> =>
      change(
        officeId,
        { type: 'agency', id: agency.id, content: agency },
        {
          row: async (tx) => {
            await tx.query(
              `insert into agency (office_id, id, code, name, target_office_id)
               values ($1, $2, $3, $4, $5)
               on conflict (office_id, id) do update set code = excluded.code,
                 name = excluded.name, target_office_id = excluded.target_office_id`,
              [officeId, agency.id, agency.code, agency.name, agency.officeId],
            );
          },
        },
      ),

    /** Registers whose certificate it is, or withdraws it; the acts read the record itself (K-6). */
    upsertSigningCertificate: (certificate: SigningCertificate): Promise<void> =>
      change(
        certificate.officeId,
        { type: 'signingCertificate', id: certificate.id, content: certificate },
        { row: async () => undefined },
      ),

    /** Opens a register, or changes the name or status of an open one; its counter is never touched here (I-10). */
    openRegister: (officeId: string, register: Register): Promise<void> =>
      change(
        officeId,
        { type: 'register', id: register.id, content: register },
        {
          event: 'register.opened',
          row: async (tx) => {
            await tx.query(
              `insert into register (office_id, id, organ_id, direction, name, year, status)
               values ($1, $2, $3, $4, $5, $6, $7)
               on conflict (office_id, id) do update
                 set name = excluded.name, status = excluded.status`,
              [
                officeId,
                register.id,
                register.organId,
                register.direction,
                register.name,
                register.year,
                register.status,
              ],
            );
          },
        },
      ),
  };
}

export interface ReferenceDeps {
  readonly db: Database;
  readonly nowMs: () => number;
}

export interface OfficePolicy {
  readonly id: string;
  readonly name: string;
  readonly policy: SoftwareKeyPolicy;
}

const OfficeLine = z.object({ id: z.string(), content: z.looseObject({ name: z.string() }) });

type ChangedRecord = { readonly type: TargetType; readonly id: string } & (
  | { readonly content: object }
  | { readonly contentOver: (tx: Queryable) => Promise<object> }
);

interface ChangeWork {
  readonly row: (tx: Queryable) => Promise<void>;
  readonly event?: AuditEvent['event'];
}

/** @param hash undefined keeps the password of a known user */
async function saveUser(tx: Queryable, user: User, hash: string | undefined): Promise<void> {
  const values = [
    user.officeId,
    user.id,
    user.login,
    user.fullName,
    user.position,
    user.unitId,
    user.active,
  ];
  if (hash === undefined) {
    const { rowCount } = await tx.query(
      `update app_user set login = $3, full_name = $4, position = $5, unit_id = $6, active = $7
        where office_id = $1 and id = $2`,
      values,
    );
    if (rowCount !== 1) throw new Error(`no user ${user.id} in office ${user.officeId}`);
  } else {
    await tx.query(
      `insert into app_user
         (office_id, id, login, full_name, position, unit_id, active, password_hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (office_id, id) do update set login = excluded.login,
         full_name = excluded.full_name, position = excluded.position,
         unit_id = excluded.unit_id, active = excluded.active`,
      [...values, hash],
    );
  }
  await tx.query('delete from role_grant where office_id = $1 and user_id = $2', [
    user.officeId,
    user.id,
  ]);
  await tx.query(
    `insert into role_grant (office_id, user_id, place, role, organ_id)
     select $1, $2, place, role, organ_id
       from unnest($3::text[], $4::uuid[]) with ordinality as g (role, organ_id, place)`,
    [
      user.officeId,
      user.id,
      user.grants.map(({ role }) => role),
      user.grants.map(({ organId }) => organId),
    ],
  );
}
