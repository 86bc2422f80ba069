import type { ErrorCode } from '@shared/errors/catalogue';
import type { SigningInput } from '@shared/ipc/signing-contract';
import { err, ok, type Result } from '@shared/kernel/result';
import { isOpen, isRead, type Job, type JobItem } from './signing-job';

type Choice = Pick<SigningInput<'signing.sign'>, 'documentIds' | 'unreadIds' | 'acceptedIds'>;

/** Documents that are still to be signed, each read in this window or ticked as unread (S-17). */
export function chooseItems(
  { items }: Job,
  { documentIds, unreadIds, acceptedIds }: Choice,
): Result<readonly JobItem[]> {
  const wanted = new Set(documentIds);
  const chosen = items.filter((item) => wanted.has(item.documentId) && isOpen(item));
  if (chosen.length === 0) return err({ code: 'signing.document-unknown' });
  const unread = chosen.filter((item) => !isRead(item));
  if (!unread.every(({ documentId }) => unreadIds.includes(documentId))) {
    return err({ code: 'signing.not-read' });
  }
  for (const item of chosen) {
    item.isAccepted = acceptedIds.includes(item.documentId);
    item.isSkipped = false;
  }
  return ok(chosen);
}

/** Why the gate does not let a document through; null when it does (S-18). */
export function gateRefusal({ findings = [], isAccepted }: JobItem): ErrorCode | null {
  if (findings.some(({ severity }) => severity === 'stop')) return 'signing.gate-stopped';
  return findings.length > 0 && !isAccepted ? 'signing.findings-not-accepted' : null;
}

/** Those that the gate lets through. What it stops fails alone; what it warns of must be ticked before the PIN. */
export function passGate(chosen: readonly JobItem[]): Result<readonly JobItem[]> {
  for (const item of chosen) {
    if (gateRefusal(item) !== 'signing.gate-stopped') continue;
    item.state = 'failed';
    item.failure = 'signing.gate-stopped';
  }
  const passed = chosen.filter((item) => gateRefusal(item) !== 'signing.gate-stopped');
  if (passed.length === 0) return err({ code: 'signing.gate-stopped' });
  const isTicked = passed.every((item) => gateRefusal(item) === null);
  return isTicked ? ok(passed) : err({ code: 'signing.findings-not-accepted' });
}
