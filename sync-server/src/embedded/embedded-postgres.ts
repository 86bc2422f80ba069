import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { Socket } from 'node:net';
import { platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../log';
import { flushFolder } from '../storage/durable-files';
import { clusterFolder, writeSecret } from './cluster-folder';
import { lockFolder } from './folder-lock';
import { endOrphans } from './orphans';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries';
import { postgresUser, type ProcessUser } from './process-user';
import { freePort } from './free-port';

/** No command: this program takes the segments itself (`backup/wal-archive.ts`). */
const ARCHIVING = { archive_mode: 'on', archive_timeout: '60s' };
const DATABASE = 'tram_cong_vu';
const ACCOUNT = 'tram_cong_vu';

export interface EmbeddedOptions {
  /** Holds the cluster, its password and the lock; made when missing. */
  readonly dataDir: string;
  readonly log: Log;
  /** Folder with `bin` and `lib`; those of the package by default. */
  readonly programs?: string | undefined;
  /** Finished segments of its log are marked for `wal-archive.ts`, at least one a minute while something happens. */
  readonly archives?: boolean;
  /** Settings over the defaults, for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL server that this program owns (§5.3). */
export interface EmbeddedPostgres {
  readonly connectionString: string;
  /** The cluster's own folder. */
  readonly directory: string;
  /** Process id of the postmaster; undefined while it is down. */
  readonly pid: () => number | undefined;
  /** How often the child died by itself and was started again. */
  readonly restarts: () => number;
  /** Fast shutdown, then the lock is given back. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts PostgreSQL on its own data directory, on a free loopback port, and keeps it running: when it dies it is
 * started again, each time a little later. Left-overs of a killed server are cleared away first.
 */
export async function startEmbeddedPostgres({
  dataDir,
  log,
  programs,
  archives = false,
  settings = {},
}: EmbeddedOptions): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const folder = await realpath(dataDir);
  const lock = await lockFolder(folder);
  try {
    const user = await postgresUser();
    if (user) await openToUser(folder, user);
    const binaries = await findPostgresBinaries(
      { user, programs },
      join(folder, 'postgres-programs'),
    );
    const directory = clusterFolder(folder);
    const orphans = await endOrphans(directory, { pgCtl: binaries.pgCtl, user });
    if (orphans > 0) log.warn({ orphans }, 'PostgreSQL of a killed server was ended');
    const password = await initialise({ folder, directory, binaries, user, log });
    const port = await freePort();
    const supervised = superviseProcess({
      directory,
      binaries,
      user,
      port,
      password,
      settings: { ...(archives && ARCHIVING), ...settings },
      log,
    });
    await supervised.started();
    await ensureDatabase(url({ port, password, database: 'postgres' }));
    const connectionString = url({ port, password, database: DATABASE });
    await writeSecret(join(folder, 'connection.json'), JSON.stringify({ connectionString }));
    log.info({ port, user: user?.name ?? 'own' }, 'PostgreSQL is ready');
    return {
      connectionString,
      directory,
      pid: supervised.pid,
      restarts: supervised.restarts,
      stop: async () => {
        await supervised.stop();
        await rm(join(folder, 'connection.json'), { force: true });
        await lock.release();
      },
    };
  } catch (cause) {
    await lock.release();
    throw cause;
  }
}

/** Where the running server of a data folder can be reached, for tools on the same machine and account. */
export async function readConnection(dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(dataDir, 'connection.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null && 'connectionString' in parsed
    ? String(parsed.connectionString)
    : undefined;
}

const url = (to: {
  readonly port: number;
  readonly password: string;
  readonly database: string;
}): string => `postgres://${ACCOUNT}:${to.password}@127.0.0.1:${to.port}/${to.database}`;

/** Lets the unprivileged user pass through our own folder; the secrets in it are readable by their owner alone. */
async function openToUser(folder: string, user: ProcessUser): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) await chmod(folder, (mode & 0o777) | 0o011);
  // The folders above are not ours to open.
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    const { mode: closed, uid } = await stat(above);
    if ((closed & 0o001) === 0 && uid !== user.uid) {
      throw new Error(
        `${above} is closed to the user ${user.name} that PostgreSQL runs as: ` +
          'set DATA_DIR to a folder such as /var/lib/tram-cong-vu/server',
      );
    }
  }
}

