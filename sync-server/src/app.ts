import type { Context } from 'hono';
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
import { createBase } from './http/base-app';
import type { ServerEnv } from './http/context';
import type { RateLimiter } from './http/limits';
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
