/**
 * The 29 administrative types of NĐ 30/2020/NĐ-CP, Điều 7, in the decree's order, with the abbreviation of Phụ lục III
 * (exact case and marks: never folded), and what also arrives from outside (van-ban.md §1.1, notes).
 */
export interface DocumentType {
  readonly id: string;
  readonly name: string;
  /** Printed in the symbol; empty for công văn and thư công, which have none. */
  readonly abbreviation: string;
  readonly group: 'hanhChinh' | 'banSao' | 'khac';
}

const type = (
  id: string,
  name: string,
  abbreviation: string,
  group: DocumentType['group'] = 'hanhChinh',
) => ({
  id,
  name,
  abbreviation,
  group,
});

export const documentTypes: readonly DocumentType[] = [
  type('NQ', 'Nghị quyết (cá biệt)', 'NQ'),
  type('QD', 'Quyết định (cá biệt)', 'QĐ'),
  type('CT', 'Chỉ thị', 'CT'),
  type('QC', 'Quy chế', 'QC'),
  type('QYD', 'Quy định', 'QyĐ'),
  type('TC', 'Thông cáo', 'TC'),
  type('TB', 'Thông báo', 'TB'),
  type('HD', 'Hướng dẫn', 'HD'),
  type('CTR', 'Chương trình', 'CTr'),
  type('KH', 'Kế hoạch', 'KH'),
  type('PA', 'Phương án', 'PA'),
  type('DEAN', 'Đề án', 'ĐA'),
  type('DUAN', 'Dự án', 'DA'),
  type('BC', 'Báo cáo', 'BC'),
  type('BB', 'Biên bản', 'BB'),
  type('TTR', 'Tờ trình', 'TTr'),
  type('HDONG', 'Hợp đồng', 'HĐ'),
  type('CV', 'Công văn', ''),
  type('CD', 'Công điện', 'CĐ'),
  type('BGN', 'Bản ghi nhớ', 'BGN'),
  type('BTT', 'Bản thỏa thuận', 'BTT'),
  type('GUQ', 'Giấy ủy quyền', 'GUQ'),
  type('GM', 'Giấy mời', 'GM'),
  type('GGT', 'Giấy giới thiệu', 'GGT'),
  type('GNP', 'Giấy nghỉ phép', 'GNP'),
  type('PG', 'Phiếu gửi', 'PG'),
  type('PC', 'Phiếu chuyển', 'PC'),
  type('PB', 'Phiếu báo', 'PB'),
  type('THUCONG', 'Thư công', ''),
  type('SY', 'Bản sao y', 'SY', 'banSao'),
  type('TRS', 'Bản trích sao', 'TrS', 'banSao'),
  type('SL', 'Bản sao lục', 'SL', 'banSao'),
  type('LUAT', 'Luật', '', 'khac'),
  type('NGHIDINH', 'Nghị định', '', 'khac'),
  type('THONGTU', 'Thông tư', '', 'khac'),
  type('NQQPPL', 'Nghị quyết (quy phạm pháp luật)', '', 'khac'),
  type('QDQPPL', 'Quyết định (quy phạm pháp luật)', '', 'khac'),
  type('DON', 'Đơn', '', 'khac'),
  type('KETLUAN', 'Kết luận', '', 'khac'),
  type('KHAC', 'Văn bản khác', '', 'khac'),
];

const typesById = new Map(documentTypes.map((documentType) => [documentType.id, documentType]));

export const findDocumentType = (id: string): DocumentType | undefined => typesById.get(id);
