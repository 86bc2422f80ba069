import { z } from 'zod';
import { DeviceId, UserId } from '@shared/kernel/ids';
import type { Authority } from '@shared/protocol/relay-message';
import type { Scope } from '@shared/sync/record';
import type { Queryable } from '../../db/queryable';

const base64 = z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('base64'));

const DeviceLine = z
  .object({
    id: DeviceId,
    inc: z.int(),
    name: z.string(),
    kind: z.enum(['workstation', 'hub']),
    public_key: base64,
  })
  .transform(({ id, public_key: publicKey, ...row }) => ({ deviceId: id, ...row, publicKey }));

const KeyLine = z
  .object({ user_id: UserId, device_id: DeviceId, public_key: base64 })
  .transform((row) => ({
    userId: row.user_id,
    deviceId: row.device_id,
    publicKey: row.public_key,
  }));

const DossierLine = z.object({ id: z.uuid(), members: z.array(UserId) });
const EpochLine = z.object({ epoch: z.int() });

/** Machines that may speak, with the keys of the people on them, in a fixed order. */
export async function readDevices(
  db: Queryable,
  officeId: string,
): Promise<Pick<Authority, 'devices' | 'userKeys'>> {
  const devices = await db.query(
    `select id, inc, name, kind, public_key from device
      where office_id = $1 and state = 'active' order by id, inc`,
    [officeId],
  );
  const keys = await db.query(
    `select user_id, device_id, public_key from device_user_key
      where office_id = $1 order by user_id, device_id, registered_at`,
    [officeId],
  );
  return {
    devices: devices.rows.map((row) => DeviceLine.parse(row)),
    userKeys: keys.rows.map((row) => KeyLine.parse(row)),
  };
}

export async function readDossiers(
  db: Queryable,
  officeId: string,
): Promise<Authority['dossiers']> {
  const { rows } = await db.query(
    `select dossier_id as id, array_agg(user_id order by user_id) as members
       from dossier_member where office_id = $1 group by dossier_id order by dossier_id`,
    [officeId],
  );
  return rows.map((row) => DossierLine.parse(row));
}

export async function deviceKind(
  db: Queryable,
  { deviceId, inc }: { readonly deviceId: string; readonly inc: number },
): Promise<'workstation' | 'hub'> {
  const { rows } = await db.query('select kind from device where id = $1 and inc = $2', [
    deviceId,
    inc,
  ]);
  return z.object({ kind: z.enum(['workstation', 'hub']) }).parse(rows[0]).kind;
}

/**
 * The epoch of a scope's relay key: the next one begins when somebody who was there is there no more, so that what is
 * sealed from then on is not for them (I-14).
 */
export async function epochOf(
  tx: Queryable,
  officeId: string,
  scope: Scope,
  members: readonly string[],
): Promise<number> {
  const { rows } = await tx.query(
    `insert into relay_scope as held (office_id, scope, epoch, members) values ($1, $2, 1, $3::uuid[])
     on conflict (office_id, scope) do update
       set epoch = held.epoch + case when held.members <@ excluded.members then 0 else 1 end,
           members = excluded.members
     returning epoch`,
    [officeId, scope, members],
  );
  return EpochLine.parse(rows[0]).epoch;
}
