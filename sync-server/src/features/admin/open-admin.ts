import { connect } from '../../db/connect';
import { readConnection } from '../../embedded/embedded-postgres';
import type { Database } from '../../db/queryable';
import { createAdmin, type Admin } from './admin-service';

export interface OpenAdmin {
  readonly admin: Admin;
  readonly db: Database;
  readonly close: () => Promise<void>;
}

/**
 * The admin functions for a program on the server's own machine and account (seeding, IT staff's tools), while the
 * server runs: its data folder says where the embedded database listens.
 */
export async function openAdmin(
  where: { readonly dataDir: string } | { readonly databaseUrl: string },
): Promise<OpenAdmin> {
  const connectionString =
    'databaseUrl' in where ? where.databaseUrl : await readConnection(where.dataDir);
  if (connectionString === undefined) throw new Error('no server runs on this data folder');
  const db = connect({ connectionString, max: 4 });
  return { admin: createAdmin({ db, nowMs: () => Date.now() }), db, close: () => db.end() };
}
