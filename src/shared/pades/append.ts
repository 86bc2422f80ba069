import { invariant } from '../kernel/assert';
import { concatBytes, equalBytes, toHex } from '../kernel/bytes';
import { err, ok, type Result } from '../kernel/result';
import { readForm } from './reader/form';
import { isKind, rawEntry, type PdfDict } from './reader/objects';
import type { PdfFile } from './reader/pdf-file';
import { asText, dictText, pdfBytes } from './syntax';
import { listSignatures } from './verify/signature-fields';

/** One new or changed object; `body` is what stands between `n g obj` and `endobj`. */
export interface ObjectChange {
  readonly num: number;
  readonly gen: number;
  readonly body: Uint8Array;
}

export interface AppendedRevision {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Offset in `bytes` of each body, by object number. */
  readonly bodyOffsets: ReadonlyMap<number, number>;
}

/** The file cannot be appended to: it carries a signature and bytes behind its last revision. */
export type AppendFailure = { readonly code: 'signing.signatures-not-understood' };

/**
 * Appends one incremental update (ISO 32000-1 §7.5.6). Every increment of the product goes through here.
 *
 * The output starts with the input byte for byte (S-5), holds only the given objects, keeps the kind of
 * cross-reference of the newest revision (S-6), points back to it with /Prev, and copies the trailer's other entries.
 */
export function appendRevision(
  file: PdfFile,
  changes: readonly ObjectChange[],
): Result<AppendedRevision, AppendFailure> {
  const newest = file.revisions.at(-1)?.sections[0];
  invariant(newest !== undefined && changes.length > 0, 'an update has a base and a change');
  if (!file.trailing.isBlank && isSigned(file)) {
    return err({ code: 'signing.signatures-not-understood' });
  }
  const sorted = changes.toSorted((a, b) => a.num - b.num);
  invariant(new Set(sorted.map(({ num }) => num)).size === sorted.length, 'one change an object');

  const parts: Uint8Array[] = [file.bytes];
  let length = file.bytes.length;
  const push = (part: Uint8Array): void => {
    parts.push(part);
    length += part.length;
  };
  if (!endsWithLineEnd(file.bytes)) push(pdfBytes('\n'));

  const offsets: XrefLine[] = [];
  const bodyOffsets = new Map<number, number>();
  for (const { num, gen, body } of sorted) {
    offsets.push({ num, gen, offset: length });
    push(pdfBytes(`${num} ${gen} obj\n`));
    bodyOffsets.set(num, length);
    push(body);
    push(pdfBytes('\nendobj\n'));
  }

  const size = Math.max(file.now.size, (sorted.at(-1)?.num ?? 0) + 1);
  const update: UpdateTrailer = {
    start: length,
    size,
    previous: newest.offset,
    carried: carriedEntries(file, newest.trailer, sorted),
  };
  push(newest.kind === 'table' ? tableText(offsets, update) : xrefStream(offsets, update));
  push(pdfBytes(`startxref\n${update.start}\n%%EOF\n`));

  const bytes = concatBytes(...parts);
  const start = bytes.subarray(0, file.bytes.length);
  invariant(equalBytes(start, file.bytes), 'S-5: the output starts with the input');
  return ok({ bytes, bodyOffsets });
}

/** Junk behind the last revision of a file that nobody signed costs nobody anything: it is signed with the rest. */
const isSigned = (file: PdfFile): boolean => listSignatures(file, readForm(file.now)).length > 0;

/** Hands out object numbers that no revision uses. */
export function objectNumbers(file: PdfFile): () => number {
  let next = file.now.size;
  return () => next++;
}

interface XrefLine {
  readonly num: number;
  readonly gen: number;
  readonly offset: number;
}

interface UpdateTrailer {
  readonly start: number;
  readonly size: number;
  readonly previous: number;
  readonly carried: readonly (readonly [string, string])[];
}

/** Entries of a cross-reference stream or of one update that a new trailer must not repeat. */
const ownEntries = new Set(
  'Size Prev XRefStm ID Type W Index Length Filter DecodeParms F FFilter FDecodeParms DL'.split(
    ' ',
  ),
);

/** All other entries as they were written (§7.5.6), and /ID with a new second part (§14.4). */
function carriedEntries(
  file: PdfFile,
  trailer: PdfDict,
  changes: readonly ObjectChange[],
): readonly (readonly [string, string])[] {
  const written = (key: string): string => {
    const entry = trailer.entries.get(key);
    invariant(entry !== undefined, 'only entries that exist are carried');
    return asText(file.bytes.subarray(entry.start, entry.end));
  };
  const carried: (readonly [string, string])[] = [...trailer.entries.keys()]
    .filter((key) => !ownEntries.has(key))
    .map((key) => [key, written(key)] as const);
  const id = file.now.resolve(rawEntry(trailer, 'ID'));
  const first = isKind(id, 'array') ? id.items[0] : undefined;
  if (isKind(first, 'string')) {
    const seed = concatBytes(
      first.bytes,
      pdfBytes(String(file.bytes.length)),
      ...changes.map((c) => c.body),
    );
    const second = file.platform.digest('SHA-256', seed).subarray(0, 16);
    carried.push(['ID', `[<${toHex(first.bytes)}> <${toHex(second)}>]`]);
  }
  return carried;
}

/** §7.5.4: twenty bytes an entry; runs of consecutive numbers share a subsection. */
function tableText(lines: readonly XrefLine[], update: UpdateTrailer): Uint8Array<ArrayBuffer> {
  let text = 'xref\n';
  for (const run of consecutiveRuns(lines)) {
    text += `${run[0]?.num ?? 0} ${run.length}\n`;
    for (const { offset, gen } of run) {
      text += `${String(offset).padStart(10, '0')} ${String(gen).padStart(5, '0')} n \n`;
    }
  }
  const trailer = dictText([
    ['Size', String(update.size)],
    ...update.carried,
    ['Prev', String(update.previous)],
  ]);
  return pdfBytes(`${text}trailer\n${trailer}\n`);
}

/** §7.5.8: the stream names itself as its last entry; its data is left plain. */
function xrefStream(lines: readonly XrefLine[], update: UpdateTrailer): Uint8Array<ArrayBuffer> {
  const num = update.size;
  const all = [...lines, { num, gen: 0, offset: update.start }];
  const index = consecutiveRuns(all).map((run) => `${run[0]?.num ?? 0} ${run.length}`);
  const data = Uint8Array.from(
    all.flatMap(({ offset, gen }) => [
      1,
      (offset >>> 24) & 0xff,
      (offset >>> 16) & 0xff,
      (offset >>> 8) & 0xff,
      offset & 0xff,
      (gen >>> 8) & 0xff,
      gen & 0xff,
    ]),
  );
  const dict = dictText([
    ['Type', '/XRef'],
    ['Size', String(num + 1)],
    ['W', '[1 4 2]'],
    ['Index', `[${index.join(' ')}]`],
    ...update.carried,
    ['Prev', String(update.previous)],
    ['Length', String(data.length)],
  ]);
  return concatBytes(
    pdfBytes(`${num} 0 obj\n${dict}\nstream\n`),
    data,
    pdfBytes('\nendstream\nendobj\n'),
  );
}

function consecutiveRuns(lines: readonly XrefLine[]): readonly (readonly XrefLine[])[] {
  const runs: XrefLine[][] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (run && run.at(-1)?.num === line.num - 1) run.push(line);
    else runs.push([line]);
  }
  return runs;
}

function endsWithLineEnd(bytes: Uint8Array): boolean {
  const last = bytes.at(-1);
  return last === 10 || last === 13;
}
