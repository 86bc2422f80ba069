import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { CHAIN_START } from '@shared/sync/operation';
import { DeviceId, OfficeId } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import type { EnrolReply, EnrolRequest } from '@shared/protocol/session';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { ed25519Key, firstTicket } from '../../platform';
import { codeHash } from '../admin/admin-service';
import { appendAudit } from '../audit/audit-log';
import type { User } from '@shared/domain/organ/user';
import type { EnrolledDevice } from './device-repository';
import { fenceIncarnation } from './fence-incarnation';
import { ticketHash } from '../sync/postgres-ticket-store';
import { getOffice } from './user-repository';

export interface EnrolmentDeps {
  readonly db: Database;
  /** By which machines will know the province's orders, SPKI DER in base64. */
  readonly provinceKey: string;
  readonly nowMs: () => number;
}

export type EnrolFailure = {
  readonly code:
    | 'device.code-unknown'
    | 'device.code-used'
    | 'device.code-expired'
    | 'device.disabled'
    | 'http.invalid-body';
};

/**
 * Turns an installation into a device of the office that the code belongs to.
 *
 * A code serves one device key: the same request again (its answer was lost on a bad line) gives the same device, so
 * that nobody has to telephone for a second code; any other key finds the code used.
 */
export function createEnrolment({ db, provinceKey, nowMs }: EnrolmentDeps) {
  const enrol = (request: EnrolRequest): Promise<Result<EnrolReply, EnrolFailure>> =>
    inTransaction(db, async (tx) => {
      const publicKey = Buffer.from(request.devicePublicKey, 'base64');
      if (!ed25519Key(publicKey)) return err({ code: 'http.invalid-body' });
      const code = await lockCode(tx, request.code);
      if (!code) return err({ code: 'device.code-unknown' });
      const ticket = firstTicket();
      if (code.deviceId !== null) {
        const inc = await renewTicket(tx, { ...code, deviceId: code.deviceId, publicKey, ticket });
        if (inc === undefined) return err({ code: 'device.code-used' });
        return ok(await reply(tx, code.officeId, { deviceId: code.deviceId, inc, ticket }));
      }
      if (code.expiresAt.getTime() <= nowMs()) return err({ code: 'device.code-expired' });
      const deviceId = DeviceId.parse(randomUUID());
      await tx.query(
        `insert into device (office_id, id, inc, name, last_hash, ticket_newest, public_key, kind)
         values ($1, $2, 1, $3, $4, $5, $6, $7)`,
        [
          code.officeId,
          deviceId,
          request.deviceName,
          CHAIN_START,
          ticketHash(ticket),
          publicKey,
          code.kind,
        ],
      );
      await tx.query(
        `update activation_code set used_at = $3, device_id = $4
          where office_id = $1 and code_hash = $2`,
        [code.officeId, codeHash(request.code), new Date(nowMs()).toISOString(), deviceId],
      );
      await appendAudit(tx, code.officeId, { event: 'device.enrolled', deviceId }, nowMs());
      return ok(await reply(tx, code.officeId, { deviceId, inc: 1, ticket }));
    });

  /**
   * The next incarnation of a device that has proven itself (§13.3); the same request again gives the same one. The old
   * one is fenced with it, whoever holds a copy.
   */
  const again = (
    { device, user }: { readonly device: EnrolledDevice; readonly user: User },
    devicePublicKey: string,
  ): Promise<Result<EnrolReply, EnrolFailure>> =>
    inTransaction(db, async (tx) => {
      const publicKey = Buffer.from(devicePublicKey, 'base64');
      if (!ed25519Key(publicKey)) return err({ code: 'http.invalid-body' });
      const { deviceId, officeId } = device;
      const ticket = firstTicket();
      // Checking the password takes its time: the machine may have been disabled meanwhile.
      if (await isDisabled(tx, officeId, deviceId)) return err({ code: 'device.disabled' });
      const done = await renewTicket(tx, { officeId, deviceId, publicKey, ticket });
      if (done !== undefined) return ok(await reply(tx, officeId, { deviceId, inc: done, ticket }));
      await fenceIncarnation(tx, device, nowMs());
      const { rows } = await tx.query(
        `insert into device (office_id, id, inc, name, last_hash, ticket_newest, public_key, kind)
         select office_id, id, (select max(inc) + 1 from device where id = $2), name, $4, $5, $6, kind
           from device where office_id = $1 and id = $2 and inc = $3
         returning inc`,
        [officeId, deviceId, device.inc, CHAIN_START, ticketHash(ticket), publicKey],
      );
      const { inc } = z.object({ inc: z.int() }).parse(rows[0]);
      const detail = { inc, after: device.inc };
      const event = { event: 'device.enrolledAgain', actor: user.id, deviceId, detail } as const;
      await appendAudit(tx, officeId, event, nowMs());
      return ok(await reply(tx, officeId, { deviceId, inc, ticket }));
    });

  async function reply(
    tx: Queryable,
    officeId: OfficeId,
    device: { readonly deviceId: DeviceId; readonly inc: number; readonly ticket: string },
  ): Promise<EnrolReply> {
    const { rows } = await tx.query('select timeline from server_state');
    const { timeline } = z.object({ timeline: z.uuid() }).parse(rows[0]);
    return {
      ...device,
      office: await getOffice(tx, officeId),
      timeline,
      provinceKey,
      serverTime: nowMs(),
    };
  }

  return { enrol, again };
}

export type Enrolment = ReturnType<typeof createEnrolment>;

const CodeLine = z.object({
  office_id: OfficeId,
  expires_at: z.date(),
  device_id: DeviceId.nullable(),
  kind: z.enum(['workstation', 'hub']),
});

async function lockCode(tx: Queryable, typed: string) {
  const { rows } = await tx.query(
    'select office_id, expires_at, device_id, kind from activation_code where code_hash = $1 for update',
    [codeHash(typed)],
  );
  if (rows.length === 0) return undefined;
  const row = CodeLine.parse(rows[0]);
  return {
    officeId: row.office_id,
    expiresAt: row.expires_at,
    deviceId: row.device_id,
    kind: row.kind,
  };
}

async function isDisabled(tx: Queryable, officeId: string, deviceId: string): Promise<boolean> {
  const { rows } = await tx.query(
    'select state from device where office_id = $1 and id = $2 order by inc for update',
    [officeId, deviceId],
  );
  return rows.some((row) => z.object({ state: z.string() }).parse(row).state === 'disabled');
}

/** Only for a device that has not sent anything yet: later its ticket is the client's alone. */
async function renewTicket(
  tx: Queryable,
  device: {
    readonly officeId: string;
    readonly deviceId: string;
    readonly publicKey: Uint8Array;
    readonly ticket: string;
  },
): Promise<number | undefined> {
  const { rows } = await tx.query(
    `update device set ticket_previous = ticket_newest, ticket_newest = $4
      where office_id = $1 and id = $2 and public_key = $3
        and state = 'active' and last_n = 0 and last_contact_at is null
     returning inc`,
    [device.officeId, device.deviceId, device.publicKey, ticketHash(device.ticket)],
  );
  return rows.length === 0 ? undefined : z.object({ inc: z.int() }).parse(rows[0]).inc;
}
