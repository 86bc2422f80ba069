import { err, ok, type Result } from '../../kernel/result';
import type { ObjectChange } from '../append';
import type { PadesPlatform } from '../platform';
import { dictText, numberText, pdfBytes, rectText, refText, streamBody, utf16Hex } from '../syntax';
import type { EmbeddedFont } from './embedded-font';
import { subsetTrueType } from './subset';
import { parseTrueType, type FontFailure, type TrueTypeFont } from './truetype';
import { fieldCharacters } from './vietnamese-letters';

export interface EmbeddedFontObjects {
  /** Number of the Type0 font. */
  readonly num: number;
  readonly changes: readonly ObjectChange[];
  /** What a line of text in this font is made of. */
  readonly font: Omit<EmbeddedFont, 'textOf'>;
}

/**
 * The objects of a composite font (ISO 32000-1 §9.7) that holds every character a number or date may need (S-9):
 * Type0 with Identity-H, CIDFontType2 with /W, descriptor, subset font file, /ToUnicode.
 */
export function embedFont(
  platform: PadesPlatform,
  fontFile: Uint8Array,
  nextNumber: () => number,
): Result<EmbeddedFontObjects, FontFailure> {
  const parsed = parseTrueType(fontFile);
  if (!parsed.ok) return parsed;
  const font = parsed.value;
  const glyphs = glyphsOf(font);
  if (!glyphs) return err({ code: 'pdf.font-unusable' });
  const [type0, descendant, descriptor, file, toUnicode] = [
    nextNumber(),
    nextNumber(),
    nextNumber(),
    nextNumber(),
    nextNumber(),
  ];
  const name = `/TRAMCV+${font.postScriptName}`;
  const subset = subsetTrueType(font, glyphs.values());
  const object = (num: number, body: Uint8Array): ObjectChange => ({ num, gen: 0, body });
  const changes = [
    object(
      type0,
      pdfBytes(
        dictText([
          ['Type', '/Font'],
          ['Subtype', '/Type0'],
          ['BaseFont', name],
          ['Encoding', '/Identity-H'],
          ['DescendantFonts', `[${refText({ num: descendant })}]`],
          ['ToUnicode', refText({ num: toUnicode })],
        ]),
      ),
    ),
    object(
      descendant,
      pdfBytes(
        dictText([
          ['Type', '/Font'],
          ['Subtype', '/CIDFontType2'],
          ['BaseFont', name],
          ['CIDSystemInfo', '<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>'],
          ['FontDescriptor', refText({ num: descriptor })],
          ['CIDToGIDMap', '/Identity'],
          ['DW', '500'],
          ['W', widthsText(font, glyphs)],
        ]),
      ),
    ),
    object(descriptor, pdfBytes(descriptorText(font, name, file))),
    object(
      file,
      streamBody(
        [
          ['Filter', '/FlateDecode'],
          ['Length1', String(subset.length)],
        ],
        platform.deflate(subset),
      ),
    ),
    object(
      toUnicode,
      streamBody([['Filter', '/FlateDecode']], platform.deflate(pdfBytes(toUnicodeText(glyphs)))),
    ),
  ];
  const scale = 1000 / font.unitsPerEm;
  return ok({
    num: type0,
    changes,
    font: {
      codeBytes: 2,
      codeOf: (character) => glyphs.get(character),
      widthOf: (code) => Math.round(font.advanceOf(code) * scale),
    },
  });
}

/** Glyph by character; undefined when the font lacks one, because a field could then show a hole. */
function glyphsOf(font: TrueTypeFont): ReadonlyMap<string, number> | undefined {
  const glyphs = new Map<string, number>();
  for (const character of fieldCharacters) {
    const glyph = font.glyphOf(character.codePointAt(0) ?? 0);
    if (glyph === undefined) return undefined;
    glyphs.set(character, glyph);
  }
  return glyphs;
}

/** Thousandths of the font size. */
const scaled = (font: TrueTypeFont, units: number): string =>
  numberText(Math.round((units * 1000) / font.unitsPerEm));

function widthsText(font: TrueTypeFont, glyphs: ReadonlyMap<string, number>): string {
  const sorted = [...new Set(glyphs.values())].toSorted((a, b) => a - b);
  return `[${sorted.map((glyph) => `${glyph} [${scaled(font, font.advanceOf(glyph))}]`).join(' ')}]`;
}

/** Flags of §9.8.2: serif (2), non-symbolic would need a standard encoding, so symbolic (4); italic (64). */
function descriptorText(font: TrueTypeFont, name: string, file: number): string {
  const units = (value: number) => scaled(font, value);
  return dictText([
    ['Type', '/FontDescriptor'],
    ['FontName', name],
    ['Flags', String(2 + 4 + (font.italicAngle === 0 ? 0 : 64))],
    ['FontBBox', rectText(font.box.map((value) => Math.round((value * 1000) / font.unitsPerEm)))],
    ['ItalicAngle', numberText(font.italicAngle)],
    ['Ascent', units(font.ascent)],
    ['Descent', units(font.descent)],
    ['CapHeight', units(font.capHeight)],
    ['StemV', '80'],
    ['FontFile2', refText({ num: file })],
  ]);
}

/** A ToUnicode CMap (§9.10.3), at most a hundred entries a block. */
function toUnicodeText(glyphs: ReadonlyMap<string, number>): string {
  // One character a glyph: where two share a glyph (none in our repertoire do), the first wins.
  const byGlyph = new Map<number, string>();
  for (const [character, glyph] of glyphs) if (!byGlyph.has(glyph)) byGlyph.set(glyph, character);
  const lines = [...byGlyph]
    .toSorted(([a], [b]) => a - b)
    .map(([glyph, character]) => `<${hex4(glyph)}> <${utf16Hex(character)}>`);
  const blocks: string[] = [];
  for (let at = 0; at < lines.length; at += 100) {
    const block = lines.slice(at, at + 100);
    blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar`);
  }
  return [
    '/CIDInit /ProcSet findresource begin',
    '12 dict begin',
    'begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def',
    '/CMapType 2 def',
    '1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange',
    ...blocks,
    'endcmap',
    'CMapName currentdict /CMap defineresource pop',
    'end',
    'end',
  ].join('\n');
}

export const hex4 = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');
