import { hex4 } from './font/embed';
import type { EmbeddedFont } from './font/embedded-font';
import { uprightMatrix, type PageGeometry, type Rect } from './geometry';
import { nameText, numberText, pdfBytes, rectText, streamBody } from './syntax';

/** Lines of text in a widget. */
export interface WidgetText {
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
  /** Glyph codes, line by line. */
  readonly lines: readonly (readonly number[])[];
}

/** Smallest type that is still read on paper, points. */
const SMALLEST = 7;

/**
 * The appearance stream of lines of text (§12.7.3.3). They sit where a browser would put them in a box of the
 * widget's height (ascent 0.891, descent 0.216 of Liberation Serif), so that a line meets the printed text beside it; text
 * that is too wide is set smaller.
 */
export function textAppearance(text: WidgetText): Uint8Array {
  const { font, rect, lines } = text;
  const width = rect[2] - rect[0];
  const height = rect[3] - rect[1];
  const widths = lines.map(
    (codes) => codes.reduce((sum, code) => sum + font.widthOf(code), 0) / 1000,
  );
  const size = Math.max(SMALLEST, Math.min(text.size, (width - 2) / Math.max(...widths)));
  const top = (height + lines.length * 1.107 * size) / 2;
  const shown = lines.flatMap((codes, index) => {
    const room = width - (widths[index] ?? 0) * size;
    const x = text.align === 1 ? room / 2 : text.align === 2 ? room - 1 : 1;
    const y = top - (index + 1) * 1.107 * size + 0.216 * size;
    const hex = codes
      .map((code) => (font.codeBytes === 2 ? hex4(code) : hex4(code).slice(2)))
      .join('');
    return [
      'BT',
      `${nameText(text.fontName)} ${numberText(size)} Tf`,
      '0 g',
      `${numberText(x)} ${numberText(y)} Td`,
      `<${hex}> Tj`,
      'ET',
    ];
  });
  const content = ['/Tx BMC', 'q', ...shown, 'Q', 'EMC'].join('\n');
  return streamBody(
    [
      ['Type', '/XObject'],
      ['Subtype', '/Form'],
      ['BBox', rectText([0, 0, width, height])],
      ['Matrix', uprightMatrix(text.geometry.rotate)],
      ['Resources', `<< /Font << ${nameText(text.fontName)} ${text.fontRef} >> >>`],
    ],
    pdfBytes(content),
  );
}
