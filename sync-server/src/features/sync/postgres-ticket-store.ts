import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TicketStore } from '@shared/sync/intake-store';
import type { Database } from '../../db/queryable';

/** The ticket of the enrolment is kept as a hash: who reads the table cannot present it. */
export const ticketHash = (ticket: string): string =>
  createHash('sha256').update(ticket).digest('hex');

const ContactsLine = z.object({ contacts: z.int() });

/** Counts an answer (§3.1), as numbers on the row of its incarnation. */
export const rollTicket =
  (db: Database): TicketStore['roll'] =>
  async ({ deviceId, inc }, { count }) => {
    const { rows } = await db.query(
      `update device set ticket_count = greatest(ticket_count, $3 + 1),
              contacts = contacts + 1, last_contact_at = now()
        where id = $1 and inc = $2 returning contacts`,
      [deviceId, inc, count],
    );
    return ContactsLine.parse(rows[0]).contacts;
  };
