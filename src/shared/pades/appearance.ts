import { err, ok, type Result } from '../kernel/result';
import type { ObjectChange } from './append';
import { UPRIGHT_FONT } from './field-names';
import { embedFont } from './font/embed';
import { readOperators } from './font/embedded-font';
import type { FontFailure } from './font/truetype';
import { MM, uprightMatrix, type PageGeometry, type Rect } from './geometry';
import { pictureObjects, readPicture } from './picture/image-object';
import type { PictureFailure, Raster } from './picture/png';
import type { PadesPlatform } from './platform';
import type { FormField } from './reader/form';
import {
  asName,
  asNumber,
  dictOf,
  isKind,
  rawEntry,
  type PdfDict,
  type PdfStream,
} from './reader/objects';
import type { PdfFile, PdfView } from './reader/pdf-file';
import { readingPdf } from './reader/problem';
import { numberText, pdfBytes, rectText, refText, streamBody } from './syntax';
import { textAppearance } from './text-appearance';

/** What a signature field shows. */
export type SignatureAppearance =
  /** The leader's handwritten signature in the middle of its space: in its real size, or as large as fits. */
  | { readonly kind: 'handwriting'; readonly png: Uint8Array; readonly widthMm?: number }
  /**
   * The agency's seal in its real size; its right edge stands a third into the leader's picture, `over` being the
   * leader's field (S-13).
   */
  | {
      readonly kind: 'seal';
      readonly png: Uint8Array;
      readonly sizeMm: number;
      readonly over?: string;
    }
  /**
   * Lines in a TrueType font that is embedded with them: number and date of a file that came signed and without prepared
   * fields (S-11), and what stands in the corner of an appendix or a copy. Only characters of `fieldCharacters`.
   */
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly fontFile: Uint8Array;
      /** Points. */
      readonly size?: number;
    }
  /** Nothing to see. */
  | { readonly kind: 'none' };

type TextAppearance = Extract<SignatureAppearance, { kind: 'text' }>;

export type AppearanceFailure = PictureFailure | FontFailure;

export interface AppearanceInput {
  readonly appearance: SignatureAppearance;
  readonly geometry: PageGeometry;
  /** The widget, seen space. */
  readonly rect: Rect;
  /** The leader's picture, seen space, where there is one. */
  readonly under: Rect | undefined;
  readonly nextNumber: () => number;
}

export interface AppearanceObjects {
  /** Number of the form XObject for /AP /N. */
  readonly num: number;
  readonly changes: readonly ObjectChange[];
}

/** The objects of an appearance: a form XObject of the widget's size that draws one picture (ISO 32000-1 §12.5.5). */
export function signatureAppearance(
  platform: PadesPlatform,
  input: AppearanceInput,
): Result<AppearanceObjects, AppearanceFailure> {
  const { appearance, rect, geometry, nextNumber } = input;
  const size = { width: rect[2] - rect[0], height: rect[3] - rect[1] };
  const num = nextNumber();
  if (appearance.kind === 'none') {
    return ok({
      num,
      changes: [formObject(num, { geometry, size, content: '', image: undefined })],
    });
  }
  if (appearance.kind === 'text') return textObjects(platform, num, { ...input, ...appearance });
  const raster = readPicture(platform, appearance.png);
  if (!raster.ok) return err({ code: 'pdf.picture-unusable' });
  const box =
    appearance.kind === 'seal'
      ? sealBox(raster.value, appearance.sizeMm, input)
      : centredBox(raster.value, size, appearance.widthMm);
  const picture = pictureObjects(platform, { raster: raster.value, width: box.width, nextNumber });
  const content = `q ${numberText(box.width)} 0 0 ${numberText(box.height)} ${numberText(box.x)} ${numberText(box.y)} cm /Im0 Do Q`;
  return ok({
    num,
    changes: [formObject(num, { geometry, size, content, image: picture.num }), ...picture.changes],
  });
}

/** Points; NĐ 30/2020 asks 13 for the number, 13 to 14 for the date. */
const TEXT_SIZE = 13;

