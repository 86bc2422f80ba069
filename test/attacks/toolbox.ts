import { appendRevision, objectNumbers, type ObjectChange } from '../../src/shared/pades/append';
import { findField, readForm } from '../../src/shared/pades/reader/form';
import { dictOf, isKind, rawEntry, type PdfDict } from '../../src/shared/pades/reader/objects';
import { listPages } from '../../src/shared/pades/reader/pages';
import type { PdfFile } from '../../src/shared/pades/reader/pdf-file';
import { asText, editDict, pdfBytes, refText, streamBody } from '../../src/shared/pades/syntax';
import { open, value } from '../unit/shared/pades/helpers';

/** Objects that a later revision writes. */
export type Change = (file: PdfFile, next: () => number) => readonly ObjectChange[];

/** What an attacker does: an update by a perfectly good writer. */
export function update(bytes: Uint8Array, change: Change) {
  const file = open(bytes);
  return value(appendRevision(file, change(file, objectNumbers(file)))).bytes;
}

/** Rewrites the dictionary of an object with some entries changed. */
export function edit(
  file: PdfFile,
  num: number,
  changes: Record<string, string | undefined>,
): ObjectChange {
  const object = file.now.find(num);
  const dict = dictOf(object?.value);
  if (!object || !dict) throw new Error(`object ${num}`);
  return { num, gen: object.gen, body: editDict(object.source, dict, changes) };
}

export const catalogNumber = (file: PdfFile): number => {
  const root = rawEntry(file.now.trailer, 'Root');
  return isKind(root, 'ref') ? root.num : 0;
};
export const fieldNumber = (file: PdfFile, name: string): number =>
  findField(readForm(file.now), name)?.ref?.num ?? 0;
export const pageNumber = (file: PdfFile): number => listPages(file.now)[0]?.ref.num ?? 0;
export const formDict = (file: PdfFile): PdfDict => {
  const { dict } = readForm(file.now);
  if (!dict) throw new Error('no form');
  return dict;
};
export const paint = (text: string) => streamBody([], pdfBytes(text));

/** The same length, other bytes; the first occurrence after `from`. */
export function patch(bytes: Uint8Array, find: string, by: string, from = 0): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const at = text.indexOf(find, from);
  if (at < 0 || find.length !== by.length) throw new Error(`cannot patch ${find}`);
  return Uint8Array.from(
    Buffer.from(text.slice(0, at) + by + text.slice(at + find.length), 'latin1'),
  );
}

export function editForm(file: PdfFile, changes: Record<string, string>): ObjectChange {
  const source = file.now.find(catalogNumber(file))?.source ?? file.bytes;
  return edit(file, catalogNumber(file), {
    AcroForm: asText(editDict(source, formDict(file), changes)),
  });
}

/** References in an array. */
export const listed = (
  file: PdfFile,
  dict: PdfDict | undefined,
  key: string,
): readonly string[] => {
  const items = file.now.get(dict, key);
  return (isKind(items, 'array') ? items.items : []).flatMap((item) =>
    isKind(item, 'ref') ? [refText(item)] : [],
  );
};

/** An array of references with one more. */
export const extended = (
  file: PdfFile,
  dict: PdfDict | undefined,
  key: string,
  num: number,
): string => `[${[...listed(file, dict, key), refText({ num })].join(' ')}]`;
