import { randomUUID } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import type { Log } from '../log';
import type { ServerEnv } from './context';

/**
 * Gives each request its id and writes its one line: no bodies, names or tokens. The id is answered in a header to who
 * gave one; a failure tells it in its body.
 */
export const requestLog = (log: Log) =>
  createMiddleware<ServerEnv>(async (c, next) => {
    const given = c.req.header('x-request-id') ?? '';
    const isGiven = /^[A-Za-z0-9-]{8,64}$/.test(given);
    const requestId = isGiven ? given : randomUUID();
    c.set('requestId', requestId);
    if (isGiven) c.header('x-request-id', requestId);
    const startedAt = performance.now();
    await next();
    const line = {
      requestId,
      office: c.get('office'),
      route: `${c.req.method} ${c.req.path.slice(0, 100)}`,
      status: c.res.status,
      ms: Math.round(performance.now() - startedAt),
      code: c.get('code'),
    };
    // Load balancers and workstations ask for health all day.
    if (c.req.path === '/health') log.debug(line, 'request');
    else log.info(line, 'request');
  });
