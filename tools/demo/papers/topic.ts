import type { IssuerKey } from './issuers';

/** Something a commune is written to about, or writes about itself; all words are our own. */
export interface Topic {
  readonly id: string;
  /** Who in the province is in charge of it. */
  readonly issuer: IssuerKey;
  /** Which unit of the commune handles it (van-ban.md §8.1); a phường's Phòng Kinh tế has a longer name, the same key. */
  readonly unit: 'VP' | 'KT' | 'VHXH' | 'TTPVHCC';
  /** Noun phrase that follows "triển khai", "kết quả", "về việc kiểm tra"; no capital, no full stop. */
  readonly matter: string;
  /** A law in force, by name alone: numbers change, names stay. */
  readonly law: string;
  /** Why it is done: continues "Nhằm …". */
  readonly aim: string;
  /** What is to be done: sentences that begin with a verb, with full stop. */
  readonly tasks: readonly string[];
  /** What is counted: label, unit, least and most for one hamlet. */
  readonly figures: readonly (readonly [
    label: string,
    unit: string,
    least: number,
    most: number,
  ])[];
}
