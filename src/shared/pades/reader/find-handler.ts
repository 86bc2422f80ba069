import type { PadesPlatform } from '../platform';
import { equalBytes } from '../../kernel/bytes';
import { isKind, rawEntry, type PdfDict, type PdfObject, type PdfValue } from './objects';
import type { Revision } from './revisions';
import { openWithoutPassword, type SecurityHandler } from './security-handler';
import type { XrefEntry } from './xref';

export interface HistoryStep {
  readonly revision: number;
  readonly entry: XrefEntry;
}
/** What each revision says of an object's place, by its number. */
export type History = ReadonlyMap<number, readonly HistoryStep[]>;

export interface FoundHandler extends SecurityHandler {
  /** Number of the encryption dictionary, whose own strings are plain. */
  readonly dictNumber: number | undefined;
}

export interface FindHandlerGiven {
  readonly platform: PadesPlatform;
  readonly revisions: readonly Revision[];
  readonly history: History;
  /** Reads objects as they are written. */
  readonly viewAt: (
    revision: number,
    trailer: PdfDict,
  ) => { readonly find: (num: number) => PdfObject | undefined };
}

/**
 * The one handler of the whole file. Every section must name the same dictionary and the same /ID, and no later revision
 * may put another dictionary in its place: the same bytes would then say something else than what was signed.
 */
export function findHandler(given: FindHandlerGiven): FoundHandler | undefined {
  const { platform, revisions, history, viewAt } = given;
  const trailers = revisions.flatMap(({ sections }) => sections.map(({ trailer }) => trailer));
  const [first] = trailers;
  const written = rawEntry(first, 'Encrypt');
  const id = first && firstId(first);
  if (!first || !id || !isKind(written, 'ref')) return undefined;
  const places = new Set(
    (history.get(written.num) ?? []).map(({ entry }) =>
      entry.type === 'offset' ? entry.offset : entry.type,
    ),
  );
  const isOne = trailers.every((trailer) => {
    const own = firstId(trailer);
    const other = rawEntry(trailer, 'Encrypt');
    return isSameRef(other, written) && own !== undefined && equalBytes(own, id);
  });
  const value = viewAt(0, first).find(written.num)?.value;
  const handler =
    isOne && places.size === 1 && isKind(value, 'dict')
      ? openWithoutPassword({ platform, dict: value, id })
      : undefined;
  return handler && { ...handler, dictNumber: written.num };
}

const isSameRef = (one: PdfValue | undefined, other: PdfValue): boolean =>
  isKind(one, 'ref') && isKind(other, 'ref') && one.num === other.num && one.gen === other.gen;

function firstId(trailer: PdfDict): Uint8Array | undefined {
  const id = rawEntry(trailer, 'ID');
  const first = isKind(id, 'array') ? id.items[0] : undefined;
  return isKind(first, 'string') ? first.bytes : undefined;
}
