import { findDocumentType } from '@shared/domain/document/document-type';
import { outgoingCode } from '@shared/domain/document/outgoing-code';
import type { Recipient, SigningForm } from '@shared/domain/document/outgoing-document';
import type { LocalDate } from '@shared/kernel/local-date';
import { createChance, type Chance } from '../../../test/simulation/random';
import { writeContent } from './bodies';
import { distinct } from './incoming-papers';
import { getIssuer } from './issuers';
import type { Paper, PaperKind } from './paper';
import { hamletsOf, pastPeriodOf, periodOf, plusDays, type CommunePlace } from './place';
import { topics } from './topics';
import type { Topic } from './topic';

/** How far a document is to get; the states of van-ban.md §9.5. */
export type OutgoingGoal =
  | 'duThao'
  | 'choDonVi'
  | 'traLai'
  | 'huyDuThao'
  | 'choTheThuc'
  | 'choKy'
  | 'daKy'
  | 'daCapSo'
  | 'daDongDau';

/** A document that a commune writes, with who does what about it. */
export interface OutgoingPaper {
  /** The same at every start: `di:a:17`. */
  readonly key: string;
  readonly organ: 'UBND' | 'HĐND';
  readonly unit: Topic['unit'];
  readonly goal: OutgoingGoal;
  readonly signingForm: SigningForm;
  /** Logins of the office's people (`province.ts`). */
  readonly drafter: string;
  readonly checker: string;
  readonly signer: string;
  readonly recipients: readonly Recipient[];
  readonly paper: Paper;
}

export interface OutgoingPlan {
  readonly office: string;
  readonly place: CommunePlace;
  readonly count: number;
  readonly today: LocalDate;
  /** Full name of a person by login: printed under the signature. */
  readonly nameOf: (login: string) => string;
  /** Code of an agency of the directory by name; null for one that is not in it. */
  readonly codeOf: (agency: string) => string | null;
}

/** Of the newest fifth of the papers none is issued yet: these states take turns. */
const openGoals: readonly OutgoingGoal[] = [
  'choKy',
  'duThao',
  'choDonVi',
  'choTheThuc',
  'traLai',
  'choKy',
  'huyDuThao',
  'daKy',
  'choTheThuc',
  'daCapSo',
  'duThao',
  'choDonVi',
];
const OPEN_SHARE = 0.22;

const drafters = {
  VP: ['vanthu2', 'chanhvanphong'],
  KT: ['chuyenvien1', 'truongphong.kt'],
  VHXH: ['chuyenvien2', 'truongphong.vhxh'],
  TTPVHCC: ['chuyenvien3', 'giamdoc.pvhcc'],
} as const;

const ubndKinds: readonly PaperKind[] = [
  'CV',
  'CV',
  'CV',
  'CV',
  'TB',
  'KH',
  'KH',
  'BC',
  'BC',
  'QD',
  'QD',
  'TTR',
  'GM',
];
const hdndKinds: readonly PaperKind[] = ['NQ', 'NQ', 'TB', 'KH', 'GM', 'CV'];

/** The documents of an office, oldest first; the same for the same plan. */
export function planOutgoing(plan: OutgoingPlan): readonly OutgoingPaper[] {
  const { office, place, count, today } = plan;
  const chance = createChance(`outgoing/${office}`);
  const subjects = new Set<string>();
  const firstOpen = count - Math.max(1, Math.round(count * OPEN_SHARE));
  return Array.from({ length: count }, (_, index): OutgoingPaper => {
    const own = chance.fork(String(index));
    const organ = own.chance(0.12) ? 'HĐND' : 'UBND';
    const kind = own.pick(organ === 'UBND' ? ubndKinds : hdndKinds);
    const about = `${place.level} ${place.placeName}`;
    const { topic, unit, content, outside } = distinct(subjects, () => {
      const topic = own.pick(topics);
      const unit = organ === 'HĐND' ? 'VP' : topic.unit;
      const outside = outsideAddressee(kind, topic, own);
      const content = writeContent(kind, {
        topic,
        period: (kind === 'BC' ? pastPeriodOf : periodOf)(today, own),
        year: Number(today.slice(0, 4)),
        from: `${organ === 'UBND' ? 'Ủy ban nhân dân' : 'Hội đồng nhân dân'} ${about}`,
        to: outside ?? own.pick(insideAddressees(place)),
        through: unitName(unit, place),
        deadline: plusDays(today, own.integer(7, 30)),
        meeting: plusDays(today, own.integer(3, 8)),
        places: hamletsOf(place),
        keeper: unit,
        chance: own,
      });
      return { subject: content.subject, value: { topic, unit, content, outside } };
    });
    const [drafter, checker] = organ === 'HĐND' ? drafters.VP : drafters[unit];
    const signing = signingOf(organ, kind, own);
    return {
      key: `di:${office}:${index + 1}`,
      organ,
      unit,
      goal:
        index < firstOpen
          ? 'daDongDau'
          : (openGoals[(index - firstOpen) % openGoals.length] ?? 'duThao'),
      signingForm: signing.form,
      drafter,
      checker,
      signer: signing.login,
      recipients: recipientsOf(content.addressees, outside, plan.codeOf),
      paper: {
        ...content,
        kind,
        parent: null,
        issuerLines: [
          organ === 'UBND' ? 'ỦY BAN NHÂN DÂN' : 'HỘI ĐỒNG NHÂN DÂN',
          about.toUpperCase(),
        ],
        notation: notationOf(kind, organ, unit),
        place: place.placeName,
        authority: `${organ === 'UBND' ? 'ỦY BAN NHÂN DÂN' : 'HỘI ĐỒNG NHÂN DÂN'} ${about.toUpperCase()}`,
        issued: null,
        priority: topic.id === 'thienTai' && own.chance(0.5) ? 1 : 0,
        signature: { titles: signing.titles, name: plan.nameOf(signing.login) },
      },
    };
  });
}

