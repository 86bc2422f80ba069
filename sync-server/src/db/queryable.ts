/** The thin port over node-postgres, for a pool and for a transaction alike; rows are parsed by the repository. */
export interface Queryable {
  readonly query: (text: string, values?: readonly unknown[]) => Promise<QueryRows>;
}

export interface QueryRows {
  readonly rows: readonly unknown[];
  readonly rowCount: number;
}

/** A pool: what a program holds and ends. */
export interface Database extends Queryable {
  /** A connection of one's own, for a transaction or a session lock. */
  readonly withConnection: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>;
  readonly end: () => Promise<void>;
}

export interface Connection extends Queryable {
  /** The connection is closed instead of going back to the pool: its state is not known. */
  readonly abandon: () => void;
}
