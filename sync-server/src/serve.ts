import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { AppDeps } from './app';
import type { Config } from './config';
import type { App } from './http/base-app';
import { httpServerOf } from './http/listen';
import type { Log } from './log';

/** Time that requests under way are given when the server stops. */
const STOP_PATIENCE_MS = 10_000;

/** Listens until a signal ends it, and prints one line once it is ready. */
export async function serve(config: Config, log: Log, server: Program): Promise<void> {
  const http = httpServerOf(server.app, server.tls);
  http.listen(config.port, config.host);
  await once(http, 'listening').catch(async (cause: unknown) => {
    await server.stop();
    throw cause;
  });

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    server.closeStreams();
    await closeHttp(http);
    await server.stop();
    log.info({}, 'stopped');
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop(signal).then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }

  const bound = http.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : config.port;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const address = `${server.tls ? 'https' : 'http'}://${host}:${port}`;
  log.info({ address }, 'listening');
  const said = await server.listening(port);
  process.stdout.write(`${JSON.stringify({ ready: true, address, ...said })}\n`);
}

export const addressOf: AppDeps['addressOf'] = (c) => getConnInfo(c).remote.address ?? 'unknown';

export interface Program {
  readonly app: App;
  readonly tls: Config['tls'];
  /** Tells what the ready line says besides the address. */
  readonly listening: (port: number) => Promise<object>;
  /** Streams never end by themselves. */
  readonly closeStreams: () => void;
  readonly stop: () => Promise<void>;
}

async function closeHttp(http: HttpServer): Promise<void> {
  const closed = once(http, 'close');
  http.close();
  http.closeIdleConnections();
  const late = setTimeout(() => http.closeAllConnections(), STOP_PATIENCE_MS);
  await closed;
  clearTimeout(late);
}

/** Ends the program with the reason on standard error. */
export function failed(cause: unknown): void {
  process.stderr.write(
    `${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`,
  );
  process.exit(1);
}
