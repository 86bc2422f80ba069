import { formatLocalDate, type LocalDate } from '@shared/kernel/local-date';
import type { Chance } from '../../../test/simulation/random';
import type { Block, Content, PaperKind } from './paper';
import type { Topic } from './topic';

/** What the sentences of one paper are filled with. */
export interface Writing {
  readonly topic: Topic;
  /** `năm 2026`, `quý II năm 2026`. */
  readonly period: string;
  readonly year: number;
  /** Who writes, in the middle of a sentence. */
  readonly from: string;
  /** Who is written to, as "Kính gửi" has it. */
  readonly to: string;
  /** Unit of the writer that collects answers. */
  readonly through: string;
  readonly deadline: LocalDate;
  readonly meeting: LocalDate;
  /** Places that a table has a row for: thôn, tổ dân phố. */
  readonly places: readonly string[];
  /** Last word of "Lưu: VT, …". */
  readonly keeper: string;
  readonly chance: Chance;
}

/** Writes a paper of a kind about its topic. */
export function writeContent(kind: PaperKind, writing: Writing): Content {
  return { ...common(kind, writing), ...bodies[kind](writing) };
}

type Body = Partial<Content> & Pick<Content, 'subject' | 'blocks'>;

const text = (line: string): Block => ({ kind: 'text', text: line });
const part = (line: string): Block => ({ kind: 'heading', level: 1, text: line });
const item = (line: string): Block => ({ kind: 'heading', level: 2, text: line });
const capital = (line: string): string => line.charAt(0).toUpperCase() + line.slice(1);

function common(kind: PaperKind, { to, keeper, from }: Writing): Omit<Content, 'subject'> {
  const isLetter = kind === 'CV' || kind === 'TTR' || kind === 'GM';
  const isDecision = kind === 'QD' || kind === 'NQ';
  return {
    addressees: isLetter ? [to] : [],
    bases: [],
    blocks: [],
    copies: [
      isLetter ? 'Như trên' : isDecision ? 'Như Điều 3' : capital(to),
      isDecision ? capital(to) : `Lãnh đạo ${from} (để báo cáo)`,
      `Lưu: VT, ${keeper}`,
    ],
  };
}

const bodies: Readonly<Record<PaperKind, (writing: Writing) => Body>> = {
  CV: letter,
  HD: guidance,
  KH: plan,
  BC: report,
  TB: notice,
  QD: decision,
  NQ: resolution,
  GM: invitation,
  TTR: submission,
};

const reminders = [
  'Nội dung này phải được ghi vào lịch công tác hằng tuần và có người chịu trách nhiệm cụ thể; không giao chung chung cho tập thể.',
  'Những việc có liên quan đến nhiều đơn vị thì đơn vị chủ trì mời họp thống nhất trước khi làm, tránh để người dân phải đi lại nhiều lần.',
  'Trường hợp chưa đủ điều kiện thực hiện ngay, cần nêu rõ lý do, thời gian dự kiến hoàn thành và kiến nghị tháo gỡ.',
  'Quá trình thực hiện cần chụp ảnh, lưu tài liệu kiểm chứng và lập thành hồ sơ công việc để phục vụ kiểm tra về sau.',
  'Việc tuyên truyền phải ngắn gọn, dễ hiểu, phù hợp với đồng bào ở các thôn xa trung tâm; ưu tiên hình thức gặp gỡ trực tiếp.',
  'Số liệu phải được đối chiếu với sổ theo dõi của từng thôn trước khi tổng hợp; người lập biểu chịu trách nhiệm về độ chính xác.',
] as const;

/** The tasks, numbered, each with a reminder now and then, so that papers differ in length. */
const taskBlocks = ({ topic, chance }: Writing, remindingShare: number): readonly Block[] => {
  const start = chance.integer(0, reminders.length - 1);
  return topic.tasks.flatMap((task, index) => [
    text(`${index + 1}. ${task}`),
    ...(chance.chance(remindingShare)
      ? [text(reminders[(start + index) % reminders.length] ?? '')]
      : []),
  ]);
};

const closing = ({ from, through, deadline, year }: Writing): string =>
  `Kết quả thực hiện gửi về ${from} (qua ${through}) trước ngày ${formatLocalDate(deadline)} để tổng hợp chung và đưa vào đánh giá mức độ hoàn thành nhiệm vụ năm ${year}.`;

