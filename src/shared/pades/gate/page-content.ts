import {
  fontInResources,
  operatorsOf,
  readGlyphWidths,
  type GlyphWidths,
  type Operation,
} from '../font/embedded-font';
import type { Rect } from '../geometry';
import { limits } from '../reader/limits';
import {
  asName,
  asNumber,
  dictOf,
  isKind,
  rawEntry,
  type PdfDict,
  type PdfStream,
  type PdfValue,
} from '../reader/objects';
import type { PdfPage } from '../reader/pages';
import type { PdfFile } from '../reader/pdf-file';
import { pastLimit } from '../reader/problem';

/** What a page draws, in its own units; boxes of text are near enough to say what lies over what. */
export interface PageContent {
  readonly text: readonly { readonly box: Rect; readonly isInvisible: boolean }[];
  readonly images: readonly DrawnImage[];
}

export interface DrawnImage {
  readonly box: Rect;
  /** Lengths of its two sides as drawn, in the page's own units. */
  readonly sides: readonly [across: number, up: number];
  /** Of the image itself; undefined where it is written into the content (ISO 32000-1 §8.9.7). */
  readonly dict: PdfDict | undefined;
}

/** `[a b c d e f]` of ISO 32000-1 §8.3.4. */
type Matrix = readonly [number, number, number, number, number, number];
const identity: Matrix = [1, 0, 0, 1, 0, 0];

interface State {
  readonly matrix: Matrix;
  readonly font: GlyphWidths;
  readonly fontSize: number;
  readonly leading: number;
  /** Horizontal scaling, 1 is normal. */
  readonly stretch: number;
  readonly mode: number;
}

/** Height of glyphs above and below their line, in parts of the font size; only widths are taken from the font. */
const GLYPH = { above: 0.7, below: 0.15 };

