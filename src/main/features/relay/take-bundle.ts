import { err, ok, type Result } from '@shared/kernel/result';
import type { Envelope, OperationPlace } from '@shared/protocol/relay-message';
import { arrival } from '@shared/relay/leaving-work';
import type { RelayJournal } from '@shared/relay/relay-client';
import type { Lent } from '@shared/relay/peer-work';
import type { JournalRecord } from '@shared/sync/journal-record';
import type { Operation } from '@shared/sync/operation';
import type { Scope } from '@shared/sync/record';
import type { FilePort } from '../../platform/file-port';
import { readBundle, type BundleHead, type ReadBundle } from './bundle-file';
import type { BundlePerson, BundleStore } from './make-bundle';
import type { RelaySecrets } from './relay-secrets';

/** Of one append: a journal keeps all records of one in one frame. */
const APPENDED_BYTES = 1024 * 1024;

export interface TakeBundleDeps {
  readonly files: FilePort;
  readonly store: BundleStore;
  readonly journal: RelayJournal;
  readonly secrets: Pick<RelaySecrets, 'keys' | 'isSignedBy' | 'read'>;
  readonly person: () => Omit<BundlePerson, 'sign'> | undefined;
  readonly hashOf: (operation: Operation) => string;
  /** Does this person's projection hold the scope? Nothing of another one is shown (I-14). */
  readonly holds: (scope: Scope) => boolean;
  readonly touched: (operations: readonly Pick<Operation, 'target'>[]) => void;
}

export interface TakenBundle {
  readonly target: Operation['target'];
  readonly by: string;
  readonly madeAt: number;
  /** Pieces of work that were not known here. */
  readonly operations: number;
  /** Of them those that this person may not read: they are carried to the server unread. */
  readonly unread: number;
  readonly files: number;
}

/**
 * Takes a bundle (§20): the whole of it is checked before anything is kept; then its files, then the work in its order,
 * then what it says of the record. Stopped anywhere and taken again, it ends the same.
 */
export async function takeBundle(deps: TakeBundleDeps, path: string): Promise<Result<TakenBundle>> {
  const person = deps.person();
  if (!person) return err({ code: 'session.not-signed-in' });
  const reading: Omit<ReadBundle, 'file'> = {
    files: deps.files,
    path,
    officeId: person.officeId,
    keys: deps.secrets.keys(),
    isSignedBy: deps.secrets.isSignedBy,
    baseBytes: async (sha256) => {
      const read = await deps.store.read(sha256);
      return read.ok ? read.value : undefined;
    },
  };
  if (reading.keys.length === 0) return err({ code: 'bundle.no-own-key' });
  const opened = await readBundle({ ...reading, file: async () => {} });
  if (!opened.ok) return opened;
  const { head, envelopes } = opened.value;
  if (head.receiver !== null && head.receiver !== person.userId)
    return err({ code: 'bundle.not-for-you' });
  if (!deps.holds(head.scope)) return err({ code: 'bundle.scope-not-here' });
  if (!(await hasWhatIsAssumed(deps, head))) return err({ code: 'bundle.needs-earlier' });
  const stored = await storeFiles(deps, reading);
  if (!stored.ok) return stored;
  return journalled(deps, head, envelopes);
}

async function hasWhatIsAssumed(
  { journal, hashOf, store }: TakeBundleDeps,
  { assumed, files }: BundleHead,
): Promise<boolean> {
  const own = journal.state.incarnation();
  const isHere = (place: OperationPlace): boolean => {
    if (place.dev !== own?.dev) return journal.peers.has(place);
    const pending = journal.state
      .pending()
      .find(({ inc, n }) => inc === place.inc && n === place.n);
    return pending ? hashOf(pending) === place.hash : place.n <= journal.state.lastN();
  };
  if (!assumed.every(isHere)) return false;
  for (const { sha256, isKnown } of files) if (isKnown && !(await store.has(sha256))) return false;
  return true;
}

/** The bundle is read once more, for it need not fit into memory; a stick that was changed meanwhile is found out. */
async function storeFiles(
  { store }: TakeBundleDeps,
  reading: Omit<ReadBundle, 'file'>,
): Promise<Result<void>> {
  let failed: Awaited<ReturnType<BundleStore['put']>> | undefined;
  const again = await readBundle({
    ...reading,
    file: async (bytes) => {
      const put = await store.put(bytes);
      if (!put.ok) failed ??= put;
    },
  });
  if (!again.ok) return again;
  return failed && !failed.ok ? failed : ok(undefined);
}

async function journalled(
  deps: TakeBundleDeps,
  head: BundleHead,
  envelopes: readonly Envelope[],
): Promise<Result<TakenBundle>> {
  const { journal, secrets } = deps;
  const reader = deps.person()?.userId;
  const taken: (JournalRecord & { readonly t: 'relayed' })[] = [];
  for (const part of inParts(envelopes)) {
    const kept = await journal.append(({ n: lastN }) => {
      const records = part.flatMap(
        (envelope) => arrival(journal, envelope, { open: secrets.read, lastN, reader }) ?? [],
      );
      taken.push(...records);
      return records;
    });
    if (!kept.ok) return kept;
  }
  const kept = await journal.append(() => [lentBy(deps, head)]);
  if (!kept.ok) return kept;
  deps.touched([{ target: head.target }, ...taken.flatMap(({ op }) => op ?? [])]);
  return ok({
    target: head.target,
    by: head.by,
    madeAt: head.madeAt,
    operations: taken.length,
    unread: taken.filter(({ op }) => op === null).length,
    files: head.files.filter(({ isKnown }) => !isKnown).length,
  });
}

function lentBy({ journal }: TakeBundleDeps, head: BundleHead): Lent {
  const { by, target, scope, base, heads, files } = head;
  const carried = files.filter(
    ({ sha256, isKnown }) => !isKnown && !journal.state.isReceived(sha256),
  );
  return {
    t: 'lent',
    by,
    target,
    scope,
    base,
    heads,
    files: files.map(({ sha256 }) => sha256),
    carried: carried.map(({ sha256 }) => sha256),
  };
}

function inParts(envelopes: readonly Envelope[]): readonly (readonly Envelope[])[] {
  const parts: Envelope[][] = [];
  let bytes = Infinity;
  for (const envelope of envelopes) {
    // The operation inside is kept beside it.
    bytes += 2 * envelope.sealed.length;
    if (bytes > APPENDED_BYTES) {
      parts.push([]);
      bytes = 2 * envelope.sealed.length;
    }
    parts.at(-1)?.push(envelope);
  }
  return parts;
}
