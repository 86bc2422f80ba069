import { parseTypedDate, type LocalDate } from '../kernel/local-date';
import { foldForSearch } from '../kernel/vietnamese-text';

/** Reading what people type, for the screen's own fields; the other direction of `format.ts`. */
export type { LocalDate };

/** The date an official typed (`2111`, `21/11`, `21.11.26`); undefined for none. */
export const readTypedDate = (text: string, today: LocalDate): LocalDate | undefined =>
  parseTypedDate(text, today);

/** Words without marks and case, to find what was typed among labels. */
export const foldTyped = (text: string): string => foldForSearch(text);
