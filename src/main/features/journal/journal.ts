import { z } from 'zod';
import { invariant } from '@shared/kernel/assert';
import { concatBytes, fromUtf8, utf8, type Sha256 } from '@shared/kernel/bytes';
import { canonicalJson } from '@shared/kernel/canonical-json';
import { err, ok, type Result } from '@shared/kernel/result';
import { decodeSegment, encodeFrame, segmentHeader } from '@shared/sync/journal-codec';
import { JournalRecord } from '@shared/sync/journal-record';
import { createJournalState, type JournalState } from '@shared/sync/journal-state';
import { operationHash } from '@shared/sync/operation';
import { DiskFull, type JournalDisk } from './journal-disk';

/** A segment that has grown past this is left for a new one. */
const SEGMENT_BYTES = 4 * 1024 * 1024;

/** Seals payloads with the device key; `open` gives undefined for what the key did not seal. */
export interface Sealer {
  readonly seal: (payload: Uint8Array) => Uint8Array;
  readonly open: (sealed: Uint8Array) => Uint8Array | undefined;
}

/** Where the chain stands while records are being built: the newest operation's `n` and hash. */
export interface ChainHead {
  readonly n: number;
  readonly hash: string;
}

export interface Journal {
  /** What the durable records say. */
  readonly state: JournalState;
  /**
   * Builds records upon the chain's head, appends and flushes them; resolves once they are durable and in `state`.
   * Appends that arrive while one is being flushed share the next flush (group commit). All records of a build are
   * stored, or none.
   */
  readonly append: (
    build: (head: ChainHead) => readonly JournalRecord[],
  ) => Promise<Result<void, JournalFailure>>;
  readonly close: () => Promise<void>;
}

export type JournalFailure = { readonly code: 'journal.disk-full' | 'journal.write-failed' };

export type OpenJournalFailure =
  | { readonly code: 'journal.damaged'; readonly segment: string }
  | { readonly code: 'journal.newer-format'; readonly segment: string };

export interface JournalDeps {
  readonly disk: JournalDisk;
  readonly sealer: Sealer;
  readonly sha256: Sha256;
}

/**
 * Opens the op journal: the truth for work that the server has not finally answered (§4.2, I-1).
 *
 * A torn end is cut off; any other damage stops here and leaves the files as they are.
 */
export async function openJournal(deps: JournalDeps): Promise<Result<Journal, OpenJournalFailure>> {
  const { disk, sealer, sha256 } = deps;
  const state = createJournalState(sha256);
  const names = await disk.listSegments();
  let current = { name: '', bytes: 0 };
  for (const [index, name] of names.entries()) {
    const decoded = decodeSegment(await disk.read(name));
    const isLast = index === names.length - 1;
    if (decoded.state === 'damaged' || (decoded.state === 'torn' && !isLast)) {
      return err({ code: 'journal.damaged', segment: name });
    }
    for (const payload of decoded.payloads) {
      const opened = sealer.open(payload);
      if (!opened) return err({ code: 'journal.damaged', segment: name });
      const records = JournalRecords.safeParse(JSON.parse(fromUtf8(opened)));
      if (!records.success) return err({ code: 'journal.newer-format', segment: name });
      for (const record of records.data) state.take(record);
    }
    if (decoded.state === 'torn') await cutTornEnd(disk, name, decoded.end);
    current = { name, bytes: decoded.end };
  }
  if (current.bytes === 0) current = await startSegment(deps, state, current.name);
  await disk.keepReserve();
  return ok(createWriter(deps, state, current));
}

/** A segment whose very header is torn holds nothing that was answered: it is made anew under its name. */
async function cutTornEnd(disk: JournalDisk, name: string, end: number): Promise<void> {
  if (end === 0) await disk.remove(name);
  else await disk.truncate(name, end);
}

/** Begins the segment after `previous` with what a reader needs that starts there: chain and contact. */
async function startSegment(
  { disk, sealer }: JournalDeps,
  state: JournalState,
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
  if (contact) records.push(JournalRecord.parse({ ...contact, t: 'contact' }));
  const bytes = concatBytes(segmentHeader(), encodeRecords(sealer, records));
  await disk.create(name, bytes);
  return { name, bytes: bytes.length };
}

/** Records that are appended together share one frame: a power cut leaves all of them or none. */
const JournalRecords = z.array(JournalRecord);

const encodeRecords = (sealer: Sealer, records: readonly JournalRecord[]): Uint8Array =>
  records.length === 0 ? new Uint8Array() : encodeFrame(sealer.seal(utf8(canonicalJson(records))));

interface Waiting {
  readonly build: (head: ChainHead) => readonly JournalRecord[];
  readonly resolve: (result: Result<void, JournalFailure>) => void;
  readonly reject: (cause: unknown) => void;
}

function createWriter(
  deps: JournalDeps,
  state: JournalState,
  start: { readonly name: string; readonly bytes: number },
): Journal {
  const { disk, sealer, sha256 } = deps;
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
    let head: ChainHead = { n: state.lastN(), hash: state.lastHash() };
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
      for (const { records } of built) for (const record of records) state.take(record);
    for (const { waiting } of built) waiting.resolve(result);
  }

  const advance = (head: ChainHead, record: JournalRecord): ChainHead => {
    if (record.t === 'chain') return { n: record.n, hash: record.hash };
    if (record.t !== 'op') return head;
    invariant(
      record.op.n === head.n + 1 && record.op.prev === head.hash,
      'an operation continues the chain',
    );
    return { n: record.op.n, hash: operationHash(record.op, sha256) };
  };

  async function write(bytes: Uint8Array): Promise<Result<void, JournalFailure>> {
    if (isBroken) return err({ code: 'journal.write-failed' });
    try {
      if (current.bytes > SEGMENT_BYTES) {
        current = await orFromReserve(() => startSegment(deps, state, current.name));
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

  return {
    state,
    append: (build) =>
      new Promise((resolve, reject) => {
        queue.push({ build, resolve, reject });
        running ??= Promise.resolve().then(drain);
      }),
    close: async () => {
      await running;
    },
  };
}
