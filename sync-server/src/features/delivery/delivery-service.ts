import { sealedScope } from '@shared/sync/record';
import { isLockTimeout } from '../../db/database-failure';
import type { Database } from '../../db/queryable';
import type { Log } from '../../log';
import type { ObjectStore } from '../../storage/objects';
import { applyAnswer, confirmSent, receiveDelivery } from './apply-messages';
import { copyFiles } from './copy-files';
import { outboxRepository, type TakenMessage } from './outbox-repository';

export interface DeliveryDeps {
  readonly db: Database;
  readonly objects: ObjectStore;
  readonly nowMs: () => number;
  readonly log: Log;
}

/** A workstation may still be sending a file that its document names. */
const FILES_WAIT_SECONDS = 5;
const LAST_RETRY_SECONDS = 600;

/**
 * Carries messages between offices (§12.5). Every step may be repeated: a node can die between any two of them, and
 * another, or this one later, takes the message up again. Any number of nodes may work at once.
 */
export function createDeliveries({ db, objects, nowMs, log }: DeliveryDeps) {
  const outbox = outboxRepository(db);
  const now = () => new Date(nowMs()).toISOString();

  /** False when it has to wait for files. */
  async function deliver({ officeId, attempts, message }: TakenMessage): Promise<boolean> {
    if (message.kind === 'answer') {
      await applyAnswer(db, message);
      await outbox.markDone(officeId, message.id);
      return true;
    }
    const { toOfficeId: to, parcel } = message;
    const { files, senderDocumentId: documentId } = parcel;
    if (await isSealed(db, officeId, documentId)) {
      // What is suspected of a state secret leaves no more (§7.2); the incident is settled outside this program.
      await outbox.markDone(officeId, message.id);
      log.warn({ messageId: message.id }, 'a sealed document was not delivered');
      return true;
    }
    const copies = await copyFiles({ db, objects }, { from: officeId, to, documentId, files });
    if (!copies) return false;
    await receiveDelivery(db, message, { copies, receivedAt: now() });
    await confirmSent(db, { officeId, attempts, message }, now());
    return true;
  }

  /** @returns true when the message is done */
  async function attempt(taken: TakenMessage): Promise<boolean> {
    const { officeId, attempts, message } = taken;
    try {
      if (await deliver(taken)) return true;
      await outbox.postpone(officeId, message.id, FILES_WAIT_SECONDS);
    } catch (cause) {
      const delay = Math.min(2 ** Math.min(attempts, 16), LAST_RETRY_SECONDS);
      await outbox.postpone(officeId, message.id, delay);
      const facts = { officeId, messageId: message.id, attempts, delay };
      if (isLockTimeout(cause)) log.warn(facts, 'a delivery waits for a lock');
      else log.error({ ...facts, err: cause }, 'a delivery failed');
    }
    return false;
  }

  return {
    /** Takes up everything that is due. @returns how many messages are done */
    async deliverDue(mayGoOn: () => boolean = () => true): Promise<number> {
      let done = 0;
      while (mayGoOn()) {
        const taken = await outbox.takeDue();
        if (!taken) break;
        if (await attempt(taken)) done += 1;
      }
      return done;
    },
  };
}

async function isSealed(db: Database, officeId: string, documentId: string): Promise<boolean> {
  const { rows } = await db.query(
    'select 1 from record where office_id = $1 and id = $2 and scope = $3',
    [officeId, documentId, sealedScope(officeId)],
  );
  return rows.length > 0;
}

export type Deliveries = ReturnType<typeof createDeliveries>;
