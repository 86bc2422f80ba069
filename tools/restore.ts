import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RECOVERY_DUE } from '../sync-server/src/backup/backup-folder';
import { checkBackup } from '../sync-server/src/backup/check-backup';
import { restoreBackup } from '../sync-server/src/backup/restore-backup';
import { readConfig } from '../sync-server/src/config';
import { connect } from '../sync-server/src/db/connect';
import { migrate } from '../sync-server/src/db/migrate';
import { startEmbeddedPostgres } from '../sync-server/src/embedded/embedded-postgres';
import { beginRecovery } from '../sync-server/src/features/recovery/begin-recovery';
import type { RecoveryReport } from '../sync-server/src/features/recovery/recovery-report';
import { createRecovery } from '../sync-server/src/features/recovery/recovery-service';
import { createLog } from '../sync-server/src/log';

const USAGE = `restore check FOLDER              reads a backup back and says up to when it goes
restore from FOLDER [--data DIR]  puts the newest good copy into the stopped server's data folder, then begins a recovery
restore begin: this database was put back from a backup; workstations are asked to send again (sync §13.2)
restore report --office ID   what came back and what is still missing, as text to be printed
restore apply --office ID    takes in what two workstations hold and nobody sent again
  --alone         also what a single workstation offers: it may have invented it, so look at the report first
restore finish --office ID   raises the counters; then the clerk opens each book with the last number on paper
  --database URL  the server's PostgreSQL (else DATABASE_URL)
  --data DIR      the server's data folder (else DATA_DIR, else its usual place)
  --json          one line of JSON, nothing else`;

const FINE = 0;
const FINDING = 1;
const COULD_NOT_RUN = 2;

interface Order {
  readonly step: 'check' | 'from' | 'begin' | 'report' | 'apply' | 'finish';
  /** The backup, for `check` and `from`. */
  readonly folder: string;
  readonly dataDir: string;
  readonly url: string;
  readonly office: string;
  readonly json: boolean;
  readonly alone: boolean;
}

function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        database: { type: 'string' },
        data: { type: 'string' },
        office: { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
        alone: { type: 'boolean', default: false },
      },
    });
    const [word, folder = '', ...rest] = positionals;
    const step = STEPS.find((one) => one === word);
    if (!step || rest.length > 0) return undefined;
    const url = values.database ?? process.env['DATABASE_URL'] ?? '';
    const dataDir = values.data ?? readConfig(process.env).dataDir;
    const { office, json, alone } = values;
    const isWhole = OF_BACKUP.has(step)
      ? folder !== ''
      : folder === '' && url !== '' && (step === 'begin' || office !== '');
    return isWhole ? { step, folder, dataDir, url, office, json, alone } : undefined;
  } catch {
    return undefined;
  }
}

const STEPS = ['check', 'from', 'begin', 'report', 'apply', 'finish'] as const;
const OF_BACKUP: ReadonlySet<string> = new Set(['check', 'from']);

/** `cli restore`: 0 done and nothing open, 1 a person still has to look at something, 2 could not run. */
export async function runRestore(args: readonly string[]): Promise<number> {
  const order = readOrder(args);
  if (!order) {
    console.error(USAGE);
    return COULD_NOT_RUN;
  }
  if (OF_BACKUP.has(order.step)) return ofBackup(order);
  const db = connect({ connectionString: order.url, max: 2 });
  try {
    const nowMs = (): number => Date.now();
    if (order.step === 'begin') {
      const timeline = await beginRecovery(db, { reason: 'operator', nowMs: nowMs() });
      console.log(order.json ? JSON.stringify({ timeline }) : `timeline ${timeline}`);
      return FINE;
    }
    const recovery = createRecovery({ db, nowMs });
    if (order.step === 'apply') await recovery.apply(order.office, order);
    const report =
      order.step === 'finish'
        ? await recovery.finish(order.office)
        : await recovery.report(order.office);
    if (!report) {
      console.error('this office was never restored');
      return COULD_NOT_RUN;
    }
    console.log(order.json ? JSON.stringify(report) : textOf(report));
    return openOf(report).length + report.silent.length === 0 ? FINE : FINDING;
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause));
    return COULD_NOT_RUN;
  } finally {
    await db.end();
  }
}

