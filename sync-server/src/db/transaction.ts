import type { Database, Queryable } from './queryable';

export interface TransactionOptions {
  /** `read`: one snapshot for all statements, nothing written. */
  readonly mode?: 'write' | 'read';
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
}

/**
 * Runs `work` in one transaction; resolves after the commit is on disk, rejects after the rollback.
 *
 * `synchronous_commit` is set here and not trusted to the server's settings: an outcome that was answered must survive
 * a power cut (I-2).
 */
export function inTransaction<T>(
  db: Database,
  work: (tx: Queryable) => Promise<T>,
  { mode = 'write', lockTimeoutMs = 2_000, statementTimeoutMs = 10_000 }: TransactionOptions = {},
): Promise<T> {
  const begin =
    mode === 'read'
      ? 'begin transaction isolation level repeatable read read only'
      : 'begin transaction isolation level read committed; set local synchronous_commit = on';
  return db.withConnection(async (connection) => {
    try {
      await connection.query(
        `${begin}; set local lock_timeout = ${lockTimeoutMs}; set local statement_timeout = ${statementTimeoutMs}`,
      );
      const value = await work(connection);
      await connection.query('commit');
      return value;
    } catch (cause) {
      await connection.query('rollback').catch(connection.abandon);
      throw cause;
    }
  });
}
