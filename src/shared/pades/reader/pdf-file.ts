import { invariant } from '../../kernel/assert';
import type { Result } from '../../kernel/result';
import type { PadesPlatform } from '../platform';
import { decryptObject } from './decrypt-object';
import {
  findHandler,
  type FindHandlerGiven,
  type FoundHandler,
  type History,
  type HistoryStep,
} from './find-handler';
import { decodeStream, type InflateBudget } from './filters';
import { indexOfBytes, parseIndirect } from './indirect';
import { isWhite, parseValue, takeUnsigned, type Cursor } from './lexer';
import { limits } from './limits';
import {
  asInteger,
  isKind,
  rawEntry,
  type PdfDict,
  type PdfObject,
  type PdfStream,
  type PdfValue,
} from './objects';
import { broken, pastLimit, PdfProblem, readingPdf, type PdfFailure } from './problem';
import { readRevisions, type Revision } from './revisions';
import type { XrefEntry } from './xref';

/** An opened PDF: its bytes, its revisions, and the document as each revision shows it. */
export interface PdfFile {
  readonly bytes: Uint8Array;
  readonly platform: PadesPlatform;
  /** Oldest first; at least one. */
  readonly revisions: readonly Revision[];
  /** Bytes behind the newest revision: none in an orderly file, white space at worst. */
  readonly trailing: { readonly length: number; readonly isBlank: boolean };
  /** The document as it stood after a revision; `now` is the newest. */
  readonly at: (revision: number) => PdfView;
  readonly now: PdfView;
  /** Undecoded data of a stream, decrypted. */
  readonly dataOf: (stream: PdfStream) => Uint8Array;
  /** Decoded data of a stream. */
  readonly decode: (stream: PdfStream, view: PdfView) => Uint8Array;
}

export interface PdfView {
  readonly revision: number;
  readonly trailer: PdfDict;
  /** The object; undefined when it is free, missing, or not where the cross-reference says. */
  readonly find: (num: number) => PdfObject | undefined;
  /** Follows references to the value; a missing object is null (ISO 32000-1 §7.3.10). */
  readonly resolve: (value: PdfValue | undefined) => PdfValue;
  /** The entry of a dictionary with references followed. */
  readonly get: (dict: PdfDict | undefined, key: string) => PdfValue;
  readonly entry: (num: number) => XrefEntry | undefined;
  /** Numbers of all objects that any revision up to this one mentions, ascending. */
  readonly numbers: () => readonly number[];
  /** One above the highest object number. */
  readonly size: number;
}

/** Opens a PDF. Broken structure is a failure, never repaired (S-5); an encrypted file is refused: we write none. */
export function openPdf(platform: PadesPlatform, bytes: Uint8Array): Result<PdfFile, PdfFailure> {
  return readingPdf(() => open(platform, bytes, () => undefined));
}

/** Opens a PDF to judge it: also one whose encryption only names permissions, where no password is asked for (4.3). */
export function openToJudge(
  platform: PadesPlatform,
  bytes: Uint8Array,
): Result<PdfFile, PdfFailure> {
  return readingPdf(() => open(platform, bytes, (given) => findHandler({ ...given, platform })));
}

type FindHandler = (given: Omit<FindHandlerGiven, 'platform'>) => FoundHandler | undefined;

function open(platform: PadesPlatform, bytes: Uint8Array, handlerOf: FindHandler): PdfFile {
  const header = indexOfBytes(bytes.subarray(0, 1024), '%PDF-');
  if (header < 0) throw new PdfProblem({ code: 'pdf.not-pdf' });
  const budget: InflateBudget = { left: limits.inflatedTotal };
  const revisions = readRevisions({ bytes, platform, budget });
  const newest = revisions.at(-1);
  invariant(newest !== undefined, 'a chain has at least one section');
  const history = historyOf(revisions);
  const plain = createObjectReader({ bytes, platform, budget, history });
  const isEncrypted = revisions.some(({ sections }) =>
    sections.some(({ trailer }) => trailer.entries.has('Encrypt')),
  );
  const handler = isEncrypted ? handlerOf({ revisions, history, viewAt: plain.viewAt }) : undefined;
  if (isEncrypted && !handler) throw new PdfProblem({ code: 'pdf.encrypted' });
  const objects = handler
    ? createObjectReader({ bytes, platform, budget, history, handler })
    : plain;
  const views = new Map<number, PdfView>();
  const at = (revision: number): PdfView => {
    const known = views.get(revision);
    if (known) return known;
    const trailer = revisions[revision]?.sections[0]?.trailer;
    invariant(trailer !== undefined, `revision ${revision} exists`);
    const view = objects.viewAt(revision, trailer);
    views.set(revision, view);
    return view;
  };
  const now = at(newest.index);
  if (!isKind(now.resolve(rawEntry(now.trailer, 'Root')), 'dict')) throw broken('no catalogue');
  const rest = bytes.subarray(newest.end);
  return {
    bytes,
    platform,
    revisions,
    trailing: { length: rest.length, isBlank: rest.every((byte) => isWhite(byte)) },
    at,
    now,
    dataOf: objects.dataOf,
    decode: (stream, view) => objects.decode(stream, view.resolve),
  };
}

function historyOf(revisions: readonly Revision[]): History {
  const history = new Map<number, HistoryStep[]>();
  for (const { index, sections } of revisions) {
    // Newest section last, so that it wins inside a linearised original.
    for (const section of sections.toReversed()) {
      for (const [num, entry] of section.entries) {
        const steps = history.get(num);
        if (steps) steps.push({ revision: index, entry });
        else history.set(num, [{ revision: index, entry }]);
      }
    }
  }
  return history;
}

