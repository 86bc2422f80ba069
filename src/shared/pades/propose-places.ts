import type { PlacesDoubt } from '../domain/signing/places-origin';
import { intersect, type Rect } from './geometry';
import type { FieldPlaces, Place } from './places';
import { splitLine, textLines, type TextLine, type TextPage } from './text-lines';

/** A number, a date, a signer: none of it guessed. */
type Found<T extends object> = T | PlacesDoubt;

export const isDoubt = <T extends object>(found: Found<T>): found is PlacesDoubt =>
  typeof found === 'string';

/**
 * Proposes where number, date and signature go in a draft that no template of ours made, from its text layer (S-9):
 * the gaps of "Số:    /QĐ-UBND" and of "ngày    tháng    năm" on the first page, and the space between chức vụ and họ
 * tên (NĐ 30/2020 Phụ lục I, boxes 3, 4 and 7). Whatever is missing, printed already or there twice is a doubt.
 */
export function proposePlaces(pages: readonly TextPage[]): Found<FieldPlaces> {
  const [first] = pages;
  if (!first || pages.every(({ pieces }) => pieces.length === 0)) return 'noText';
  const lines = pages.map(({ pieces }) => textLines(pieces));
  const head = (lines[0] ?? []).filter(({ baseline }) => baseline > first.height / 2);
  const number = findNumber(head);
  if (isDoubt(number)) return number;
  const date = findDate(head);
  if (isDoubt(date)) return date;
  const leader = findSigner(pages, lines);
  return isDoubt(leader) ? leader : { number, ...date, leader };
}

/** Two digits in the type of the line need less than its height. */
const SMALLEST_GAP = 0.75;

/** "Số:", a gap, and a notation behind a stroke. */
function findNumber(lines: readonly TextLine[]): Found<Place> {
  const found = lines.flatMap((line) =>
    [...line.text.matchAll(/Số ?:? (?=\/ ?(?:20\d\d\/)?\p{Lu})/gu)].map((match) => ({
      line,
      gap: match.index + match[0].length - 1,
    })),
  );
  const [one] = found;
  if (found.length > 1) return 'manyNumbers';
  return one ? gapPlace(one.line, one.gap) : 'noNumber';
}

/** "ngày", a gap, "tháng", a gap, "năm" and the year; one that is left open has no end that could be seen. */
function findDate(lines: readonly TextLine[]): Found<Pick<FieldPlaces, 'date' | 'month'>> {
  const found = lines.flatMap((line) =>
    [...line.text.matchAll(/(?<=, ?)ngày tháng năm( 20\d\d)?(?!\S)/giu)].map((match) => ({
      line,
      day: match.index + 'ngày'.length,
      hasYear: match[1] !== undefined || lines.some((below) => isYearBelow(line, below)),
    })),
  );
  const [one] = found;
  if (found.length > 1) return 'manyDates';
  if (!one?.hasYear) return 'noDate';
  const date = gapPlace(one.line, one.day);
  const month = gapPlace(one.line, one.day + ' tháng'.length);
  if (isDoubt(date)) return date;
  return isDoubt(month) ? month : { date, month };
}

/** A narrow column breaks the line before the year. */
const isYearBelow = (line: TextLine, below: TextLine): boolean =>
  line.baseline > below.baseline &&
  line.baseline - below.baseline < line.size * 2.2 &&
  splitLine(below).some(
    ({ text, left, right }) => /^20\d\d$/u.test(text) && left < line.right && right > line.left,
  );

/** The gap as wide as it is, a line of type high. */
function gapPlace({ at, baseline, size }: TextLine, index: number): Found<Place> {
  const gap = at[index];
  if (!gap || gap.right - gap.left < size * SMALLEST_GAP) return 'noRoom';
  // The same line box as `textAppearance` centres its text in, so that both stand on one baseline.
  const bottom = baseline - size * 0.216 - (LINE - size * 1.107) / 2;
  return { page: 0, rect: [gap.left, bottom, gap.right, bottom + LINE] };
}

const LINE = 18;

/** Space of a signature: the template's size, as far as there is room, and no lower than this. */
const SPACE = { width: 153, height: 74, least: 36 };