function textObjects(
  platform: PadesPlatform,
  num: number,
  {
    text,
    fontFile,
    size = TEXT_SIZE,
    geometry,
    rect,
    nextNumber,
  }: AppearanceInput & TextAppearance,
): Result<AppearanceObjects, AppearanceFailure> {
  const embedded = embedFont(platform, fontFile, nextNumber);
  if (!embedded.ok) return embedded;
  const { font } = embedded.value;
  const lines: (readonly number[])[] = [];
  for (const line of text.split('\n')) {
    const codes = Array.from(line, (character) => font.codeOf(character));
    if (!codes.every((code) => code !== undefined)) return err({ code: 'pdf.font-unusable' });
    lines.push(codes);
  }
  const body = textAppearance({
    font,
    fontName: UPRIGHT_FONT,
    fontRef: refText(embedded.value),
    size,
    align: 1,
    geometry,
    rect,
    lines,
  });
  return ok({ num, changes: [{ num, gen: 0, body }, ...embedded.value.changes] });
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** In its real size where that is known and fits, else as large as fits without changing its shape; in the middle. */
function centredBox(
  raster: Raster,
  space: { readonly width: number; readonly height: number },
  widthMm = Infinity,
): Box {
  const real = (widthMm * MM) / raster.width;
  const scale = Math.min(real, space.width / raster.width, space.height / raster.height);
  const width = raster.width * scale;
  const height = raster.height * scale;
  return { x: (space.width - width) / 2, y: (space.height - height) / 2, width, height };
}

/** Real size; right edge a third into the picture below, both at the same middle height; never outside the widget. */
function sealBox(raster: Raster, sizeMm: number, { rect, under }: AppearanceInput): Box {
  const space = { width: rect[2] - rect[0], height: rect[3] - rect[1] };
  const longest = Math.max(raster.width, raster.height);
  const points = Math.min(sizeMm * MM, space.width, space.height);
  const width = (raster.width * points) / longest;
  const height = (raster.height * points) / longest;
  const right = under ? under[0] + (under[2] - under[0]) / 3 - rect[0] : width;
  const middle = under ? (under[1] + under[3]) / 2 - rect[1] : space.height / 2;
  const clamp = (value: number, highest: number) => Math.min(Math.max(0, value), highest);
  return {
    x: clamp(right - width, space.width - width),
    y: clamp(middle - height / 2, space.height - height),
    width,
    height,
  };
}

function formObject(
  num: number,
  form: {
    readonly geometry: PageGeometry;
    readonly size: { readonly width: number; readonly height: number };
    readonly content: string;
    readonly image: number | undefined;
  },
): ObjectChange {
  const resources =
    form.image === undefined
      ? '<< >>'
      : `<< /XObject << /Im0 ${refText({ num: form.image })} >> >>`;
  return {
    num,
    gen: 0,
    body: streamBody(
      [
        ['Type', '/XObject'],
        ['Subtype', '/Form'],
        ['BBox', rectText([0, 0, form.size.width, form.size.height])],
        ['Matrix', uprightMatrix(form.geometry.rotate)],
        ['Resources', resources],
      ],
      pdfBytes(form.content),
    ),
  };
}

/** The normal appearance of a widget; of one with states the current one. */
export function normalAppearance(view: PdfView, widget: PdfDict): PdfStream | undefined {
  const normal = view.get(dictOf(view.get(widget, 'AP')), 'N');
  if (isKind(normal, 'stream')) return normal;
  const state = asName(view.get(widget, 'AS'));
  const chosen = isKind(normal, 'dict') && state ? view.resolve(rawEntry(normal, state)) : null;
  return isKind(chosen, 'stream') ? chosen : undefined;
}

/**
 * Where a signed field's picture lies in seen space: the first image its appearance draws, or the whole widget.
 * Appearances of other programs that nest forms count as filling the widget.
 */
export function pictureBox(file: PdfFile, field: FormField, widgetRect: Rect): Rect {
  const widget = field.widgets[0]?.dict;
  const stream = widget && normalAppearance(file.now, widget);
  if (!stream) return widgetRect;
  const read = readingPdf(() => readOperators(file.decode(stream, file.now)));
  const operations = read.ok ? read.value : [];
  const cm = operations.find(({ operator }) => operator === 'cm')?.operands.map(asNumber);
  const draws = operations.some(({ operator }) => operator === 'Do');
  const [width, b, c, height, x, y] = cm ?? [];
  if (!draws || b !== 0 || c !== 0) return widgetRect;
  if (width === undefined || height === undefined || x === undefined || y === undefined) {
    return widgetRect;
  }
  return [
    widgetRect[0] + x,
    widgetRect[1] + y,
    widgetRect[0] + x + width,
    widgetRect[1] + y + height,
  ];
}
