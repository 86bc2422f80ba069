/** Paper or electronic. */
export type Carrier = 'giay' | 'dienTu';

/** A form of copy (NĐ 30/2020/NĐ-CP, Điều 25); its type stands in `documentTypes`, group `banSao`. */
export interface CopyForm {
  /** Id and abbreviation of the document type; all three share one series a year. */
  readonly typeId: 'SY' | 'TRS' | 'SL';
  /** As it is written on the copy. */
  readonly words: string;
  /** What it may be made of. */
  readonly source: 'banChinh' | 'saoY';
  /** From one carrier to the other, those that the decree knows. */
  readonly ways: readonly (readonly [from: Carrier, to: Carrier])[];
}

/** An identical signed electronic file is the same original: there is no sao y from electronic to electronic. */
export const copyForms: readonly CopyForm[] = [
  {
    typeId: 'SY',
    words: 'SAO Y',
    source: 'banChinh',
    ways: [
      ['giay', 'giay'],
      ['dienTu', 'giay'],
      ['giay', 'dienTu'],
    ],
  },
  {
    typeId: 'SL',
    words: 'SAO LỤC',
    source: 'saoY',
    ways: [
      ['giay', 'giay'],
      ['giay', 'dienTu'],
      ['dienTu', 'giay'],
    ],
  },
  {
    typeId: 'TRS',
    words: 'TRÍCH SAO',
    source: 'banChinh',
    ways: [
      ['giay', 'giay'],
      ['giay', 'dienTu'],
      ['dienTu', 'dienTu'],
      ['dienTu', 'giay'],
    ],
  },
];

export const mayCopy = (form: CopyForm, from: Carrier, to: Carrier): boolean =>
  form.ways.some(([source, target]) => source === from && target === to);
