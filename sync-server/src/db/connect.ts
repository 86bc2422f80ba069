import pg from 'pg';
import type { Database, QueryRows } from './queryable';

export interface ConnectOptions {
  readonly connectionString: string;
  /** Connections of this node; PostgreSQL's own default allows 100 in all. */
  readonly max?: number;
  /** Told when an idle connection breaks, as it does when the database restarts. */
  readonly onIdleError?: (cause: Error) => void;
}

/** Opens a pool. Nothing is connected before the first query. */
export function connect({ connectionString, max = 16, onIdleError }: ConnectOptions): Database {
  const pool = new pg.Pool({
    connectionString,
    max,
    // Waiting is the first failure under load, and it is bounded (I-22).
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // §5: what cannot be had in time is asked for again. Transactions that need longer say so themselves.
    lock_timeout: 2_000,
    statement_timeout: 10_000,
  });
  // Without a listener node-postgres ends the process when the database restarts.
  pool.on('error', (cause) => onIdleError?.(cause));
  return {
    query: async (text, values) => asRows(await pool.query(text, values && [...values])),
    withConnection: async (work) => {
      const client = await pool.connect();
      let broken = false;
      const onError = (): void => {
        broken = true;
      };
      client.on('error', onError);
      try {
        return await work({
          query: async (text, values) => asRows(await client.query(text, values && [...values])),
          abandon: onError,
        });
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    },
    end: () => pool.end(),
  };
}

/** Several statements in one text give an array of results: nobody reads those. */
const asRows = (result: pg.QueryResult | readonly pg.QueryResult[]): QueryRows =>
  'rows' in result
    ? { rows: result.rows, rowCount: result.rowCount ?? 0 }
    : { rows: [], rowCount: 0 };
