import { z } from 'zod';
import type { Result } from '@shared/kernel/result';
import type { DeviceFigures } from '@shared/domain/organ/devices';
import type { SyncReply, SyncRequest } from '@shared/protocol/sync-message';
import { createExchange, type ExchangeFailure, type ExchangeSession } from '@shared/sync/exchange';
import type { Intake } from '@shared/sync/intake';
import type { Operation } from '@shared/sync/operation';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { ticketMac } from '../../platform';
import { appendAudit } from '../audit/audit-log';
import { postgresHistoryStore } from '../recovery/postgres-history-store';
import { postgresLeaseStore } from '../registers/register-repository';
import { fenceIncarnation, noteFork } from '../session/fence-incarnation';
import { postgresFeedStore } from './postgres-feed-store';
import { rollTicket } from './postgres-ticket-store';
import type { Visit } from './visit';

export interface SyncDeps {
  readonly db: Database;
  readonly nowMs: () => number;
  /** Secret of the installation, the same on every node. */
  readonly ticketKey: Uint8Array;
  readonly intake: Intake;
}

/** The pure exchange on PostgreSQL. */
export function createSync({ db, nowMs, ticketKey, intake }: SyncDeps) {
  const feed = postgresFeedStore(db);
  const history = postgresHistoryStore(db, nowMs);
  const leases = postgresLeaseStore(db);
  const roll = rollTicket(db);
  const mac = ticketMac(ticketKey);
  /** What is written shows at the next look. */
  const exchangeOf = ({ seen, forget }: Visit) =>
    createExchange({
      intake: {
        ...intake,
        accept: (device, operations) => {
          if (operations.length > 0) forget();
          return intake.accept(device, operations);
        },
      },
      feed: {
        ...feed,
        dossiersOf: async () => (await seen()).dossiers,
        readScopes: async () => (await seen()).scopes,
      },
      tickets: { judge: async (_device, ticket) => (await seen()).judge(ticket), roll },
      leases: {
        sendLeases: async (officeId, device) =>
          (await seen()).hasLease ? leases.sendLeases(officeId, device) : [],
      },
      ticketMac: mac,
      history: {
        ...history,
        readHistory: seen,
        beginRecovery: (timeline) => history.beginRecovery(timeline).finally(forget),
        recognise: (timeline) => history.recognise(timeline).finally(forget),
      },
      nowMs,
    });
  return async (
    session: ExchangeSession,
    request: SyncRequest,
    visit: Visit,
  ): Promise<Result<SyncReply, ExchangeFailure>> => {
    const reply = await exchangeOf(visit)(session, request);
    if (!reply.ok && reply.error.code === 'device.forked') {
      const { deviceId, officeId, inc } = session;
      const event = { event: 'device.forked', deviceId, detail: { inc } } as const;
      await inTransaction(db, async (tx) => {
        await noteFork(tx, session);
        if (reply.error.isProven) await fenceIncarnation(tx, session, nowMs());
        await appendAudit(tx, officeId, event, nowMs());
      });
    }
    if (reply.ok && request.figures) await keepFigures(db, session, request.figures, nowMs());
    const hole = reply.ok && reply.value.results.find(({ answer }) => answer === 'expect');
    // A restored server is told first what the device keeps no longer (§13.2).
    const isTold = reply.ok && (reply.value.ancestry.length === 0 || request.lost);
    if (hole && hole.answer === 'expect' && isTold) {
      const holes = holesIn(hole.expected, request.ops);
      await inTransaction(db, (tx) => noteLosses(tx, session, holes, nowMs()));
    }
    return reply;
  };
}

/** What the device says of itself (§15). */
async function keepFigures(
  db: Queryable,
  { officeId, deviceId, inc }: ExchangeSession,
  figures: DeviceFigures,
  nowMs: number,
): Promise<void> {
  await db.query(
    'update device set figures = $4, figures_at = $5 where office_id = $1 and id = $2 and inc = $3',
    [officeId, deviceId, inc, figures, new Date(nowMs).toISOString()],
  );
}

interface Hole {
  readonly from: number;
  readonly to: number;
}

/** Numbers from `expected` on that are missing before and between the operations that were offered. */
function holesIn(expected: number, offered: readonly Pick<Operation, 'n'>[]): readonly Hole[] {
  const holes: Hole[] = [];
  let next = expected;
  for (const { n } of offered) {
    if (n > next) holes.push({ from: next, to: n - 1 });
    next = Math.max(next, n + 1);
  }
  return holes;
}

const HoleLine = z.object({ from: z.int(), to: z.int() });

/** The device goes on behind operations that never came: they were lost there, and each hole is on record once (I-1, §4.2). */
async function noteLosses(
  tx: Queryable,
  session: ExchangeSession,
  holes: readonly Hole[],
  nowMs: number,
): Promise<void> {
  const { officeId, deviceId, inc } = session;
  const device = [officeId, deviceId, inc];
  await tx.query(
    'select from device where office_id = $1 and id = $2 and inc = $3 for update',
    device,
  );
  await noteFork(tx, session);
  const { rows } = await tx.query(
    `select (detail::json->>'from')::int as "from", (detail::json->>'to')::int as "to" from audit
      where office_id = $1 and event = 'device.lostOperations' and device_id = $2
        and (detail::json->>'inc')::int = $3`,
    device,
  );
  const known = rows.map((row) => HoleLine.parse(row));
  for (const { from, to } of holes) {
    if (known.some((one) => one.from <= from && to <= one.to)) continue;
    const detail = { inc, from, to };
    await appendAudit(tx, officeId, { event: 'device.lostOperations', deviceId, detail }, nowMs);
  }
}

export type SyncService = ReturnType<typeof createSync>;
