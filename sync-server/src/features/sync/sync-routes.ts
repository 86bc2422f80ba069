import { Hono } from 'hono';
import { CourierRequest } from '@shared/protocol/courier';
import { SyncRequest } from '@shared/protocol/sync-message';
import { CompareRequest } from '@shared/protocol/incarnation';
import { WitnessOffer } from '@shared/sync/witness';
import type { ExchangeSession } from '@shared/sync/exchange';
import { answer, failureResponse } from '../../http/answer';
import { authenticate, type AuthenticateDeps } from '../../http/authenticate';
import type { ServerEnv } from '../../http/context';
import { readJson } from '../../http/read-json';
import type { Witnesses } from '../recovery/witness-service';
import type { Courier } from './courier-service';
import type { Snapshots } from './snapshot-service';
import type { Unreceived } from './unreceived-service';

export interface SyncRoutesDeps extends AuthenticateDeps {
  readonly sync: Snapshots;
  readonly courier: Courier;
  readonly witnesses: Witnesses;
  readonly unreceived: Unreceived;
}

/** `POST /sync`: push and pull in one round trip. `POST /sync/courier`: another device's work, brought by hand. `POST /sync/witnesses`:
 * what a workstation holds of a history that a restored server lost. `POST /sync/unreceived`: what an incarnation that was fenced left. */
export function syncRoutes({ sync, courier, witnesses, unreceived, ...deps }: SyncRoutesDeps) {
  const app = new Hono<ServerEnv>();
  app.post('/', authenticate(deps), async (c) => {
    const request = await readJson(c, SyncRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const session: ExchangeSession = c.get('session');
    const reply = await sync(session, request.value);
    return reply.ok ? answer(c, reply.value) : failureResponse(c, reply.error);
  });
  app.post('/courier', authenticate(deps), async (c) => {
    const request = await readJson(c, CourierRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const reply = await courier(c.get('session'), request.value);
    return reply.ok ? answer(c, reply.value) : failureResponse(c, reply.error);
  });
  app.post('/witnesses', authenticate(deps), async (c) => {
    const offer = await readJson(c, WitnessOffer);
    if (!offer.ok) return failureResponse(c, offer.error);
    const reply = await witnesses(c.get('session'), offer.value);
    return reply.ok ? answer(c, reply.value) : failureResponse(c, reply.error);
  });
  app.post('/unreceived', authenticate(deps), async (c) => {
    const request = await readJson(c, CompareRequest);
    if (!request.ok) return failureResponse(c, request.error);
    return answer(c, await unreceived(c.get('session'), request.value));
  });
  return app;
}
