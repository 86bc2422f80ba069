import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Database, Queryable } from '../../db/queryable';

/** What every node of one installation shares. */
export interface ServerState {
  /** Names this server's history; new at installation and whenever it has gone back (§3.2). */
  readonly timeline: string;
  /** HMAC key of access tokens and challenges, 32 bytes. */
  readonly tokenKey: Uint8Array;
}

const StateLine = z.object({ timeline: z.uuid(), token_key: z.instanceof(Uint8Array) });

/** Reads the installation's state, which the first start makes. */
export async function readServerState(db: Database): Promise<ServerState> {
  await db.query(
    'insert into server_state (timeline, token_key) values ($1, $2) on conflict do nothing',
    [randomUUID(), randomBytes(32)],
  );
  const { rows } = await db.query('select timeline, token_key from server_state');
  const row = StateLine.parse(rows[0]);
  return { timeline: row.timeline, tokenKey: row.token_key };
}

/** The history of now: another one once a recovery has begun. */
export async function readTimeline(db: Queryable): Promise<string> {
  const { rows } = await db.query('select timeline from server_state');
  return z.object({ timeline: z.uuid() }).parse(rows[0]).timeline;
}
