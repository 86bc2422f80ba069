import { toHex } from '@shared/kernel/bytes';
import type { Clock, Random } from '@shared/kernel/clock';
import type { OfficeId, UserId } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { PROTOCOL_VERSION, SCHEMA_VERSION } from '@shared/protocol/version';
import type { JournalRecord } from '@shared/sync/journal-record';
import { operationHash, Operation, signedBytes, type OperationDraft } from '@shared/sync/operation';
import type { Sha256 } from '@shared/kernel/bytes';
import type { ChainHead, Journal } from './journal';

/** The signed-in person as main knows them; the page has no say in any of it (§3.1). */
export interface Author {
  readonly userId: UserId;
  readonly officeId: OfficeId;
  /** Ed25519 by the person's operation key on this device, 64 bytes. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

export interface AppendOperationsDeps {
  readonly journal: Pick<Journal, 'state' | 'append'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly sha256: Sha256;
  /** Identifies this run of the system, so that monotonic times can be compared. */
  readonly bootId: string;
  readonly author: () => Author | undefined;
  /** Told of every operation once it is durable. */
  readonly saved: (operations: readonly Operation[]) => void;
}

/** What goes into the journal with the operations, and what must be durable besides it before anybody sees them. */
export interface AlongWith {
  readonly records: readonly JournalRecord[];
  readonly beforeShown: () => Promise<Result<void>>;
}

export interface SavedOperation {
  readonly opId: string;
  readonly n: number;
}

/**
 * Makes operations of what a screen asks for and appends them to the journal; the answer means *saved* (I-1).
 * All drafts of one call are saved together, or none.
 */
export function createAppendOperations(deps: AppendOperationsDeps) {
  return async (
    drafts: readonly OperationDraft[],
    replaces: readonly string[] = [],
    along?: AlongWith,
  ): Promise<Result<{ readonly saved: readonly SavedOperation[] }>> => {
    const author = deps.author();
    const incarnation = deps.journal.state.incarnation();
    if (!author || !incarnation) return err({ code: 'session.not-signed-in' });
    let operations: readonly Operation[] = [];
    const appended = await deps.journal.append((head) => {
      operations = chain(deps, { author, dev: incarnation.dev }, drafts, head);
      return [
        ...operations.map((op): JournalRecord => ({ t: 'op', op })),
        ...rowsHandedIn(deps.journal, author.userId, operations),
        ...dealtWith(deps.journal, author.userId, replaces),
        ...(along?.records ?? []),
      ];
    });
    if (!appended.ok) return appended;
    const shown = await along?.beforeShown();
    if (shown?.ok === false) return shown;
    deps.saved(operations);
    return ok({ saved: operations.map(({ opId, n }) => ({ opId, n })) });
  };
}

/**
 * A batch row carries the id of the document it becomes. It leaves the drafts in the same flush as its document is
 * saved: whatever dies, the paper is a row or a document, never both and never neither.
 */
function rowsHandedIn(
  { state }: Pick<Journal, 'state'>,
  user: UserId,
  operations: readonly Operation[],
): readonly JournalRecord[] {
  const rows = state.draftRows(user);
  return operations
    .filter(({ kind, target }) => kind === 'create' && rows.has(target.id))
    .map(({ target }) => ({ t: 'draftRow', user, rowId: target.id, row: null }));
}

/** Takes acts of this person off the attention list, nobody else's: when new ones that replace them are saved, not before. */
export const dealtWith = (
  { state }: Pick<Journal, 'state'>,
  user: UserId,
  opIds: readonly string[],
): readonly JournalRecord[] =>
  state
    .attention()
    .filter(({ operation }) => operation.actor === user && opIds.includes(operation.opId))
    .map(({ operation }) => ({ t: 'dismissed', opId: operation.opId }));

function chain(
  deps: AppendOperationsDeps,
  signer: { readonly author: Author; readonly dev: string },
  drafts: readonly OperationDraft[],
  start: ChainHead,
): readonly Operation[] {
  let head = start;
  return drafts.map((draft) => {
    const { contact, wall } = { contact: deps.journal.state.contact(), wall: deps.clock.nowMs() };
    const unsigned = {
      ...draft,
      opId: deps.random.uuid(),
      dev: signer.dev,
      inc: head.inc,
      n: head.n + 1,
      actor: signer.author.userId,
      office: signer.author.officeId,
      schema: SCHEMA_VERSION,
      proto: PROTOCOL_VERSION,
      at: {
        wall,
        tzOffset: 420,
        bootId: deps.bootId,
        mono: deps.clock.monotonicMs(),
        trustedLow: contact?.serverTime ?? null,
        trustedHigh: null,
      },
      prev: head.hash,
    };
    const sig = toHex(signer.author.sign(signedBytes(unsigned as Omit<Operation, 'sig'>)));
    const operation = Operation.parse({ ...unsigned, sig });
    head = { inc: head.inc, n: operation.n, hash: operationHash(operation, deps.sha256) };
    return operation;
  });
}
