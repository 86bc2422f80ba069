import { formatBytes, formatDuration, formatRecent } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { assertNever } from '@shared/kernel/assert';
import { statusHeadline, type LoadStatus, type SyncStatus } from '@shared/sync/status';

export interface Headline {
  readonly text: string;
  readonly tone: 'good' | 'busy' | 'warning' | 'bad';
}

/** What main says, and what only the local database knows. */
export interface SyncFacts {
  readonly status: SyncStatus;
  /** Records with two values that wait for a person's choice. */
  readonly openConflicts: number;
}

/** The one sentence of the status line (§15), from durable state alone. */
export function headlineOf({ status, openConflicts }: SyncFacts, nowMs: number): Headline {
  const headline = statusHeadline(status, openConflicts);
  switch (headline) {
    case 'heldFile':
      return {
        tone: 'bad',
        text: t('sync.headline.heldFile', { name: status.heldFile ?? '' }),
      };
    case 'attention':
      return { tone: 'bad', text: t('sync.headline.attention', { count: status.attention }) };
    case 'storage':
      return {
        tone: 'bad',
        text: t('sync.headline.storage', { free: formatBytes(status.freeBytes ?? 0) }),
      };
    case 'clock':
      return {
        tone: 'warning',
        text: t('sync.headline.clock', {
          difference: formatDuration(status.clockDifferenceMs ?? 0),
        }),
      };
    case 'hub':
      return { tone: 'warning', text: hubText(status) };
    case 'offline':
      return { tone: 'warning', text: offlineText(status, nowMs) };
    case 'initialLoad':
      return { tone: 'busy', text: loadText(status) };
    case 'sending':
      return { tone: 'busy', text: sendingText(status) };
    case 'pending':
      return { tone: 'busy', text: pendingText(status) };
    case 'conflict':
      return { tone: 'warning', text: t('sync.headline.conflict', { count: openConflicts }) };
    case 'received':
      return {
        tone: 'good',
        text: t('sync.headline.received', { at: formatRecent(status.matchedAt ?? '', nowMs) }),
      };
    default:
      return assertNever(headline);
  }
}

/** `Đang tải: việc đang làm ✔ · năm 2026 62 % · năm 2025 về trước chờ`. */
function loadText({ load, behind, queuePlace }: SyncStatus): string {
  if (queuePlace !== undefined) return t('sync.headline.queued', { place: queuePlace });
  if (!load) return t('sync.headline.initialLoad', { count: behind });
  const current = load.passes.findIndex(({ percent }) => percent < 100);
  const passes = load.passes.map(({ name, percent }, at) => {
    const pass = passText(name, load.year);
    if (percent === 100) return t('sync.load.done', { pass });
    return at === current
      ? t('sync.load.share', { pass, percent })
      : t('sync.load.waits', { pass });
  });
  return t('sync.headline.firstLoad', { passes: passes.join(' · ') });
}

function passText(name: LoadStatus['passes'][number]['name'], year: number): string {
  switch (name) {
    case 'work':
      return t('sync.load.work');
    case 'year':
      return t('sync.load.year', { year: String(year) });
    case 'earlier':
      return t('sync.load.earlier', { year: String(year - 1) });
  }
}

function offlineText(status: SyncStatus, nowMs: number): string {
  if (status.connection === 'notConfigured') return t('sync.headline.notConfigured');
  return status.offlineSince === null
    ? t('sync.headline.offlineUnknown')
    : t('sync.headline.offline', { since: formatRecent(status.offlineSince, nowMs) });
}

/** `Đang làm việc qua trạm của cơ quan, 3 việc đã tới trạm, chưa được máy chủ xác nhận`. */
function hubText({ hub }: SyncStatus): string {
  const count = hub?.relayed ?? 0;
  const text = count === 0 ? t('sync.headline.hubIdle') : t('sync.headline.hub', { count });
  return hub?.isAuthorityOld ? `${text} · ${t('sync.headline.oldAuthority')}` : text;
}

/** `Đang gửi 3/7… tệp 41 %`; one act alone is told by its kind. */
function sendingText(status: SyncStatus): string {
  const { sending } = status;
  if (!sending || (sending.of === 1 && sending.filePercent === null))
    return t('sync.headline.sending', { work: workText(status) });
  const { at, of, filePercent } = sending;
  return filePercent === null
    ? t('sync.headline.sendingOf', { at, of })
    : t('sync.headline.sendingFile', { at, of, percent: filePercent });
}

function pendingText(status: SyncStatus): string {
  if (status.pendingOperations + status.pendingFiles > 0)
    return t('sync.headline.pending', { work: workText(status) });
  return t(
    status.connection === 'connecting' ? 'sync.headline.connecting' : 'sync.headline.matching',
  );
}

/** `7 việc, 2 tệp (3,4 MB)`. */
export function workText({
  pendingOperations,
  pendingFiles,
  pendingFileBytes,
}: SyncStatus): string {
  const operations = t('sync.work.operations', { count: pendingOperations });
  if (pendingFiles === 0) return operations;
  const files =
    pendingFileBytes > 0
      ? t('sync.work.filesSized', { count: pendingFiles, size: formatBytes(pendingFileBytes) })
      : t('sync.work.files', { count: pendingFiles });
  return pendingOperations === 0 ? files : t('sync.work.both', { operations, files });
}
