import { describe, expect, test } from 'vitest';
import { findDocumentType } from '@shared/domain/document/document-type';
import { hasSecrecyMark } from '@shared/domain/secrecy/find-secrecy-mark';
import { LocalDate } from '@shared/kernel/local-date';
import { codePointLength } from '@shared/kernel/vietnamese-text';
import { planIncoming, type IncomingPlan } from '../../../tools/demo/papers/incoming-papers';
import { planOutgoing } from '../../../tools/demo/papers/outgoing-papers';
import { longDate, type Paper } from '../../../tools/demo/papers/paper';
import { renderPaper } from '../../../tools/demo/papers/render-paper';
import { topics } from '../../../tools/demo/papers/topics';

const today = LocalDate.parse('2026-11-22');
const commune = { placeName: 'Suối Trong', level: 'xã' } as const;
const ward = { placeName: 'Bến Lành', level: 'phường' } as const;

const incoming = (over: Partial<IncomingPlan> = {}) =>
  planIncoming({ office: 'a', place: commune, count: 180, today, ...over });
const outgoing = (office = 'a', count = 70) =>
  planOutgoing({
    office,
    place: office === 'a' ? commune : ward,
    count,
    today,
    nameOf: (login) => `Người ${login}`,
    codeOf: () => null,
  });
const everyPaper = (): readonly Paper[] =>
  [
    ...incoming(),
    ...incoming({ office: 'b', place: ward, count: 120 }),
    ...outgoing(),
    ...outgoing('b', 50),
  ].map(({ paper }) => paper);

/** Text of a page as a detector reads it, a line a block. */
const linesOf = (html: string): readonly string[] =>
  html
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .split(/<[^>]+>/)
    .filter((line) => line.trim() !== '');

describe('the papers of the demo province', () => {
  test('are the same at every start', () => {
    expect(incoming()).toEqual(incoming());
    expect(outgoing()).toEqual(outgoing());
    expect(incoming().map(({ paper }) => renderPaper(paper))).toEqual(
      incoming().map(({ paper }) => renderPaper(paper)),
    );
  });

  test('are about at least 40 matters, and no two of an office have the same subject', () => {
    const subjects = [...incoming(), ...outgoing()].map(({ paper }) => paper.subject);
    const matters = topics.filter(({ matter }) => subjects.some((one) => one.includes(matter)));

    expect(matters.length).toBeGreaterThanOrEqual(40);
    for (const papers of [incoming(), outgoing(), outgoing('b', 50)]) {
      expect(new Set(papers.map(({ paper }) => paper.subject)).size).toBe(papers.length);
    }
  });

  test('VB: a subject has 5 to 500 characters', () => {
    for (const { subject } of everyPaper()) {
      expect(codePointLength(subject)).toBeGreaterThanOrEqual(5);
      expect(codePointLength(subject)).toBeLessThanOrEqual(500);
    }
  });

  test('§1.4: a symbol is type and agency, or for a công văn agency and unit', () => {
    const part = String.raw`\p{Lu}[\p{L}0-9&.]{0,14}`;
    const letter = new RegExp(`^/${part}-${part}$`, 'u');

    for (const { kind, notation } of everyPaper()) {
      const abbreviation = findDocumentType(kind)?.abbreviation ?? '';
      const typed = new RegExp(`^/${abbreviation}-${part}$`, 'u');
      expect(notation).toMatch(abbreviation === '' ? letter : typed);
    }
    expect(incoming().every(({ codeDisplay }) => /^\d{2,6}\//.test(codeDisplay))).toBe(true);
    expect(
      outgoing().every(({ paper }) => /-(UBND|HĐND)$|^\/(UBND|HĐND)-/.test(paper.notation)),
    ).toBe(true);
  });

  test('§1.5: an issuer gives no number twice in a year, and later numbers are not earlier', () => {
    const papers = incoming();
    const numberOf = ({ codeDisplay }: (typeof papers)[number]) => Number.parseInt(codeDisplay, 10);

    for (const issuer of new Set(papers.map(({ issuerName }) => issuerName))) {
      const own = papers.filter(({ issuerName }) => issuerName === issuer);
      const dates = own
        .toSorted((a, b) => numberOf(a) - numberOf(b))
        .map(({ issuedDate }) => issuedDate);
      expect(new Set(own.map(numberOf)).size).toBe(own.length);
      expect(dates).toEqual(dates.toSorted());
    }
  });

  test('carry no secrecy mark that the detector would refuse', () => {
    for (const paper of everyPaper()) {
      expect(hasSecrecyMark(linesOf(renderPaper(paper)))).toBe(false);
    }
    // The check itself sees a mark.
    const [paper] = everyPaper();
    const marked = paper && renderPaper({ ...paper, copies: ['MẬT'], issuerLines: ['MẬT'] });
    expect(hasSecrecyMark(linesOf(marked ?? ''))).toBe(true);
  });

  test('arrive in order, from 2 January until today, and never before they were written', () => {
    const papers = incoming();
    const arrivals = papers.map(({ arrivalDate }) => arrivalDate);

    expect(arrivals).toEqual(arrivals.toSorted());
    expect(arrivals[0]).toBe('2026-01-02');
    expect(
      papers.every((one) => one.issuedDate <= one.arrivalDate && one.arrivalDate <= today),
    ).toBe(true);
    expect(papers.filter(({ isNumbered }) => !isNumbered)).toHaveLength(4);
    expect(papers.findLast(({ isNumbered }) => isNumbered)).toBe(papers[175]);
  });

  test('on 1 January the year has one day, and every paper comes on it', () => {
    const newYear = LocalDate.parse('2027-01-01');

    const papers = incoming({ count: 20, today: newYear });

    expect(new Set(papers.flatMap((one) => [one.arrivalDate, one.issuedDate]))).toEqual(
      new Set([newYear]),
    );
  });

  test('of the outgoing ones most are issued, and every state before is there', () => {
    const goals = outgoing().map(({ goal }) => goal);

    expect(goals.filter((goal) => goal === 'daDongDau').length).toBeGreaterThan(50);
    expect(new Set(goals).size).toBe(9);
  });
});

describe('a page', () => {
  test('§1.3: days below 10 and the first two months are written with a zero, other months without', () => {
    expect(longDate('Bến Lành', LocalDate.parse('2026-02-05'))).toBe(
      'Bến Lành, ngày 05 tháng 02 năm 2026',
    );
    expect(longDate('Bến Lành', LocalDate.parse('2026-03-15'))).toBe(
      'Bến Lành, ngày 15 tháng 3 năm 2026',
    );
  });

  test('§1.2: has all main components; a draft leaves number, date and signature open', () => {
    const [draft] = outgoing();
    const [paper] = incoming();
    if (!draft || !paper) throw new Error('no papers');
    const [open, issued] = [renderPaper(draft.paper), renderPaper(paper.paper)];

    for (const html of [open, issued]) {
      for (const part of [
        'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
        'Độc lập - Tự do - Hạnh phúc',
        'Số: ',
        'Nơi nhận:',
        './.',
      ]) {
        expect(html).toContain(part);
      }
    }
    for (const id of ['tcv-so', 'tcv-ngay', 'tcv-ky']) {
      expect(open).toContain(`id="${id}"`);
      expect(issued).not.toContain(`id="${id}"`);
    }
    expect(issued).toContain(longDate(paper.paper.place, paper.issuedDate));
  });
});
