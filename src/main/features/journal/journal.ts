import { invariant } from '@shared/kernel/assert';
import { concatBytes, type Sha256 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import { segmentHeader } from '@shared/sync/journal-codec';
import { JournalRecord } from '@shared/sync/journal-record';
import { createJournalState, type JournalState } from '@shared/sync/journal-state';
import { operationHash } from '@shared/sync/operation';
import { createPeerWork, type PeerWork } from '@shared/relay/peer-work';
import { DiskFull, type JournalDisk } from './journal-disk';
import { createSegmentIndex, type SegmentIndex } from './segment-index';
import { encodeRecords, readSegment, type Sealer } from './segment-records';

/** A segment that has grown past this is left for a new one. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
/** Above this the oldest segments go although they are young. */
const KEPT_BYTES = 50 * 1024 * 1024;

/** Where the chain stands while records are being built: its incarnation, the newest operation's `n` and hash. */
export interface ChainHead {
  /** Undefined before enrolment. */
  readonly inc: number | undefined;
  readonly n: number;
  readonly hash: string;
}

export interface Journal {
  /** What the durable records say. */
  readonly state: JournalState;
  /** What they say of colleagues' work (§20). */
  readonly peers: PeerWork;
  /**
   * Builds records upon the chain's head, appends and flushes them; resolves once they are durable and in `state`.
   * Appends that arrive while one is being flushed share the next flush (group commit). All records of a build are
   * stored, or none.
   */
  readonly append: (
    build: (head: ChainHead) => readonly JournalRecord[],
  ) => Promise<Result<void, JournalFailure>>;
  /**
   * Removes segments that have served their time (§4.2), after what still matters of them is durable elsewhere. Stopped
   * anywhere, it costs repetition.
   */
  readonly retain: () => Promise<Result<void, JournalFailure>>;
  /** Reads back what is kept, one segment at a time, oldest first. */
  readonly readSegments: (visit: (segment: KeptSegment) => Promise<void> | void) => Promise<void>;
  /** The bytes of each segment as they lie on the disk, oldest first; none is removed meanwhile. */
  readonly readSealed: (visit: (name: string, bytes: Uint8Array) => Promise<void>) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface KeptSegment {
  readonly name: string;
  readonly records: readonly JournalRecord[];
  /** Nothing is ever written to it again. */
  readonly isClosed: boolean;
}

export type JournalFailure = { readonly code: 'journal.disk-full' | 'journal.write-failed' };

export type OpenJournalFailure =
  | { readonly code: 'journal.damaged'; readonly segment: string }
  | { readonly code: 'journal.newer-format'; readonly segment: string };

export interface JournalDeps {
  readonly disk: JournalDisk;
  readonly sealer: Sealer;
  readonly sha256: Sha256;
  /** Smaller in tests. */
  readonly sizes?: JournalSizes;
}

export interface JournalSizes {
  readonly segmentBytes: number;
  readonly keptBytes: number;
}

/**
 * Opens the op journal: the truth for work that the server has not finally answered (§4.2, I-1).
 *
 * A torn end is cut off; any other damage stops here and leaves the files as they are.
 */
export async function openJournal(deps: JournalDeps): Promise<Result<Journal, OpenJournalFailure>> {
  const { disk, sha256 } = deps;
  const state = createJournalState(sha256);
  const peers = createPeerWork();
  const index = createSegmentIndex(state, peers, deps.sizes?.keptBytes ?? KEPT_BYTES);
  const names = await disk.listSegments();
  let current = { name: '', bytes: 0 };
  for (const [place, name] of names.entries()) {
    const read = readSegment(deps.sealer, await disk.read(name));
    if (!read.ok) return err({ ...read.error, segment: name });
    const { records, end, isTorn } = read.value;
    if (isTorn && place < names.length - 1) return err({ code: 'journal.damaged', segment: name });
    if (place === names.length - 1 && end <= segmentHeader().length) {
      // It lacks what each segment begins with and holds nothing that was answered: the one before goes on (I-1).
      await disk.remove(name);
      continue;
    }
    index.begin(name);
    index.take(records, end);
    for (const record of records) remember({ state, peers }, record);
    if (isTorn) await disk.truncate(name, end);
    current = { name, bytes: end };
  }
  if (current.bytes === 0)
    current = await startSegment(deps, { state, peers, index }, current.name);
  await disk.keepReserve();
  return ok(createWriter(deps, { state, peers, index }, current));
}

/** Begins the segment after `previous` with what a reader needs that starts there: chain, contact, held registers. */
async function startSegment(
  { disk, sealer }: JournalDeps,
  { state, index }: Memory,
  previous: string,
): Promise<{ readonly name: string; readonly bytes: number }> {
  const name = String(Number(previous || '0') + 1).padStart(8, '0');
  const records: JournalRecord[] = [];
  const incarnation = state.incarnation();
  const contact = state.contact();
  if (incarnation)
    records.push(
      JournalRecord.parse({ t: 'chain', ...incarnation, n: state.lastN(), hash: state.lastHash() }),
    );
  // What a restore lost is told once: files that came since are not sent again.
  if (contact) records.push(JournalRecord.parse({ ...contact, t: 'contact', lost: undefined }));
  for (const book of state.heldBooks()) records.push({ t: 'heldBook', book });
  const bytes = concatBytes(segmentHeader(), encodeRecords(sealer, records));
  await disk.create(name, bytes);
  index.begin(name);
  index.take(records, bytes.length);
  return { name, bytes: bytes.length };
}

/** What the durable records say, and in which segment they say it. */
interface Memory {
  readonly state: JournalState;
  readonly peers: PeerWork;
  readonly index: SegmentIndex;
}

function remember({ state, peers }: Omit<Memory, 'index'>, record: JournalRecord): void {
  state.take(record);
  peers.take(record);
}

interface Waiting {
  readonly build: (head: ChainHead) => readonly JournalRecord[];
  readonly resolve: (result: Result<void, JournalFailure>) => void;
  readonly reject: (cause: unknown) => void;
}

function createWriter(
  deps: JournalDeps,
  memory: Memory,
  start: { readonly name: string; readonly bytes: number },
): Journal {
  const { disk, sealer, sha256 } = deps;
  const { state, index } = memory;
  const segmentBytes = deps.sizes?.segmentBytes ?? SEGMENT_BYTES;
  let current = start;
  let queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  /** After a failed flush the kernel may have dropped the bytes: nothing more is promised until the next start. */
  let isBroken = false;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      await writeBatch(batch);
    }
    running = undefined;
  }

  async function writeBatch(batch: readonly Waiting[]): Promise<void> {
    let head: ChainHead = {
      inc: state.incarnation()?.inc,
      n: state.lastN(),
      hash: state.lastHash(),
    };
    const built: {
      readonly waiting: Waiting;
      readonly records: readonly JournalRecord[];
      readonly bytes: Uint8Array;
    }[] = [];
    for (const waiting of batch) {
      try {
        const records = waiting.build(head);
        const next = records.reduce(advance, head);
        built.push({ waiting, records, bytes: encodeRecords(sealer, records) });
        head = next;
      } catch (cause) {
        waiting.reject(cause);
      }
    }
    const bytes = concatBytes(...built.map((item) => item.bytes));
    const result = bytes.length === 0 ? ok(undefined) : await write(bytes);
    if (result.ok)
      for (const item of built) {
        index.take(item.records, item.bytes.length);
        for (const record of item.records) remember(memory, record);
      }
    for (const { waiting } of built) waiting.resolve(result);
  }

  const advance = (head: ChainHead, record: JournalRecord): ChainHead => {
    if (record.t === 'chain') return { inc: record.inc, n: record.n, hash: record.hash };
    if (record.t !== 'op') return head;
    invariant(
      record.op.n === head.n + 1 && record.op.prev === head.hash,
      'an operation continues the chain',
    );
    return { inc: head.inc, n: record.op.n, hash: operationHash(record.op, sha256) };
  };

  async function write(bytes: Uint8Array): Promise<Result<void, JournalFailure>> {
    if (isBroken) return err({ code: 'journal.write-failed' });
    try {
      if (current.bytes > segmentBytes) {
        current = await orFromReserve(() => startSegment(deps, memory, current.name));
      }
      await orFromReserve(async (isAgain) => {
        if (isAgain) await disk.truncate(current.name, current.bytes);
        await disk.append(current.name, bytes);
      });
    } catch (cause) {
      return undo(cause);
    }
    try {
      await disk.flush(current.name);
    } catch {
      isBroken = true;
      return err({ code: 'journal.write-failed' });
    }
    current = { name: current.name, bytes: current.bytes + bytes.length };
    return ok(undefined);
  }

  /** The reserve is for the work on screen: it is given up for what does not fit otherwise. */
  async function orFromReserve<T>(attempt: (isAgain: boolean) => Promise<T>): Promise<T> {
    try {
      return await attempt(false);
    } catch (cause) {
      if (!(cause instanceof DiskFull) || !(await disk.releaseReserve())) throw cause;
      return attempt(true);
    }
  }

  /** Takes a half-written batch back, so that the next one stands behind whole records again. */
  async function undo(cause: unknown): Promise<Result<void, JournalFailure>> {
    try {
      await disk.truncate(current.name, current.bytes);
    } catch {
      isBroken = true;
    }
    return err({ code: cause instanceof DiskFull ? 'journal.disk-full' : 'journal.write-failed' });
  }

  const append: Journal['append'] = (build) =>
    new Promise((resolve, reject) => {
      queue.push({ build, resolve, reject });
      running ??= Promise.resolve().then(drain);
    });

  /** Removing and reading back take turns; neither holds up an append. */
  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function retain(): Promise<Result<void, JournalFailure>> {
    const { remove, carry } = index.plan();
    // Each in a frame of its own and all in one flush: what is carried may be more than one frame holds.
    const carried = await Promise.all(carry.map((again) => append(again)));
    const failed = carried.find((result) => !result.ok);
    if (failed) return failed;
    for (const name of remove) {
      await disk.remove(name);
      index.forget([name]);
    }
    return ok(undefined);
  }

  async function readSegments(visit: Parameters<Journal['readSegments']>[0]): Promise<void> {
    for (const name of await disk.listSegments()) {
      const read = readSegment(deps.sealer, await disk.read(name));
      if (!read.ok) throw new Error(`segment ${name} cannot be read back: ${read.error.code}`);
      await visit({ name, records: read.value.records, isClosed: name !== current.name });
    }
  }

  async function readSealed(visit: Parameters<Journal['readSealed']>[0]): Promise<void> {
    for (const name of await disk.listSegments()) await visit(name, await disk.read(name));
  }

  return {
    state,
    peers: memory.peers,
    append,
    retain: () => inTurn(retain),
    readSegments: (visit) => inTurn(() => readSegments(visit)),
    readSealed: (visit) => inTurn(() => readSealed(visit)),
    close: async () => {
      await turn;
      await running;
    },
  };
}
