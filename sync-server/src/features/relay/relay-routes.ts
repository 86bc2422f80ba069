import { Hono } from 'hono';
import { DeliverRequest } from '@shared/protocol/relay-message';
import { answer, failureResponse } from '../../http/answer';
import { authenticate, type AuthenticateDeps } from '../../http/authenticate';
import type { ServerEnv } from '../../http/context';
import { readJson } from '../../http/read-json';
import type { Authorities } from './authority-service';
import type { Deliver } from './deliver-service';

export interface RelayRoutesDeps extends AuthenticateDeps {
  readonly authorities: Authorities;
  readonly deliver: Deliver;
}

/** `/relay` of the province (§20): what an office needs to go on without it, and the work that came around the line. */
export function relayRoutes({ authorities, deliver, ...deps }: RelayRoutesDeps) {
  const app = new Hono<ServerEnv>();
  app.use(authenticate(deps));
  app.get('/authority', async (c) => answer(c, await authorities(c.get('session'))));
  app.post('/deliver', async (c) => {
    const request = await readJson(c, DeliverRequest);
    if (!request.ok) return failureResponse(c, request.error);
    return answer(c, await deliver(c.get('session'), request.value));
  });
  return app;
}
