import type { Result } from '@shared/kernel/result';
import type { SyncReply, SyncRequest } from '@shared/protocol/sync-message';
import { createExchange, type ExchangeFailure, type ExchangeSession } from '@shared/sync/exchange';
import type { Intake } from '@shared/sync/intake';
import type { Database } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { ticketMac } from '../../platform';
import { appendAudit } from '../audit/audit-log';
import { postgresHistoryStore } from '../recovery/postgres-history-store';
import { postgresLeaseStore } from '../registers/register-repository';
import { fenceIncarnation, noteFork } from '../session/fence-incarnation';
import { postgresFeedStore } from './postgres-feed-store';
import { postgresTicketStore } from './postgres-ticket-store';

export interface SyncDeps {
  readonly db: Database;
  readonly nowMs: () => number;
  /** Secret of the installation, the same on every node. */
  readonly ticketKey: Uint8Array;
  readonly intake: Intake;
}

/** The pure exchange on PostgreSQL. */
export function createSync({ db, nowMs, ticketKey, intake }: SyncDeps) {
  const exchange = createExchange({
    intake,
    feed: postgresFeedStore(db),
    tickets: postgresTicketStore(db),
    leases: postgresLeaseStore(db),
    ticketMac: ticketMac(ticketKey),
    history: postgresHistoryStore(db, nowMs),
    nowMs,
  });
  return async (
    session: ExchangeSession,
    request: SyncRequest,
  ): Promise<Result<SyncReply, ExchangeFailure>> => {
    const reply = await exchange(session, request);
    if (!reply.ok && reply.error.code === 'device.forked') {
      const { deviceId, officeId, inc } = session;
      const event = { event: 'device.forked', deviceId, detail: { inc } } as const;
      await inTransaction(db, async (tx) => {
        await noteFork(tx, session);
        if (reply.error.isProven) await fenceIncarnation(tx, session, nowMs());
        await appendAudit(tx, officeId, event, nowMs());
      });
    }
    return reply;
  };
}

export type SyncService = ReturnType<typeof createSync>;
