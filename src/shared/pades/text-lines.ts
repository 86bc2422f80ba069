/** A piece of text as a reader of the text layer gives it; points of seen space (see `PageGeometry`). */
export interface TextPiece {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  /** Height of the type. */
  readonly size: number;
}

/** The upright text of one page. */
export interface TextPage {
  readonly width: number;
  readonly height: number;
  readonly pieces: readonly TextPiece[];
}

/** A letter with its marks, composed; blanks are gaps, not letters. */
interface Letter {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

/** Letters on one height. Each UTF-16 unit of `text` is the letter at the same index of `at`, a blank is a gap. */
export interface TextLine {
  readonly text: string;
  readonly at: readonly Pick<Letter, 'left' | 'right'>[];
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
  readonly size: number;
}

/** Pieces a third of the type's height apart stand on one line; the highest line first. */
export function textLines(pieces: readonly TextPiece[]): readonly TextLine[] {
  const rows: TextPiece[][] = [];
  for (const piece of pieces.toSorted((a, b) => b.baseline - a.baseline)) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row && first && first.baseline - piece.baseline <= first.size / 3) row.push(piece);
    else if (piece.text.trim() !== '') rows.push([piece]);
  }
  return rows.map(lineOf);
}

/** Parts of a line that stand clearly apart, as in two columns. */
export function splitLine(line: TextLine): readonly TextLine[] {
  const parts: TextLine[] = [];
  let start = 0;
  for (let index = 1; index <= line.text.length; index++) {
    const gap = line.at[index];
    const isApart = line.text[index] === ' ' && gap && gap.right - gap.left > line.size * 1.8;
    if (!isApart && index < line.text.length) continue;
    const at = line.at.slice(start, index);
    const [left, right] = [at[0]?.left ?? 0, at.at(-1)?.right ?? 0];
    parts.push({ ...line, text: line.text.slice(start, index), at, left, right });
    start = index + 1;
  }
  return parts;
}

function lineOf(row: readonly TextPiece[]): TextLine {
  const letters = row.toSorted((a, b) => a.left - b.left).flatMap(lettersOf);
  const composed: Letter[] = [];
  for (const letter of letters) {
    const before = composed.at(-1);
    if (before && /^\p{M}/u.test(letter.text)) {
      composed[composed.length - 1] = { ...before, text: before.text + letter.text };
    } else composed.push(letter);
  }
  const size = Math.max(...row.map((piece) => piece.size));
  const baseline = row[0]?.baseline ?? 0;
  let text = '';
  const at: Pick<Letter, 'left' | 'right'>[] = [];
  for (const { text: raw, left, right } of composed) {
    const end = at.at(-1)?.right;
    if (end !== undefined && left - end > size * 0.17) {
      text += ' ';
      at.push({ left: end, right: left });
    }
    const one = raw.normalize('NFC');
    text += one.length === 1 ? one : '\uFFFD';
    at.push({ left, right });
  }
  return { text, at, left: at[0]?.left ?? 0, right: at.at(-1)?.right ?? 0, baseline, size };
}

/** A piece gives its two ends alone: what lies between is shared out by the widths of Times. */
function lettersOf({ text, left, right }: TextPiece): readonly Letter[] {
  const characters = Array.from(text.normalize('NFC'));
  const widths = characters.map(widthOf);
  const scale = (right - left) / Math.max(1, sum(widths));
  let x = left;
  return characters.flatMap((character, index) => {
    const start = x;
    x += (widths[index] ?? 0) * scale;
    return /^[\s\u00A0\u200B]$/u.test(character)
      ? []
      : [{ text: character, left: start, right: x }];
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Thousandths of the type's height, of letters without their marks. */
function widthOf(character: string): number {
  if (/^\p{M}$/u.test(character)) return 0;
  const base = character.normalize('NFD')[0] ?? character;
  return TIMES.get(base) ?? 500;
}

/** Advance widths of Times (AFM of Times-Roman); digits and the letters of 500 are left out. */
const TIMES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    250: ' \u00A0.,',
    278: '/:;ijlt',
    333: "()-!'Ifr",
    389: 'sJ',
    444: '?ace\u201C\u201D',
    564: '+<=>',
    556: 'PSF',
    611: 'ELTZ',
    667: 'BCR',
    722: 'ADGHKNOQUVXYwĐ',
    778: 'm&',
    889: 'M',
    944: 'W',
  }).flatMap(([width, letters]) =>
    Array.from(letters, (letter) => [letter, Number(width)] as const),
  ),
);
