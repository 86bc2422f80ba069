import type { FileHash } from '@shared/kernel/ids';
import { equalBytes } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import type { Envelope } from '@shared/protocol/relay-message';
import { headsOf, inOrderOfArrival, isCovered, piecesFor, type Piece } from '@shared/relay/bundle';
import type { PeerWork } from '@shared/relay/peer-work';
import { filesIn } from '@shared/sync/files-in';
import type { JournalState } from '@shared/sync/journal-state';
import type { Operation } from '@shared/sync/operation';
import { projectRecord } from '@shared/sync/project';
import type { LentState, Scope } from '@shared/sync/record';
import { isDiskFull, type FilePort } from '../../platform/file-port';
import { readBundle, writeBundle, type BundledFile, type BundleHead } from './bundle-file';
import type { RelaySecrets } from './relay-secrets';

/** Parts in which two files are compared. */
const COMPARED_BYTES = 1024 * 1024;

export interface BundleStore {
  readonly has: (sha256: FileHash) => Promise<boolean>;
  readonly sizeOf: (sha256: FileHash) => Promise<number | undefined>;
  readonly read: (sha256: FileHash, start?: number, end?: number) => Promise<Result<Uint8Array>>;
  readonly put: (bytes: Uint8Array) => Promise<Result<FileHash>>;
}

type Placed = Pick<Operation, 'target' | 'actor' | 'office'>;

export interface BundlePerson {
  readonly userId: string;
  readonly officeId: string;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}

export interface MakeBundleDeps {
  readonly files: FilePort;
  readonly store: BundleStore;
  /** Brings a file here if there is any way to. */
  readonly fetch: (sha256: FileHash) => Promise<Result<unknown>>;
  readonly journal: { readonly state: JournalState; readonly peers: PeerWork };
  readonly secrets: Pick<RelaySecrets, 'keyOf' | 'keys' | 'isSignedBy' | 'seal'>;
  readonly person: () => BundlePerson | undefined;
  /** A record as the server last told it to this person, as far as main keeps it. */
  readonly told: (id: string) => LentState | undefined;
  /** For whom work upon a record is sealed. */
  readonly scopeOf: (operation: Placed) => Scope;
  readonly hashOf: (operation: Operation) => string;
  readonly uuid: () => string;
  readonly nowMs: () => number;
  readonly progress: (done: number, total: number) => void;
}

export interface BundleWish {
  readonly target: Operation['target'];
  /** Null for everybody of the office who may see the record. */
  readonly receiver: string | null;
  /** For the maker of the last bundle of this record: only what that machine has not got. */
  readonly isAnswer: boolean;
}

export interface MadeBundle {
  /** Pieces of work in it. */
  readonly operations: number;
  readonly files: number;
  readonly sizeBytes: number;
}

/** Writes the bundle of one record and reads it back before it says done (§20). */
export async function makeBundle(
  deps: MakeBundleDeps,
  wish: BundleWish,
  path: string,
): Promise<Result<MadeBundle>> {
  const person = deps.person();
  const own = deps.journal.state.incarnation();
  if (!person || !own) return err({ code: 'session.not-signed-in' });
  const { userId: actor, officeId: office } = person;
  const scope = deps.scopeOf({ target: wish.target, actor, office } as Placed);
  // Where it goes is not known before the province has spoken: nobody else could open the bundle.
  if (scope.startsWith('user:')) return err({ code: 'bundle.moving' });
  const key = deps.secrets.keyOf(scope);
  if (!key) return err({ code: 'bundle.no-own-key' });
  const answered = wish.isAnswer ? deps.journal.peers.lentOf(wish.target.id) : undefined;
  const pieces = piecesFor(wish.target.id, waitingPieces(deps));
  const base = newestBase(deps, wish.target.id);
  if (!base && pieces.length === 0) return err({ code: 'bundle.nothing' });
  const [known, left] = parted(pieces, (piece) => isCovered(answered?.heads ?? [], piece));
  const envelopes = left.flatMap((piece) => inEnvelope(deps, person, piece) ?? []);
  if (envelopes.length < left.length) return err({ code: 'bundle.cannot-seal' });
  const files = await bundledFiles(deps, wish, answered?.files ?? []);
  if (!files.ok) return files;
  const head: BundleHead = {
    version: 1,
    bundleId: deps.uuid(),
    by: person.userId as BundleHead['by'],
    dev: own.dev,
    madeAt: deps.nowMs(),
    receiver: wish.receiver as BundleHead['receiver'],
    target: wish.target,
    scope,
    base,
    envelopes: envelopes.length,
    heads: headsOf(pieces),
    assumed: headsOf(known),
    files: files.value,
  };
  const total = files.value.reduce((sum, file) => sum + bytesOf(file), 0);
  try {
    await writeBundle({
      files: deps.files,
      path,
      officeId: person.officeId,
      key,
      head,
      envelopes,
      read: (sha256, start, end) => mustRead(deps, sha256, start, end),
      sign: person.sign,
      progress: (done) => deps.progress(done, total),
    });
  } catch (cause) {
    return err({ code: isDiskFull(cause) ? 'bundle.disk-full' : 'bundle.write-failed' });
  }
  const again = await readBundle({
    files: deps.files,
    path,
    officeId: person.officeId,
    keys: [key],
    isSignedBy: deps.secrets.isSignedBy,
    baseBytes: (sha256) => mustRead(deps, sha256),
    file: async () => {},
  });
  if (!again.ok)
    return again.error.code === 'bundle.unknown-author'
      ? again
      : err({ code: 'bundle.write-failed' });
  const sizeBytes = (await deps.files.describe(path))?.sizeBytes ?? 0;
  const whole = files.value.filter(({ isKnown }) => !isKnown).length;
  return ok({ operations: envelopes.length, files: whole, sizeBytes });
}

