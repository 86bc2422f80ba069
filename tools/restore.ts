import { parseArgs } from 'node:util';
import { connect } from '../sync-server/src/db/connect';
import { beginRecovery } from '../sync-server/src/features/recovery/begin-recovery';
import type { RecoveryReport } from '../sync-server/src/features/recovery/recovery-report';
import { createRecovery } from '../sync-server/src/features/recovery/recovery-service';

const USAGE = `restore begin: this database was put back from a backup; workstations are asked to send again (sync §13.2)
restore report --office ID   what came back and what is still missing, as text to be printed
restore apply --office ID    takes in what workstations hold and nobody sent again
restore finish --office ID   raises the counters; then the clerk opens each book with the last number on paper
  --database URL  the server's PostgreSQL (else DATABASE_URL)
  --json          one line of JSON, nothing else`;

const FINE = 0;
const FINDING = 1;
const COULD_NOT_RUN = 2;

interface Order {
  readonly step: 'begin' | 'report' | 'apply' | 'finish';
  readonly url: string;
  readonly office: string;
  readonly json: boolean;
}

function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        database: { type: 'string' },
        office: { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
      },
    });
    const step = (['begin', 'report', 'apply', 'finish'] as const).find(
      (one) => one === positionals.join(' '),
    );
    const url = values.database ?? process.env['DATABASE_URL'];
    if (!step || url === undefined || (step !== 'begin' && values.office === '')) return undefined;
    return { step, url, office: values.office, json: values.json };
  } catch {
    return undefined;
  }
}

/** `cli restore`: 0 done and nothing open, 1 a person still has to look at something, 2 could not run. */
export async function runRestore(args: readonly string[]): Promise<number> {
  const order = readOrder(args);
  if (!order) {
    console.error(USAGE);
    return COULD_NOT_RUN;
  }
  const db = connect({ connectionString: order.url, max: 2 });
  try {
    const nowMs = (): number => Date.now();
    if (order.step === 'begin') {
      const timeline = await beginRecovery(db, { reason: 'operator', nowMs: nowMs() });
      console.log(order.json ? JSON.stringify({ timeline }) : `timeline ${timeline}`);
      return FINE;
    }
    const recovery = createRecovery({ db, nowMs });
    if (order.step === 'apply') await recovery.apply(order.office);
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

const openOf = ({ witnessed }: RecoveryReport) =>
  witnessed.filter(({ standing }) => standing !== 'same');

const textOf = (report: RecoveryReport): string =>
  [
    `Báo cáo khôi phục máy chủ, cơ quan ${report.officeId}`,
    `Bắt đầu: ${report.begunAt}; kết thúc: ${report.finishedAt ?? 'chưa'}`,
    '',
    'Đã gửi bù:',
    ...report.sentAgain.map(({ device, operations }) => `  ${device}: ${operations} thao tác`),
    'Máy chưa liên lạc lại:',
    ...report.silent.map((device) => `  ${device}`),
    'Bản ghi do máy khác còn giữ, chưa khớp với máy chủ:',
    ...openOf(report).map(
      ({ type, id, rev, workstations, standing }) =>
        `  ${type} ${id}, lần sửa ${rev}, ${workstations} máy giữ: ${STANDING[standing]}`,
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
