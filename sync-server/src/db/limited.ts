import { createGate, type GateSize } from '../http/limits';
import type { Database } from './queryable';

/**
 * The same pool for one kind of work, which may hold no more than its share of the connections: large answers and
 * files never leave small work without one (§12.4). What does not fit into the queue is refused as overload.
 */
export function limitedDatabase(db: Database, size: GateSize): Database {
  const gate = createGate(size);
  return {
    query: (text, values) => gate(() => db.query(text, values)),
    withConnection: (work) => gate(() => db.withConnection(work)),
    end: () => db.end(),
  };
}
