import type {
  IncomingDocument,
  incomingFields,
  IncomingRegistration,
} from '@shared/domain/document/incoming-document';
import type { Role } from '@shared/domain/organ/user';
import type { Bridge } from '@shared/ipc/contract';
import { sameJson, type Json } from '@shared/kernel/canonical-json';
import { ok, type Result } from '@shared/kernel/result';
import { ask } from '../../../data/bridge';

/** Fields a clerk may correct; arrival date, book and number are fixed (van-ban.md §9.4). */
const correctable = [
  'issuerCode',
  'issuerName',
  'codeDisplay',
  'codeNumber',
  'codeNotation',
  'issuedDate',
  'documentTypeId',
  'subject',
  'pageAmount',
  'copies',
  'signerName',
  'signerPosition',
  'priority',
  'circulation',
  'requiresReply',
  'dueDate',
  'forInfo',
  'routedTo',
  'note',
] as const satisfies readonly (keyof typeof incomingFields)[];

/** The fields that differ, each with what the clerk saw, so that the server can merge three ways (§8). */
export function correctionOf(
  seen: IncomingDocument,
  wanted: IncomingRegistration,
): Readonly<Record<string, { readonly was: Json; readonly now: Json }>> {
  return Object.fromEntries(
    correctable.flatMap((field) => {
      const was = seen[field] ?? null;
      const now = wanted[field] ?? null;
      return sameJson(was, now) ? [] : [[field, { was, now }] as const];
    }),
  );
}

/** Saves a correction; `saved` false when nothing differs. */
export async function correctIncoming(
  bridge: Bridge,
  { documentId, rev, seen, wanted, role, reason = '', known = [], replaces = [] }: CorrectIncoming,
): Promise<Result<{ readonly saved: boolean }>> {
  const set = correctionOf(seen, wanted);
  if (Object.keys(set).length === 0) return ok({ saved: false });
  const settles = known.filter(({ field }) => field in set).map(({ id }) => id);
  const answer = await ask(bridge, 'operations.append', {
    drafts: [
      {
        kind: 'patch',
        target: { type: 'incomingDocument', id: documentId },
        base: rev === 0 ? null : rev,
        role,
        body: {
          set,
          ...(reason === '' ? {} : { reason }),
          ...(settles.length === 0 ? {} : { settles }),
        },
      },
    ],
    replaces,
  });
  return answer.ok ? ok({ saved: true }) : answer;
}

export interface CorrectIncoming {
  readonly documentId: string;
  readonly rev: number;
  /** The document as it stood when the form was opened. */
  readonly seen: IncomingDocument;
  readonly wanted: IncomingRegistration;
  readonly role: Role;
  /** Why, as the history will show it. */
  readonly reason?: string;
  /** Open conflicts whose two values the clerk has seen. */
  readonly known?: readonly KnownConflict[];
  /** Refused acts that this correction replaces. */
  readonly replaces?: readonly string[];
}

export interface KnownConflict {
  readonly id: string;
  readonly field: string;
}
