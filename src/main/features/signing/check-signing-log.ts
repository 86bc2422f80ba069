import { fromUtf8 } from '@shared/kernel/bytes';
import {
  hashOfEntry,
  LOG_START,
  SigningLogEntry,
  SigningLogHead,
  type SigningLogHead as Head,
} from './signing-log-entry';

export interface SigningLogFinding {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly problem:
    | 'unreadable'
    | 'changed'
    | 'hole'
    | 'broken-link'
    /** The last line has no end: the program was killed while it wrote. */
    | 'torn'
    /** Lines are missing at the end. */
    | 'cut-off'
    | 'head-unreadable';
}

export interface SigningLogReport {
  readonly entries: readonly SigningLogEntry[];
  readonly findings: readonly SigningLogFinding[];
  /** Bytes of whole lines. */
  readonly wholeBytes: number;
  readonly last: Head;
  /** Where the chain goes on: a head that is ahead of the lines counts, they were cut off. */
  readonly head: Head;
}

/** Recomputes the chain: a changed, missing or cut-off entry is found (S-20). */
export function checkSigningLog(
  log: Uint8Array,
  headFile: Uint8Array | undefined,
): SigningLogReport {
  const findings: SigningLogFinding[] = [];
  const entries: SigningLogEntry[] = [];
  const wholeBytes = log.lastIndexOf(10) + 1;
  let last = LOG_START;
  const lines = Buffer.from(log.subarray(0, wholeBytes)).toString('utf8').split('\n').slice(0, -1);
  lines.forEach((text, index) => {
    const note = (problem: SigningLogFinding['problem']) =>
      findings.push({ line: index + 1, problem });
    const entry = readJson(SigningLogEntry, text);
    if (!entry) return note('unreadable');
    const { hash, ...content } = entry;
    if (hashOfEntry(content) !== hash) note('changed');
    if (entry.n !== last.n + 1) note('hole');
    else if (entry.prev !== last.hash) note('broken-link');
    entries.push(entry);
    last = { n: entry.n, hash };
    return undefined;
  });
  if (wholeBytes < log.length) findings.push({ line: lines.length + 1, problem: 'torn' });
  const head = headFile ? readJson(SigningLogHead, textOf(headFile)) : LOG_START;
  if (!head) findings.push({ line: lines.length, problem: 'head-unreadable' });
  const newest = entries.at(-1);
  // The head is written after its line: killed between the two, it is one behind.
  const isOneBehind = head && newest && head.n === newest.n - 1 && head.hash === newest.prev;
  const isMet = head?.n === last.n && head.hash === last.hash;
  if (head && !isMet && !isOneBehind) findings.push({ line: lines.length, problem: 'cut-off' });
  return { entries, findings, wholeBytes, last, head: head && head.n > last.n ? head : last };
}

const textOf = (bytes: Uint8Array): string => {
  try {
    return fromUtf8(bytes);
  } catch {
    return '';
  }
};

function readJson<T>(
  schema: {
    readonly safeParse: (value: unknown) => { success: true; data: T } | { success: false };
  },
  text: string,
): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
