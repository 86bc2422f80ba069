import { stepsOpenTo } from '@shared/domain/document/outgoing-work';
import type { SigningInput } from '@shared/ipc/signing-contract';
import { err, type Result } from '@shared/kernel/result';
import type { SigningDeps } from './signing-deps';
import { isOpen, phaseOf, type Job } from './signing-job';

/** Sends a paper back to its drafter instead of signing it: an act of the person's own, without token or PIN (S-17). */
export async function returnDocument(
  { desk, person, append }: Pick<SigningDeps, 'desk' | 'person' | 'append'>,
  job: Job,
  { documentId, reason }: SigningInput<'signing.returnDocument'>,
): Promise<Result<undefined>> {
  const item = job.items.find((one) => one.documentId === documentId);
  if (!item || !isOpen(item) || job.phase !== 'reading') {
    return err({ code: 'signing.document-unknown' });
  }
  if (person()?.user.id !== job.user.id) return err({ code: 'session.not-signed-in' });
  const document = desk.findDocument(documentId);
  const open = document && stepsOpenTo(document, job.user);
  const role = open?.find(({ step }) => step === 'returnDraft')?.role;
  if (role === undefined) return err({ code: 'outgoing.wrong-state' });
  const before = item.state;
  // At once: a press of the button while the act is being saved must not sign it.
  item.state = 'returned';
  const saved = await append([
    {
      kind: 'cmd.returnDraft',
      target: { type: 'outgoingDocument', id: documentId },
      base: desk.revisionOf(documentId),
      role,
      body: { reason },
    },
  ]);
  if (!saved.ok) {
    item.state = before;
    return saved;
  }
  job.phase = phaseOf(job);
  return { ok: true, value: undefined };
}
