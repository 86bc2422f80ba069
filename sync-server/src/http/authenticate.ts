import { createMiddleware } from 'hono/factory';
import type { Sessions } from '../features/session/session-service';
import { failureResponse } from './answer';
import type { ServerEnv } from './context';
import type { RateLimiter } from './limits';

/** Lets a request pass that carries a good access token of a device in good standing, and not too often. */
export const authenticate = ({ sessions, rate }: AuthenticateDeps) =>
  createMiddleware<ServerEnv>(async (c, next) => {
    const [scheme, token] = (c.req.header('authorization') ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token) {
      return failureResponse(c, { code: 'session.not-signed-in' });
    }
    const session = await sessions.authenticate(token);
    if (!session.ok) return failureResponse(c, session.error);
    c.set('session', session.value);
    c.set('office', session.value.officeId);
    const retryAfterMs = rate(session.value.deviceId);
    if (retryAfterMs > 0) {
      return failureResponse(c, { code: 'http.too-many-requests', retryAfterMs });
    }
    return next();
  });

export interface AuthenticateDeps {
  readonly sessions: Pick<Sessions, 'authenticate'>;
  readonly rate: RateLimiter;
}
