import type { TypedPaper } from '../../../test/e2e/support/workstation';
import type { DraftPlan } from '../day/drafts';

/** What comes in and what goes out in a round of work without the province. */
export interface Round {
  readonly incoming: readonly TypedPaper[];
  readonly outgoing: readonly DraftPlan[];
  /** The hub has no power, the Chairman is away with his PC: the paper goes to him and back on a stick. */
  readonly isByStick?: true;
}

const letter = (code: string, subject: string): TypedPaper => ({
  issuer: 'Sở Nông nghiệp và Môi trường tỉnh Mẫu Sơn',
  code,
  subject,
});

const notice = (subject: string, ...sentences: readonly string[]): DraftPlan => ({
  type: 'Thông báo',
  kind: 'TB',
  notation: '/TB-UBND',
  subject,
  sentences,
});

const flood = letter('1811/SNNMT-TL', 'Khẩn trương khắc phục kè suối sau mưa lũ');
const road = notice(
  'Tạm cấm xe tải qua ngầm suối Trong',
  'Cấm xe tải trên 5 tấn qua ngầm suối Trong cho đến khi có thông báo mới.',
  'Công an xã tổ chức trực gác hai đầu ngầm.',
);
const stick: Round = {
  incoming: [],
  outgoing: [
    notice(
      'Trực y tế lưu động tại thôn Bản Mẫu',
      'Trạm Y tế trực tại nhà văn hóa thôn Bản Mẫu cho đến khi đường vào thôn thông trở lại.',
      'Trưởng thôn thông báo cho từng hộ có người già và trẻ nhỏ.',
    ),
  ],
  isByStick: true,
};

/** Ten rounds for ten days: most bring one paper, some have one go out. */
export const tenRounds: readonly Round[] = [
  { incoming: [flood], outgoing: [] },
  { incoming: [], outgoing: [road] },
  { incoming: [letter('1815/SNNMT-TT', 'Cung ứng giống lúa vụ đông xuân')], outgoing: [] },
  { incoming: [letter('1819/SNNMT-CN', 'Tiêm phòng đợt hai cho đàn trâu, bò')], outgoing: [] },
  { incoming: [letter('1822/SNNMT-LN', 'Trực phòng cháy rừng mùa hanh khô')], outgoing: [] },
  { incoming: [letter('1825/SNNMT-KL', 'Kiểm tra vận chuyển lâm sản')], outgoing: [] },
  stick,
  {
    incoming: [],
    outgoing: [
      notice(
        'Đăng ký hỗ trợ sửa nhà bị tốc mái',
        'Các hộ có nhà bị tốc mái đăng ký với trưởng thôn trước ngày 05 tháng 12 năm 2026.',
        'Phòng Kinh tế tổng hợp, trình Ủy ban nhân dân xã xem xét.',
      ),
    ],
  },
  { incoming: [letter('1830/SNNMT-KH', 'Báo cáo thiệt hại do mưa lũ')], outgoing: [] },
  { incoming: [letter('1834/SNNMT-VP', 'Đăng ký nhu cầu vật tư dự phòng')], outgoing: [] },
];

/** For whoever works on the demo: one paper in, one out, one on a stick. */
export const fewRounds: readonly Round[] = [
  { incoming: [flood], outgoing: [] },
  { incoming: [], outgoing: [road] },
  stick,
];
