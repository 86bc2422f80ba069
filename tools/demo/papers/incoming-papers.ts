import type { IncomingChannel } from '@shared/domain/document/incoming-document';
import { findDocumentType } from '@shared/domain/document/document-type';
import { printNumber } from '@shared/domain/register/allocate-number';
import type { LocalDate } from '@shared/kernel/local-date';
import { createChance, type Chance } from '../../../test/simulation/random';
import { writeContent } from './bodies';
import { getIssuer, localIssuers, type Issuer } from './issuers';
import type { Paper, PaperKind } from './paper';
import {
  hamletsOf,
  pastPeriodOf,
  periodOf,
  plusDays,
  workingDays,
  type CommunePlace,
} from './place';
import { topics } from './topics';

/** A paper that reached a commune, with what its clerk would type about it. */
export interface IncomingPaper {
  /** The same at every start: `den:a:17`. */
  readonly key: string;
  readonly paper: Paper;
  readonly organ: 'UBND' | 'HĐND';
  readonly issuerName: string;
  readonly codeDisplay: string;
  readonly signerName: string;
  readonly signerPosition: string;
  readonly arrivalDate: LocalDate;
  readonly issuedDate: LocalDate;
  readonly channel: IncomingChannel;
  readonly dueDate: LocalDate | null;
  /** Whom the clerk hands it to some time after registration; null when nobody yet. */
  readonly routedTo: string | null;
  /** False for the newest few, which still wait for their number. */
  readonly isNumbered: boolean;
}

export interface IncomingPlan {
  /** Part of the keys: which office. */
  readonly office: string;
  readonly place: CommunePlace;
  readonly count: number;
  readonly today: LocalDate;
}

const kinds: readonly (readonly [kind: PaperKind, share: number])[] = [
  ['CV', 46],
  ['KH', 13],
  ['TB', 12],
  ['GM', 9],
  ['QD', 8],
  ['BC', 5],
  ['HD', 7],
];
/** Of ten papers one comes from a body of the commune itself. */
const LOCAL_SHARE = 0.1;

const unitNames = {
  VP: 'Văn phòng HĐND và UBND',
  KT: 'Phòng Kinh tế',
  VHXH: 'Phòng Văn hóa - Xã hội',
  TTPVHCC: 'Trung tâm Phục vụ hành chính công',
} as const;

/** The papers of the year so far, in order of arrival; the same for the same plan. */
export function planIncoming({
  office,
  place,
  count,
  today,
}: IncomingPlan): readonly IncomingPaper[] {
  const chance = createChance(`incoming/${office}`);
  const days = workingDays(today);
  const series = createSeries();
  const subjects = new Set<string>();
  return Array.from({ length: count }, (_, index): IncomingPaper => {
    const own = chance.fork(String(index));
    const arrivalDate = days[Math.floor((index * days.length) / count)] ?? today;
    const issuedDate = earlier(arrivalDate, own.integer(0, 4));
    const isLocal = own.chance(LOCAL_SHARE);
    const local = own.pick(localIssuers(place.placeName));
    const kind = isLocal ? own.pick(['TTR', 'BC'] as const) : pickKind(own);
    const organ = !isLocal && kind !== 'QD' && own.chance(0.06) ? 'HĐND' : 'UBND';
    const written = distinct(subjects, () => {
      const topic = own.pick(topics.filter((one) => !isLocal || one.issuer === local.about));
      const issuer = isLocal ? local : getIssuer(topic.issuer);
      const unit = own.pick(issuer.units);
      const content = writeContent(kind, {
        topic,
        period: (kind === 'BC' ? pastPeriodOf : periodOf)(issuedDate, own),
        year: Number(today.slice(0, 4)),
        from: issuer.name,
        to: addressee(place, organ),
        through: isLocal ? 'bộ phận hành chính' : `phòng chuyên môn (${unit})`,
        deadline: plusDays(issuedDate, own.integer(12, 40)),
        meeting: plusDays(issuedDate, own.integer(5, 12)),
        places: hamletsOf(place),
        keeper: unit,
        chance: own,
      });
      return { subject: content.subject, value: { topic, issuer, unit, content } };
    });
    const { topic, issuer, unit, content } = written;
    const notation = notationOf(kind, issuer, unit);
    const number = printNumber(series(issuer, issuedDate));
    const isHead = own.chance(0.3);
    const deadline = own.chance(0.25) ? plusDays(arrivalDate, own.integer(7, 24)) : null;
    return {
      key: `den:${office}:${index + 1}`,
      organ,
      issuerName: issuer.name,
      codeDisplay: `${number}${notation}`,
      signerName: issuer.signers[isHead ? 0 : 1],
      signerPosition: issuer.posts[isHead ? 0 : 1],
      arrivalDate,
      issuedDate,
      channel: pickChannel(own, isLocal),
      dueDate: kind === 'CV' || kind === 'TTR' ? deadline : null,
      routedTo: own.chance(0.3) ? unitNames[topic.unit] : null,
      isNumbered: index < count - Math.max(1, Math.round(count / 45)),
      paper: {
        ...content,
        kind,
        parent: isLocal
          ? `ỦY BAN NHÂN DÂN ${place.level} ${place.placeName}`.toUpperCase()
          : issuer.parent,
        issuerLines: issuer.lines,
        notation,
        place: isLocal ? place.placeName : 'Mẫu Sơn',
        authority: authorityOf(issuer),
        issued: { number, date: issuedDate },
        priority: pickPriority(own, topic.id),
        signature: { titles: titlesOf(issuer, isHead), name: issuer.signers[isHead ? 0 : 1] },
      },
    };
  });
}

