import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { connect } from '../../sync-server/src/db/connect';
import { migrate } from '../../sync-server/src/db/migrate';
import { startEmbeddedPostgres } from '../../sync-server/src/embedded/embedded-postgres';
import { createLog } from '../../sync-server/src/log';

/** Name of the migrated database that each test file clones. */
export const TEMPLATE = 'tcv_template';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Connection string of the run's PostgreSQL, without a database name. */
    readonly postgresUrl: string;
  }
}

/**
 * Vitest `globalSetup`: one embedded PostgreSQL a run, with a migrated template.
 *
 * Flushing is off here: these databases live for seconds, and durability is proven by the process tests, which start
 * the server as it is shipped.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tcv-test-pg-'));
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: createLog(process.env['TEST_LOG_LEVEL'] ?? 'warn'),
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  const base = postgres.connectionString.replace(/\/[^/]+$/, '');
  const root = connect({ connectionString: `${base}/postgres`, max: 1 });
  await root.query(`create database ${TEMPLATE}`);
  await root.end();
  const template = connect({ connectionString: `${base}/${TEMPLATE}`, max: 1 });
  await migrate(template);
  await template.end();
  project.provide('postgresUrl', base);
  return async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
