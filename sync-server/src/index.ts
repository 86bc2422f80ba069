import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import type { Server as HttpServer } from 'node:http';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { App, AppDeps } from './app';
import { compose } from './compose';
import { composeHub } from './compose-hub';
import { readConfig, type Config } from './config';
import { connectionCodes } from './features/hub/connection-codes';
import { httpServerOf } from './http/listen';
import { createLog, type Log } from './log';

/** Time that requests under way are given when the server stops. */
const STOP_PATIENCE_MS = 10_000;

async function main(): Promise<void> {
  const config = readConfig(process.env, process.argv.slice(2));
  const log = createLog(config.logLevel);
  const server = await start(config, log);
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
  const { fingerprint } = server.ready;
  const codes =
    fingerprint === undefined
      ? {}
      : { codes: connectionCodes({ host: config.host, port, fingerprint }, networkInterfaces()) };
  process.stdout.write(`${JSON.stringify({ ready: true, address, ...server.ready, ...codes })}\n`);
}

interface Program {
  readonly app: App;
  readonly tls: Config['tls'];
  readonly ready: { readonly fingerprint?: string };
  /** Streams never end by themselves. */
  readonly closeStreams: () => void;
  readonly stop: () => Promise<void>;
}

/** The province, or with `--relay` the hub of an office. */
async function start(config: Config, log: Log): Promise<Program> {
  const addressOf: AppDeps['addressOf'] = (c) => getConnInfo(c).remote.address ?? 'unknown';
  const { hub, tls } = config;
  if (hub) {
    const server = await composeHub({ ...config, hub }, { log, addressOf });
    return { ...server, closeStreams: () => undefined };
  }
  const { app, hints, stop } = await compose(config, { log, addressOf });
  return { app, tls, ready: {}, closeStreams: hints.closeAll, stop };
}

async function closeHttp(http: HttpServer): Promise<void> {
  const closed = once(http, 'close');
  http.close();
  http.closeIdleConnections();
  const late = setTimeout(() => http.closeAllConnections(), STOP_PATIENCE_MS);
  await closed;
  clearTimeout(late);
}

main().catch((cause: unknown) => {
  process.stderr.write(
    `${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`,
  );
  process.exit(1);
});
