import { IncomingDocument } from '@shared/domain/document/incoming-document';
import { QueuedRequest } from '@shared/domain/register/number-queue';
import type { RecordChange } from '@shared/sync/acts/act';
import { mayBeNumbered } from '@shared/sync/acts/register-decision';
import type { IntakeTransaction } from '@shared/sync/intake-store';

/** A paper that waited in the lost history is shown as asking anew: an outgoing one and a copy name no book before their number. */
export function askAnew(change: RecordChange): RecordChange {
  const { type, content } = change;
  const isOurs = type === 'outgoingDocument' || type === 'certifiedCopy';
  const waits = isOurs && mayBeNumbered(type, content);
  return waits ? { ...change, content: { ...content, numberRequestedAt: null } } : change;
}

/** An arrival that waited in the lost history waits again, behind those that have asked since (§9.3). */
export async function queueAgain(
  intake: IntakeTransaction,
  officeId: string,
  { type, id, content }: RecordChange,
): Promise<void> {
  if (type !== 'incomingDocument' || !mayBeNumbered(type, content)) return;
  const { registerId, registeredBy, numberRequestedAt } = IncomingDocument.parse(content);
  if (numberRequestedAt === null) return;
  const locked = await intake.lockRegister(officeId, registerId, id);
  if (!locked || locked.isQueued || locked.booked.has(id)) return;
  const request = QueuedRequest.parse({
    documentId: id,
    type,
    requestedBy: registeredBy,
    requestedAt: numberRequestedAt,
    code: null,
  });
  const { counter, custody } = locked;
  const book = { counter, custody };
  const rows = { added: [], replaced: [], dequeued: [] };
  const registerRow = { registerId: locked.register.id, book, ...rows };
  await intake.saveRegister(officeId, { ...registerRow, enqueued: [request] });
}
