import { z } from 'zod';
import { DeviceId, OfficeId } from '@shared/kernel/ids';
import type { User } from '@shared/domain/organ/user';
import type { Queryable } from '../../db/queryable';
import type { AccessClaims } from './tokens';
import { userColumns, userFrom } from './user-repository';

export interface EnrolledDevice {
  readonly deviceId: DeviceId;
  readonly inc: number;
  readonly officeId: OfficeId;
  readonly state: 'active' | 'fenced' | 'disabled';
  /** Ed25519, SPKI DER; of its own for each incarnation, so that copies of one profile can be told apart (§13.3). */
  readonly publicKey: Uint8Array;
  /** It presented a ticket that was too old. */
  readonly isForked: boolean;
}

const DeviceLine = z.object({
  office_id: OfficeId,
  id: DeviceId,
  inc: z.int(),
  state: z.enum(['active', 'fenced', 'disabled']),
  public_key: z.instanceof(Uint8Array),
  is_forked: z.boolean(),
});

/** Every incarnation of a device, newest first. Each has its own key, and a copy of a profile may hold another one. */
export async function listIncarnations(
  db: Queryable,
  deviceId: string,
): Promise<readonly EnrolledDevice[]> {
  const { rows } = await db.query(
    `select office_id, id, inc, state, public_key, forked_at is not null as is_forked
       from device where id = $1 order by inc desc`,
    [deviceId],
  );
  return rows.map((line) => {
    const row = DeviceLine.parse(line);
    return {
      deviceId: row.id,
      inc: row.inc,
      officeId: row.office_id,
      state: row.state,
      publicKey: row.public_key,
      isForked: row.is_forked,
    };
  });
}

export const findDevice = async (
  db: Queryable,
  { deviceId, inc }: { readonly deviceId: string; readonly inc: number },
): Promise<EnrolledDevice | undefined> =>
  (await listIncarnations(db, deviceId)).find((one) => one.inc === inc);

const ContactLine = z.object({ device_office: OfficeId, state: DeviceLine.shape.state });

/** An incarnation and the person at it, as they are now; a person of another office is nobody (I-13). */
export async function findContact(
  db: Queryable,
  { dev, inc, user }: AccessClaims,
): Promise<(Pick<EnrolledDevice, 'officeId' | 'state'> & { user: User | undefined }) | undefined> {
  const { rows } = await db.query(
    `select d.office_id as device_office, d.state, ${userColumns}
       from device d left join app_user u on u.office_id = d.office_id and u.id = $3
      where d.id = $1 and d.inc = $2`,
    [dev, inc, user ?? null],
  );
  if (rows.length === 0) return undefined;
  const { device_office: officeId, state } = ContactLine.parse(rows[0]);
  const isKnown = z.object({ id: z.string().nullable() }).parse(rows[0]).id !== null;
  return { officeId, state, user: isKnown ? userFrom(rows[0]) : undefined };
}

const KeyLine = z.object({ public_key: z.instanceof(Uint8Array) });

/** The newest operation key that a user registered on a device. */
export async function findUserKey(
  db: Queryable,
  device: EnrolledDevice,
  userId: string,
): Promise<Uint8Array | undefined> {
  const { rows } = await db.query(
    `select public_key from device_user_key
      where office_id = $1 and device_id = $2 and user_id = $3
      order by registered_at desc limit 1`,
    [device.officeId, device.deviceId, userId],
  );
  return rows.length === 0 ? undefined : KeyLine.parse(rows[0]).public_key;
}

export async function saveUserKey(
  tx: Queryable,
  device: EnrolledDevice,
  userId: string,
  publicKey: Uint8Array,
): Promise<void> {
  await tx.query(
    `insert into device_user_key (office_id, device_id, user_id, public_key)
     values ($1, $2, $3, $4)
     on conflict (office_id, device_id, user_id, public_key) do update set registered_at = now()`,
    [device.officeId, device.deviceId, userId, publicKey],
  );
}
