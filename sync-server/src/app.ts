import { Hono, type Context } from 'hono';
import { isDatabaseAway, isLockTimeout, sqlState } from './db/database-failure';
import type { Queryable } from './db/queryable';
import { adminRoutes, type AdminRoutesDeps } from './features/admin/admin-routes';
import { fileRoutes } from './features/files/file-routes';
import type { Files } from './features/files/file-service';
import { healthRoutes } from './features/health/health-routes';
import { hintRoutes } from './features/hints/hint-routes';
import type { HintStreams } from './features/hints/hint-streams';
import type { Enrolment } from './features/session/enrolment-service';
import { relayRoutes } from './features/relay/relay-routes';
import type { Authorities } from './features/relay/authority-service';
import type { Deliver } from './features/relay/deliver-service';
import type { RelayKeys } from './features/relay/relay-keys';
import { sessionRoutes } from './features/session/session-routes';
import type { Sessions } from './features/session/session-service';
import { syncRoutes } from './features/sync/sync-routes';
import type { Witnesses } from './features/recovery/witness-service';
import type { Courier } from './features/sync/courier-service';
import type { Unreceived } from './features/sync/unreceived-service';
import type { Snapshots } from './features/sync/snapshot-service';
import { failureResponse } from './http/answer';
import type { ServerEnv } from './http/context';
import { Overloaded, type RateLimiter } from './http/limits';
import { requestLog } from './http/request-log';
import type { Log } from './log';

export interface AppDeps {
  readonly db: Queryable;
  readonly admin: AdminRoutesDeps['admin'];
  readonly sessions: Sessions;
  readonly enrolment: Enrolment;
  readonly sync: Snapshots;
  readonly courier: Courier;
  readonly witnesses: Witnesses;
  readonly unreceived: Unreceived;
  readonly files: Files;
  readonly authorities: Authorities;
  readonly deliver: Deliver;
  readonly relayKeys: RelayKeys;
  readonly hints: HintStreams;
  readonly timeline: string;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly deviceRate: RateLimiter;
  readonly addressRate: RateLimiter;
  readonly addressOf: (c: Context<ServerEnv>) => string;
}

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

/** The HTTP app from its dependencies, without a port: tests call `app.request(…)`. */
export function createApp(deps: AppDeps) {
  const app = createBase(deps.log);
  app.route('/health', healthRoutes(deps));
  app.route('/sync', syncRoutes({ ...deps, rate: deps.deviceRate }));
  app.route('/hints', hintRoutes({ ...deps, rate: deps.deviceRate }));
  app.route('/files', fileRoutes({ ...deps, rate: deps.deviceRate }));
  app.route('/relay', relayRoutes({ ...deps, rate: deps.deviceRate }));
  app.route('/admin', adminRoutes({ ...deps, rate: deps.deviceRate }));
  app.route('/', sessionRoutes({ ...deps, rate: deps.addressRate }));
  return app;
}

export type App = ReturnType<typeof createBase>;
