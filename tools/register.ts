import { parseArgs } from 'node:util';
import { connect } from '../sync-server/src/db/connect';
import {
  checkRegisters,
  type RegisterReport,
} from '../sync-server/src/features/registers/check-registers';

const USAGE = `register check: is every number of a server's registers there once, in time order (I-9, I-10, I-11)?
  --database URL  the server's PostgreSQL (else DATABASE_URL)
  --json          one line of JSON, nothing else`;

const FINE = 0;
const FINDING = 1;
const COULD_NOT_RUN = 2;

interface Order {
  readonly url: string;
  readonly json: boolean;
}

function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { database: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const url = values.database ?? process.env['DATABASE_URL'];
    if (positionals.join(' ') !== 'check' || url === undefined) return undefined;
    return { url, json: values.json };
  } catch {
    return undefined;
  }
}

/** `cli register check`: 0 every register is whole, 1 one is not, 2 could not run. */
export async function runRegister(args: readonly string[]): Promise<number> {
  const order = readOrder(args);
  if (!order) {
    console.error(USAGE);
    return COULD_NOT_RUN;
  }
  const db = connect({ connectionString: order.url, max: 1 });
  try {
    const report = await checkRegisters(db);
    console.log(order.json ? JSON.stringify(report) : textOf(report));
    return report.findings.length === 0 ? FINE : FINDING;
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause));
    return COULD_NOT_RUN;
  } finally {
    await db.end();
  }
}

const textOf = ({ registers, entries, findings }: RegisterReport): string =>
  [
    ...findings.map(
      ({ officeId, registerId, problem, number }) =>
        `${problem} at number ${number} (register ${registerId}, office ${officeId})`,
    ),
    `${registers} registers, ${entries} entries, ${findings.length} findings`,
  ].join('\n');
