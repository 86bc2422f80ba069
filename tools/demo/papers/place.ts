import type { Chance } from '../../../test/simulation/random';
import { LocalDate, localDateAt, startOfLocalDate } from '@shared/kernel/local-date';

/** What the texts say of a commune. */
export interface CommunePlace {
  readonly placeName: string;
  readonly level: 'xã' | 'phường';
}

const villages = [
  'Bản Cài',
  'Nà Sảng',
  'Khe Lếch',
  'Đồng Vai',
  'Tân Lập',
  'Pác Nặm',
  'Co Mạ',
  'Suối Đúc',
  'Làng Thượng',
  'Hợp Nhất',
] as const;

/** Thôn of a xã, tổ dân phố of a phường. */
export const hamletsOf = ({ level }: CommunePlace): readonly string[] =>
  level === 'xã'
    ? villages.map((name) => `Thôn ${name}`)
    : villages.map((_, index) => `Tổ dân phố số ${index + 1}`);

const DAY_MS = 86_400_000;

/** A date some days later, or earlier. */
export const plusDays = (date: LocalDate, days: number): LocalDate =>
  localDateAt(startOfLocalDate(date) + days * DAY_MS);

/** Days from 2 January to `today` on which offices work; `today` itself always among them. */
export function workingDays(today: LocalDate): readonly LocalDate[] {
  const days: LocalDate[] = [];
  for (
    let day = LocalDate.parse(`${today.slice(0, 4)}-01-02`);
    day < today;
    day = plusDays(day, 1)
  ) {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    if (weekday !== 0 && weekday !== 6) days.push(day);
  }
  return [...days, today];
}

const QUARTERS = ['I', 'II', 'III', 'IV'] as const;

/** A stretch of time that a paper of this day is about. */
export function periodOf(date: LocalDate, chance: Chance): string {
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
  return chance.pick([
    `năm ${year}`,
    `quý ${QUARTERS[Math.floor((month - 1) / 3)]} năm ${year}`,
    `tháng ${month} năm ${year}`,
    month <= 7 ? `6 tháng đầu năm ${year}` : `9 tháng đầu năm ${year}`,
    month <= 6 ? `6 tháng cuối năm ${year}` : `những tháng cuối năm ${year}`,
    `đợt ${chance.integer(1, 3)} năm ${year}`,
    `giai đoạn ${year} - ${year + chance.integer(1, 4)}`,
  ]);
}

/** A stretch of time that is over on this day: what reports are about. */
export function pastPeriodOf(date: LocalDate, chance: Chance): string {
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
  const quarter = Math.floor((month - 1) / 3);
  return chance.pick([
    month === 1 ? `tháng 12 năm ${year - 1}` : `tháng ${month - 1} năm ${year}`,
    quarter === 0 ? `quý IV năm ${year - 1}` : `quý ${QUARTERS[quarter - 1]} năm ${year}`,
    month <= 6 ? `năm ${year - 1}` : `6 tháng đầu năm ${year}`,
    month >= 10 ? `9 tháng đầu năm ${year}` : `giai đoạn ${year - 3} - ${year - 1}`,
  ]);
}
