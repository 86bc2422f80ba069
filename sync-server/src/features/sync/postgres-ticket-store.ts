import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TicketStore } from '@shared/sync/intake-store';
import { judgeTicket } from '@shared/sync/ticket';
import type { Database } from '../../db/queryable';

/** The ticket of the enrolment is kept as a hash: who reads the table cannot present it. */
export const ticketHash = (ticket: string): string =>
  createHash('sha256').update(ticket).digest('hex');

const TicketLine = z.object({ count: z.int(), contacts: z.int(), known: z.boolean() });
const ContactsLine = z.object({ contacts: z.int() });

/** Rolling tickets (§3.1), as numbers on the row of their incarnation. */
export function postgresTicketStore(db: Database): TicketStore {
  return {
    judge: async ({ deviceId, inc }, presented) => {
      const { first } = presented;
      const { rows } = await db.query(
        `select ticket_count as count, contacts,
                ($3::text is null or ticket_newest = $3 or coalesce(ticket_previous = $3, false)) as known
           from device where id = $1 and inc = $2`,
        [deviceId, inc, first === undefined ? null : ticketHash(first)],
      );
      if (rows.length === 0) return 'unknown';
      const line = TicketLine.parse(rows[0]);
      return line.known ? judgeTicket(line, presented) : 'stale';
    },
    roll: async ({ deviceId, inc }, { count }) => {
      const { rows } = await db.query(
        `update device set ticket_count = greatest(ticket_count, $3 + 1),
                contacts = contacts + 1, last_contact_at = now()
          where id = $1 and inc = $2 returning contacts`,
        [deviceId, inc, count],
      );
      return ContactsLine.parse(rows[0]).contacts;
    },
  };
}