interface Container {
  readonly source: Uint8Array;
  /** Object number and offset in `source`, in the order of the stream. */
  readonly members: readonly { readonly num: number; readonly offset: number }[];
}

function createObjectReader(deps: {
  readonly bytes: Uint8Array;
  readonly platform: PadesPlatform;
  readonly budget: InflateBudget;
  readonly history: History;
  readonly handler?: FoundHandler;
}) {
  const { bytes, platform, budget, history, handler } = deps;
  const byOffset = new Map<number, PdfObject | undefined>();
  const containers = new Map<number, Container | undefined>();
  const compressed = new Map<string, PdfObject | undefined>();

  const dataOf = ({ dataStart, dataEnd, decrypt }: PdfStream): Uint8Array => {
    const data = bytes.subarray(dataStart, dataEnd);
    return decrypt ? decrypt(data) : data;
  };
  const decode = (stream: PdfStream, resolve: PdfView['resolve']): Uint8Array =>
    decodeStream({ platform, budget, dict: stream.dict, data: dataOf(stream), resolve });

  function viewAt(revision: number, trailer: PdfDict): PdfView {
    const entry = (num: number): XrefEntry | undefined =>
      history.get(num)?.findLast((step) => step.revision <= revision)?.entry;

    const find = (num: number): PdfObject | undefined => {
      const place = entry(num);
      if (place === undefined || place.type === 'free') return undefined;
      if (place.type === 'compressed') return findCompressed(num, place.container, place.index);
      const object = readAt(place.offset);
      return object?.num === num && object.gen === place.gen ? object : undefined;
    };

    function readAt(offset: number): PdfObject | undefined {
      if (byOffset.has(offset)) return byOffset.get(offset);
      // Set first: a /Length that leads back here finds nothing instead of looping.
      byOffset.set(offset, undefined);
      const read = orUndefined(() =>
        parseIndirect(bytes, offset, (ref) => asInteger(find(ref.num)?.value)),
      );
      const isPlain = !handler || read?.num === handler.dictNumber;
      const object = read && !isPlain ? decryptObject(read, handler) : read;
      byOffset.set(offset, object);
      return object;
    }

    function findCompressed(num: number, container: number, index: number) {
      const place = entry(container);
      if (place?.type !== 'offset') return undefined;
      const key = `${place.offset}/${index}/${num}`;
      if (compressed.has(key)) return compressed.get(key);
      if (!containers.has(place.offset)) {
        containers.set(place.offset, undefined);
        containers.set(place.offset, readContainer(readAt(place.offset), container));
      }
      const object = readMember(containers.get(place.offset), index, num);
      compressed.set(key, object);
      return object;
    }

    /** ISO 32000-1 §7.5.7. */
    function readContainer(object: PdfObject | undefined, num: number): Container | undefined {
      if (object?.num !== num || !isKind(object.value, 'stream')) return undefined;
      const { value } = object;
      return orUndefined(() => {
        const source = decode(value, resolve);
        const count = asInteger(resolve(rawEntry(value.dict, 'N'))) ?? 0;
        const first = asInteger(resolve(rawEntry(value.dict, 'First'))) ?? 0;
        const cursor: Cursor = { bytes: source, end: Math.min(first, source.length), at: 0 };
        const members: { num: number; offset: number }[] = [];
        for (let i = 0; i < count; i++) {
          const member = takeUnsigned(cursor);
          const offset = takeUnsigned(cursor);
          if (member === undefined || offset === undefined) throw broken('object stream');
          members.push({ num: member, offset: first + offset });
        }
        return { source, members };
      });
    }

    const resolve = (value: PdfValue | undefined): PdfValue => {
      let current = value ?? null;
      for (let depth = 0; isKind(current, 'ref'); depth++) {
        if (depth > limits.nesting) throw pastLimit('nesting');
        const object: PdfObject | undefined = find(current.num);
        current = object?.gen === current.gen ? object.value : null;
      }
      return current;
    };

    const numbers = (): readonly number[] =>
      [...history]
        .filter(([, steps]) => (steps[0]?.revision ?? Infinity) <= revision)
        .map(([num]) => num)
        .toSorted((a, b) => a - b);

    const highest = numbers().at(-1) ?? 0;
    const size = Math.max(highest + 1, asInteger(rawEntry(trailer, 'Size')) ?? 0);
    return {
      revision,
      trailer,
      find,
      resolve,
      get: (dict, key) => resolve(rawEntry(dict, key)),
      entry,
      numbers,
      size,
    };
  }

  return { viewAt, dataOf, decode };
}

function readMember(
  container: Container | undefined,
  index: number,
  num: number,
): PdfObject | undefined {
  const member = container?.members[index];
  if (container === undefined || member?.num !== num) return undefined;
  const { source } = container;
  const cursor: Cursor = { bytes: source, end: source.length, at: member.offset };
  const value = orUndefined(() => parseValue(cursor));
  if (value === undefined) return undefined;
  return { num, gen: 0, value, source, start: member.offset, end: cursor.at, isCompressed: true };
}

/** A single unreadable object counts as missing, as in every reader; limits and encryption still stop everything. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof PdfProblem && cause.failure.code === 'pdf.broken') return undefined;
    throw cause;
  }
}
