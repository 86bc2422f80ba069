import { z } from 'zod';
import { User } from '@shared/domain/organ/user';
import { Office, Organ } from '@shared/domain/organ/organ';
import type { Queryable } from '../../db/queryable';

const UserLine = z.object({
  id: z.string(),
  office_id: z.string(),
  login: z.string(),
  full_name: z.string(),
  position: z.string(),
  unit_id: z.string().nullable(),
  active: z.boolean(),
  grants: z.array(z.object({ role: z.string(), organId: z.string() })),
});

/** A person from a line of `userColumns`. */
export function userFrom(line: unknown): User {
  const row = UserLine.parse(line);
  return User.parse({
    id: row.id,
    officeId: row.office_id,
    login: row.login,
    fullName: row.full_name,
    position: row.position,
    unitId: row.unit_id,
    grants: row.grants,
    active: row.active,
  });
}

/** Of `app_user u`. */
export const userColumns = `u.id, u.office_id, u.login, u.full_name, u.position, u.unit_id, u.active,
  coalesce((select json_agg(json_build_object('role', g.role, 'organId', g.organ_id) order by g.place)
              from role_grant g where g.office_id = u.office_id and g.user_id = u.id), '[]') as grants`;

/** A person of the office as the server knows them now; undefined also for a person of another office (I-13). */
export async function findUser(
  db: Queryable,
  officeId: string,
  userId: string,
): Promise<User | undefined> {
  const { rows } = await db.query(
    `select ${userColumns} from app_user u where u.office_id = $1 and u.id = $2`,
    [officeId, userId],
  );
  return rows.length === 0 ? undefined : userFrom(rows[0]);
}

/** Everybody of the office, also who may no longer enter. */
export async function listUsers(db: Queryable, officeId: string): Promise<readonly User[]> {
  const { rows } = await db.query(
    `select ${userColumns} from app_user u where u.office_id = $1 order by u.id`,
    [officeId],
  );
  return rows.map(userFrom);
}

/** The person behind a login of this office, with the hash to check the password against. */
export async function findUserByLogin(
  db: Queryable,
  officeId: string,
  login: string,
): Promise<{ readonly user: User; readonly passwordHash: string } | undefined> {
  const { rows } = await db.query(
    `select ${userColumns}, u.password_hash from app_user u
      where u.office_id = $1 and lower(u.login) = lower($2)`,
    [officeId, login],
  );
  if (rows.length === 0) return undefined;
  const { password_hash: passwordHash } = z.object({ password_hash: z.string() }).parse(rows[0]);
  return { user: userFrom(rows[0]), passwordHash };
}

const OfficeLine = z
  .object({ office_id: z.string(), name: z.string(), place_name: z.string() })
  .transform((row) => ({ id: row.office_id, name: row.name, placeName: row.place_name }))
  .pipe(Office);

export async function getOffice(db: Queryable, officeId: string): Promise<Office> {
  const { rows } = await db.query(
    'select office_id, name, place_name from office where office_id = $1',
    [officeId],
  );
  return OfficeLine.parse(rows[0]);
}

const OrganLine = z
  .object({
    id: z.string(),
    office_id: z.string(),
    kind: z.string(),
    name: z.string(),
    short_name: z.string(),
    code: z.string(),
  })
  .transform((row) => ({
    id: row.id,
    officeId: row.office_id,
    kind: row.kind,
    name: row.name,
    shortName: row.short_name,
    code: row.code,
  }))
  .pipe(Organ);

export async function listOrgans(db: Queryable, officeId: string): Promise<readonly Organ[]> {
  const { rows } = await db.query(
    `select id, office_id, kind, name, short_name, code from organ
      where office_id = $1 order by kind desc, id`,
    [officeId],
  );
  return rows.map((row) => OrganLine.parse(row));
}

/** Restricted dossiers whose members list names the person, now. */
export async function dossiersOf(
  db: Queryable,
  officeId: string,
  userId: string,
): Promise<readonly string[]> {
  const { rows } = await db.query(
    'select dossier_id as id from dossier_member where office_id = $1 and user_id = $2',
    [officeId, userId],
  );
  return rows.map((row) => z.object({ id: z.string() }).parse(row).id);
}
