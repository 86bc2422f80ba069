import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createAdaptorServer } from '@hono/node-server';
import type { App } from './base-app';
import type { Config } from '../config';

/** The app behind HTTP or, with a certificate, HTTPS; it listens once it is told to. */
export function httpServerOf(app: App, tls: Config['tls']): HttpServer {
  // A request that stalls holds a place: slow lines get a minute, not for ever (I-22).
  const times = { requestTimeout: 60_000, headersTimeout: 20_000, keepAliveTimeout: 65_000 };
  const server = createAdaptorServer({
    fetch: app.fetch,
    ...(tls
      ? { createServer: createHttpsServer, serverOptions: { ...tls, ...times } }
      : { createServer: createHttpServer, serverOptions: times }),
  }) as HttpServer;
  // Every byte counts on an idle line (B-4): no date, of which nobody takes the time, and no word on keeping a connection
  // that HTTP/1.1 keeps anyway.
  server.prependListener('request', (_request, response) => {
    response.sendDate = false;
    response.removeHeader('connection');
  });
  return server;
}
