/** One line of typed text as we store it: Unicode NFC, trimmed, runs of spaces as one. */
export const normaliseLine = (text: string): string =>
  text.normalize('NFC').replace(/\s+/g, ' ').trim();

/**
 * Key for search only: lower case, no marks, `đ` as `d`. It stands beside the text, never in its place;
 * symbols such as `QĐ` and `QD` are told apart by the text itself.
 */
export const foldForSearch = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();

/** Length as the decree counts it: Unicode code points of the NFC form. */
export const codePointLength = (text: string): number => Array.from(text.normalize('NFC')).length;
