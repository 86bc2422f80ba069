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
    query: async (text, values) => asRows(await pool.query(queryOf(text, values))),
    withConnection: async (work) => {
      const client = await pool.connect();
      let broken = false;
      const onError = (): void => {
        broken = true;
      };
      client.on('error', onError);
      try {
        return await work({
          query: async (text, values) => asRows(await client.query(queryOf(text, values))),
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

const names = new Map<string, string>();

/**
 * A statement with values is prepared once a connection: parsing and planning it again and again costs PostgreSQL more
 * than running it. Repositories write a fixed number of texts, so that none of them is ever forgotten.
 */
function queryOf(text: string, values: readonly unknown[] | undefined): pg.QueryConfig {
  if (!values) return { text };
  const name = names.get(text) ?? `q${names.size}`;
  names.set(text, name);
  return { name, text, values: [...values] };
}

/** Several statements in one text give an array of results: nobody reads those. */
const asRows = (result: pg.QueryResult | readonly pg.QueryResult[]): QueryRows =>
  'rows' in result
    ? { rows: result.rows, rowCount: result.rowCount ?? 0 }
    : { rows: [], rowCount: 0 };
