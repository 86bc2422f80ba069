import { err, ok, type Result } from '@shared/kernel/result';
import type { CourierReply, CourierRequest } from '@shared/protocol/courier';
import { fromHex } from '@shared/kernel/bytes';
import type { ExchangeSession } from '@shared/sync/exchange';
import type { Intake, IntakeAnswer } from '@shared/sync/intake';
import type { IntakeServices, IntakeStore } from '@shared/sync/intake-store';
import { signedBytes, type Operation } from '@shared/sync/operation';
import type { Database } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { appendAudit } from '../audit/audit-log';
import { findDevice } from '../session/device-repository';

export interface CourierDeps {
  readonly db: Database;
  readonly intake: Intake;
  readonly store: IntakeStore;
  readonly verify: IntakeServices['verify'];
  readonly nowMs: () => number;
}

export type CourierFailure =
  | Pick<Extract<IntakeAnswer, { status: 'refused' }>, 'code'>
  | { readonly code: 'operation.bad-signature' };

/**
 * Takes operations that came on a USB stick (T-13). The ordinary intake of their own device decides: when the original
 * comes back and sends them itself, it finds the outcomes that are stored here (I-5).
 */
export function createCourier({ db, intake, store, verify, nowMs }: CourierDeps) {
  return async (
    { officeId, deviceId }: ExchangeSession,
    { operations }: CourierRequest,
  ): Promise<Result<CourierReply, CourierFailure>> => {
    const [first] = operations;
    if (!first) return ok({ results: [] });
    const owner = await findDevice(db, { deviceId: first.dev, inc: first.inc });
    // Whether another office has such a device is none of the courier's business.
    if (owner?.officeId !== officeId) return err({ code: 'device.not-enrolled' });
    // A forged operation must not even be refused by the intake: that would use up the original's next number.
    for (const operation of operations) {
      if (!(await isSigned(officeId, operation))) return err({ code: 'operation.bad-signature' });
    }
    const maker = { deviceId: first.dev, inc: first.inc, courierId: deviceId };
    const answer = await intake.accept(maker, operations);
    const detail = { dev: first.dev, inc: first.inc, operations: operations.length };
    await inTransaction(db, (tx) =>
      appendAudit(tx, officeId, { event: 'courier.delivered', deviceId, detail }, nowMs()),
    );
    return answer.status === 'refused'
      ? err({ code: answer.code })
      : ok({ results: answer.results });
  };

  async function isSigned(officeId: string, operation: Operation): Promise<boolean> {
    const actor = await store.transaction((tx) =>
      tx.findActor(officeId, operation.actor, operation.dev),
    );
    const [bytes, signature] = [signedBytes(operation), fromHex(operation.sig)];
    return actor?.opPublicKeys.some((key) => verify(key, bytes, signature)) ?? false;
  }
}

export type Courier = ReturnType<typeof createCourier>;