const unitName = (unit: Topic['unit'], { level }: CommunePlace): string =>
  ({
    VP: 'Văn phòng HĐND và UBND',
    KT: level === 'xã' ? 'Phòng Kinh tế' : 'Phòng Kinh tế, Hạ tầng và Đô thị',
    VHXH: 'Phòng Văn hóa - Xã hội',
    TTPVHCC: 'Trung tâm Phục vụ hành chính công',
  })[unit];

const insideAddressees = ({ level }: CommunePlace): readonly string[] => [
  `các đơn vị trực thuộc và ${level === 'xã' ? 'Trưởng các thôn' : 'Tổ trưởng các tổ dân phố'}`,
  'Thủ trưởng các đơn vị trên địa bàn',
  'Ban Thường trực Ủy ban Mặt trận Tổ quốc và các tổ chức chính trị - xã hội',
];

/** Reports and requests go up; other papers stay in the commune more often than not. */
function outsideAddressee(kind: PaperKind, topic: Topic, chance: Chance): string | null {
  const goesUp = kind === 'TTR' || kind === 'BC' || (kind === 'CV' && chance.chance(0.4));
  return goesUp ? getIssuer(topic.issuer).name : null;
}

function recipientsOf(
  addressees: readonly string[],
  outside: string | null,
  codeOf: OutgoingPlan['codeOf'],
): readonly Recipient[] {
  const code = outside === null ? null : codeOf(outside);
  const name = outside ?? addressees[0] ?? 'Các đơn vị trực thuộc';
  return [
    {
      agencyCode: code,
      name,
      kind: 'chinh',
      channel: code ? 'lienThong' : outside ? 'giay' : 'noiBo',
    },
    { agencyCode: null, name: 'Thường trực Đảng ủy', kind: 'deBiet', channel: 'giay' },
  ];
}

/** The symbol by the product's own rule, without its number. */
function notationOf(kind: PaperKind, organ: 'UBND' | 'HĐND', unit: string): string {
  const type = findDocumentType(kind);
  if (!type) throw new Error(`no document type ${kind}`);
  const code = outgoingCode({ number: 1, type, organShortName: organ, unitAbbreviation: unit });
  return code.slice(code.indexOf('/'));
}

interface Signing {
  readonly form: SigningForm;
  readonly login: string;
  readonly titles: readonly string[];
}

/** Thẩm quyền ký and its block (van-ban.md §1.6; corrections.md item 4). */
function signingOf(organ: 'UBND' | 'HĐND', kind: PaperKind, chance: Chance): Signing {
  if (organ === 'HĐND') {
    return kind === 'NQ'
      ? { form: 'truc', login: 'chutich.hdnd', titles: ['CHỦ TỊCH'] }
      : {
          form: 'TM',
          login: 'chutich.hdnd',
          titles: ['TM. THƯỜNG TRỰC HỘI ĐỒNG NHÂN DÂN', 'CHỦ TỊCH'],
        };
  }
  if (kind === 'GM' || (kind === 'TB' && chance.chance(0.5))) {
    return { form: 'TL', login: 'chanhvanphong', titles: ['TL. CHỦ TỊCH', 'CHÁNH VĂN PHÒNG'] };
  }
  return kind === 'QD' || chance.chance(0.45)
    ? { form: 'TM', login: 'chutich', titles: ['TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH'] }
    : {
        form: 'TM_KT',
        login: 'phochutich',
        titles: ['TM. ỦY BAN NHÂN DÂN', 'KT. CHỦ TỊCH', 'PHÓ CHỦ TỊCH'],
      };
}
