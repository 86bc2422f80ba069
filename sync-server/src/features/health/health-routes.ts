import { Hono } from 'hono';
import type { Health } from '@shared/protocol/session';
import { PROTOCOL_VERSION } from '@shared/protocol/version';
import type { Queryable } from '../../db/queryable';
import { answer } from '../../http/answer';
import type { ServerEnv } from '../../http/context';

export interface HealthDeps {
  readonly db: Queryable;
  readonly timeline: string;
  readonly nowMs: () => number;
  readonly isRelay?: boolean;
}

/** Program version, shown to administrators; the protocol's own version decides what is understood. */
export const VERSION = '0.1.0';

/** `GET /health`: who answers, and whether the database does. Needs no token. */
export function healthRoutes({ db, timeline, nowMs, isRelay = false }: HealthDeps) {
  return new Hono<ServerEnv>().get('/', async (c) => {
    const health: Health = {
      product: 'tram-cong-vu',
      version: VERSION,
      proto: PROTOCOL_VERSION,
      timeline,
      serverTime: nowMs(),
      ready: await doesAnswer(db),
      ...(isRelay && { relay: true }),
    };
    return answer(c, health);
  });
}

const doesAnswer = (db: Queryable): Promise<boolean> =>
  Promise.race([
    db.query('select 1').then(
      () => true,
      () => false,
    ),
    new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(false), 2_000).unref();
    }),
  ]);