function letter(writing: Writing): Body {
  const { topic, period, from, to, chance } = writing;
  const verb = chance.pick([
    'triển khai',
    'tăng cường',
    'đôn đốc thực hiện',
    'phối hợp thực hiện',
    'báo cáo kết quả',
    'chấn chỉnh',
    'đẩy nhanh tiến độ',
  ]);
  return {
    subject: `V/v ${verb} ${topic.matter} ${period}`,
    blocks: [
      text(
        `Thực hiện quy định của ${topic.law} và chương trình công tác năm ${writing.year}; nhằm ${topic.aim}, ${from} đề nghị ${to} ${verb} ${topic.matter} ${period} với các nội dung sau đây:`,
      ),
      ...taskBlocks(writing, chance.pick([0.2, 0.5, 1])),
      ...(chance.chance(0.35)
        ? [
            text('Số liệu theo dõi đến thời điểm ban hành văn bản:'),
            figuresTable(writing, writing.places.slice(0, 6)),
          ]
        : []),
      text(closing(writing)),
      text(
        `Quá trình triển khai nếu phát sinh vướng mắc, đề nghị phản ánh kịp thời về ${from} để cùng tháo gỡ./.`,
      ),
    ],
  };
}

function guidance(writing: Writing): Body {
  const { topic, period, from } = writing;
  return {
    subject: `Thực hiện ${topic.matter} ${period}`,
    blocks: [
      text(
        `Căn cứ ${topic.law}, để thống nhất cách làm giữa các địa phương, ${from} hướng dẫn một số điểm như sau:`,
      ),
      part('I. PHẠM VI VÀ ĐỐI TƯỢNG'),
      text(
        `Hướng dẫn này áp dụng cho Ủy ban nhân dân các xã, phường và người được giao theo dõi ${topic.matter} ${period}.`,
      ),
      text(`Yêu cầu xuyên suốt là ${topic.aim}.`),
      part('II. CÁCH THỨC THỰC HIỆN'),
      ...taskBlocks(writing, 1),
      part('III. CHẾ ĐỘ BÁO CÁO'),
      text(closing(writing)),
      text(
        'Các đơn vị sử dụng đúng biểu mẫu đã thống nhất; báo cáo lập trên hệ thống, ký số và không gửi thêm bản giấy.',
      ),
      text('Nội dung chưa nêu trong hướng dẫn này thực hiện theo quy định của pháp luật./.'),
    ],
  };
}

function plan(writing: Writing): Body {
  const { topic, period, from, through, places, chance } = writing;
  return {
    subject: `Thực hiện ${topic.matter} ${period}`,
    blocks: [
      text(
        `Căn cứ ${topic.law} và tình hình thực tế, ${from} ban hành Kế hoạch thực hiện ${topic.matter} ${period} như sau:`,
      ),
      part('I. MỤC ĐÍCH, YÊU CẦU'),
      item('1. Mục đích'),
      text(`Nhằm ${topic.aim}.`),
      text(
        'Nâng cao trách nhiệm của người đứng đầu các đơn vị, thôn, tổ dân phố; tạo chuyển biến rõ nét so với cùng kỳ năm trước.',
      ),
      item('2. Yêu cầu'),
      text(
        'Xác định rõ người làm, việc làm, thời gian và kết quả phải đạt; lồng ghép với nhiệm vụ thường xuyên, không tổ chức hình thức, lãng phí.',
      ),
      text(chance.pick(reminders)),
      part('II. NỘI DUNG, NHIỆM VỤ'),
      ...taskBlocks(writing, 0.7),
      part('III. CHỈ TIÊU VÀ TIẾN ĐỘ'),
      text('Chỉ tiêu giao cho từng địa bàn như sau:'),
      figuresTable(writing, places.slice(0, chance.integer(5, places.length))),
      part('IV. KINH PHÍ'),
      text(
        'Kinh phí bố trí trong dự toán đã giao và các nguồn huy động hợp pháp khác; việc chi tiêu, quyết toán theo đúng chế độ tài chính hiện hành.',
      ),
      part('V. TỔ CHỨC THỰC HIỆN'),
      ...duties(writing),
      text(
        `Trên đây là Kế hoạch thực hiện ${topic.matter} ${period}; yêu cầu các đơn vị nghiêm túc triển khai, báo cáo kết quả về ${through} trước ngày ${formatLocalDate(writing.deadline)}./.`,
      ),
      ...(chance.chance(0.5) ? assignments(writing) : []),
    ],
  };
}

