/**
 * Values of a PDF (ISO 32000-1 §7.3) with the places they were read from.
 *
 * `start` and `end` are offsets into the `source` of the indirect object that holds the value: the file itself, or the
 * decoded object stream. `end` is exclusive. They let us edit one entry and keep every other byte (S-6).
 */
export type PdfValue =
  | null
  | boolean
  | PdfNumber
  | PdfName
  | PdfString
  | PdfArray
  | PdfDict
  | PdfStream
  | PdfRef;

export interface PdfNumber {
  readonly kind: 'number';
  readonly value: number;
  /** Written with digits and a sign only. */
  readonly isInteger: boolean;
}

export interface PdfName {
  readonly kind: 'name';
  /** Bytes after resolving `#xx`, one character a byte (Latin-1). */
  readonly name: string;
}

export interface PdfString {
  readonly kind: 'string';
  readonly bytes: Uint8Array;
  readonly isHex: boolean;
}

export interface PdfArray {
  readonly kind: 'array';
  readonly items: readonly PdfValue[];
  readonly start: number;
  readonly end: number;
}

export interface PdfEntry {
  readonly value: PdfValue;
  /** Of the slash of the key. */
  readonly keyStart: number;
  /** First byte of the value, after white space. */
  readonly start: number;
  readonly end: number;
}

export interface PdfDict {
  readonly kind: 'dict';
  /** By key without the slash; of a key given twice the last one, as most readers do. */
  readonly entries: ReadonlyMap<string, PdfEntry>;
  /** Keys that were given more than once: a trick in a signature dictionary (V-2). */
  readonly duplicates: readonly string[];
  readonly start: number;
  readonly end: number;
}

export interface PdfStream {
  readonly kind: 'stream';
  readonly dict: PdfDict;
  /** Undecoded data, offsets into the file. */
  readonly dataStart: number;
  readonly dataEnd: number;
  /** Of an encrypted stream: what `dataStart` to `dataEnd` was before. */
  readonly decrypt?: (data: Uint8Array) => Uint8Array;
}

export interface PdfRef {
  readonly kind: 'ref';
  readonly num: number;
  readonly gen: number;
}

/** An indirect object with the bytes its value was parsed from. */
export interface PdfObject {
  readonly num: number;
  readonly gen: number;
  readonly value: PdfValue;
  readonly source: Uint8Array;
  /** Of the object in the file, from its number to after `endobj`; for a compressed one, of its value in `source`. */
  readonly start: number;
  readonly end: number;
  readonly isCompressed: boolean;
}

export const isKind = <K extends Exclude<PdfValue, null | boolean>['kind']>(
  value: PdfValue | undefined,
  kind: K,
): value is Extract<PdfValue, { readonly kind: K }> =>
  typeof value === 'object' && value !== null && value.kind === kind;

export const asName = (value: PdfValue | undefined): string | undefined =>
  isKind(value, 'name') ? value.name : undefined;

export const asNumber = (value: PdfValue | undefined): number | undefined =>
  isKind(value, 'number') ? value.value : undefined;

export const asInteger = (value: PdfValue | undefined): number | undefined =>
  isKind(value, 'number') && value.isInteger ? value.value : undefined;

/** The dictionary of a dictionary or of a stream. */
export const dictOf = (value: PdfValue | undefined): PdfDict | undefined =>
  isKind(value, 'dict') ? value : isKind(value, 'stream') ? value.dict : undefined;

/** The entry as written; a reference is not followed. */
export const rawEntry = (dict: PdfDict | undefined, key: string): PdfValue | undefined =>
  dict?.entries.get(key)?.value;
