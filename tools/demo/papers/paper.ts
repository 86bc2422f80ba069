import type { LocalDate } from '@shared/kernel/local-date';

/** A part of a paper's body, in reading order. */
export type Block =
  /** Roman heading (1, capitals) or Arabic one (2). */
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** "Điều 1." in bold, the sentence behind it. */
  | { readonly kind: 'article'; readonly number: number; readonly text: string }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  /** Begins a new page; numbered on with the document, as an appendix in the same file is. */
  | { readonly kind: 'appendix'; readonly label: string; readonly title: string };

/** Types of paper that the demo makes, ids of van-ban.md §1.1. */
export type PaperKind = 'CV' | 'QD' | 'KH' | 'TB' | 'BC' | 'GM' | 'TTR' | 'HD' | 'NQ';

/** What a paper says, independent of where it stands on the page. */
export interface Content {
  /** Trích yếu as printed and registered. */
  readonly subject: string;
  /** "Kính gửi"; empty where the type has none. */
  readonly addressees: readonly string[];
  /** Căn cứ ban hành, without the ";" at their ends. */
  readonly bases: readonly string[];
  readonly blocks: readonly Block[];
  /** Lines of "Nơi nhận", without dash and end mark. */
  readonly copies: readonly string[];
}

/** Who signs, as printed: quyền hạn and chức vụ in capitals, a line each (van-ban.md §1.6). */
export interface SignatureBlock {
  readonly titles: readonly string[];
  readonly name: string;
}

/** A paper that can be printed (NĐ 30/2020/NĐ-CP, Phụ lục I). */
export interface Paper extends Content {
  readonly kind: PaperKind;
  readonly parent: string | null;
  readonly issuerLines: readonly string[];
  /** What follows the number: `/KH-SNV`, `/UBND-VP`. */
  readonly notation: string;
  readonly place: string;
  /** Who decides, printed above the căn cứ of a quyết định or nghị quyết. */
  readonly authority: string;
  /** Null for a draft: the spaces of number, date and signature stay open for `shared/pades`. */
  readonly issued: { readonly number: string; readonly date: LocalDate } | null;
  readonly priority: 0 | 1 | 2 | 3;
  readonly signature: SignatureBlock;
}

/** `05` to `5`: days below 10 and the first two months carry a zero (van-ban.md §1.3). */
export function longDate(place: string, date: LocalDate): string {
  const [year, month, day] = date.split('-');
  return `${place}, ngày ${day} tháng ${Number(month) < 3 ? month : Number(month)} năm ${year}`;
}