/** An appendix in the same file: who does what by when. */
const assignments = ({ topic, through, places, deadline, chance }: Writing): readonly Block[] => [
  { kind: 'appendix', label: 'PHỤ LỤC', title: 'PHÂN CÔNG NHIỆM VỤ VÀ THỜI GIAN HOÀN THÀNH' },
  {
    kind: 'table',
    columns: ['STT', 'Nhiệm vụ', 'Chủ trì', 'Phối hợp', 'Hoàn thành'],
    rows: topic.tasks.map((task, index) => [
      String(index + 1),
      task.replace(/\.$/, ''),
      capital(through),
      chance.pick(places),
      `Trước ngày ${formatLocalDate(deadline)}`,
    ]),
  },
];

const duties = ({ through, chance }: Writing): readonly Block[] => [
  item(`1. ${capital(through)}`),
  text('Là đầu mối tham mưu, theo dõi, đôn đốc; tổng hợp kết quả, đề xuất khen thưởng, phê bình.'),
  item('2. Các đơn vị liên quan'),
  text('Theo chức năng, nhiệm vụ được giao, cử người phối hợp và cung cấp số liệu đúng hạn.'),
  item('3. Trưởng thôn, Tổ trưởng tổ dân phố'),
  text('Phổ biến nội dung tới từng hộ dân, phản ánh kịp thời khó khăn phát sinh tại địa bàn.'),
  ...(chance.chance(0.5)
    ? [
        item('4. Đề nghị Ủy ban Mặt trận Tổ quốc và các tổ chức chính trị - xã hội'),
        text('Vận động đoàn viên, hội viên hưởng ứng và thực hiện giám sát theo quy định.'),
      ]
    : []),
];

function report(writing: Writing): Body {
  const { topic, period, from, places, chance } = writing;
  return {
    subject: `Kết quả thực hiện ${topic.matter} ${period}`,
    blocks: [
      text(
        `Thực hiện chế độ thông tin, báo cáo, ${from} báo cáo kết quả thực hiện ${topic.matter} ${period} như sau:`,
      ),
      part('I. TÌNH HÌNH CHUNG'),
      text(
        `Trong kỳ, việc thực hiện ${topic.matter} được lãnh đạo quan tâm chỉ đạo với mục tiêu ${topic.aim}. Các đơn vị, thôn, tổ dân phố đã chủ động phối hợp, bám sát kế hoạch đầu năm.`,
      ),
      part('II. KẾT QUẢ CỤ THỂ'),
      ...topic.tasks.map((task, index) =>
        text(
          `${index + 1}. Về nhiệm vụ: ${task.charAt(0).toLowerCase()}${task.slice(1).replace(/\.$/, '')}: đã hoàn thành ${chance.integer(62, 99)}% khối lượng, ${chance.pick(['đúng tiến độ', 'nhanh hơn tiến độ một tuần', 'còn chậm ở hai địa bàn'])}.`,
        ),
      ),
      text('Kết quả theo từng địa bàn được tổng hợp trong bảng sau:'),
      figuresTable(writing, places),
      part('III. TỒN TẠI, HẠN CHẾ'),
      text(chance.pick(shortcomings)),
      text(chance.pick(causes)),
      part('IV. NHIỆM VỤ TRỌNG TÂM THỜI GIAN TỚI'),
      text(chance.pick(reminders)),
      text('Tập trung khắc phục các hạn chế đã nêu, duy trì giao ban hằng tuần để nắm tiến độ.'),
      text(`Trên đây là báo cáo kết quả thực hiện ${topic.matter} ${period}./.`),
    ],
  };
}

const shortcomings = [
  'Một số địa bàn triển khai còn chậm, việc ghi chép, cập nhật số liệu chưa kịp thời nên phải chỉnh sửa nhiều lần.',
  'Công tác tuyên truyền có nơi chưa sâu, người dân ở khu vực xa trung tâm chưa nắm đầy đủ quyền lợi và trách nhiệm của mình.',
  'Sự phối hợp giữa các bộ phận có lúc chưa chặt chẽ, một vài nhiệm vụ bị chồng chéo.',
] as const;

const causes = [
  'Nguyên nhân chủ yếu do khối lượng công việc tăng sau khi sắp xếp đơn vị hành chính, người phụ trách phải kiêm nhiệm nhiều việc.',
  'Nguyên nhân do thời tiết diễn biến bất thường, đường giao thông tới một số thôn bị chia cắt trong thời gian ngắn.',
  'Nguyên nhân do trang thiết bị chưa đồng bộ, kỹ năng sử dụng phần mềm của một bộ phận cán bộ còn hạn chế.',
] as const;

