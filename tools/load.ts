import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { startTestServer, type TestServer } from '../test/support/test-server';
import { hubDay } from './load/hub-day';
import {
  connectedClients,
  everybodyReturns,
  initialLoads,
  type LoadRow,
  type Scale,
} from './load/scenes';

const USAGE = `load: T-LOAD-1 to T-LOAD-3 (B-11 to B-13), and a day of an office by its hub (§20), each against a server of its own
with embedded PostgreSQL
  --scale S      share of the full load, 1 = 3,000 clients, 500 loads (0.1)
  --seconds N    how long T-LOAD-1 runs (30)
  --only 1,3     which of 1, 2, 3 and hub
  --json         one JSON line a figure`;

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '0.1' },
    seconds: { type: 'string', default: '30' },
    only: { type: 'string', default: '1,2,3,hub' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const scenes: Readonly<
  Record<
    string,
    (server: TestServer, scale: Scale, print: (row: LoadRow) => void) => Promise<readonly LoadRow[]>
  >
> = { '1': connectedClients, '2': initialLoads, '3': everybodyReturns, hub: hubDay };

/** Numbers of clients shrink with the scale; documents of a load and the time of a return stay what they are. */
const scaleOf = (share: number): Scale => ({
  share,
  clients: Math.round(3_000 * share),
  opsPerSecond: 200 * share,
  seconds: Number(values.seconds),
  loads: Math.max(1, Math.round(500 * share)),
  documents: share < 0.05 ? 1_000 : 10_000,
  returning: Math.round(3_000 * share),
  returnWithinMs: 60_000 * Math.min(1, share * 5),
});

async function run(): Promise<void> {
  if (values.help) return console.log(USAGE);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB`;
  const date = new Date().toISOString().slice(0, 10);
  const load = loadavg().map((one) => one.toFixed(1));
  if (!values.json)
    console.log(`scale ${values.scale}, ${machine}, ${date}, load average ${load.join(' ')}`);
  for (const name of values.only.split(',')) {
    const scene = scenes[name];
    if (!scene) throw new Error(USAGE);
    const server = await startTestServer({ env: { LOG_LEVEL: 'error' } });
    try {
      const show = (row: LoadRow): void => print({ ...row, machine, date });
      for (const row of await scene(server, scaleOf(Number(values.scale)), show)) show(row);
    } finally {
      await server.stop();
    }
  }
}

function print(row: LoadRow & { readonly machine: string; readonly date: string }): void {
  if (values.json) return console.log(JSON.stringify({ ...row, scale: Number(values.scale) }));
  const budget = row.budget === null ? '–' : `${row.budget} ${row.unit}`;
  console.log(
    `${row.id}  ${row.figure.padEnd(30)} ${row.measured.toFixed(row.measured < 20 ? 2 : 1).padStart(10)} ${row.unit.padEnd(3)}  full budget ${budget}${row.beside ? `; ${row.beside}` : ''}`,
  );
}

await run();
