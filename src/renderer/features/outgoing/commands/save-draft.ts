import type {
  draftFields,
  OutgoingDocument,
  OutgoingDraft,
} from '@shared/domain/document/outgoing-document';
import type { Role } from '@shared/domain/organ/user';
import type { Bridge, Input } from '@shared/ipc/contract';
import { sameJson, type Json, type JsonObject } from '@shared/kernel/canonical-json';
import { ok, type Result } from '@shared/kernel/result';
import { additionsSeen } from '@shared/sync/merge';
import { ask } from '../../../data/bridge';

type Draft = Input<'operations.append'>['drafts'][number];

export interface SaveDraft {
  readonly draft: OutgoingDraft;
  readonly role: Role;
  /** Made by the caller, so that a second try after a failure is the same document. */
  readonly documentId: string;
  /** Hands it on in the same breath: both are in the journal, or neither is. */
  readonly submit: boolean;
  /** Refused acts that this draft replaces. */
  readonly replaces?: readonly string[];
}

/** Saves a new draft; resolves once the journal has it. */
export async function saveDraft(
  bridge: Bridge,
  { draft, role, documentId, submit, replaces = [] }: SaveDraft,
): Promise<Result<{ readonly documentId: string }>> {
  const target = { type: 'outgoingDocument', id: documentId } as const;
  const body = draft as unknown as JsonObject;
  const answer = await ask(bridge, 'operations.append', {
    drafts: [
      { kind: 'create', target, base: null, role, body, ...filesOf(draft.drafts) },
      ...(submit ? [submission(target, null, role)] : []),
    ],
    replaces,
  });
  return answer.ok ? ok({ documentId }) : answer;
}

/** Fields of a draft that hold one value; lists are changed by what was added and removed. */
const singleFields = [
  'documentTypeId',
  'subject',
  'signingForm',
  'signerUserId',
  'signerName',
  'signerPosition',
  'priority',
  'circulation',
  'issuedAmount',
  'replyDueDate',
  'note',
] as const satisfies readonly (keyof typeof draftFields)[];

const listFields = [
  'recipients',
  'drafts',
] as const satisfies readonly (keyof typeof draftFields)[];

/** What differs, each with what the drafter saw, so that the server can merge three ways (§8); null when nothing does. */
export function changesOf(seen: OutgoingDocument, wanted: OutgoingDraft): JsonObject | null {
  const set = singleFields.flatMap((field) => {
    const was = seen[field] ?? null;
    const now = wanted[field] ?? null;
    return sameJson(was, now) ? [] : [[field, { was, now }] as const];
  });
  const missing = (from: readonly unknown[], than: readonly unknown[]) =>
    from.filter((value) => !than.some((other) => sameJson(value as Json, other as Json)));
  const lists = (pick: (field: (typeof listFields)[number]) => readonly unknown[]) =>
    Object.fromEntries(
      listFields.flatMap((field) => {
        const values = pick(field);
        return values.length === 0 ? [] : [[field, values] as const];
      }),
    );
  const add = lists((field) => missing(wanted[field], seen[field]));
  const remove = lists((field) => missing(seen[field], wanted[field]));
  const seenOf = (field: string, removed: readonly unknown[]) =>
    additionsSeen({ additions: seen.additions }, field, removed as readonly Json[]);
  const body = {
    ...(set.length === 0 ? {} : { set: Object.fromEntries(set) }),
    ...(Object.keys(add).length === 0 ? {} : { add }),
    ...(Object.keys(remove).length === 0 ? {} : { remove, seen: mapValues(remove, seenOf) }),
  };
  return Object.keys(body).length === 0 ? null : (body as unknown as JsonObject);
}

const mapValues = <V, R>(values: Readonly<Record<string, V>>, to: (key: string, value: V) => R) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, to(key, value)]));

export interface EditDraft {
  readonly documentId: string;
  readonly rev: number;
  /** The document as it stood when the form was opened. */
  readonly seen: OutgoingDocument;
  readonly wanted: OutgoingDraft;
  readonly role: Role;
  readonly submit: boolean;
  /** Refused acts that these changes replace. */
  readonly replaces?: readonly string[];
}

/** Saves the drafter's changes, and hands the draft on when asked to. */
export async function editDraft(
  bridge: Bridge,
  { documentId, rev, seen, wanted, role, submit, replaces = [] }: EditDraft,
): Promise<Result<void>> {
  const target = { type: 'outgoingDocument', id: documentId } as const;
  const base = rev === 0 ? null : rev;
  const body = changesOf(seen, wanted);
  const known = new Set(seen.drafts.map(({ sha256 }) => sha256));
  const added = wanted.drafts.filter(({ sha256 }) => !known.has(sha256));
  const drafts: readonly Draft[] = [
    ...(body === null
      ? []
      : [{ kind: 'patch' as const, target, base, role, body, ...filesOf(added) }]),
    ...(submit ? [submission(target, base, role)] : []),
  ];
  if (drafts.length === 0) return ok(undefined);
  const answer = await ask(bridge, 'operations.append', { drafts, replaces });
  return answer.ok ? ok(undefined) : answer;
}

const submission = (target: Draft['target'], base: number | null, role: Role): Draft => ({
  kind: 'cmd.submitDraft',
  target,
  base,
  role,
  body: {},
});

/** Files named in an act stay on this machine until the server has them. */
const filesOf = (files: OutgoingDraft['drafts']) =>
  files.length === 0 ? {} : { files: files.map(({ sha256 }) => sha256) };
