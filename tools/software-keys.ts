import { parseArgs } from 'node:util';
import { SoftwareKeyPolicy } from '@shared/domain/signing/software-keys';
import { openAdmin } from '../sync-server/src/features/admin/open-admin';

const USAGE = `software-keys list                              what each office may sign with keys of .p12 files
software-keys allow OFFICE none|personal|all   the province's word: nothing, people's own, the seal too
  --database URL  the server's PostgreSQL (else DATABASE_URL)
  --json          one line of JSON, nothing else`;

const FINE = 0;
const FINDING = 1;
const COULD_NOT_RUN = 2;

interface Order {
  readonly databaseUrl: string;
  /** Undefined for a list. */
  readonly change: { readonly office: string; readonly policy: SoftwareKeyPolicy } | undefined;
  readonly json: boolean;
}

/** `cli software-keys`: 0 done, 1 no such office, 2 could not run. */
export async function runSoftwareKeys(args: readonly string[]): Promise<number> {
  const order = readOrder(args);
  if (!order) {
    console.error(USAGE);
    return COULD_NOT_RUN;
  }
  try {
    const { admin, close } = await openAdmin({ databaseUrl: order.databaseUrl });
    try {
      const { change, json } = order;
      if (change) {
        const isDone = await admin.setSoftwareKeys(change.office, change.policy);
        const said = isDone ? 'Đã ghi.' : 'Không có cơ quan mang mã này. Xem mã bằng lệnh list.';
        console.log(json ? JSON.stringify({ ok: isDone }) : said);
        return isDone ? FINE : FINDING;
      }
      const offices = await admin.listSoftwareKeys();
      const lines = offices.map(({ id, name, policy }) => `${id} ${name}: ${policy}`);
      console.log(json ? JSON.stringify({ offices }) : lines.join('\n'));
      return FINE;
    } finally {
      await close();
    }
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause));
    return COULD_NOT_RUN;
  }
}

function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { database: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const [verb, office, word, ...rest] = positionals;
    const databaseUrl = values.database ?? process.env['DATABASE_URL'];
    if (rest.length > 0 || databaseUrl === undefined) return undefined;
    const common = { databaseUrl, json: values.json };
    if (verb === 'list') return office === undefined ? { ...common, change: undefined } : undefined;
    const policy = SoftwareKeyPolicy.safeParse(word);
    if (verb !== 'allow' || office === undefined || !policy.success) return undefined;
    return { ...common, change: { office, policy: policy.data } };
  } catch {
    return undefined;
  }
}
