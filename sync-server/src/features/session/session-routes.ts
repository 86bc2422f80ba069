import { Hono, type Context } from 'hono';
import {
  ChallengeRequest,
  EnrolRequest,
  PasswordRequest,
  RenewRequest,
  WipeRequest,
} from '@shared/protocol/session';
import { EnrolAgainRequest } from '@shared/protocol/incarnation';
import { answer, failureResponse } from '../../http/answer';
import type { ServerEnv } from '../../http/context';
import type { RateLimiter } from '../../http/limits';
import { readJson } from '../../http/read-json';
import type { Enrolment } from './enrolment-service';
import type { Sessions } from './session-service';

export interface KeySessionDeps {
  readonly sessions: Pick<Sessions, 'challenge' | 'renew'>;
  /** By address and step: whoever asks here has no token yet. */
  readonly rate: RateLimiter;
  readonly addressOf: (c: Context<ServerEnv>) => string;
}

export interface SessionRoutesDeps extends KeySessionDeps {
  readonly sessions: Sessions;
  readonly enrolment: Enrolment;
}

/** A session by keys alone, of the province and of a hub alike; `rate` bounds whatever else is added to these routes. */
export function keySessionRoutes({ sessions, rate, addressOf }: KeySessionDeps) {
  const routes = new Hono<ServerEnv>();
  routes.use(async (c, next) => {
    // Each step by itself: else the first steps of many take what their second steps need, and nobody comes through.
    const retryAfterMs = rate(`${addressOf(c)} ${c.req.path}`);
    return retryAfterMs > 0
      ? failureResponse(c, { code: 'http.too-many-requests', retryAfterMs })
      : next();
  });
  routes.post('/session/challenge', async (c) => {
    const request = await readJson(c, ChallengeRequest);
    if (!request.ok) return failureResponse(c, request.error);
    return answer(c, await sessions.challenge(request.value.deviceId));
  });
  routes.post('/session/renew', async (c) => {
    const request = await readJson(c, RenewRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const reply = await sessions.renew(request.value);
    return reply.ok ? answer(c, reply.value) : failureResponse(c, reply.error);
  });
  return routes;
}

/** What a device asks before it has an access token. */
export function sessionRoutes({ sessions, enrolment, rate, addressOf }: SessionRoutesDeps) {
  const routes = keySessionRoutes({ sessions, rate, addressOf });
  routes.post('/devices/enrol', async (c) => {
    const request = await readJson(c, EnrolRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const reply = await enrolment.enrol(request.value);
    return reply.ok ? answer(c, reply.value) : failureResponse(c, reply.error);
  });
  routes.post('/devices/enrol-again', async (c) => {
    const request = await readJson(c, EnrolAgainRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const proven = await sessions.proveForked(request.value);
    if (!proven.ok) return failureResponse(c, proven.error);
    const reply = await enrolment.again(proven.value, request.value.devicePublicKey);
    return reply.ok ? answer(c, reply.value) : failureResponse(c, reply.error);
  });
  routes.post('/session/wipe', async (c) => {
    const request = await readJson(c, WipeRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const reply = await sessions.wipeOrder(request.value);
    return reply.ok ? answer(c, reply.value) : failureResponse(c, reply.error);
  });
  routes.post('/session/password', async (c) => {
    const request = await readJson(c, PasswordRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const reply = await sessions.signIn(request.value);
    return reply.ok ? answer(c, reply.value) : failureResponse(c, reply.error);
  });
  return routes;
}
