import { z } from 'zod';

/** Civil date in Vietnam (UTC+7), `YYYY-MM-DD`. Deadlines and legal dates are dates, never instants. */
export const LocalDate = z.iso.date().brand<'LocalDate'>();
export type LocalDate = z.infer<typeof LocalDate>;

/** Asia/Ho_Chi_Minh has no daylight saving; the workstation's own zone is never asked. */
const VIETNAM_OFFSET_MS = 7 * 3600 * 1000;

/** The civil date in Vietnam at an instant. */
export function localDateAt(epochMs: number): LocalDate {
  return LocalDate.parse(new Date(epochMs + VIETNAM_OFFSET_MS).toISOString().slice(0, 10));
}

/** First millisecond of the day in Vietnam. */
export function startOfLocalDate(date: LocalDate): number {
  return Date.parse(`${date}T00:00:00.000Z`) - VIETNAM_OFFSET_MS;
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((startOfLocalDate(to) - startOfLocalDate(from)) / 86_400_000);
}

/**
 * Reads a date as an official types it: `21/11/2026`, `21.11.26`, `21-11`, `2111`, `211126`, `21112026`.
 * A missing year is that of `today`. Returns undefined for what is no date of the calendar.
 */
export function parseTypedDate(text: string, today: LocalDate): LocalDate | undefined {
  const parts = splitTypedDate(text.trim());
  if (!parts) return undefined;
  const [day, month, yearText] = parts;
  const year = yearText === undefined ? Number(today.slice(0, 4)) : fullYear(yearText);
  const candidate = `${String(year).padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const parsed = LocalDate.safeParse(candidate);
  return parsed.success ? parsed.data : undefined;
}

/** `dd/MM/yyyy`, as the offices write it. */
export function formatLocalDate(date: string): string {
  const [year, month, day] = date.split('-');
  return `${day}/${month}/${year}`;
}

function splitTypedDate(text: string): readonly [string, string, string | undefined] | undefined {
  const separated = /^(\d{1,2})[./\- ](\d{1,2})(?:[./\- ](\d{4}|\d{2}))?$/.exec(text);
  if (separated) return [separated[1] ?? '', separated[2] ?? '', separated[3]];
  const run = /^(\d{2})(\d{2})(\d{4}|\d{2})?$/.exec(text);
  return run ? [run[1] ?? '', run[2] ?? '', run[3]] : undefined;
}

const fullYear = (text: string): number => (text.length === 2 ? 2000 + Number(text) : Number(text));