/** Tries until a subject comes that no paper before has. */
export function distinct<T>(
  taken: Set<string>,
  write: () => { readonly subject: string; readonly value: T },
): T {
  for (let attempt = 0; ; attempt++) {
    const { subject, value } = write();
    if (attempt < 200 && taken.has(subject)) continue;
    taken.add(subject);
    return value;
  }
}

const addressee = ({ level, placeName }: CommunePlace, organ: 'UBND' | 'HĐND'): string =>
  organ === 'UBND'
    ? `Ủy ban nhân dân ${level} ${placeName}`
    : `Thường trực Hội đồng nhân dân ${level} ${placeName}`;

/** Never before the year: the issuers' series begin anew on 1 January. */
const earlier = (date: LocalDate, days: number): LocalDate => {
  const before = plusDays(date, -days);
  return before.slice(0, 4) === date.slice(0, 4) ? before : date;
};

/** One series an issuer and a year, growing with the days (van-ban.md §1.5). */
function createSeries() {
  const taken = new Map<string, Set<number>>();
  return ({ key, perYear }: Issuer, date: LocalDate): number => {
    const day = Math.round(
      (Date.parse(date) - Date.parse(`${date.slice(0, 4)}-01-01`)) / 86_400_000,
    );
    const used = taken.get(key) ?? new Set<number>();
    taken.set(key, used);
    let number = Math.max(1, Math.round((perYear * day) / 365));
    while (used.has(number)) number += 1;
    used.add(number);
    return number;
  };
}

/** `/KH-SNV` for a paper with a type name, `/SNV-VTLT` for a công văn (van-ban.md §1.4). */
function notationOf(kind: PaperKind, { key }: Issuer, unit: string): string {
  const abbreviation = findDocumentType(kind)?.abbreviation ?? '';
  return abbreviation === '' ? `/${key}-${unit}` : `/${abbreviation}-${key}`;
}

const authorityOf = ({ collective, lines, posts }: Issuer): string =>
  collective ? lines.join(' ') : `${posts[0]} ${lines.join(' ')}`.toUpperCase();

const titlesOf = ({ collective, posts }: Issuer, isHead: boolean): readonly string[] => [
  ...(collective ? [`TM. ${collective}`] : []),
  ...(isHead
    ? [posts[0].toUpperCase()]
    : [`KT. ${posts[0].toUpperCase()}`, posts[1].toUpperCase()]),
];

function pickKind(chance: Chance): PaperKind {
  const total = kinds.reduce((sum, [, share]) => sum + share, 0);
  let rest = chance.fraction() * total;
  for (const [kind, share] of kinds) {
    rest -= share;
    if (rest < 0) return kind;
  }
  return 'CV';
}

const pickChannel = (chance: Chance, isLocal: boolean): IncomingChannel =>
  isLocal
    ? chance.pick(['INTERNAL', 'PAPER_HAND'])
    : chance.pick(['AXIS', 'AXIS', 'AXIS', 'AXIS', 'PAPER_POST', 'EMAIL']);

const urgentTopics = new Set(['thienTai', 'dichBenhGiaSuc', 'chayRung', 'dichMuaDong']);

const pickPriority = (chance: Chance, topicId: string): 0 | 1 | 2 | 3 =>
  urgentTopics.has(topicId) && chance.chance(0.4) ? chance.pick([1, 1, 2, 3] as const) : 0;
