import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkSigningLog } from '../src/main/features/signing/check-signing-log';
import { HEAD_NAME, LOG_NAME } from '../src/main/features/signing/signing-log';
import { connect } from '../sync-server/src/db/connect';
import { checkAudit } from '../sync-server/src/features/audit/audit-log';

const USAGE = `audit check [folder or file]: is every entry of a log there, unchanged and in its place (S-20)?
  folder or file  a workstation's signing-log folder; without one the server's audit is checked
  --database URL  the server's PostgreSQL (else DATABASE_URL)
  --json          one line of JSON, nothing else`;

const FINE = 0;
const FINDING = 1;
const COULD_NOT_RUN = 2;

interface Report {
  readonly checked: string;
  readonly entries: number;
  readonly findings: readonly { readonly problem: string }[];
}

/** `cli audit check`: 0 the chain is whole, 1 it is not, 2 could not run. */
export async function runAudit(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { database: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const [act, place, ...more] = positionals;
    const url = values.database ?? process.env['DATABASE_URL'];
    if (act !== 'check' || more.length > 0 || (place === undefined && url === undefined)) {
      throw new Error(USAGE);
    }
    const report = place === undefined ? await checkServer(url ?? '') : checkPlace(place);
    console.log(values.json ? JSON.stringify(report) : textOf(report));
    return report.findings.length === 0 ? FINE : FINDING;
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause));
    return COULD_NOT_RUN;
  }
}

function checkPlace(place: string): Report {
  const log = statSync(place).isDirectory() ? join(place, LOG_NAME) : place;
  const head = join(dirname(log), HEAD_NAME);
  // A head whose log is gone is a finding, not an empty log.
  if (!existsSync(log) && !existsSync(head)) throw new Error(`${place} holds no signing log`);
  const { entries, findings } = checkSigningLog(
    existsSync(log) ? readFileSync(log) : new Uint8Array(),
    existsSync(head) ? readFileSync(head) : undefined,
  );
  return { checked: log, entries: entries.length, findings };
}

async function checkServer(url: string): Promise<Report> {
  const db = connect({ connectionString: url, max: 1 });
  try {
    return { checked: 'server', ...(await checkAudit(db)) };
  } finally {
    await db.end();
  }
}

const textOf = ({ checked, entries, findings }: Report): string =>
  [
    ...findings.map((finding) =>
      Object.entries(finding)
        .map(([key, value]) => `${key} ${value}`)
        .join(', '),
    ),
    `${checked}: ${entries} entries, ${findings.length} findings`,
  ].join('\n');
