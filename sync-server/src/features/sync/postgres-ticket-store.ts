import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TicketStore } from '@shared/sync/intake-store';
import type { Database } from '../../db/queryable';

/** The ticket of the enrolment is kept as a hash: who reads the table cannot present it. */
export const ticketHash = (ticket: string): string =>
  createHash('sha256').update(ticket).digest('hex');

const TicketLine = z.object({ count: z.int(), contacts: z.int() });

/**
 * Rolling tickets (§3.1). What was presented becomes the previous one: when it was that already, its answer was lost and
 * the same newest one is given again. Anything older is held by another copy of the device.
 */
export function postgresTicketStore(db: Database): TicketStore {
  return {
    roll: async ({ deviceId, inc }, { count, contacts, first, isEarlier }) => {
      const { rows } = await db.query(
        `update device set ticket_count = $3 + 1, contacts = contacts + 1, last_contact_at = now()
          where id = $1 and inc = $2
            and ($5 or contacts >= $6)
            and (ticket_count between $3 and $3 + 1 or ($5 and ticket_count < $3))
            and ($4::text is null or ticket_newest = $4 or ticket_previous = $4)
         returning ticket_count as count, contacts`,
        [deviceId, inc, count, first === undefined ? null : ticketHash(first), isEarlier, contacts],
      );
      if (rows.length > 0) return TicketLine.parse(rows[0]).contacts;
      const found = await db.query(
        'select ticket_count as count, contacts from device where id = $1 and inc = $2',
        [deviceId, inc],
      );
      if (found.rows.length === 0) return 'unknown';
      const known = TicketLine.parse(found.rows[0]);
      const isAhead = count > known.count || contacts > known.contacts;
      return isAhead && !isEarlier ? 'ahead' : 'stale';
    },
  };
}
