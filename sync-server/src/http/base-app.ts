import { Hono } from 'hono';
import { isDatabaseAway, isLockTimeout, sqlState } from '../db/database-failure';
import type { Log } from '../log';
import { failureResponse } from './answer';
import type { ServerEnv } from './context';
import { Overloaded } from './limits';
import { requestLog } from './request-log';

/** What every program of this server answers with: one log line a request, a code for each failure. */
export function createBase(log: Log) {
  const app = new Hono<ServerEnv>();
  app.use(requestLog(log));
  app.onError((cause, c) => {
    if (isDatabaseAway(cause) || isLockTimeout(cause) || cause instanceof Overloaded) {
      log.warn({ requestId: c.get('requestId'), reason: cause.message }, 'not now');
      return failureResponse(c, { code: 'server.overloaded', retryAfterMs: 1_000 });
    }
    // character_not_in_repertoire: a text with NUL, which no form of ours can make.
    if (sqlState(cause) === '22021') return failureResponse(c, { code: 'http.invalid-body' });
    log.error({ requestId: c.get('requestId'), err: cause }, 'unexpected');
    return failureResponse(c, { code: 'internal.unexpected' });
  });
  app.notFound((c) => failureResponse(c, { code: 'http.not-found' }));
  return app;
}

export type App = ReturnType<typeof createBase>;
