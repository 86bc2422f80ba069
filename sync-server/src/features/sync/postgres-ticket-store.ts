import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TicketStore } from '@shared/sync/intake-store';
import type { Database } from '../../db/queryable';

/** Tickets are kept as hashes: who reads the table cannot present one. */
export const ticketHash = (ticket: string): string =>
  createHash('sha256').update(ticket).digest('hex');

/**
 * Rolling tickets (§3.1). What was presented becomes the previous one: when it was that already, its answer was lost and
 * the same newest one is given again. Anything older is held by another copy of the device.
 */
export function postgresTicketStore(db: Database): TicketStore {
  return {
    roll: async ({ deviceId, inc }, presented, fresh) => {
      const { rows } = await db.query(
        `update device set ticket_newest = $4, ticket_previous = $3, last_contact_at = now()
          where id = $1 and inc = $2 and (ticket_newest = $3 or ticket_previous = $3)
         returning true as rolled`,
        [deviceId, inc, ticketHash(presented), ticketHash(fresh)],
      );
      if (rows.length > 0) return 'rolled';
      const known = await db.query(
        'select count(*)::int as count from device where id = $1 and inc = $2',
        [deviceId, inc],
      );
      const { count } = z.object({ count: z.int() }).parse(known.rows[0]);
      return count > 0 ? 'stale' : 'unknown';
    },
  };
}
