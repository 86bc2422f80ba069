import { Hono } from 'hono';
import { entitledScopes } from '@shared/sync/entitlement';
import { failureResponse } from '../../http/answer';
import { authenticate, type AuthenticateDeps } from '../../http/authenticate';
import type { ServerEnv } from '../../http/context';
import type { HintStreams } from './hint-streams';

export interface HintRoutesDeps extends AuthenticateDeps {
  readonly hints: HintStreams;
}

/** A node that is full: another may have room, or this one later. */
const RETRY_AFTER_MS = 30_000;

/** `GET /hints`: server-sent events that say how far the office's stream has come (§12.3). */
export function hintRoutes({ hints, ...deps }: HintRoutesDeps) {
  return new Hono<ServerEnv>().get('/', authenticate(deps), (c) => {
    const session = c.get('session');
    if (entitledScopes(session.user, session.officeId, []).length === 0) {
      return failureResponse(c, { code: 'session.not-signed-in' });
    }
    const stream = hints.start(session.deviceId, session.officeId);
    if (!stream) {
      return failureResponse(c, { code: 'server.overloaded', retryAfterMs: RETRY_AFTER_MS });
    }
    return c.body(stream, 200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // A proxy that collects an answer before it passes it on would make hints useless.
      'x-accel-buffering': 'no',
    });
  });
}