/** Reads pages with one budget of operators and each stream decoded once, however often it is drawn. */
export function createContentReader(file: PdfFile) {
  const { now } = file;
  const decoded = new Map<number, Uint8Array>();
  let operators = 0;

  const decode = (stream: PdfStream): Uint8Array => {
    const bytes = decoded.get(stream.dataStart) ?? file.decode(stream, now);
    decoded.set(stream.dataStart, bytes);
    return bytes;
  };

  const fonts = new Map<PdfDict | undefined, GlyphWidths>();
  const fontOf = (resources: PdfDict | undefined, name = ''): GlyphWidths => {
    const dict = fontInResources(now, resources, name);
    const font = fonts.get(dict) ?? readGlyphWidths(now, dict);
    fonts.set(dict, font);
    return font;
  };

  /** Throws `PdfProblem` when the content cannot be read. */
  return function readContent(page: PdfPage): PageContent {
    const text: { box: Rect; isInvisible: boolean }[] = [];
    const images: DrawnImage[] = [];

    function run(data: Uint8Array, resources: PdfDict | undefined, from: State, depth: number) {
      if (depth > limits.nesting) throw pastLimit('nesting');
      let state = from;
      let line: Matrix = identity;
      let pen: Matrix = identity;
      const saved: State[] = [];
      const set = (change: Partial<State>): void => void (state = { ...state, ...change });
      const moveLine = (x: number, y: number): void =>
        void (pen = line = multiply([1, 0, 0, 1, x, y], line));

      const show = (bytes: Uint8Array): void => {
        const { font, fontSize, stretch, mode } = state;
        const width = (widthOf(font, bytes) / 1000) * fontSize * stretch;
        const box: Rect = [0, -GLYPH.below * fontSize, width, GLYPH.above * fontSize];
        const isBlank = font.codeBytes === 1 && bytes.every((byte) => byte === 0x20);
        if (!isBlank && bytes.length > 0) {
          text.push({
            box: mapBox(multiply(pen, state.matrix), box),
            isInvisible: mode === 3 || mode === 7,
          });
        }
        pen = multiply([1, 0, 0, 1, width, 0], pen);
      };

      function draw(name: string | undefined): void {
        const object = now.get(dictOf(now.get(resources, 'XObject')), name ?? '');
        if (!isKind(object, 'stream')) return;
        if (asName(now.get(object.dict, 'Subtype')) === 'Image') {
          images.push(drawnImage(state.matrix, object.dict));
          return;
        }
        const own = dictOf(now.get(object.dict, 'Resources')) ?? resources;
        const matrix = multiply(matrixOf(now.get(object.dict, 'Matrix')), state.matrix);
        run(decode(object), own, { ...state, matrix }, depth + 1);
      }

      function take({ operator, operands }: Operation): void {
        const numbers = operands.map((value) => asNumber(value) ?? 0);
        const [a = 0, b = 0] = numbers;
        switch (operator) {
          case 'q':
            if (saved.length > limits.visits) throw pastLimit('visits');
            saved.push(state);
            return;
          case 'Q':
            state = saved.pop() ?? state;
            return;
          case 'cm':
            return set({ matrix: multiply(toMatrix(numbers), state.matrix) });
          case 'Do':
            return draw(asName(operands[0]));
          case 'EI':
            images.push(drawnImage(state.matrix, undefined));
            return;
          case 'BT':
            pen = line = identity;
            return;
          case 'Tf':
            return set({ font: fontOf(resources, asName(operands[0])), fontSize: b });
          case 'TL':
            return set({ leading: a });
          case 'Tz':
            return set({ stretch: a / 100 });
          case 'Tr':
            return set({ mode: a });
          case 'Tm':
            pen = line = toMatrix(numbers);
            return;
          case 'Td':
            return moveLine(a, b);
          case 'TD':
            set({ leading: -b });
            return moveLine(a, b);
          case 'T*':
            return moveLine(0, -state.leading);
          case "'":
          case '"':
            moveLine(0, -state.leading);
            return showAll(operands.slice(-1));
          case 'Tj':
          case 'TJ':
            return showAll(isKind(operands[0], 'array') ? operands[0].items : operands);
        }
      }

      function showAll(parts: readonly PdfValue[]): void {
        for (const part of parts) {
          if (isKind(part, 'string')) show(part.bytes);
          const back = ((asNumber(part) ?? 0) / 1000) * state.fontSize * state.stretch;
          pen = multiply([1, 0, 0, 1, -back, 0], pen);
        }
      }

      for (const operation of operatorsOf(data)) {
        if (++operators > limits.visits) throw pastLimit('visits');
        take(operation);
      }
    }

    const start: State = {
      matrix: identity,
      font: readGlyphWidths(now, undefined),
      fontSize: 0,
      leading: 0,
      stretch: 1,
      mode: 0,
    };
    run(contentsOf(page), dictOf(page.inherited('Resources')), start, 0);
    return { text, images };
  };

  /** The streams of a page as one: an operator may be in the next one (§7.8.2). */
  function contentsOf({ dict }: PdfPage): Uint8Array {
    const contents = now.resolve(rawEntry(dict, 'Contents'));
    const parts = isKind(contents, 'array') ? contents.items.map(now.resolve) : [contents];
    const texts = parts.flatMap((part) => (isKind(part, 'stream') ? [decode(part)] : []));
    const joined = new Uint8Array(texts.reduce((sum, { length }) => sum + length + 1, 0)).fill(10);
    let at = 0;
    for (const bytes of texts) {
      joined.set(bytes, at);
      at += bytes.length + 1;
    }
    return joined;
  }

  function matrixOf(value: PdfValue): Matrix {
    return isKind(value, 'array')
      ? toMatrix(value.items.map((item) => asNumber(now.resolve(item)) ?? 0))
      : identity;
  }
}

const drawnImage = (matrix: Matrix, dict: PdfDict | undefined): DrawnImage => ({
  box: mapBox(matrix, [0, 0, 1, 1]),
  sides: [Math.hypot(matrix[0], matrix[1]), Math.hypot(matrix[2], matrix[3])],
  dict,
});

function widthOf({ codeBytes, widthOf: widthOfCode }: GlyphWidths, bytes: Uint8Array): number {
  let width = 0;
  for (let i = 0; i + codeBytes <= bytes.length; i += codeBytes) {
    const first = bytes[i] ?? 0;
    width += widthOfCode(codeBytes === 2 ? (first << 8) | (bytes[i + 1] ?? 0) : first);
  }
  return width;
}

const toMatrix = ([a = 1, b = 0, c = 0, d = 1, e = 0, f = 0]: readonly number[]): Matrix => [
  a,
  b,
  c,
  d,
  e,
  f,
];

/** First `m`, then `n`. */
const multiply = ([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix => [
  a * g + b * i,
  a * h + b * j,
  c * g + d * i,
  c * h + d * j,
  e * g + f * i + k,
  e * h + f * j + l,
];

function mapBox([a, b, c, d, e, f]: Matrix, [left, bottom, right, top]: Rect): Rect {
  const corners = [
    [left, bottom],
    [right, bottom],
    [left, top],
    [right, top],
  ] as const;
  const xs = corners.map(([x, y]) => a * x + c * y + e);
  const ys = corners.map(([x, y]) => b * x + d * y + f);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
