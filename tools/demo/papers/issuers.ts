/** Agencies of the invented province that write to communes; names as in the directory of `province.ts`. */
export const issuerKeys = [
  'UBND',
  'VPUBND',
  'SNV',
  'STC',
  'SNNMT',
  'SYT',
  'SGDĐT',
  'STP',
  'SXD',
  'SKHCN',
  'CAT',
  'BHXH',
  'BCHQS',
] as const;
export type IssuerKey = (typeof issuerKeys)[number];

export interface Issuer {
  /** Its abbreviation in symbols, fixed by itself (van-ban.md §1.4). */
  readonly key: string;
  /** As the clerk registers it (column "Tác giả"). */
  readonly name: string;
  /** Lines above the issuer's name on paper; the People's Committee itself has none (NĐ 30, Phụ lục I). */
  readonly parent: string | null;
  /** The issuer's name on paper, a line each. */
  readonly lines: readonly string[];
  /** Abbreviations of its units, which follow the issuer's in the symbol of a công văn. */
  readonly units: readonly string[];
  /** Papers a year: how fast its numbers grow. */
  readonly perYear: number;
  /** Who signs: the head's title first, then the deputy's. */
  readonly posts: readonly [head: string, deputy: string];
  readonly signers: readonly [head: string, deputy: string];
  /** Signs on behalf of a collective body ("TM."). */
  readonly collective: string | null;
}

const PROVINCE = 'Mẫu Sơn';

const department = (
  key: IssuerKey,
  name: string,
  perYear: number,
  units: readonly string[],
  signers: readonly [string, string],
): Issuer => ({
  key,
  name: `Sở ${name} tỉnh ${PROVINCE}`,
  parent: `ỦY BAN NHÂN DÂN TỈNH ${PROVINCE.toUpperCase()}`,
  lines: [`SỞ ${name.toUpperCase()}`],
  units,
  perYear,
  posts: ['Giám đốc', 'Phó Giám đốc'],
  signers,
  collective: null,
});

