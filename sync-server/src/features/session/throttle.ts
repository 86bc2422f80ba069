import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Queryable } from '../../db/queryable';
import type { EnrolledDevice } from './device-repository';

/** Wrong passwords that cost nothing; each further one makes the next try wait, twice as long every time. */
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** After a quiet day the count begins anew. */
const FORGET_MS = 24 * 3_600_000;

/** Hashed: what is typed into the login field is sometimes the password. */
const loginHash = (login: string): string =>
  createHash('sha256').update(login.normalize('NFC').toLowerCase()).digest('hex');

const WaitLine = z.object({ wait_ms: z.coerce.number() });

/**
 * Milliseconds until the account may be tried again from this device; 0 when it may be now.
 *
 * Counted in the database, so that neither a restart nor another node gives new tries, and counted alike for logins
 * that do not exist.
 */
export async function remainingWaitMs(
  db: Queryable,
  device: EnrolledDevice,
  login: string,
  nowMs: number,
): Promise<number> {
  const { rows } = await db.query(
    `select extract(epoch from not_before - to_timestamp($4::double precision / 1000)) * 1000 as wait_ms
       from sign_in_throttle where office_id = $1 and device_id = $2 and login_hash = $3`,
    [device.officeId, device.deviceId, loginHash(login), nowMs],
  );
  return rows.length === 0 ? 0 : Math.max(0, Math.ceil(WaitLine.parse(rows[0]).wait_ms));
}

/** Counts a wrong password. */
export async function noteFailure(
  db: Queryable,
  device: EnrolledDevice,
  login: string,
  nowMs: number,
): Promise<void> {
  await db.query(
    `insert into sign_in_throttle as t (office_id, device_id, login_hash, failures, not_before)
     values ($1, $2, $3, 1, to_timestamp($4::double precision / 1000))
     on conflict (office_id, device_id, login_hash) do update set
       failures = case when t.not_before < excluded.not_before - make_interval(secs => $8 / 1000.0)
                       then 1 else t.failures + 1 end,
       not_before = case
         when t.not_before < excluded.not_before - make_interval(secs => $8 / 1000.0)
           or t.failures + 1 < $5 then excluded.not_before
         else excluded.not_before + make_interval(secs =>
           least($6::double precision * power(2, least(t.failures + 1 - $5, 20)), $7) / 1000.0)
       end`,
    [
      device.officeId,
      device.deviceId,
      loginHash(login),
      nowMs,
      FREE_TRIES,
      FIRST_WAIT_MS,
      LONGEST_WAIT_MS,
      FORGET_MS,
    ],
  );
}

export async function forgetFailures(
  db: Queryable,
  device: EnrolledDevice,
  login: string,
): Promise<void> {
  await db.query(
    'delete from sign_in_throttle where office_id = $1 and device_id = $2 and login_hash = $3',
    [device.officeId, device.deviceId, loginHash(login)],
  );
}
