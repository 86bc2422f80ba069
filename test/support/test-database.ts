import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { connect } from '../../sync-server/src/db/connect';
import type { Converters } from '@shared/sync/schema-steps';
import type { Database } from '../../sync-server/src/db/queryable';
import { composeOn, type Server } from '../../sync-server/src/compose';
import { createLog, type Log } from '../../sync-server/src/log';
import { folderObjects } from '../../sync-server/src/storage/folder-objects';
import type { ObjectStore } from '../../sync-server/src/storage/objects';
import { TEMPLATE } from './postgres-global-setup';

export interface TestDatabase {
  readonly connectionString: string;
  /** A pool on it. */
  readonly db: Database;
  /** Another pool on it, as another node has one. */
  readonly connectAgain: () => Database;
  /** Ends all pools and drops the database. */
  readonly drop: () => Promise<void>;
}

/** A database of one's own: a clone of the migrated template, in about 40 ms. `empty` gives one without tables. */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const base = inject('postgresUrl');
  const name = `t_${randomBytes(6).toString('hex')}`;
  const root = connect({ connectionString: `${base}/postgres`, max: 1 });
  await root.query(`create database ${name} template ${empty ? 'template0' : TEMPLATE}`);
  await root.end();
  const connectionString = `${base}/${name}`;
  const pools: Database[] = [];
  const connectAgain = (): Database => {
    const pool = connect({ connectionString, max: 20 });
    pools.push(pool);
    return pool;
  };
  return {
    connectionString,
    db: connectAgain(),
    connectAgain,
    drop: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      const again = connect({ connectionString: `${base}/postgres`, max: 1 });
      await again.query(`drop database ${name} with (force)`);
      await again.end();
    },
  };
}

export interface TestNodeOptions {
  readonly nowMs?: () => number;
  readonly log?: Log;
  readonly snapshotsAtOnce?: number;
  readonly objects?: ObjectStore;
  readonly rate?: { readonly burst: number; readonly perSecond: number };
  /** Steps from older schemas than the product has. */
  readonly converters?: Converters;
}

/** A node of the server in this process, on a pool of its own, without a port. */
export const aTestNode = (
  database: TestDatabase,
  {
    nowMs,
    log = createLog(process.env['TEST_LOG_LEVEL'] ?? 'silent'),
    objects,
    snapshotsAtOnce,
    rate = { burst: 100_000, perSecond: 100_000 },
    converters,
  }: TestNodeOptions = {},
): Promise<Omit<Server, 'stop'>> =>
  composeOn(database.connectAgain(), {
    log,
    rate,
    addressOf: () => 'test',
    objects:
      objects ??
      folderObjects(
        join(
          tmpdir(),
          `tcv-objects${new URL(database.connectionString).pathname.replace('/', '-')}`,
        ),
      ),
    ...(snapshotsAtOnce !== undefined && { snapshotsAtOnce }),
    ...(nowMs && { nowMs }),
    ...(converters && { converters }),
  });
