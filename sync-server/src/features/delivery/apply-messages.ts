import { z } from 'zod';
import {
  deliveryFrom,
  withDeliveryNews,
  type DeliveryNews,
} from '@shared/domain/document/delivery';
import { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { OrganId } from '@shared/kernel/ids';
import type { OutboxMessage } from '@shared/sync/outbox-message';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { intakeTransaction } from '../sync/postgres-intake-store';
import { putRecords } from '../sync/put-records';
import { linkCopies, type CopiedFile } from './copy-files';
import { outboxRepository, type TakenMessage } from './outbox-repository';

type Sending = Extract<OutboxMessage, { kind: 'send' }>;
type Answer = Extract<OutboxMessage, { kind: 'answer' }>;

/**
 * Lays a delivery before the receiver's clerk: record, feed, files and the mark that it was done, in one transaction of
 * the receiver's stream. A second time changes nothing, also after it was answered.
 */
export function receiveDelivery(
  db: Database,
  { id, toOfficeId, parcel }: Sending,
  { copies, receivedAt }: { readonly copies: readonly CopiedFile[]; readonly receivedAt: string },
): Promise<void> {
  return inTransaction(db, async (tx) => {
    if (!(await outboxRepository(tx).enterInbox(toOfficeId, id))) return;
    const organId = await organAddressed(tx, toOfficeId, parcel.recipientCode);
    const content = deliveryFrom(parcel, { organId, receivedAt }) as JsonObject;
    await putRecords(intakeTransaction(tx), {
      officeId: toOfficeId,
      changes: [{ type: 'delivery', id, content }],
      beforeStream: () => linkCopies(tx, toOfficeId, id, copies),
    });
  });
}

/** Tells the sender's document that the receiver has it, and ends the message; in the sender's stream. */
export function confirmSent(
  db: Database,
  { officeId, message }: TakenMessage & { readonly message: Sending },
  at: string,
): Promise<void> {
  return inTransaction(db, async (tx) => {
    await outboxRepository(tx).markDone(officeId, message.id);
    const { senderDocumentId: documentId } = message.parcel;
    const news: DeliveryNews = { state: 'daGui', at, reason: null };
    await tellDocument(tx, officeId, { documentId, deliveryId: message.id, news });
  });
}

/** Brings the receiver's answer to the sender's document, in the sender's stream. */
export function applyAnswer(db: Database, message: Answer): Promise<void> {
  const { id, toOfficeId, documentId, deliveryId, state, reason, at } = message;
  return inTransaction(db, async (tx) => {
    if (!(await outboxRepository(tx).enterInbox(toOfficeId, id))) return;
    await tellDocument(tx, toOfficeId, { documentId, deliveryId, news: { state, reason, at } });
  });
}

interface Telling {
  readonly documentId: string;
  readonly deliveryId: string;
  readonly news: DeliveryNews;
}

async function tellDocument(
  tx: Queryable,
  officeId: string,
  { documentId: id, deliveryId, news }: Telling,
): Promise<void> {
  const intake = intakeTransaction(tx);
  const type = 'outgoingDocument';
  const held = (await intake.lockRecords(officeId, [{ type, id }])).get(id);
  if (held?.type !== type) throw new Error(`the dispatched document ${id} is gone`);
  const document = OutgoingDocument.parse(held.content);
  const content = withDeliveryNews(document, deliveryId, news) as JsonObject;
  await putRecords(intake, { officeId, changes: [{ type, id, content }] });
}

/**
 * The organ of an office that a code of the directory means. A directory may know the office by a code of its own: then
 * it is the office's UBND, to which papers for the commune go.
 */
async function organAddressed(tx: Queryable, officeId: string, code: string): Promise<OrganId> {
  const { rows } = await tx.query(
    `select id from organ where office_id = $1 and (code = $2 or kind = 'UBND')
      order by code = $2 desc, id limit 1`,
    [officeId, code],
  );
  if (rows.length === 0) throw new Error(`office ${officeId} has no organ to receive papers`);
  return z.object({ id: OrganId }).parse(rows[0]).id;
}
