import type { Paper } from '../papers/paper';
import { renderPaper } from '../papers/render-paper';
import { printPapers } from '../print-papers';
import type { DemoOffice } from '../province';
import { personOf } from '../province';

/** A paper that the expert drafts. */
export interface DayDraft {
  readonly type: string;
  readonly subject: string;
  readonly fileName: string;
  readonly bytes: Buffer;
}

export interface DraftPlan {
  readonly type: string;
  readonly kind: Paper['kind'];
  readonly notation: string;
  readonly subject: string;
  readonly sentences: readonly string[];
}

const plans: readonly DraftPlan[] = [
  {
    type: 'Công văn',
    kind: 'CV',
    notation: '/UBND-KT',
    subject: 'Trả lời về phối hợp rà soát địa giới thôn giáp ranh',
    sentences: [
      'Ủy ban nhân dân xã Suối Trong thống nhất phối hợp rà soát mốc địa giới tại ba thôn giáp ranh trong tháng 12 năm 2026.',
      'Đề nghị Ủy ban nhân dân phường Bến Lành cử cán bộ cùng đi thực địa và cung cấp bản đồ số hiện có.',
      'Đầu mối liên hệ của xã là Phòng Kinh tế.',
    ],
  },
  {
    type: 'Thông báo',
    kind: 'TB',
    notation: '/TB-UBND',
    subject: 'Lịch nạo vét mương nội đồng vụ đông xuân',
    sentences: [
      'Việc nạo vét được làm từ ngày 05 đến ngày 20 tháng 12 năm 2026, lần lượt từ thôn Một đến thôn Bảy.',
      'Các hộ có ruộng hai bên mương chủ động thu dọn cọc, lưới và vật cản trước ngày nạo vét.',
      'Phòng Kinh tế theo dõi, tổng hợp kết quả.',
    ],
  },
  {
    type: 'Kế hoạch',
    kind: 'KH',
    notation: '/KH-UBND',
    subject: 'Kiểm tra chợ dân sinh dịp cuối năm 2026',
    sentences: [
      'Kiểm tra an toàn thực phẩm, phòng cháy chữa cháy và niêm yết giá tại chợ Phiên và chợ Bến Đá.',
      'Đoàn kiểm tra gồm Phòng Kinh tế, Công an xã, Trạm Y tế và Ban quản lý chợ.',
      'Kết quả báo cáo Chủ tịch Ủy ban nhân dân xã trước ngày 31 tháng 12 năm 2026.',
    ],
  },
];

export const NEIGHBOUR = 'Ủy ban nhân dân phường Bến Lành';

export const printDayDrafts = (a: DemoOffice): Promise<readonly DayDraft[] | undefined> =>
  printDrafts(a, plans);

/** Prints drafts with open spaces for number, date and signature; undefined without a browser. */
export async function printDrafts(
  a: DemoOffice,
  plans: readonly DraftPlan[],
): Promise<readonly DayDraft[] | undefined> {
  const pages = new Map(plans.map((plan) => [plan.subject, renderPaper(paperOf(plan, a))]));
  const printed = await printPapers(pages);
  return plans.flatMap(({ type, subject, kind }): readonly DayDraft[] => {
    const bytes = printed?.files.get(subject);
    return bytes
      ? [
          {
            type,
            subject,
            fileName: `du-thao-${kind.toLowerCase()}.pdf`,
            bytes: Buffer.from(bytes),
          },
        ]
      : [];
  });
}

const paperOf = ({ kind, notation, subject, sentences }: DraftPlan, a: DemoOffice): Paper => ({
  kind,
  subject,
  notation,
  parent: null,
  issuerLines: ['ỦY BAN NHÂN DÂN', a.office.name.toUpperCase()],
  addressees: kind === 'CV' ? [NEIGHBOUR] : [],
  bases: [],
  blocks: sentences.map((text) => ({ kind: 'text', text })),
  copies: [NEIGHBOUR, 'Lưu: VT, KT'],
  place: a.office.placeName,
  authority: `ỦY BAN NHÂN DÂN ${a.office.name.toUpperCase()}`,
  issued: null,
  priority: 0,
  signature: {
    titles: ['TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH'],
    name: personOf(a, 'chutich').fullName,
  },
});
