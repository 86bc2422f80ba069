import { hex4 } from './font/embed';
import type { EmbeddedFont } from './font/embedded-font';
import { uprightMatrix, type PageGeometry, type Rect } from './geometry';
import { nameText, numberText, pdfBytes, rectText, streamBody } from './syntax';

/** One line of text in a widget. */
export interface TextLine {
  readonly font: Omit<EmbeddedFont, 'textOf'>;
  readonly fontName: string;
  readonly fontRef: string;
  /** Points. */
  readonly size: number;
  /** 0 left, 1 centre, 2 right (ISO 32000-1 §12.7.3.3). */
  readonly align: number;
  readonly geometry: PageGeometry;
  /** Seen space. */
  readonly rect: Rect;
  readonly codes: readonly number[];
}

/** Smallest type that is still read on paper, points. */
const SMALLEST = 7;

/**
 * The appearance stream of a line of text (§12.7.3.3). The line sits where a browser would put it in a line box of the
 * widget's height (ascent 0.891, descent 0.216 of Liberation Serif), so that it meets the printed text beside it; text
 * that is too wide is set smaller.
 */
export function textAppearance(line: TextLine): Uint8Array {
  const { font, rect, codes } = line;
  const width = rect[2] - rect[0];
  const height = rect[3] - rect[1];
  const unitWidth = codes.reduce((sum, code) => sum + font.widthOf(code), 0) / 1000;
  const size = Math.max(SMALLEST, Math.min(line.size, (width - 2) / unitWidth));
  const room = width - unitWidth * size;
  const x = line.align === 1 ? room / 2 : line.align === 2 ? room - 1 : 1;
  const y = (height - 1.107 * size) / 2 + 0.216 * size;
  const hex = codes
    .map((code) => (font.codeBytes === 2 ? hex4(code) : hex4(code).slice(2)))
    .join('');
  const content = [
    '/Tx BMC',
    'q',
    'BT',
    `${nameText(line.fontName)} ${numberText(size)} Tf`,
    '0 g',
    `${numberText(x)} ${numberText(y)} Td`,
    `<${hex}> Tj`,
    'ET',
    'Q',
    'EMC',
  ].join('\n');
  return streamBody(
    [
      ['Type', '/XObject'],
      ['Subtype', '/Form'],
      ['BBox', rectText([0, 0, width, height])],
      ['Matrix', uprightMatrix(line.geometry.rotate)],
      ['Resources', `<< /Font << ${nameText(line.fontName)} ${line.fontRef} >> >>`],
    ],
    pdfBytes(content),
  );
}
