import { invariant } from '../kernel/assert';
import { concatBytes } from '../kernel/bytes';
import type { PdfArray, PdfDict } from './reader/objects';

/** Bytes of a text with one byte a character; throws on characters above U+00FF. */
export function pdfBytes(text: string): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    invariant(code <= 0xff, 'PDF syntax is written in bytes');
    out[i] = code;
  }
  return out;
}

export const refText = (ref: { readonly num: number; readonly gen?: number }): string =>
  `${ref.num} ${ref.gen ?? 0} R`;

/** A number with at most four decimals, never in exponent form (ISO 32000-1 §7.3.3). */
export const numberText = (value: number): string =>
  (Math.round(value * 10_000) / 10_000)
    .toFixed(4)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0');

export const rectText = (rect: readonly number[]): string =>
  `[${rect.map((value) => numberText(value)).join(' ')}]`;

/** A name with `#xx` where needed (§7.3.5). */
export const nameText = (name: string): string =>
  `/${name.replace(/[^!-~]|[#()<>[\]{}/%]/g, (c) => `#${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}`;

/**
 * A text string (§7.9.2.2, S-3): ASCII as it is, everything else UTF-16BE in hexadecimal, which needs no escapes.
 * The value a reader decodes equals the input.
 */
export function textStringText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return `(${text.replace(/[\\()]/g, (c) => `\\${c}`)})`;
  return `<FEFF${utf16Hex(text)}>`;
}

/** UTF-16BE code units, four upper-case digits each. */
export function utf16Hex(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    out += text.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0');
  }
  return out;
}

/** `<< /Key value … >>`, one entry a line, in the given order; entries without a value are left out. */
export function dictText(entries: readonly (readonly [string, string | undefined])[]): string {
  const lines = entries.flatMap(([key, value]) =>
    value === undefined ? [] : [`/${key} ${value}`],
  );
  return `<<\n${lines.join('\n')}\n>>`;
}

/** A stream object's body; `/Length` is added. */
export function streamBody(
  entries: readonly (readonly [string, string | undefined])[],
  data: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return concatBytes(
    pdfBytes(`${dictText([...entries, ['Length', String(data.length)]])}\nstream\n`),
    data,
    pdfBytes('\nendstream'),
  );
}

/** One change of a dictionary: a new value, or undefined to take the entry out. */
export type DictChanges = Readonly<Record<string, string | undefined>>;

/**
 * The source text of a dictionary with some entries changed; every other byte stays as its producer wrote it, so that
 * no number, order or spelling changes without need (S-6).
 */
export function editDict(
  source: Uint8Array,
  dict: PdfDict,
  changes: DictChanges,
): Uint8Array<ArrayBuffer> {
  const cuts = Object.entries(changes)
    .flatMap(([key, text]) => {
      const entry = dict.entries.get(key);
      if (!entry) return [];
      return [{ from: text === undefined ? entry.keyStart : entry.start, to: entry.end, text }];
    })
    .toSorted((a, b) => a.from - b.from);
  const added = Object.entries(changes)
    .filter(([key, text]) => text !== undefined && !dict.entries.has(key))
    .map(([key, text]) => `${nameText(key)} ${text}`);
  const parts: Uint8Array[] = [];
  let at = dict.start;
  for (const cut of cuts) {
    // The value's first byte is a delimiter or follows white space; keep a space when the old one ended the key.
    parts.push(
      source.subarray(at, cut.from),
      pdfBytes(cut.text === undefined ? '' : ` ${cut.text}`),
    );
    at = cut.to;
  }
  const close = dict.end - 2;
  parts.push(source.subarray(at, close));
  if (added.length > 0) parts.push(pdfBytes(`\n${added.join('\n')}\n`));
  parts.push(pdfBytes('>>'));
  return concatBytes(...parts);
}

/** The source text of an array with items added at its end. */
export function extendArray(
  source: Uint8Array,
  array: PdfArray,
  items: readonly string[],
): Uint8Array<ArrayBuffer> {
  return concatBytes(source.subarray(array.start, array.end - 1), pdfBytes(` ${items.join(' ')}]`));
}

/** Text of a value's source bytes, for putting one edited value into another. */
export const asText = (bytes: Uint8Array): string => {
  let out = '';
  for (const byte of bytes) out += String.fromCharCode(byte);
  return out;
};
