import { gateFinding, type GateFinding } from '../../domain/signing/gate-finding';
import { indexOfBytes, parseIndirect } from '../reader/indirect';
import { asName, dictOf, isKind, type PdfValue } from '../reader/objects';
import type { PdfFile } from '../reader/pdf-file';
import { readingPdf } from '../reader/problem';

/**
 * Objects that look like pages although nothing leads to them: a tiny later change of the cross-reference would swap
 * them in. Looked for in the cross-reference and in bytes that it does not account for; what an earlier revision showed
 * is not among them, for every ordinary update leaves that behind.
 */
export function findShadowPages(
  file: PdfFile,
  reached: ReadonlySet<number>,
): readonly GateFinding[] {
  const unreached = file.now.numbers().filter((num) => !reached.has(num));
  const listed = unreached.filter((num) => looksLikePages(file.now.find(num)?.value));
  return [...listed, ...loosePages(file)].map((object) => gateFinding('shadow-pages', { object }));
}

function looksLikePages(value: PdfValue | undefined): boolean {
  if (!isKind(value, 'dict')) return false;
  const type = asName(value.entries.get('Type')?.value);
  if (type !== undefined) return type === 'Catalog' || type === 'Pages' || type === 'Page';
  const has = (...keys: readonly string[]): boolean => keys.every((key) => value.entries.has(key));
  return has('Kids', 'Count') || has('Contents', 'Resources') || has('Contents', 'MediaBox');
}

/** Objects between those that a cross-reference of any revision lists. */
function loosePages(file: PdfFile): readonly number[] {
  const spans = file.revisions
    .flatMap(({ index, sections }) =>
      sections.flatMap(({ entries }) =>
        [...entries].flatMap(([num, { type }]) => {
          const object = type === 'offset' ? file.at(index).find(num) : undefined;
          return object ? [object] : [];
        }),
      ),
    )
    .toSorted((a, b) => a.start - b.start);
  const found: number[] = [];
  let at = 0;
  for (const { start, end } of [...spans, { start: file.bytes.length, end: file.bytes.length }]) {
    if (start > at) found.push(...pagesBetween(file.bytes.subarray(0, start), at));
    at = Math.max(at, end);
  }
  return found;
}

function pagesBetween(bytes: Uint8Array, from: number): readonly number[] {
  const found: number[] = [];
  for (
    let at = indexOfBytes(bytes, 'obj', from);
    at >= 0;
    at = indexOfBytes(bytes, 'obj', at + 3)
  ) {
    const before = String.fromCharCode(...bytes.subarray(Math.max(from, at - 24), at));
    const head = /\d+\s+\d+\s+$/.exec(before)?.[0];
    if (head === undefined) continue;
    const read = readingPdf(() => parseIndirect(bytes, at - head.length, () => undefined));
    const isStore =
      read.ok && asName(dictOf(read.value.value)?.entries.get('Type')?.value) === 'ObjStm';
    if (read.ok && (isStore || looksLikePages(read.value.value))) found.push(read.value.num);
  }
  return found;
}