function notice(writing: Writing): Body {
  const { topic, period, from, meeting, places, chance } = writing;
  const isInspection = chance.chance(0.5);
  return {
    subject: isInspection
      ? `Về việc kiểm tra ${topic.matter} ${period}`
      : `Kết luận tại cuộc họp về ${topic.matter} ${period}`,
    blocks: isInspection
      ? [
          text(
            `Để nắm tình hình thực hiện ${topic.matter} ${period}, ${from} thông báo lịch kiểm tra như sau:`,
          ),
          text(
            `1. Thời gian: từ ngày ${formatLocalDate(meeting)}, bắt đầu lúc 08 giờ 00 phút hằng ngày.`,
          ),
          text(`2. Địa bàn: ${places.slice(0, 4).join(', ')} và trụ sở làm việc.`),
          text('3. Nội dung kiểm tra:'),
          ...topic.tasks.map((task) => text(`- ${task}`)),
          text(
            'Các đơn vị chuẩn bị báo cáo bằng văn bản, hồ sơ, tài liệu liên quan và bố trí thành phần làm việc đúng thời gian đã nêu./.',
          ),
        ]
      : [
          text(
            `Ngày ${formatLocalDate(writing.meeting)}, ${from} đã họp đánh giá ${topic.matter} ${period}. Sau khi nghe báo cáo và ý kiến thảo luận, người chủ trì kết luận:`,
          ),
          text(
            `Thời gian qua, các đơn vị đã cố gắng nhằm ${topic.aim}; tuy nhiên kết quả giữa các địa bàn chưa đồng đều. Thời gian tới cần tập trung:`,
          ),
          ...taskBlocks(writing, 0.6),
          text(
            `Giao ${writing.through} theo dõi, đôn đốc, báo cáo trước ngày ${formatLocalDate(writing.deadline)}.`,
          ),
          text('Thông báo để các đơn vị, cá nhân liên quan biết và thực hiện./.'),
        ],
  };
}

const ORGANISATION_LAW = 'Căn cứ Luật Tổ chức chính quyền địa phương';

function decision(writing: Writing): Body {
  const { topic, period, through, chance } = writing;
  const isTeam = chance.chance(0.6);
  const what = isTeam
    ? `thành lập Tổ công tác thực hiện ${topic.matter} ${period}`
    : `phân công nhiệm vụ thực hiện ${topic.matter} ${period}`;
  return {
    subject: `Về việc ${what}`,
    bases: [
      ORGANISATION_LAW,
      `Căn cứ ${topic.law}`,
      `Theo đề nghị của ${through} tại Tờ trình số ${chance.integer(10, 98)}/TTr-${writing.keeper}`,
    ].filter((line, index, all) => all.indexOf(line) === index),
    blocks: [
      {
        kind: 'article',
        number: 1,
        text: `${capital(what)}, gồm các thành viên theo danh sách kèm theo Quyết định này.`,
      },
      { kind: 'article', number: 2, text: 'Nhiệm vụ cụ thể:' },
      ...taskBlocks(writing, 0.3),
      {
        kind: 'article',
        number: 3,
        text: `Quyết định này có hiệu lực kể từ ngày ký. ${capital(through)}, các đơn vị có liên quan và các thành viên có tên trong danh sách chịu trách nhiệm thi hành./.`,
      },
      {
        kind: 'appendix',
        label: 'DANH SÁCH',
        title: `THÀNH VIÊN THỰC HIỆN ${topic.matter.toUpperCase()}`,
      },
      {
        kind: 'table',
        columns: ['STT', 'Chức vụ, đơn vị', 'Nhiệm vụ'],
        rows: [
          ['1', 'Phó Chủ tịch phụ trách lĩnh vực', 'Tổ trưởng'],
          ['2', `Lãnh đạo ${through}`, 'Tổ phó thường trực'],
          ['3', 'Lãnh đạo Văn phòng', 'Thành viên'],
          ...writing.places
            .slice(0, chance.integer(3, 8))
            .map((place, index) => [String(index + 4), `Đại diện ${place}`, 'Thành viên']),
        ],
      },
    ],
  };
}

function resolution(writing: Writing): Body {
  const { topic, period, from, chance } = writing;
  return {
    subject: `Về nhiệm vụ, giải pháp thực hiện ${topic.matter} ${period}`,
    bases: [
      ORGANISATION_LAW,
      `Căn cứ ${topic.law}`,
      'Xét tờ trình của Ủy ban nhân dân; báo cáo thẩm tra của Ban Kinh tế - Xã hội; ý kiến thảo luận của đại biểu tại kỳ họp',
    ].filter((line, index, all) => all.indexOf(line) === index),
    blocks: [
      {
        kind: 'article',
        number: 1,
        text: `Thông qua nhiệm vụ, giải pháp thực hiện ${topic.matter} ${period}, nhằm ${topic.aim}, với các nội dung chủ yếu sau:`,
      },
      ...taskBlocks(writing, 0.5),
      text('Chỉ tiêu theo từng địa bàn:'),
      figuresTable(writing, writing.places.slice(0, chance.integer(4, writing.places.length))),
      {
        kind: 'article',
        number: 2,
        text: 'Giao Ủy ban nhân dân tổ chức thực hiện; Thường trực, các Ban và đại biểu Hội đồng nhân dân giám sát việc thực hiện Nghị quyết.',
      },
      {
        kind: 'article',
        number: 3,
        text: `Nghị quyết này được ${from} thông qua tại kỳ họp và có hiệu lực kể từ ngày ký./.`,
      },
    ],
  };
}

