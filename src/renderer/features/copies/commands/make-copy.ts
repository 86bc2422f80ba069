import { pagesOf, type CopyDraft } from '@shared/domain/document/certified-copy';
import type { Role } from '@shared/domain/organ/user';
import type { Bridge } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import type { OperationDraft } from '@shared/sync/operation';
import { ask } from '../../../data/bridge';

interface NumberAsked {
  readonly registerId: string;
  readonly organShortName: string;
  readonly role: Role;
}

/** Saves a copy and the request for its number in one go: both are in the journal, or neither is. */
export async function makeCopy(
  bridge: Bridge,
  draft: CopyDraft,
  asked: NumberAsked,
): Promise<Result<void>> {
  const target = { type: 'certifiedCopy', id: crypto.randomUUID() } as const;
  const answer = await ask(bridge, 'operations.append', {
    drafts: [
      {
        kind: 'create',
        target,
        base: null,
        role: asked.role,
        body: draft,
        // The file of the document itself has been sent with it.
        ...(draft.pdf && pagesOf(draft) === 'own' ? { files: [draft.pdf.sha256] } : {}),
      },
      requestOf(target, null, asked),
    ],
  });
  return answer.ok ? ok(undefined) : answer;
}

/** Asks again for a copy that waits for no number, after a restore of the server. */
export async function requestCopyNumber(
  bridge: Bridge,
  { id, rev }: { readonly id: string; readonly rev: number },
  asked: NumberAsked,
): Promise<Result<void>> {
  const answer = await ask(bridge, 'operations.append', {
    drafts: [requestOf({ type: 'certifiedCopy', id }, rev === 0 ? null : rev, asked)],
  });
  return answer.ok ? ok(undefined) : answer;
}

const requestOf = (
  target: OperationDraft['target'],
  base: number | null,
  { registerId, organShortName, role }: NumberAsked,
): OperationDraft => ({
  kind: 'cmd.requestNumber',
  target,
  base,
  role,
  body: { registerId, code: { organShortName, unitAbbreviation: '' } },
});
