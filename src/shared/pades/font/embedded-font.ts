import { indexOfBytes } from '../reader/indirect';
import { isWhite, parseValue, skipSpace, type Cursor } from '../reader/lexer';
import {
  asName,
  asNumber,
  dictOf,
  isKind,
  rawEntry,
  type PdfDict,
  type PdfValue,
} from '../reader/objects';
import type { PdfFile, PdfView } from '../reader/pdf-file';
import { broken } from '../reader/problem';
import { decodeUtf16Be } from '../reader/text-string';

/** A font that is already in the document, as much of it as filling (S-10) and checking a field (V-7) need. */
export interface EmbeddedFont extends GlyphWidths {
  /** Text by code. */
  readonly textOf: (code: number) => string | undefined;
  /** Undefined when the font has no glyph for the character. */
  readonly codeOf: (character: string) => number | undefined;
}

/** Reads a font dictionary; undefined for an encoding we cannot turn into text. */
export function readEmbeddedFont(
  file: PdfFile,
  view: PdfView,
  font: PdfDict,
): EmbeddedFont | undefined {
  const isType0 = asName(view.get(font, 'Subtype')) === 'Type0';
  if (isType0 && asName(view.get(font, 'Encoding')) !== 'Identity-H') return undefined;
  const toUnicode = view.get(font, 'ToUnicode');
  if (!isType0 && !isKind(toUnicode, 'stream')) return readSimpleFont(view, font);
  if (!isKind(toUnicode, 'stream')) return undefined;
  const texts = parseToUnicode(file.decode(toUnicode, view));
  const codes = new Map([...texts].map(([code, text]) => [text, code]));
  return {
    ...readGlyphWidths(view, font),
    textOf: (code) => texts.get(code),
    codeOf: (character) => codes.get(character),
  };
}

/** How far a font's characters carry on, whatever text they stand for. */
export interface GlyphWidths {
  /** Bytes a character code takes in a string: 2 for Identity-H, 1 for simple fonts. */
  readonly codeBytes: 1 | 2;
  /** Thousandths of the font size. */
  readonly widthOf: (code: number) => number;
}

export function readGlyphWidths(view: PdfView, font: PdfDict | undefined): GlyphWidths {
  const isType0 = asName(view.get(font, 'Subtype')) === 'Type0';
  const widths = !font ? new Map() : isType0 ? cidWidths(view, font) : simpleWidths(view, font);
  return { codeBytes: isType0 ? 2 : 1, widthOf: (code) => widths.get(code) ?? 500 };
}

/** Standard and WinAnsi encodings agree with Latin-1 on what numbers and dates use. */
function readSimpleFont(view: PdfView, font: PdfDict): EmbeddedFont | undefined {
  const encoding = view.get(font, 'Encoding');
  // A /Differences array can make any code look like any digit: not taken at its word.
  if (isKind(encoding, 'dict') && encoding.entries.has('Differences')) return undefined;
  const widths = simpleWidths(view, font);
  const inRange = (code: number): boolean => code >= 32 && code <= 126;
  return {
    codeBytes: 1,
    textOf: (code) => (inRange(code) ? String.fromCharCode(code) : undefined),
    codeOf: (character) => {
      const code = character.codePointAt(0) ?? 0;
      return inRange(code) ? code : undefined;
    },
    widthOf: (code) => widths.get(code) ?? 500,
  };
}

/** `beginbfchar` and `beginbfrange` of a CMap (ISO 32000-1 §9.10.3). */
function parseToUnicode(data: Uint8Array): ReadonlyMap<number, string> {
  const map = new Map<number, string>();
  for (const { operator, operands } of readOperators(data)) {
    if (operator === 'endbfchar') {
      for (let i = 0; i + 1 < operands.length; i += 2) {
        const text = unicodeOf(operands[i + 1]);
        if (text !== undefined) map.set(codeOf(operands[i]), text);
      }
    }
    if (operator === 'endbfrange') {
      for (let i = 0; i + 2 < operands.length; i += 3) addRange(map, operands.slice(i, i + 3));
    }
  }
  return map;
}

function addRange(map: Map<number, string>, [low, high, target]: readonly PdfValue[]): void {
  const first = codeOf(low);
  const count = Math.min(codeOf(high) - first + 1, 65_536);
  for (let i = 0; i < count; i++) {
    if (isKind(target, 'array')) {
      const text = unicodeOf(target.items[i]);
      if (text !== undefined) map.set(first + i, text);
      continue;
    }
    const text = unicodeOf(target) ?? '';
    const last = text.charCodeAt(text.length - 1);
    map.set(first + i, text.slice(0, -1) + String.fromCharCode(last + i));
  }
}

