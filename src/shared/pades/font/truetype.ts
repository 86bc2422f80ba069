import { err, ok, type Result } from '../../kernel/result';

/** The parts of a TrueType font that embedding needs (ISO/IEC 14496-22). */
export interface TrueTypeFont {
  readonly tables: ReadonlyMap<string, Uint8Array>;
  readonly unitsPerEm: number;
  /** Font units: `[xMin, yMin, xMax, yMax]`. */
  readonly box: readonly [number, number, number, number];
  readonly ascent: number;
  readonly descent: number;
  readonly capHeight: number;
  readonly italicAngle: number;
  readonly glyphCount: number;
  readonly postScriptName: string;
  /** Undefined when the font has no glyph for the code point. */
  readonly glyphOf: (codePoint: number) => number | undefined;
  /** Font units. */
  readonly advanceOf: (glyph: number) => number;
  /** Outline bytes; empty for a blank glyph. */
  readonly outlineOf: (glyph: number) => Uint8Array;
}

export type FontFailure = { readonly code: 'pdf.font-unusable' };

const needed = ['head', 'hhea', 'hmtx', 'maxp', 'loca', 'glyf', 'cmap'];

export function parseTrueType(bytes: Uint8Array): Result<TrueTypeFont, FontFailure> {
  const tables = readTables(bytes);
  const table = (tag: string): DataView => viewOf(tables.get(tag) ?? new Uint8Array(0));
  if (!needed.every((tag) => (tables.get(tag)?.length ?? 0) > 0)) {
    return err({ code: 'pdf.font-unusable' });
  }
  const head = table('head');
  const hhea = table('hhea');
  const os2 = table('OS/2');
  const post = table('post');
  const glyphCount = table('maxp').getUint16(4);
  const metricCount = hhea.getUint16(34);
  const hmtx = table('hmtx');
  const loca = table('loca');
  const glyf = tables.get('glyf') ?? new Uint8Array(0);
  const isLong = head.getInt16(50) === 1;
  const placeOf = (glyph: number): number =>
    isLong ? loca.getUint32(glyph * 4) : loca.getUint16(glyph * 2) * 2;
  const glyphOf = readCmap(table('cmap'));
  if (!glyphOf) return err({ code: 'pdf.font-unusable' });
  return ok({
    tables,
    unitsPerEm: head.getUint16(18),
    box: [head.getInt16(36), head.getInt16(38), head.getInt16(40), head.getInt16(42)],
    ascent: hhea.getInt16(4),
    descent: hhea.getInt16(6),
    capHeight: os2.byteLength >= 90 ? os2.getInt16(88) : hhea.getInt16(4),
    italicAngle: post.byteLength >= 8 ? post.getInt32(4) / 65_536 : 0,
    glyphCount,
    postScriptName: readPostScriptName(table('name')),
    glyphOf,
    advanceOf: (glyph) => hmtx.getUint16(Math.min(glyph, metricCount - 1) * 4),
    outlineOf: (glyph) =>
      glyph < glyphCount ? glyf.subarray(placeOf(glyph), placeOf(glyph + 1)) : glyf.subarray(0, 0),
  });
}

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function readTables(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const tables = new Map<string, Uint8Array>();
  if (bytes.length < 12) return tables;
  const view = viewOf(bytes);
  const count = view.getUint16(4);
  for (let i = 0; i < count && 28 + i * 16 <= bytes.length; i++) {
    const at = 12 + i * 16;
    const tag = String.fromCharCode(...bytes.subarray(at, at + 4));
    const offset = view.getUint32(at + 8);
    const length = view.getUint32(at + 12);
    if (offset + length <= bytes.length) tables.set(tag, bytes.subarray(offset, offset + length));
  }
  return tables;
}

/** Unicode subtable of format 4: enough for every letter of the basic plane. */
function readCmap(cmap: DataView): TrueTypeFont['glyphOf'] | undefined {
  const count = cmap.getUint16(2);
  for (let i = 0; i < count; i++) {
    const platform = cmap.getUint16(4 + i * 8);
    const encoding = cmap.getUint16(6 + i * 8);
    const offset = cmap.getUint32(8 + i * 8);
    const isUnicode = platform === 0 || (platform === 3 && encoding === 1);
    if (isUnicode && cmap.getUint16(offset) === 4) return readSegments(cmap, offset);
  }
  return undefined;
}

function readSegments(cmap: DataView, offset: number): TrueTypeFont['glyphOf'] {
  const size = cmap.getUint16(offset + 6);
  const ends = offset + 14;
  const starts = ends + size + 2;
  const deltas = starts + size;
  const ranges = deltas + size;
  return (codePoint) => {
    for (let at = 0; at < size; at += 2) {
      if (codePoint > cmap.getUint16(ends + at)) continue;
      const start = cmap.getUint16(starts + at);
      if (codePoint < start) return undefined;
      const delta = cmap.getUint16(deltas + at);
      const range = cmap.getUint16(ranges + at);
      const found =
        range === 0 ? codePoint : cmap.getUint16(ranges + at + range + (codePoint - start) * 2);
      const glyph = found === 0 && range !== 0 ? 0 : (found + delta) & 0xffff;
      return glyph === 0 ? undefined : glyph;
    }
    return undefined;
  };
}

function readPostScriptName(name: DataView): string {
  if (name.byteLength < 6) return 'Font';
  const count = name.getUint16(2);
  const strings = name.getUint16(4);
  for (let i = 0; i < count; i++) {
    const at = 6 + i * 12;
    if (name.getUint16(at) !== 3 || name.getUint16(at + 6) !== 6) continue;
    let text = '';
    for (let b = 0; b < name.getUint16(at + 8); b += 2) {
      text += String.fromCharCode(name.getUint16(strings + name.getUint16(at + 10) + b));
    }
    return text.replace(/[^A-Za-z0-9-]/g, '');
  }
  return 'Font';
}
