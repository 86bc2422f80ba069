import { formatLocalDate } from '../kernel/local-date';

const numbers = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 1 });
const VIETNAM_OFFSET_MS = 7 * 3600 * 1000;

/** 1.234 or 3,4, as Vietnam writes numbers; at most one decimal. */
export const formatNumber = (value: number): string => numbers.format(value);

/** `dd/MM/yyyy` of a civil date; empty for null. */
export const formatDate = (date: string | null): string =>
  date === null ? '' : formatLocalDate(date);

/** `dd/MM/yyyy HH:mm` in UTC+7, whatever zone the workstation is set to; empty for what is no instant. */
export function formatInstant(instant: string | number | null): string {
  const local = inVietnam(instant);
  return local === undefined ? '' : `${formatLocalDate(local.slice(0, 10))} ${local.slice(11, 16)}`;
}

/** `HH:mm` in UTC+7. */
const formatTime = (instant: string | number | null): string =>
  inVietnam(instant)?.slice(11, 16) ?? '';

/** `HH:mm` for an instant of the day of `now`, else `dd/MM/yyyy HH:mm`. */
export const formatRecent = (instant: string, nowMs: number): string =>
  inVietnam(instant)?.slice(0, 10) === inVietnam(nowMs)?.slice(0, 10)
    ? formatTime(instant)
    : formatInstant(instant);

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** A size in the largest unit below it, 1 KB = 1024 B: `3,4 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${formatNumber(unit === 0 ? value : Math.round(value * 10) / 10)} ${UNITS[unit] ?? 'B'}`;
}

/** `3 giờ 12 phút`, `5 phút`, `2 ngày 4 giờ`; whole minutes, sign left out. */
export function formatDuration(ms: number): string {
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return joinParts(`${formatNumber(days)} ngày`, hours % 24, 'giờ');
  if (hours > 0) return joinParts(`${hours} giờ`, minutes % 60, 'phút');
  return minutes > 0 ? `${minutes} phút` : 'chưa đến 1 phút';
}

const joinParts = (first: string, rest: number, unit: string): string =>
  rest === 0 ? first : `${first} ${rest} ${unit}`;

function inVietnam(instant: string | number | null): string | undefined {
  if (instant === null) return undefined;
  const epochMs = typeof instant === 'number' ? instant : Date.parse(instant);
  return Number.isFinite(epochMs) ? new Date(epochMs + VIETNAM_OFFSET_MS).toISOString() : undefined;
}