interface Cluster {
  readonly folder: string;
  readonly directory: string;
  readonly binaries: PostgresBinaries;
  readonly user: ProcessUser | undefined;
  readonly log: Log;
}

/**
 * Makes the cluster on first start. initdb writes beside the final place, which is renamed at the end: a directory
 * that is there is a whole one, however often the first start was interrupted.
 *
 * @returns the password of the cluster's only account
 */
async function initialise({ folder, directory, binaries, user, log }: Cluster): Promise<string> {
  const secret = join(folder, 'postgres-password');
  if (await exists(directory)) return (await readFile(secret, 'utf8')).trim();
  const password = randomBytes(24).toString('hex');
  await writeSecret(secret, password);
  // A name of its own: an initdb that outlived its killed server may still be writing into an older one.
  const fresh = `${directory}.${randomBytes(4).toString('hex')}.new`;
  for (const name of await readdir(folder)) {
    if (name.endsWith('.new') && name.startsWith(`${basename(directory)}.`)) {
      await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
  await mkdir(fresh, { mode: 0o700 });
  const passwordFile = join(fresh, 'password');
  if (user) await chown(fresh, user.uid, user.gid);
  const inside = join(fresh, 'data');
  await mkdir(inside, { mode: 0o700 });
  if (user) await chown(inside, user.uid, user.gid);
  await writeSecret(passwordFile, password);
  if (user) await chown(passwordFile, user.uid, user.gid);
  const child = spawn(
    binaries.initdb,
    [
      `--pgdata=${inside}`,
      `--username=${ACCOUNT}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same order and case rules on every system, whatever locales it has.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
      // A segment a minute goes into the backup: small ones, so that a quiet office costs little.
      '--wal-segsize=4',
      '--no-instructions',
    ],
    { ...ids(user), cwd: fresh, env: childEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const lines: string[] = [];
  collectLines(child, (line) => lines.push(line));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`initdb failed (${code}): ${lines.slice(-5).join(' | ')}`);
  await rename(inside, directory);
  await rm(fresh, { recursive: true, force: true });
  await flushFolder(folder);
  log.info({ directory }, 'PostgreSQL data directory made');
  return password;
}

interface Supervision {
  readonly directory: string;
  readonly binaries: PostgresBinaries;
  readonly user: ProcessUser | undefined;
  readonly port: number;
  readonly password: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly log: Log;
}

function superviseProcess(options: Supervision) {
  const { directory, port, password, log } = options;
  let child: ChildProcess | undefined;
  let guard: ChildProcess | undefined;
  let restarts = 0;
  let running: Promise<void> = Promise.resolve();
  const stopping = new AbortController();

  const launch = async (): Promise<void> => {
    const launched = spawnPostgres(options);
    child = launched;
    guard?.kill('SIGKILL');
    guard = spawnGuard(launched, options.user);
    const died = once(launched, 'close').then(() => 'died' as const);
    const ready = answers(url({ port, password, database: 'postgres' }), launched);
    if ((await Promise.race([ready.then(() => 'ready' as const), died])) === 'died') {
      throw new Error(`PostgreSQL ended while starting on ${directory}`);
    }
  };

  const superviseForEver = async (): Promise<void> => {
    let delayMs = 100;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      if (child && child.exitCode === null && child.signalCode === null) await once(child, 'close');
      if (stopping.signal.aborted) return;
      // One that ran for a minute gets a fresh start; one that keeps dying is given time.
      delayMs = performance.now() - startedAt > 60_000 ? 100 : Math.min(delayMs * 2, 30_000);
      log.error({ delayMs, restarts }, 'PostgreSQL died; starting it again');
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      restarts += 1;
      await endOrphans(directory, { pgCtl: options.binaries.pgCtl, user: options.user })
        .then(launch)
        .then(
          () => log.info({ restarts }, 'PostgreSQL is back'),
          (cause: unknown) => log.error({ err: cause }, 'PostgreSQL did not start'),
        );
    }
  };

  return {
    started: async () => {
      await launch();
      running = superviseForEver();
    },
    pid: () =>
      child && child.exitCode === null && child.signalCode === null ? child.pid : undefined,
    restarts: () => restarts,
    stop: async () => {
      stopping.abort();
      if (child) await endChild(child, options);
      guard?.kill('SIGKILL');
      await running;
    },
  };
}

/**
 * Said to every connection that comes while it starts or stops, our own look among them; and that it archives without
 * a command, which is how we want it.
 */
const EXPECTED = /database system is (starting|shutting|not yet)|archiving is not configured/;

function spawnPostgres({ binaries, directory, user, port, settings, log }: Supervision) {
  const all: Readonly<Record<string, string>> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // No socket file: its path has a length limit, and loopback with a password serves alike everywhere.
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '128MB',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    log_min_messages: 'warning',
    log_line_prefix: '',
    lc_messages: 'C',
    timezone: 'UTC',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', directory, ...flags], {
    ...ids(user),
    cwd: directory,
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl+C in a terminal reaches the whole process group: the server stops its child itself, in order.
    detached: platform() !== 'win32',
  });
  collectLines(child, (line) => {
    const [, level = 'LOG', text = line] = /^([A-Z]+):\s+(.*)$/.exec(line) ?? [];
    // Statements and parameters may hold personal data: the message is kept, its details are not.
    if (level === 'LOG' || EXPECTED.test(text)) log.debug({ postgres: text }, 'postgres');
    else if (level === 'WARNING' || level === 'FATAL') log.warn({ postgres: text }, 'postgres');
    else if (level === 'PANIC') log.error({ postgres: text }, 'postgres');
  });
  return child;
}

/**
 * A shell that waits for our end of a pipe to close and then shuts PostgreSQL down: it closes when we stop, and also
 * when we are killed, so that no server is left behind on a data directory that nobody may start again.
 */
function spawnGuard(child: ChildProcess, user: ProcessUser | undefined): ChildProcess | undefined {
  if (platform() === 'win32' || child.pid === undefined) return undefined;
  const guard = spawn('/bin/sh', ['-c', 'cat >/dev/null; kill -INT "$0"', String(child.pid)], {
    ...ids(user),
    cwd: '/',
    env: childEnvironment(),
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => undefined);
  // Neither the shell nor our end of the pipe keeps this program alive.
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return guard;
}

/** Resolves once the server answers a query; never rejects by itself, the caller races it with the child's end. */
async function answers(connectionString: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch {
      await sleep(25);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  // The race is decided by the child's end.
  await new Promise(() => undefined);
}

async function endChild(
  child: ChildProcess,
  { binaries, directory, user }: Supervision,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  if (platform() === 'win32') {
    // Windows has no signals: pg_ctl speaks to the server by its own pipe.
    spawn(binaries.pgCtl, ['stop', '-D', directory, '-m', 'fast', '-W'], ids(user));
  } else {
    child.kill('SIGINT');
  }
  // Fast, then immediate (the next start recovers from the log), then by force.
  const quit = setTimeout(() => child.kill('SIGQUIT'), 15_000);
  const force = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await closed;
  clearTimeout(quit);
  clearTimeout(force);
}

async function ensureDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

const ids = (user: ProcessUser | undefined) => (user ? { uid: user.uid, gid: user.gid } : {});

/** What PostgreSQL needs and no more: the server's own secrets are not handed down. */
const childEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'] ?? '',
  ...(process.env['SystemRoot'] ? { SystemRoot: process.env['SystemRoot'] } : {}),
  LC_ALL: 'C',
  TZ: 'UTC',
});

function collectLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', onLine);
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
