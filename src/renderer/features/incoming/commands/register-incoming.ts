import type { AttachedFile, IncomingRegistration } from '@shared/domain/document/incoming-document';
import type { Role } from '@shared/domain/organ/user';
import type { Bridge } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import type { OperationDraft } from '@shared/sync/operation';
import { ask } from '../../../data/bridge';

/**
 * Saves a registration and the request for its number in one go: both are in the journal, or neither is.
 *
 * @returns the document's id, made here, once the answer says "saved".
 */
export async function registerIncoming(
  bridge: Bridge,
  registering: RegisterIncoming,
): Promise<Result<{ readonly documentId: string }>> {
  const answer = await ask(bridge, 'operations.append', {
    drafts: registrationDrafts(registering),
    replaces: registering.replaces ?? [],
  });
  return answer.ok ? ok({ documentId: registering.documentId }) : answer;
}

/** The two acts of a registration: the document, then the request for its number. */
export function registrationDrafts({
  registration,
  role,
  documentId,
  delivered = [],
}: RegisterIncoming): OperationDraft[] {
  // What came with a delivery lies on the server already, and need not lie on this machine.
  const held = new Set(delivered.map(({ sha256 }) => sha256));
  const files = registration.files.filter(({ sha256 }) => !held.has(sha256));
  const target = { type: 'incomingDocument', id: documentId } as const;
  return [
    {
      kind: 'create',
      target,
      base: null,
      role,
      body: registration,
      // Named here, they stay on this machine until the server has them.
      ...(files.length === 0 ? {} : { files: files.map(({ sha256 }) => sha256) }),
    },
    {
      kind: 'cmd.requestNumber',
      target,
      base: null,
      role,
      body: { registerId: registration.registerId },
    },
  ];
}

export interface RegisterIncoming {
  readonly registration: IncomingRegistration;
  readonly role: Role;
  readonly documentId: string;
  /** Files of the delivery that is registered; none for a paper. */
  readonly delivered?: readonly AttachedFile[];
  /** Refused acts that this registration replaces. */
  readonly replaces?: readonly string[];
}
