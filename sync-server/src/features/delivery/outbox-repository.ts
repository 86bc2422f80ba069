import { z } from 'zod';
import { OutboxMessage } from '@shared/sync/outbox-message';
import type { Queryable } from '../../db/queryable';

/** A message that this node has taken up. */
export interface TakenMessage {
  /** The office that wrote it. */
  readonly officeId: string;
  /** How often it was taken up, this time included. */
  readonly attempts: number;
  readonly message: OutboxMessage;
}

/** A node that dies with a message holds it up for so long; another takes it then. */
const LEASE_SECONDS = 30;

const TakenLine = z.object({ office_id: z.string(), attempts: z.int(), body: OutboxMessage });

export function outboxRepository(db: Queryable) {
  return {
    /** Takes up the message that has waited longest; two nodes at once take two messages. */
    async takeDue(): Promise<TakenMessage | undefined> {
      const { rows } = await db.query(
        `update outbox set attempts = attempts + 1, next_at = now() + make_interval(secs => $1)
          where (office_id, id) = (
            select office_id, id from outbox
             where done_at is null and next_at <= now()
             order by next_at limit 1 for update skip locked)
         returning office_id, attempts, body`,
        [LEASE_SECONDS],
      );
      if (rows.length === 0) return undefined;
      const { office_id, attempts, body } = TakenLine.parse(rows[0]);
      return { officeId: office_id, attempts, message: body };
    },

    async postpone(officeId: string, id: string, seconds: number): Promise<void> {
      await db.query(
        `update outbox set next_at = now() + make_interval(secs => $3)
          where office_id = $1 and id = $2 and done_at is null`,
        [officeId, id, seconds],
      );
    },

    async markDone(officeId: string, id: string): Promise<void> {
      await db.query('update outbox set done_at = now() where office_id = $1 and id = $2', [
        officeId,
        id,
      ]);
    },

    /** False when the office has applied the message before; locks the pair until the commit. */
    async enterInbox(officeId: string, messageId: string): Promise<boolean> {
      const { rowCount } = await db.query(
        'insert into inbox (office_id, message_id) values ($1, $2) on conflict do nothing',
        [officeId, messageId],
      );
      return rowCount === 1;
    },
  };
}
