import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TicketStore } from '@shared/sync/intake-store';
import type { Database } from '../../db/queryable';

/** The ticket of the enrolment is kept as a hash: who reads the table cannot present it. */
export const ticketHash = (ticket: string): string =>
  createHash('sha256').update(ticket).digest('hex');

const CountLine = z.object({ count: z.int() });

/**
 * Rolling tickets (§3.1). What was presented becomes the previous one: when it was that already, its answer was lost and
 * the same newest one is given again. Anything older is held by another copy of the device.
 */
export function postgresTicketStore(db: Database): TicketStore {
  return {
    roll: async ({ deviceId, inc }, { count, first, isEarlier }) => {
      const { rows } = await db.query(
        `update device set ticket_count = $3 + 1, last_contact_at = now()
          where id = $1 and inc = $2
            and (ticket_count between $3 and $3 + 1 or ($5 and ticket_count < $3))
            and ($4::text is null or ticket_newest = $4 or ticket_previous = $4)
         returning true as rolled`,
        [deviceId, inc, count, first === undefined ? null : ticketHash(first), isEarlier],
      );
      if (rows.length > 0) return 'rolled';
      const known = await db.query(
        'select ticket_count as count from device where id = $1 and inc = $2',
        [deviceId, inc],
      );
      if (known.rows.length === 0) return 'unknown';
      return count > CountLine.parse(known.rows[0]).count ? 'ahead' : 'stale';
    },
  };
}
