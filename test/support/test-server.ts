import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createAdmin, type Admin } from '../../sync-server/src/features/admin/admin-service';
import { connect } from '../../sync-server/src/db/connect';
import type { Database } from '../../sync-server/src/db/queryable';
import { readConnection } from '../../sync-server/src/embedded/embedded-postgres';

export interface TestServerOptions {
  /** Kept between servers of one test; a fresh one under the temporary folder by default, removed by `stop`. */
  readonly dataDir?: string;
  /** Further settings, as in `sync-server/src/config.ts`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Behind the program's name: `--relay` makes it a hub. */
  readonly args?: readonly string[];
  /** Runs the server as this account, which then owns the data folder. */
  readonly account?: { readonly uid: number; readonly gid: number };
}

/** The real server in its own process, with its own embedded PostgreSQL. */
export interface TestServer {
  /** `http://127.0.0.1:…`; the same after a restart. */
  readonly address: string;
  readonly dataDir: string;
  readonly ready: () => ReadyLine;
  /** The admin functions, straight on the server's database. */
  readonly admin: () => Admin;
  /** The server's database. */
  readonly db: () => Database;
  readonly pid: () => number;
  /** Lines of the server's log so far. */
  readonly log: readonly string[];
  /** SIGKILL to the server and to every process of its PostgreSQL; waits for all. */
  readonly kill: () => Promise<void>;
  /** SIGKILL to the server's own process alone. */
  readonly killNode: () => Promise<void>;
  /** SIGKILL to PostgreSQL's first process alone. */
  readonly killPostgres: () => void;
  /** Starts it again on the same folder and port. */
  readonly start: () => Promise<void>;
  /** SIGTERM, waits for the clean end, removes the folder unless it was given. @returns the exit code */
  readonly stop: () => Promise<number | null>;
}

/** What it prints once it listens; the fingerprint is a hub's. */
export interface ReadyLine {
  readonly address: string;
  readonly fingerprint?: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

let bundle: Promise<string> | undefined;

/** The production bundle of the sources as they are now, built once a process, where the packages can be found. */
function serverBundle(): Promise<string> {
  bundle ??= buildBundle();
  return bundle;
}

async function buildBundle(): Promise<string> {
  const { build } = await import('vite');
  const outDir = join(root, 'node_modules', '.cache', 'tram-cong-vu', `server-${process.pid}`);
  await build({
    configFile: join(root, 'sync-server', 'vite.config.ts'),
    build: { outDir, emptyOutDir: true, sourcemap: false },
    logLevel: 'error',
  });
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }));
  // The build's own hook copies them too; here it does not hang on a plugin's order.
  cpSync(join(root, 'sync-server', 'migrations'), join(outDir, 'migrations'), { recursive: true });
  return join(outDir, 'index.js');
}

const running = new Set<() => Promise<number | null>>();
const children = new Set<ChildProcess>();

// Also when the runner ends in the middle of a test.
process.once('exit', () => children.forEach((child) => child.kill('SIGTERM')));

/** Stops what a failed test left running: for `afterEach`. */
export async function stopTestServers(): Promise<void> {
  await Promise.all([...running].map((stop) => stop()));
}

/** Starts a server and resolves when it is ready. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const entry = await serverBundle();
  const dataDir = realpathSync(options.dataDir ?? mkdtempSync(join(tmpdir(), 'tcv-server-')));
  if (options.account) chownSync(dataDir, options.account.uid, options.account.gid);
  const log: string[] = [];
  let child: ChildProcess | undefined;
  let address = '';
  let said: ReadyLine = { address };
  let db: Database | undefined;

  const start = async (): Promise<void> => {
    const started = spawn(process.execPath, [entry, ...(options.args ?? [])], {
      cwd: root,
      env: {
        PATH: process.env['PATH'],
        HOME: dataDir,
        PORT: address === '' ? '0' : new URL(address).port,
        DATA_DIR: dataDir,
        ...options.env,
      },
      ...options.account,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    children.add(started);
    started.once('exit', () => children.delete(started));
    createInterface({ input: started.stderr }).on('line', (line) => log.push(line));
    const ready = new Promise<string>((resolve) => {
      createInterface({ input: started.stdout }).once('line', resolve);
    });
    const ended = once(started, 'exit').then(() => undefined);
    const line = await Promise.race([ready, ended]);
    if (line === undefined) throw new Error(`the server ended: ${log.slice(-10).join('\n')}`);
    said = JSON.parse(line) as ReadyLine;
    ({ address } = said);
    const connectionString = (await readConnection(dataDir)) ?? options.env?.['DATABASE_URL'];
    if (connectionString === undefined) throw new Error('the server left no connection file');
    db = connect({ connectionString, max: 4 });
  };

  const kill = async (signal: NodeJS.Signals): Promise<number | null> => {
    await db?.end();
    db = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const ended = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await ended)[0];
  };

  const stop = async (): Promise<number | null> => {
    running.delete(stop);
    const code = await kill('SIGTERM');
    await killProcesses(dataDir);
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    return code;
  };
  await start();
  running.add(stop);
  const getDb = (): Database => {
    if (!db) throw new Error('the server is down');
    return db;
  };
  return {
    get address() {
      return address;
    },
    dataDir,
    log,
    ready: () => said,
    db: getDb,
    admin: () => createAdmin({ db: getDb(), nowMs: () => Date.now() }),
    pid: () => child?.pid ?? 0,
    start,
    killNode: async () => {
      await kill('SIGKILL');
    },
    killPostgres: () => {
      const postmaster = Math.min(...postgresProcesses(dataDir));
      if (Number.isFinite(postmaster)) process.kill(postmaster, 'SIGKILL');
    },
    kill: async () => {
      child?.kill('SIGKILL');
      await killProcesses(dataDir);
      await kill('SIGKILL');
      await killProcesses(dataDir);
    },
    stop,
  };
}

/** Ids of the PostgreSQL processes that work in a data folder, the first process among them; Linux only. */
export function postgresProcesses(dataDir: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${dataDir}/postgres-`);
      } catch {
        return false;
      }
    });
}

async function killProcesses(dataDir: string): Promise<void> {
  for (let pids = postgresProcesses(dataDir); pids.length > 0; pids = postgresProcesses(dataDir)) {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended in the meantime.
      }
    }
    await sleep(10);
  }
}