/** The only block "chức vụ, space, họ tên" before the appendices. */
function findSigner(
  pages: readonly TextPage[],
  lines: readonly (readonly TextLine[])[],
): Found<Place> {
  const appendix = lines.findIndex((page, index) => index > 0 && startsAppendix(page));
  const body = appendix < 0 ? lines : lines.slice(0, appendix);
  const found = body.flatMap((page, index) => {
    const parts = page.flatMap(splitLine);
    return titlesOf(parts).flatMap((title): readonly Found<Place>[] => {
      const rect = spaceBelow(title, parts, pages[index]?.width ?? 0);
      return rect ? [rect === 'noRoom' ? rect : { page: index, rect }] : [];
    });
  });
  const [one] = found;
  if (found.length > 1) return 'manySigners';
  return one ?? 'noSigner';
}

/** "Phụ lục", "PHỤ LỤC II", "Mẫu số 01" above everything but a page number. */
const startsAppendix = (page: readonly TextLine[]): boolean =>
  page
    .slice(0, 3)
    .some(({ text }) =>
      /^(?:PHỤ LỤC|Phụ lục|PHỤ BIỂU|Phụ biểu|Mẫu số|MẪU SỐ)(?!\p{L})/u.test(text),
    );

const AUTHORITY = /^(?:TM|KT|TL|TUQ|Q)\. ?\p{Lu}/u;
const POSITION =
  /(?:CHỦ TỊCH|CHÁNH VĂN PHÒNG|CHÁNH THANH TRA|TRƯỞNG (?:PHÒNG|BAN|ĐOÀN)|GIÁM ĐỐC|HIỆU TRƯỞNG|CHỈ HUY TRƯỞNG|THỦ TRƯỞNG|CHỦ NHIỆM|TỔ TRƯỞNG|BÍ THƯ)(?!\p{L})/u;

const isCapital = (text: string): boolean => /\p{Lu}{2}/u.test(text) && !/\p{Ll}/u.test(text);
const middleOf = ({ left, right }: Pick<TextLine, 'left' | 'right'>): number => (left + right) / 2;

/** Lines of capitals below each other in one column, one of them with a position or the words of authority. */
function titlesOf(parts: readonly TextLine[]): readonly (readonly TextLine[])[] {
  const blocks: TextLine[][] = [];
  for (const part of parts.filter(({ text }) => isCapital(text))) {
    const block = blocks.find((lines) => isNext(lines.at(-1), part));
    if (block) block.push(part);
    else blocks.push([part]);
  }
  return blocks.filter((lines) => {
    const whole = lines.map(({ text }) => text).join(' ');
    return AUTHORITY.test(whole) || POSITION.test(whole);
  });
}

const isNext = (above: TextLine | undefined, line: TextLine): boolean =>
  above !== undefined &&
  above.baseline - line.baseline < above.size * 2.2 &&
  above.baseline > line.baseline &&
  Math.abs(middleOf(above) - middleOf(line)) < above.size * 2;

/** Between the title's last line and the name right below it; undefined when no name stands there. */
function spaceBelow(
  title: readonly TextLine[],
  parts: readonly TextLine[],
  pageWidth: number,
): Rect | 'noRoom' | undefined {
  const last = title.at(-1);
  if (!last) return undefined;
  const below = parts.filter(
    (part) => part.baseline < last.baseline - 1 && part.left < last.right && part.right > last.left,
  );
  const [name] = below;
  if (!name || !isName(name.text) || Math.abs(middleOf(name) - middleOf(last)) > last.size * 2) {
    return undefined;
  }
  const top = last.baseline - last.size * 0.3;
  const bottom = name.baseline + name.size * 0.95;
  const height = Math.min(SPACE.height, top - bottom);
  if (height < SPACE.least) return 'noRoom';
  const middle = (top + bottom) / 2;
  const half = Math.min(SPACE.width / 2, middleOf(name), pageWidth - middleOf(name));
  const rect: Rect = [
    middleOf(name) - half,
    middle - height / 2,
    middleOf(name) + half,
    middle + height / 2,
  ];
  const isCovered = parts.some(({ left, right, baseline, size }) =>
    intersect(rect, [left, baseline - size * 0.2, right, baseline + size * 0.7]),
  );
  return isCovered ? 'noRoom' : rect;
}

/** Two to seven words, each with a capital: a person's name, with or without a rank before it. */
const isName = (text: string): boolean => /^\p{Lu}[\p{L}.]*(?: \p{Lu}[\p{L}.]*){1,6}$/u.test(text);
