import { createHash, randomInt } from 'node:crypto';
import { z } from 'zod';
import { Office } from '@shared/domain/organ/organ';
import { DeviceId } from '@shared/kernel/ids';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { appendAudit } from '../audit/audit-log';
import { fenceIncarnation } from '../session/fence-incarnation';
import { createCertificateService } from './certificate-service';
import { createReferenceService, type ReferenceDeps } from './reference-service';

/** An activation code that nobody used is worth nothing after so long. */
export const CODE_HOURS = 72;

/** Who acts, from which machine; nothing of it for a tool on the server's own machine. */
interface By {
  readonly actor?: string | undefined;
  readonly deviceId?: string;
}

/** Everything an administrator does: for tools and tests, and what `admin-routes.ts` offers to an office. */
export function createAdmin({ db, nowMs }: ReferenceDeps) {
  return {
    ...createReferenceService({ db, nowMs }),

    certificates: createCertificateService(db, nowMs),

    /**
     * A code that turns one installation into a device of the office.
     *
     * @returns the plain code, shown once; only its hash is kept
     */
    createActivationCode: (
      officeId: string,
      validHours: number = CODE_HOURS,
      by: By = {},
      kind: 'workstation' | 'hub' = 'workstation',
    ): Promise<string> => {
      const code = freshCode();
      return inTransaction(db, async (tx) => {
        await tx.query(
          `insert into activation_code (office_id, code_hash, created_at, expires_at, kind)
           values ($1, $2, $3, $4, $5)`,
          [
            officeId,
            codeHash(code),
            instant(nowMs()),
            instant(nowMs() + validHours * 3_600_000),
            kind,
          ],
        );
        await appendAudit(tx, officeId, { event: 'activationCode.created', ...by }, nowMs());
        return code;
      });
    },

    listOffices: async (): Promise<readonly Office[]> => {
      const { rows } = await db.query(
        'select office_id, name, place_name from office order by name',
      );
      return rows.map((row) => officeFrom(row));
    },

    listDevices: (officeId: string): Promise<readonly DeviceSummary[]> => listDevices(db, officeId),

    /**
     * From the next request on no incarnation of the device gets or gives anything, for good; registers that it holds are
     * frozen until their recall (§9.5).
     *
     * @returns false when the office has no such device
     */
    disableDevice: (
      officeId: string,
      deviceId: string,
      by: By = {},
      wipe = false,
    ): Promise<boolean> =>
      inTransaction(db, async (tx) => {
        const { rows } = await tx.query(
          'select inc, state from device where office_id = $1 and id = $2 order by inc for update',
          [officeId, deviceId],
        );
        const incarnations = rows.map((row) => IncarnationLine.parse(row));
        if (wipe && rows.length > 0) await orderWipe(tx, { officeId, deviceId, by }, nowMs());
        if (incarnations.every(({ state }) => state === 'disabled')) return rows.length > 0;
        for (const { inc } of incarnations)
          await fenceIncarnation(tx, { officeId, deviceId, inc }, nowMs());
        await tx.query(`update device set state = 'disabled' where office_id = $1 and id = $2`, [
          officeId,
          deviceId,
        ]);
        const detail = { by: by.deviceId ?? null };
        const event = { event: 'device.disabled', actor: by.actor, deviceId, detail } as const;
        await appendAudit(tx, officeId, event, nowMs());
        return true;
      }),
  };
}

/** Once ordered it stays ordered: the machine obeys the next time it is heard of. */
async function orderWipe(
  tx: Queryable,
  {
    officeId,
    deviceId,
    by,
  }: { readonly officeId: string; readonly deviceId: string; readonly by: By },
  nowMs: number,
): Promise<void> {
  const { rowCount } = await tx.query(
    `insert into device_wipe (office_id, device_id, ordered_at) values ($1, $2, $3)
     on conflict (device_id) do nothing`,
    [officeId, deviceId, new Date(nowMs).toISOString()],
  );
  if (rowCount === 0) return;
  const detail = { by: by.deviceId ?? null };
  const event = { event: 'device.wipeOrdered', actor: by.actor, deviceId, detail } as const;
  await appendAudit(tx, officeId, event, nowMs);
}

export type Admin = ReturnType<typeof createAdmin>;

export interface DeviceSummary {
  readonly deviceId: DeviceId;
  readonly inc: number;
  readonly name: string;
  readonly state: 'active' | 'fenced' | 'disabled';
  readonly lastN: number;
  /** ISO instant; null before the first contact after enrolment. */
  readonly lastContactAt: string | null;
}

const IncarnationLine = z.object({ inc: z.int(), state: z.string() });

const DeviceLine = z.object({
  id: DeviceId,
  inc: z.int(),
  name: z.string(),
  state: z.enum(['active', 'fenced', 'disabled']),
  last_n: z.int(),
  last_contact_at: z.date().nullable(),
});

async function listDevices(db: Database, officeId: string): Promise<readonly DeviceSummary[]> {
  const { rows } = await db.query(
    `select id, inc, name, state, last_n, last_contact_at from device
      where office_id = $1 order by enrolled_at, id, inc`,
    [officeId],
  );
  return rows.map((row) => {
    const line = DeviceLine.parse(row);
    return {
      deviceId: line.id,
      inc: line.inc,
      name: line.name,
      state: line.state,
      lastN: line.last_n,
      lastContactAt: line.last_contact_at?.toISOString() ?? null,
    };
  });
}

const OfficeLine = z.object({ office_id: z.string(), name: z.string(), place_name: z.string() });

function officeFrom(row: unknown): Office {
  const line = OfficeLine.parse(row);
  return Office.parse({ id: line.office_id, name: line.name, placeName: line.place_name });
}

/** No 0/O, 1/I/L, so that the code survives the telephone; 12 letters are 59 bits, and a wrong guess costs a minute. */
const LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

function freshCode(): string {
  const group = (): string =>
    Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${group()}-${group()}-${group()}`;
}

/** Hash of a code as typed: case, spaces and dashes do not matter. */
export const codeHash = (typed: string): string =>
  createHash('sha256')
    .update(typed.toUpperCase().replace(/[^0-9A-Z]/g, ''))
    .digest('hex');

const instant = (ms: number): string => new Date(ms).toISOString();
