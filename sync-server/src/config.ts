import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
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
  /** Undefined: a folder under `dataDir`. */
  readonly objectStore: S3Place | undefined;
  readonly backupDir: string | undefined;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly logLevel: string;
  readonly rate: { readonly burst: number; readonly perSecond: number };
  readonly databaseConnections: number;
}

/** Reads the environment once; throws with every problem listed, one a line. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
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
    host: env.HOST ?? '127.0.0.1',
    dataDir: env.DATA_DIR ?? defaultDataDir(environment),
    databaseUrl: env.DATABASE_URL,
    objectStore: env.OBJECT_STORE_URL,
    backupDir: env.BACKUP_DIR,
    tls: cert && key ? { cert, key } : undefined,
    logLevel: env.LOG_LEVEL ?? 'info',
    rate: { burst: env.RATE_BURST ?? 60, perSecond: env.RATE_PER_SECOND ?? 20 },
    databaseConnections: env.DATABASE_CONNECTIONS ?? 16,
  };
}

/** As root the folder must be one that PostgreSQL's unprivileged user may enter: never a home. */
function defaultDataDir(environment: NodeJS.ProcessEnv): string {
  if (process.getuid?.() === 0) return '/var/lib/tram-cong-vu/server';
  const base =
    environment['LOCALAPPDATA'] ??
    environment['XDG_DATA_HOME'] ??
    join(homedir(), '.local', 'share');
  return join(base, 'tram-cong-vu', 'server');
}