const unicodeOf = (value: PdfValue | undefined): string | undefined =>
  isKind(value, 'string') ? decodeUtf16Be(value.bytes) : undefined;

const codeOf = (value: PdfValue | undefined): number =>
  isKind(value, 'string') ? value.bytes.reduce((code, byte) => code * 256 + byte, 0) : -1;

/** One operator of a content stream or CMap with what was written before it. */
export interface Operation {
  readonly operator: string;
  readonly operands: readonly PdfValue[];
}

/** Splits a content stream into operations (§7.8.2); throws `PdfProblem` on what is no syntax. */
export const readOperators = (data: Uint8Array): readonly Operation[] => [...operatorsOf(data)];

/** The same one by one, for the long streams of pages. Data of inline images (§8.9.7) are stepped over. */
export function* operatorsOf(data: Uint8Array): Generator<Operation> {
  const cursor: Cursor = { bytes: data, end: data.length, at: 0 };
  let operands: PdfValue[] = [];
  for (;;) {
    skipSpace(cursor);
    if (cursor.at >= cursor.end) return;
    const word = takeOperator(cursor);
    if (word === undefined) {
      operands.push(parseValue(cursor));
      continue;
    }
    yield { operator: word, operands };
    operands = [];
    if (word === 'ID') skipInlineImage(cursor);
  }
}

/** Behind the data, before the `EI` that stands as a word of its own. */
function skipInlineImage(cursor: Cursor): void {
  const { bytes } = cursor;
  for (
    let at = indexOfBytes(bytes, 'EI', cursor.at);
    at >= 0;
    at = indexOfBytes(bytes, 'EI', at + 1)
  ) {
    const isWord = isWhite(bytes[at - 1]) && (at + 2 >= cursor.end || isWhite(bytes[at + 2]));
    if (!isWord) continue;
    cursor.at = at;
    return;
  }
  throw broken('inline image without an end');
}

function takeOperator(cursor: Cursor): string | undefined {
  let at = cursor.at;
  let word = '';
  for (; at < cursor.end && word.length < 64; at++) {
    const character = String.fromCharCode(cursor.bytes[at] ?? 0);
    if (!/[A-Za-z0-9*'"_-]/.test(character)) break;
    word += character;
  }
  if (!/^[A-Za-z'"]/.test(word) || /^(true|false|null)$/.test(word)) return undefined;
  cursor.at = at;
  return word;
}

/** /W of the descendant (§9.7.4.3): `c [w …]` or `first last w`. */
function cidWidths(view: PdfView, font: PdfDict): ReadonlyMap<number, number> {
  const widths = new Map<number, number>();
  const descendants = view.get(font, 'DescendantFonts');
  const descendant = isKind(descendants, 'array')
    ? dictOf(view.resolve(descendants.items[0]))
    : undefined;
  const list = view.get(descendant, 'W');
  const items = isKind(list, 'array') ? list.items.map((item) => view.resolve(item)) : [];
  for (let i = 0; i < items.length;) {
    const first = asNumber(items[i]) ?? 0;
    const second = items[i + 1];
    if (isKind(second, 'array')) {
      second.items.forEach((width, k) => widths.set(first + k, asNumber(view.resolve(width)) ?? 0));
      i += 2;
    } else {
      const last = Math.min(asNumber(second) ?? 0, first + 65_535);
      for (let code = first; code <= last; code++) widths.set(code, asNumber(items[i + 2]) ?? 0);
      i += 3;
    }
  }
  return widths;
}

function simpleWidths(view: PdfView, font: PdfDict): ReadonlyMap<number, number> {
  const first = asNumber(view.get(font, 'FirstChar')) ?? 0;
  const list = view.get(font, 'Widths');
  const items = isKind(list, 'array') ? list.items : [];
  return new Map(items.map((width, i) => [first + i, asNumber(view.resolve(width)) ?? 0]));
}

/** The font under a name in a resource dictionary. */
export const fontInResources = (
  view: PdfView,
  resources: PdfDict | undefined,
  name: string,
): PdfDict | undefined => {
  const fonts = dictOf(view.get(resources, 'Font'));
  return dictOf(view.resolve(rawEntry(fonts, name)));
};
