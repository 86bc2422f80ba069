import { concatBytes } from '../../kernel/bytes';
import { pdfBytes } from '../syntax';
import { viewOf, type TrueTypeFont } from './truetype';

/** Flags of a composite glyph (OpenType `glyf`). */
const ARGS_ARE_WORDS = 0x0001;
const HAS_SCALE = 0x0008;
const MORE_COMPONENTS = 0x0020;
const HAS_XY_SCALE = 0x0040;
const HAS_TWO_BY_TWO = 0x0080;

/**
 * A font file with the same glyph numbers but only the outlines of `glyphs` and of what they are composed of.
 *
 * Keeping the numbers lets `/CIDToGIDMap /Identity` and Identity-H stay true; the emptied outlines compress to nothing.
 * Tables are those a CIDFontType2 needs (ISO 32000-1 §9.9, table 126).
 */
export function subsetTrueType(font: TrueTypeFont, glyphs: Iterable<number>): Uint8Array {
  const kept = withComponents(font, glyphs);
  const count = Math.max(...kept) + 1;
  const outlines: Uint8Array[] = [];
  const loca = new Uint8Array((count + 1) * 4);
  const hmtx = new Uint8Array(count * 4);
  const sourceMetrics = font.tables.get('hmtx') ?? new Uint8Array(0);
  let at = 0;
  for (let glyph = 0; glyph < count; glyph++) {
    viewOf(loca).setUint32(glyph * 4, at);
    if (!kept.has(glyph)) continue;
    const outline = font.outlineOf(glyph);
    const padded = padTo4(outline);
    outlines.push(padded);
    at += padded.length;
    // One full metric a glyph: numberOfHMetrics below says so.
    viewOf(hmtx).setUint16(glyph * 4, font.advanceOf(glyph));
    viewOf(hmtx).setInt16(glyph * 4 + 2, sideBearing(sourceMetrics, font, glyph));
  }
  viewOf(loca).setUint32(count * 4, at);
  return assemble([
    ['cvt ', font.tables.get('cvt ')],
    ['fpgm', font.tables.get('fpgm')],
    ['glyf', concatBytes(...outlines)],
    [
      'head',
      edited(font.tables.get('head'), (head) => (head.setUint32(8, 0), head.setInt16(50, 1))),
    ],
    ['hhea', edited(font.tables.get('hhea'), (hhea) => hhea.setUint16(34, count))],
    ['hmtx', hmtx],
    ['loca', loca],
    ['maxp', edited(font.tables.get('maxp'), (maxp) => maxp.setUint16(4, count))],
    ['prep', font.tables.get('prep')],
  ]);
}

/** Glyph 0, the given ones, and every component they are made of. */
function withComponents(font: TrueTypeFont, glyphs: Iterable<number>): ReadonlySet<number> {
  const kept = new Set<number>([0]);
  const pending = [...glyphs];
  for (let glyph = pending.pop(); glyph !== undefined; glyph = pending.pop()) {
    if (kept.has(glyph) && glyph !== 0) continue;
    kept.add(glyph);
    pending.push(...componentsOf(font.outlineOf(glyph)).filter((part) => !kept.has(part)));
  }
  return kept;
}

function componentsOf(outline: Uint8Array): readonly number[] {
  if (outline.length < 10) return [];
  const view = viewOf(outline);
  if (view.getInt16(0) >= 0) return [];
  const parts: number[] = [];
  let at = 10;
  for (let more = true; more && at + 4 <= outline.length;) {
    const flags = view.getUint16(at);
    parts.push(view.getUint16(at + 2));
    at += 4 + ((flags & ARGS_ARE_WORDS) !== 0 ? 4 : 2);
    if ((flags & HAS_SCALE) !== 0) at += 2;
    else if ((flags & HAS_XY_SCALE) !== 0) at += 4;
    else if ((flags & HAS_TWO_BY_TWO) !== 0) at += 8;
    more = (flags & MORE_COMPONENTS) !== 0;
  }
  return parts;
}

function sideBearing(hmtx: Uint8Array, font: TrueTypeFont, glyph: number): number {
  const hhea = font.tables.get('hhea');
  const metrics = hhea ? viewOf(hhea).getUint16(34) : 0;
  const at = glyph < metrics ? glyph * 4 + 2 : metrics * 4 + (glyph - metrics) * 2;
  return at + 2 <= hmtx.length ? viewOf(hmtx).getInt16(at) : 0;
}

function edited(
  table: Uint8Array | undefined,
  edit: (view: DataView) => void,
): Uint8Array | undefined {
  if (!table) return undefined;
  const copy = table.slice();
  edit(viewOf(copy));
  return copy;
}

function assemble(parts: readonly (readonly [string, Uint8Array | undefined])[]): Uint8Array {
  const tables = parts.filter(
    (part): part is readonly [string, Uint8Array] => part[1] !== undefined,
  );
  const power = Math.floor(Math.log2(tables.length));
  const header = new Uint8Array(12 + tables.length * 16);
  const view = viewOf(header);
  view.setUint32(0, 0x00010000);
  view.setUint16(4, tables.length);
  view.setUint16(6, 2 ** power * 16);
  view.setUint16(8, power);
  view.setUint16(10, tables.length * 16 - 2 ** power * 16);
  const bodies: Uint8Array[] = [];
  let at = header.length;
  let headAt = 0;
  tables.forEach(([tag, table], i) => {
    const padded = padTo4(table);
    header.set(pdfBytes(tag), 12 + i * 16);
    view.setUint32(16 + i * 16, checksum(padded));
    view.setUint32(20 + i * 16, at);
    view.setUint32(24 + i * 16, table.length);
    if (tag === 'head') headAt = at;
    bodies.push(padded);
    at += padded.length;
  });
  const file = concatBytes(header, ...bodies);
  // checkSumAdjustment of `head`.
  viewOf(file).setUint32(headAt + 8, (0xb1b0afba - checksum(file)) >>> 0);
  return file;
}

function checksum(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  let sum = 0;
  for (let at = 0; at + 4 <= bytes.length; at += 4) sum = (sum + view.getUint32(at)) >>> 0;
  return sum;
}

function padTo4(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 4 === 0) return bytes;
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return padded;
}
