import { concatBytes } from '../../kernel/bytes';

/** Writing DER (ITU-T X.690): what goes in is DER already, what comes out is one element. */
const derTag = {
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

export function derElement(
  tag: number,
  ...content: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const body = concatBytes(...content);
  return concatBytes(Uint8Array.from([tag, ...derLength(body.length)]), body);
}

function derLength(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export const derSequence = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  derElement(derTag.sequence, ...parts);

/** SET OF: the elements in ascending order of their encodings (X.690 §11.6). */
export const derSetOf = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  derElement(derTag.set, ...parts.toSorted(compareBytes));

export const derOctetString = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  derElement(derTag.octetString, bytes);

export const derNull = (): Uint8Array<ArrayBuffer> => derElement(derTag.null);

/** A small non-negative integer, below 128. */
export const derSmallInteger = (value: number): Uint8Array<ArrayBuffer> =>
  derElement(derTag.integer, Uint8Array.of(value));

/** A non-negative integer from its big-endian bytes, in as few as DER allows. */
export function derInteger(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  const sign = (significant[0] ?? 0) >= 0x80 ? [0] : [];
  return derElement(derTag.integer, Uint8Array.from(sign), significant);
}

export const derTrue = (): Uint8Array<ArrayBuffer> =>
  derElement(derTag.boolean, Uint8Array.of(0xff));

/** Context-specific, constructed. */
export const derContext = (
  number: number,
  ...parts: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> => derElement(0xa0 | number, ...parts);

export function derOid(dotted: string): Uint8Array<ArrayBuffer> {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      groups.unshift((left % 128) | 0x80);
    }
    bytes.push(...groups);
  }
  return derElement(derTag.oid, Uint8Array.from(bytes));
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** One element of definite length inside bytes. */
export interface DerSpan {
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

/** The element at an offset; undefined for indefinite lengths, long tags and what runs over the end. */
export function readDerSpan(bytes: Uint8Array, start: number): DerSpan | undefined {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || first === 0x80) {
    return undefined;
  }
  let length = first;
  let contentStart = start + 2;
  if (first > 0x80) {
    length = 0;
    const count = first & 0x7f;
    if (count > 4) return undefined;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[contentStart++] ?? 0);
  }
  const end = contentStart + length;
  return end <= bytes.length ? { tag, start, contentStart, end } : undefined;
}

/** The elements inside a constructed one; undefined when they do not fill it exactly. */
export function readDerChildren(
  bytes: Uint8Array,
  parent: DerSpan,
): readonly DerSpan[] | undefined {
  const children: DerSpan[] = [];
  for (let at = parent.contentStart; at < parent.end;) {
    const child = readDerSpan(bytes, at);
    if (!child || child.end > parent.end) return undefined;
    children.push(child);
    at = child.end;
  }
  return children;
}

/**
 * The element at the front with definite lengths, and what follows it; undefined when it cannot be read. NSS, and so
 * LibreOffice and poppler, writes the outer elements of a CMS with indefinite length (X.690 §8.1.3.6), against
 * ISO 32000-1 §12.8.3.3. Elements of definite length, attributes and certificates among them, stay as they are.
 */
export function withDefiniteLengths(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[1] !== 0x80) return bytes;
  const front = definiteElement(bytes, 0, 0);
  return front && concatBytes(front.bytes, bytes.subarray(front.end));
}

/** Deepest nesting of indefinite lengths: content info, [0], signed data, signer, attributes. */
const DEEPEST = 16;

function definiteElement(
  bytes: Uint8Array,
  start: number,
  depth: number,
): { readonly bytes: Uint8Array; readonly end: number } | undefined {
  const tag = bytes[start] ?? 0;
  if (bytes[start + 1] !== 0x80) {
    const span = readDerSpan(bytes, start);
    return span && { bytes: spanBytes(bytes, span), end: span.end };
  }
  // Only constructed elements; the pieces of a string would have to be joined, and a signature has none.
  if (depth > DEEPEST || (tag & 0x20) === 0 || (tag & 0xdf) < 0x10) return undefined;
  const children: Uint8Array[] = [];
  for (let at = start + 2; at + 1 < bytes.length;) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) {
      return { bytes: derElement(tag, ...children), end: at + 2 };
    }
    const child = definiteElement(bytes, at, depth + 1);
    if (!child) return undefined;
    children.push(child.bytes);
    at = child.end;
  }
  return undefined;
}

/** The bytes of an element, tag and length included. */
export const spanBytes = (bytes: Uint8Array, span: DerSpan): Uint8Array =>
  bytes.subarray(span.start, span.end);

export const spanContent = (bytes: Uint8Array, span: DerSpan): Uint8Array =>
  bytes.subarray(span.contentStart, span.end);

/** Dotted form of an OBJECT IDENTIFIER; empty for another element. */
export function readDerOid(bytes: Uint8Array, span: DerSpan | undefined): string {
  if (span?.tag !== derTag.oid) return '';
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of spanContent(bytes, span)) {
    arc = arc * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    if (arcs.length === 0)
      arcs.push(Math.min(2, Math.floor(arc / 40)), arc - Math.min(2, Math.floor(arc / 40)) * 40);
    else arcs.push(arc);
    arc = 0;
  }
  return arcs.join('.');
}

/** Milliseconds of a UTCTime or GeneralizedTime in UTC (RFC 5280 §4.1.2.5); undefined for anything else. */
export function readDerTime(bytes: Uint8Array, span: DerSpan | undefined): number | undefined {
  if (!span || (span.tag !== 0x17 && span.tag !== 0x18)) return undefined;
  const text = String.fromCharCode(...spanContent(bytes, span));
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\.\d+)?Z$/.exec(text);
  if (!match) return undefined;
  const [, yearText = '', month, day, hour, minute, second, fraction = ''] = match;
  if (yearText.length !== (span.tag === 0x17 ? 2 : 4)) return undefined;
  const year =
    yearText.length === 4 ? yearText : `${Number(yearText) < 50 ? '20' : '19'}${yearText}`;
  const at = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`,
  );
  return Number.isNaN(at) ? undefined : at;
}

/** An AlgorithmIdentifier (RFC 5280 §4.1.1.2). */
export interface AlgorithmId {
  readonly id: string;
  /** DER of the parameters. */
  readonly parameters: Uint8Array | undefined;
}

export function readAlgorithm(
  bytes: Uint8Array,
  span: DerSpan | undefined,
): AlgorithmId | undefined {
  if (span?.tag !== derTag.sequence) return undefined;
  const parts = readDerChildren(bytes, span);
  const id = readDerOid(bytes, parts?.[0]);
  const parameters = parts?.[1];
  return id === '' ? undefined : { id, parameters: parameters && spanBytes(bytes, parameters) };
}