function invitation(writing: Writing): Body {
  const { topic, period, from, meeting, chance } = writing;
  return {
    subject: `Dự hội nghị triển khai ${topic.matter} ${period}`,
    blocks: [
      text(`${capital(from)} trân trọng kính mời: ${capital(writing.to)}.`),
      text(`Tới dự: Hội nghị triển khai ${topic.matter} ${period}.`),
      text(
        `Thời gian: ${chance.pick(['07 giờ 30 phút', '08 giờ 00 phút', '14 giờ 00 phút'])} ngày ${formatLocalDate(meeting)}.`,
      ),
      text(
        `Địa điểm: ${chance.pick(['Phòng họp số 1, trụ sở cơ quan', 'Hội trường tầng 2', 'Phòng họp trực tuyến và điểm cầu tại trụ sở'])}.`,
      ),
      text('Nội dung: đánh giá kết quả thời gian qua và thảo luận các nhiệm vụ:'),
      ...topic.tasks.slice(0, 3).map((task) => text(`- ${task}`)),
      text(
        'Đề nghị đại biểu nghiên cứu tài liệu gửi kèm trên hệ thống, đến dự đúng thành phần và thời gian nêu trên./.',
      ),
    ],
  };
}

function submission(writing: Writing): Body {
  const { topic, period, from, to, chance } = writing;
  const lines = topic.tasks.map((task, index) => {
    const amount = chance.integer(6, 64) * 500;
    return [String(index + 1), task.replace(/\.$/, ''), amount] as const;
  });
  const total = lines.reduce((sum, [, , amount]) => sum + amount, 0);
  const money = (thousands: number): string => thousands.toLocaleString('vi-VN');
  return {
    subject: `Về việc đề nghị hỗ trợ kinh phí thực hiện ${topic.matter} ${period}`,
    blocks: [
      text(
        `Căn cứ ${topic.law} và nhiệm vụ được giao, ${from} kính trình ${to} xem xét hỗ trợ kinh phí thực hiện ${topic.matter} ${period} như sau:`,
      ),
      item('1. Sự cần thiết'),
      text(
        `Nguồn lực hiện có chưa đáp ứng yêu cầu ${topic.aim}. ${chance.pick(causes).replace('Nguyên nhân chủ yếu do', 'Bên cạnh đó,').replace('Nguyên nhân do', 'Bên cạnh đó,')}`,
      ),
      item('2. Nội dung và dự toán'),
      {
        kind: 'table',
        columns: ['STT', 'Nội dung', 'Thành tiền (nghìn đồng)'],
        rows: [
          ...lines.map(([number, task, amount]) => [number, task, money(amount)]),
          ['', 'Tổng cộng', money(total)],
        ],
      },
      item('3. Nguồn kinh phí'),
      text(
        `Đề nghị cấp trên hỗ trợ ${chance.pick([50, 60, 70])}%; phần còn lại đơn vị bố trí từ dự toán được giao và nguồn huy động hợp pháp.`,
      ),
      text(`${capital(from)} kính trình ${to} xem xét, quyết định./.`),
    ],
  };
}

/** A row a place, a column a figure, the sum below. */
function figuresTable({ topic, chance }: Writing, places: readonly string[]): Block {
  const values = places.map(() =>
    topic.figures.map(([, , least, most]) => chance.integer(least, most)),
  );
  const sums = topic.figures.map((_, column) =>
    values.reduce((sum, row) => sum + (row[column] ?? 0), 0),
  );
  const print = (row: readonly number[]): readonly string[] =>
    row.map((value) => value.toLocaleString('vi-VN'));
  return {
    kind: 'table',
    columns: ['STT', 'Địa bàn', ...topic.figures.map(([label, unit]) => `${label} (${unit})`)],
    rows: [
      ...places.map((place, index) => [String(index + 1), place, ...print(values[index] ?? [])]),
      ['', 'Cộng', ...print(sums)],
    ],
  };
}
