import { Hono } from 'hono';
import { SyncRequest } from '@shared/protocol/sync-message';
import type { ExchangeSession } from '@shared/sync/exchange';
import { answer, failureResponse } from '../../http/answer';
import { authenticate, type AuthenticateDeps } from '../../http/authenticate';
import type { ServerEnv } from '../../http/context';
import { readJson } from '../../http/read-json';
import type { SyncService } from './sync-service';

export interface SyncRoutesDeps extends AuthenticateDeps {
  readonly sync: SyncService;
}

/** `POST /sync`: push and pull in one round trip. */
export function syncRoutes({ sync, ...deps }: SyncRoutesDeps) {
  return new Hono<ServerEnv>().post('/', authenticate(deps), async (c) => {
    const request = await readJson(c, SyncRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const session: ExchangeSession = c.get('session');
    const reply = await sync(session, request.value);
    return reply.ok ? answer(c, reply.value) : failureResponse(c, reply.error);
  });
}