const waitingPieces = ({ journal, hashOf }: MakeBundleDeps): readonly Piece[] =>
  inOrderOfArrival({ peers: journal.peers.waiting(), own: journal.state.pending(), hashOf });

/** As the server told it, or as another bundle did if that was later. */
function newestBase({ journal, told }: MakeBundleDeps, id: string): LentState | null {
  const [own, lent] = [told(id), journal.peers.baseOf(id, () => true)];
  if (own && lent) return lent.rev > own.rev ? lent : own;
  return own ?? lent ?? null;
}

/** Nobody's work but the person's own is sealed here: only their keys tell where a record lies. */
function inEnvelope(
  { secrets, scopeOf }: MakeBundleDeps,
  { userId }: BundlePerson,
  piece: Piece,
): Envelope | undefined {
  if (piece.kind === 'peer') return piece.peer.envelope;
  const { operation } = piece;
  return operation.actor === userId ? secrets.seal(operation, scopeOf(operation)) : undefined;
}

/** Files that the record shows must go along; older ones of its acts go where they are here. */
async function bundledFiles(
  deps: MakeBundleDeps,
  wish: BundleWish,
  known: readonly FileHash[],
): Promise<Result<readonly BundledFile[]>> {
  const { shown, earlier } = namedFiles(deps, wish);
  const files: BundledFile[] = [];
  for (const sha256 of new Set([...shown, ...earlier])) {
    if (!(await deps.store.has(sha256)) && shown.has(sha256)) await deps.fetch(sha256);
    const sizeBytes = await deps.store.sizeOf(sha256);
    if (sizeBytes === undefined || sizeBytes === 0) {
      if (shown.has(sha256)) return err({ code: 'bundle.file-missing' });
      continue;
    }
    const isKnown = known.includes(sha256);
    const base = isKnown ? null : await findFront(deps, { sha256, sizeBytes }, known);
    files.push({ sha256, sizeBytes, base, isKnown });
  }
  return ok(files);
}

function namedFiles(deps: MakeBundleDeps, { target }: BundleWish) {
  const { state, peers } = deps.journal;
  const userId = deps.person()?.userId;
  const own = state.overlayOf(target.id).filter(({ operation }) => operation.actor === userId);
  const overlay = peers.overlayOf(target.id, own, () => true);
  const base = newestBase(deps, target.id) ?? undefined;
  const row = projectRecord({ ...target, scope: '' }, undefined, overlay, base);
  return {
    shown: new Set(filesIn(row?.view ?? null)),
    earlier: overlay.flatMap(({ operation }) => operation.files ?? []),
  };
}

/** The longest file that the receiver has and that this one begins with: a signed PDF only grows. */
async function findFront(
  { store }: MakeBundleDeps,
  file: { readonly sha256: FileHash; readonly sizeBytes: number },
  known: readonly FileHash[],
): Promise<BundledFile['base']> {
  let found: BundledFile['base'] = null;
  for (const sha256 of known) {
    const sizeBytes = (await store.sizeOf(sha256)) ?? 0;
    if (sizeBytes <= (found?.sizeBytes ?? 0) || sizeBytes >= file.sizeBytes) continue;
    if (await beginsWith(store, file.sha256, { sha256, sizeBytes })) found = { sha256, sizeBytes };
  }
  return found;
}

async function beginsWith(
  store: BundleStore,
  whole: FileHash,
  front: { readonly sha256: FileHash; readonly sizeBytes: number },
): Promise<boolean> {
  for (let at = 0; at < front.sizeBytes; at += COMPARED_BYTES) {
    const end = Math.min(at + COMPARED_BYTES, front.sizeBytes);
    const [a, b] = [await store.read(whole, at, end), await store.read(front.sha256, at, end)];
    if (!a.ok || !b.ok || !equalBytes(a.value, b.value)) return false;
  }
  return true;
}

async function mustRead(
  { store }: MakeBundleDeps,
  sha256: FileHash,
  start?: number,
  end?: number,
): Promise<Uint8Array> {
  const read = await store.read(sha256, start, end);
  if (!read.ok) throw new Error(`a file of a bundle cannot be read: ${read.error.code}`);
  return read.value;
}

const bytesOf = ({ sizeBytes, base, isKnown }: BundledFile): number =>
  isKnown ? 0 : sizeBytes - (base?.sizeBytes ?? 0);

function parted<T>(
  items: readonly T[],
  isFirst: (item: T) => boolean,
): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
