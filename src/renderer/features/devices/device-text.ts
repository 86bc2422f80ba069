import { formatBytes, formatDuration } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { DeviceFigures } from '@shared/domain/organ/devices';

/** A clock that is less off than that is right. */
const GOOD_CLOCK_MS = 60_000;

/** What a machine had not sent; `nothing` when that is nothing. */
export function unsentText(figures: DeviceFigures): string {
  const { pendingOperations: operations, pendingFiles: files, pendingBytes } = figures;
  return operations + files === 0
    ? t('devices.nothing')
    : t('devices.work', { operations, files, bytes: formatBytes(pendingBytes) });
}

/** How far a machine's clock is from the server's. */
export function clockText({ clockDifferenceMs }: DeviceFigures): string {
  if (clockDifferenceMs === null) return t('devices.unknown');
  if (Math.abs(clockDifferenceMs) < GOOD_CLOCK_MS) return t('devices.clockGood');
  const time = formatDuration(clockDifferenceMs);
  return t(clockDifferenceMs > 0 ? 'devices.clockBehind' : 'devices.clockAhead', { time });
}
