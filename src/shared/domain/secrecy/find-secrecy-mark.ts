/** Grades of Luật Bảo vệ bí mật nhà nước; we never store a document that carries one. */
const GRADES = ['MẬT', 'TỐI MẬT', 'TUYỆT MẬT'] as const;

/** A frame or brackets that people draw round the mark. */
const FRAME = /^[\s[\](){}|:*•·.\-–—_=<>«»"'“”]+|[\s[\](){}|:*•·.\-–—_=<>«»"'“”]+$/gu;

/**
 * Does the text of a page carry a secrecy mark (van-ban.md §6.2(2))?
 *
 * A mark is a line of its own, in capitals, perhaps framed or letter-spaced: `MẬT`, `TỐI MẬT`, `TUYỆT MẬT`. Words such as
 * "bảo mật", "mật khẩu" or the title of the law are no mark.
 *
 * @param lines text lines of pages 1 and 2, in reading order
 */
export const hasSecrecyMark = (lines: readonly string[]): boolean => lines.some(isMark);

function isMark(line: string): boolean {
  const text = line.normalize('NFC').replace(FRAME, '').replace(/\s+/g, ' ');
  const joined = text.replace(/ /g, '');
  return GRADES.some((grade) => text === grade || joined === grade.replace(/ /g, ''));
}
