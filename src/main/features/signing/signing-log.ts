import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { canonicalJson } from '@shared/kernel/canonical-json';
import { utf8 } from '@shared/kernel/bytes';
import type { Clock } from '@shared/kernel/clock';
import { err, ok, type Result } from '@shared/kernel/result';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import { nodeFiles, type FilePort } from '../../platform/file-port';
import type { LogDep } from '../../platform/log';
import { checkSigningLog } from './check-signing-log';
import type { SignedFile } from './sign-one';
import {
  hashOfEntry,
  type SigningFacts,
  type SigningLogEntry,
  type SigningLogHead,
} from './signing-log-entry';

export const LOG_NAME = 'signing.jsonl';
export const HEAD_NAME = 'signing-head.json';

export const noFacts: Omit<SigningFacts, 'act' | 'event'> = {
  userId: null,
  role: null,
  intent: null,
  documentId: null,
  field: null,
  certificateSha256: null,
  tokenSerial: null,
  before: null,
  shown: null,
  after: null,
  level: null,
  tsaTime: null,
  error: null,
  pagesShown: null,
  pageCount: null,
  isRead: null,
  openedAt: null,
  findingsTicked: [],
};

/** What a death between two writes leaves; all else is the work of somebody. */
const bornOfDeath: ReadonlySet<string> = new Set(['torn', 'head-unreadable']);

export interface SigningLog {
  /** Durable when it answers ok; entries follow each other in the order of the calls. */
  readonly append: (facts: SigningFacts) => Promise<Result<void>>;
  /** A file that was signed and kept while its act was not saved: signing again would be a second signature (T-10). */
  readonly findMade: (
    wanted: Pick<SigningFacts, 'documentId' | 'before' | 'certificateSha256'>,
  ) => Promise<Omit<SignedFile, 'sizeBytes'> | undefined>;
}

interface LogDeps extends LogDep {
  readonly folder: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly files?: FilePort;
}

/**
 * S-20: one JSON line an event, each with the hash of the one before; the last hash also stands in a file of its own.
 * A torn line at the end was told to nobody: it is taken off at the next start, and the chain says so.
 */
export function createSigningLog({ folder, clock, log, files = nodeFiles }: LogDeps): SigningLog {
  const path = join(folder, LOG_NAME);
  const headPath = join(folder, HEAD_NAME);
  let opened: { entries: SigningLogEntry[]; head: SigningLogHead; isWhole: boolean } | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function open(): Promise<NonNullable<typeof opened>> {
    await files.makeFolder(folder);
    const bytes = await readIfThere(path, files);
    const report = checkSigningLog(bytes ?? new Uint8Array(), await readIfThere(headPath, files));
    if (bytes === undefined) {
      await (await files.create(path)).close();
      await files.flushFolder(folder);
    }
    const isWhole = report.findings.every(({ problem }) => bornOfDeath.has(problem));
    const state = { entries: [...report.entries], head: report.head, isWhole };
    const problems = report.findings.map(({ line, problem }) => `${problem}:${line}`);
    const isTorn = bytes !== undefined && report.wholeBytes < bytes.length;
    if (isTorn) await cutTo(report.wholeBytes);
    const isCut = report.findings.some(({ problem }) => problem === 'cut-off');
    if (problems.length > 0) log.warn('the signing log is damaged', { problems });
    if (isTorn || isCut) {
      await write(state, {
        ...noFacts,
        act: randomUUID(),
        event: 'damaged',
        error: isTorn ? 'torn' : 'cut-off',
      });
    }
    return state;
  }

  async function cutTo(length: number): Promise<void> {
    const file = await files.append(path);
    try {
      await file.truncate(length);
      await file.flush();
    } finally {
      await file.close();
    }
  }

  async function write(state: NonNullable<typeof opened>, facts: SigningFacts): Promise<void> {
    const content = {
      ...facts,
      n: state.head.n + 1,
      at: new Date(clock.nowMs()).toISOString(),
      prev: state.head.hash,
    };
    const entry = { ...content, hash: hashOfEntry(content) };
    const file = await files.append(path);
    try {
      await file.append(utf8(`${canonicalJson(entry)}\n`));
      await file.flush();
    } finally {
      await file.close();
    }
    state.entries.push(entry);
    state.head = { n: entry.n, hash: entry.hash };
    await writeDurably(headPath, utf8(canonicalJson(state.head)), files);
  }

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work);
    queue = done.catch(() => undefined);
    return done;
  };

  return {
    append: (facts) =>
      inTurn(async () => {
        try {
          opened ??= await open();
          await write(opened, facts);
          return ok(undefined);
        } catch (cause) {
          // What stands on the disk is not known any more: it is read again before the next entry.
          opened = undefined;
          log.error('the signing log was not written', { cause });
          return err({ code: 'signing.log-not-written' });
        }
      }),
    findMade: (wanted) =>
      inTurn(async () => {
        opened ??= await open();
        // A line that somebody changed names no file to be recorded.
        if (!opened.isWhole) return undefined;
        const { entries } = opened;
        const made = entries.findLast(
          (entry) =>
            entry.event === 'made' &&
            entry.documentId === wanted.documentId &&
            entry.before === wanted.before &&
            entry.certificateSha256 === wanted.certificateSha256,
        );
        const isSaved = entries.some(({ act, event }) => act === made?.act && event === 'saved');
        if (isSaved || !made?.after || !made.level) return undefined;
        return { sha256: made.after, level: made.level, tsaTime: made.tsaTime };
      }),
  };
}

export const maskedSerial = (serial: string): string =>
  `…${serial.length > 4 ? serial.slice(-4) : ''}`;
