import type { Custody } from '@shared/domain/register/custody';
import { holdingOf } from '@shared/domain/register/number-queue';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { RecordChange } from '@shared/sync/acts/act';
import type { Queryable } from '../../db/queryable';
import { intakeTransaction } from '../sync/postgres-intake-store';

/**
 * Changes who has the counter of a register without an act of a person: after a restore of the server, or because its
 * holder was fenced. Record and register stay locked.
 *
 * @returns the record that shows it, for `putRecords`
 */
export async function changeCustody(
  tx: Queryable,
  officeId: string,
  id: string,
  change: (custody: Custody) => Custody,
): Promise<RecordChange | undefined> {
  const intake = intakeTransaction(tx);
  await intake.lockRecords(officeId, [{ type: 'register', id }]);
  const locked = await intake.lockRegister(officeId, id, id);
  if (!locked) return undefined;
  const { register, counter } = locked;
  const custody = change(locked.custody);
  await intake.saveRegister(officeId, {
    registerId: register.id,
    book: { counter, custody },
    added: [],
    replaced: [],
    enqueued: [],
    dequeued: [],
  });
  const content = { ...register, holding: holdingOf(custody, locked.queueLength) } as JsonObject;
  return { type: 'register', id, content };
}