async function ofBackup(order: Order): Promise<number> {
  try {
    if (order.step === 'check') return await check(order);
    const restored = await restoreBackup(order.folder, order.dataDir, Date.now());
    const timeline = await openRestored(order.dataDir);
    console.log(
      order.json
        ? JSON.stringify({ ...restored, timeline })
        : `Đã khôi phục bản sao ${restored.baseOf}, nhật ký đến ${restored.upTo}, ${restored.files} tệp.
Dữ liệu cũ: ${restored.aside ?? 'không có'}. Dòng lịch sử mới: ${timeline}.
Bây giờ khởi động lại máy chủ; các máy trạm sẽ tự gửi lại phần còn thiếu. Sau đó: restore report --office …`,
    );
    return restored.gapAfter === undefined && restored.skipped.length === 0 ? FINE : FINDING;
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause));
    return COULD_NOT_RUN;
  }
}

async function check({ folder, json }: Order): Promise<number> {
  const found = await checkBackup(folder);
  if (json) console.log(JSON.stringify(found));
  else
    for (const { folder: place, startedAt, upTo, damaged, isWhole } of found) {
      const state = damaged.length > 0 ? `HỎNG (${damaged[0]})` : isWhole ? 'tốt' : 'THIẾU NHẬT KÝ';
      console.log(`${place}: sao lúc ${startedAt}, nhật ký đến ${upTo ?? '–'}, ${state}`);
    }
  if (found.length === 0) console.error(`${folder} holds no finished copy`);
  return found[0]?.isWhole && found.every(({ damaged }) => damaged.length === 0) ? FINE : FINDING;
}

/** Lets PostgreSQL replay the log, brings the schema up to date, and opens a history of its own (§13.2). */
async function openRestored(dataDir: string): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: createLog('silent') });
  const db = connect({ connectionString: postgres.connectionString, max: 2 });
  try {
    await migrate(db);
    const timeline = await beginRecovery(db, { reason: 'operator', nowMs: Date.now() });
    await rm(join(dataDir, RECOVERY_DUE), { force: true });
    return timeline;
  } finally {
    await db.end();
    await postgres.stop();
  }
}

const openOf = ({ witnessed }: RecoveryReport) =>
  witnessed.filter(({ standing }) => standing !== 'same');

const textOf = (report: RecoveryReport): string =>
  [
    `Báo cáo khôi phục máy chủ, cơ quan ${report.officeId}`,
    `Bắt đầu: ${report.begunAt}; kết thúc: ${report.finishedAt ?? 'chưa'}`,
    '',
    'Đã gửi bù:',
    ...report.sentAgain.map(({ device, operations }) => `  ${device}: ${operations} thao tác`),
    'Đã mất, không máy nào còn giữ để gửi bù:',
    ...report.passedOver.map(({ device, from, to }) => `  ${device}: việc thứ ${from} đến ${to}`),
    'Máy chưa liên lạc lại:',
    ...report.silent.map((device) => `  ${device}`),
    'Bản ghi do máy khác còn giữ, chưa khớp với máy chủ:',
    ...openOf(report).map(
      ({ type, id, rev, workstations, standing }) =>
        `  ${type} ${id}, lần sửa ${rev}, ${workstations === 1 ? 'chỉ một máy giữ' : `${workstations} máy giữ`}: ${STANDING[standing]}`,
    ),
    'Sổ:',
    ...report.registers.map(
      ({ name, nextNumber, highestSeen }) =>
        `  ${name}: số lớn nhất đã thấy ${highestSeen}, số tiếp theo ${nextNumber}`,
    ),
  ].join('\n');

const STANDING = {
  same: 'đã có',
  missing: 'máy chủ chưa có',
  untouched: 'máy chủ còn bản cũ',
  differs: 'khác nhau, cần đối chiếu',
} as const;