export const issuers: readonly Issuer[] = [
  {
    key: 'UBND',
    name: `Ủy ban nhân dân tỉnh ${PROVINCE}`,
    parent: null,
    lines: ['ỦY BAN NHÂN DÂN', `TỈNH ${PROVINCE.toUpperCase()}`],
    units: ['KGVX', 'KT', 'NC', 'TH'],
    perYear: 6200,
    posts: ['Chủ tịch', 'Phó Chủ tịch'],
    signers: ['Quách Văn Tường', 'Thân Thị Minh Khuê'],
    collective: 'ỦY BAN NHÂN DÂN',
  },
  {
    key: 'VPUBND',
    name: `Văn phòng Ủy ban nhân dân tỉnh ${PROVINCE}`,
    parent: `ỦY BAN NHÂN DÂN TỈNH ${PROVINCE.toUpperCase()}`,
    lines: ['VĂN PHÒNG'],
    units: ['TTPVHCC', 'TCD', 'HC'],
    perYear: 1900,
    posts: ['Chánh Văn phòng', 'Phó Chánh Văn phòng'],
    signers: ['Hà Thị Liên', 'Âu Văn Khánh'],
    collective: null,
  },
  department('SNV', 'Nội vụ', 2600, ['CCVC', 'VTLT', 'XDCQ'], ['Mông Văn Tuyên', 'Lục Thị Bình']),
  department('STC', 'Tài chính', 3100, ['NSXH', 'ĐTC', 'GCS'], ['Ninh Văn Cảnh', 'Đàm Thị Hoài']),
  department(
    'SNNMT',
    'Nông nghiệp và Môi trường',
    4300,
    ['QLĐĐ', 'CNTY', 'TL', 'PTNT', 'BVMT'],
    ['Chu Đình Hợp', 'Tống Thị Lan'],
  ),
  department('SYT', 'Y tế', 2800, ['KHNV', 'BTXH', 'ATTP'], ['Bế Văn Hưng', 'Khổng Thị Nhung']),
  department(
    'SGDĐT',
    'Giáo dục và Đào tạo',
    2400,
    ['GDPT', 'GDMN', 'KHTC'],
    ['Lương Thị Hà', 'Triệu Văn Đạt'],
  ),
  department('STP', 'Tư pháp', 1500, ['HTQT', 'PBGDPL'], ['Hứa Văn Nghiêm', 'Đoàn Thị Thơ']),
  department('SXD', 'Xây dựng', 2700, ['QLXD', 'QLGT'], ['Phùng Văn Lập', 'Nghiêm Thị Tâm']),
  department(
    'SKHCN',
    'Khoa học và Công nghệ',
    1800,
    ['CĐS', 'BCVT', 'ATTT'],
    ['Trương Quốc Việt', 'Lã Thị Phương'],
  ),
  {
    key: 'CAT',
    name: `Công an tỉnh ${PROVINCE}`,
    parent: 'BỘ CÔNG AN',
    lines: [`CÔNG AN TỈNH ${PROVINCE.toUpperCase()}`],
    units: ['PC06', 'PC07', 'PC08', 'XDPT'],
    perYear: 2100,
    posts: ['Giám đốc', 'Phó Giám đốc'],
    signers: ['Kim Văn Dũng', 'Sầm Văn Tín'],
    collective: null,
  },
  {
    key: 'BHXH',
    name: `Bảo hiểm xã hội tỉnh ${PROVINCE}`,
    parent: 'BẢO HIỂM XÃ HỘI VIỆT NAM',
    lines: ['BẢO HIỂM XÃ HỘI', `TỈNH ${PROVINCE.toUpperCase()}`],
    units: ['TST', 'CĐBHXH'],
    perYear: 1400,
    posts: ['Giám đốc', 'Phó Giám đốc'],
    signers: ['Vi Văn Thọ', 'Cù Thị Mận'],
    collective: null,
  },
  {
    key: 'BCHQS',
    name: `Bộ Chỉ huy quân sự tỉnh ${PROVINCE}`,
    parent: 'QUÂN KHU',
    lines: ['BỘ CHỈ HUY QUÂN SỰ', `TỈNH ${PROVINCE.toUpperCase()}`],
    units: ['TM', 'CT'],
    perYear: 900,
    posts: ['Chỉ huy trưởng', 'Phó Chỉ huy trưởng'],
    signers: ['Đèo Văn Quyết', 'Khúc Văn Thành'],
    collective: null,
  },
];

export function getIssuer(key: IssuerKey): Issuer {
  const found = issuers.find((issuer) => issuer.key === key);
  if (!found) throw new Error(`no issuer ${key}`);
  return found;
}

/** Bodies of the commune itself that write to its People's Committee, each about one agency's matters. */
export const localIssuers = (
  place: string,
): readonly (Issuer & { readonly about: IssuerKey })[] => [
  {
    key: `TH${initials(place)}`,
    about: 'SGDĐT',
    name: `Trường Tiểu học ${place}`,
    parent: null,
    lines: ['TRƯỜNG TIỂU HỌC', place.toUpperCase()],
    units: ['VP'],
    perYear: 160,
    posts: ['Hiệu trưởng', 'Phó Hiệu trưởng'],
    signers: ['Lâm Thị Tuyết', 'Đồng Thị Xuân'],
    collective: null,
  },
  {
    key: `TYT${initials(place)}`,
    about: 'SYT',
    name: `Trạm Y tế ${place}`,
    parent: null,
    lines: ['TRẠM Y TẾ', place.toUpperCase()],
    units: ['HC'],
    perYear: 140,
    posts: ['Trưởng trạm', 'Phó Trưởng trạm'],
    signers: ['Tăng Văn Phú', 'Uông Thị Hạnh'],
    collective: null,
  },
];

const initials = (place: string): string =>
  place
    .split(' ')
    .map((word) => word.charAt(0))
    .join('');
