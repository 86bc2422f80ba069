import { printNumber } from '../register/allocate-number';
import type { DocumentType } from './document-type';

/**
 * Số, ký hiệu as NĐ 30/2020/NĐ-CP, Phụ lục I and III print it: `15/QĐ-UBND` for a document with a type name,
 * `120/UBND-VP` for a công văn, whose symbol names the drafting unit instead.
 */
export function outgoingCode(parts: {
  readonly number: number;
  readonly type: DocumentType;
  readonly organShortName: string;
  readonly unitAbbreviation: string;
}): string {
  const notation =
    parts.type.abbreviation === ''
      ? `${parts.organShortName}-${parts.unitAbbreviation}`
      : `${parts.type.abbreviation}-${parts.organShortName}`;
  return `${printNumber(parts.number)}/${notation}`;
}
