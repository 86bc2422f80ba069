import { mkdir } from 'node:fs/promises';
import type { Config } from './config';
import { connect } from './db/connect';
import { migrate } from './db/migrate';
import type { Database } from './db/queryable';
import { waitForDatabase } from './db/wait-for-database';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded/embedded-postgres';
import type { Log } from './log';

export interface OpenedDatabase {
  readonly db: Database;
  /** Undefined on a PostgreSQL of somebody else's. */
  readonly embedded: EmbeddedPostgres | undefined;
  readonly close: () => Promise<void>;
}

/** Starts the embedded PostgreSQL, or finds the one that is given, and brings it up to date. */
export async function openDatabase(config: Config, log: Log): Promise<OpenedDatabase> {
  const { dataDir, databaseUrl, postgresPrograms, backupDir } = config;
  const embedded =
    databaseUrl === undefined
      ? await startEmbeddedPostgres({
          dataDir,
          log,
          programs: postgresPrograms,
          archives: backupDir !== undefined,
        })
      : undefined;
  const db = connect({
    connectionString: embedded?.connectionString ?? databaseUrl ?? '',
    max: config.databaseConnections,
    onIdleError: (cause) => log.warn({ reason: cause.message }, 'database connection lost'),
  });
  const close = async (): Promise<void> => {
    await db.end();
    await embedded?.stop();
  };
  try {
    await waitForDatabase(db, { log });
    const applied = await migrate(db);
    if (applied.length > 0) log.info({ applied }, 'migrations applied');
    return { db, embedded, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** The data folder, for its owner alone. */
export async function makeDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
}
