import type { Result } from '@shared/kernel/result';
import type { SyncReply, SyncRequest } from '@shared/protocol/sync-message';
import { createExchange, type ExchangeFailure, type ExchangeSession } from '@shared/sync/exchange';
import type { Intake } from '@shared/sync/intake';
import type { Database, Queryable } from '../../db/queryable';
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
    const hole = reply.ok && reply.value.results.find(({ answer }) => answer === 'expect');
    if (hole && hole.answer === 'expect')
      await inTransaction(db, (tx) => noteLoss(tx, session, hole, nowMs()));
    return reply;
  };
}

/** The device goes on behind operations that never came: they were lost there, and that is on record once (I-1, §4.2). */
async function noteLoss(
  tx: Queryable,
  session: ExchangeSession,
  { expected, n }: { readonly expected: number; readonly n: number },
  nowMs: number,
): Promise<void> {
  if (!(await noteFork(tx, session))) return;
  const { officeId, deviceId, inc } = session;
  const detail = { inc, from: expected, to: n - 1 };
  await appendAudit(tx, officeId, { event: 'device.lostOperations', deviceId, detail }, nowMs);
}

export type SyncService = ReturnType<typeof createSync>;
