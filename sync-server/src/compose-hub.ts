import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createMailbox } from '@shared/relay/mailbox';
import { createBase, type App, type AppDeps } from './app';
import { ADDRESS_RATE } from './compose';
import type { Config, HubConfig } from './config';
import type { Database } from './db/queryable';
import { createFileCarrier } from './features/hub/carry-files';
import { createWorkCarrier } from './features/hub/carry-work';
import { createCarrierLoop } from './features/hub/carrier-loop';
import { openHub, type EnrolledHub } from './features/hub/enrol-hub';
import { forgetOld } from './features/hub/forget-old';
import { fingerprintOf, hubCertificate, type Tls } from './features/hub/hub-certificate';
import { createHubAnchors } from './features/hub/hub-anchors';
import { deviceKey } from './features/hub/hub-identity';
import { createNumberDesk } from './features/hub/number-desk';
import { hubFileRepository } from './features/hub/hub-file-repository';
import { createHubFiles } from './features/hub/hub-files';
import { createHubRound } from './features/hub/hub-round';
import { hubRoutes } from './features/hub/hub-routes';
import { createHubSessions } from './features/hub/hub-sessions';
import { postgresMailbox } from './features/hub/postgres-mailbox';
import { createProvinceClient } from './features/hub/province-client';
import { sealedChunks } from './features/hub/sealed-chunks';
import { healthRoutes } from './features/health/health-routes';
import { readServerState } from './features/health/server-state';
import { keySessionRoutes } from './features/session/session-routes';
import { createTokens } from './features/session/tokens';
import { failureResponse } from './http/answer';
import { createRateLimiter } from './http/limits';
import type { Log } from './log';
import { openDatabase } from './open-database';

/** What was decided long ago is looked for so often. */
const FORGET_EVERY_MS = 24 * 3_600_000;

export interface HubServer {
  readonly app: App;
  readonly tls: Tls | undefined;
  /** What the ready line says besides the address. */
  readonly ready: { readonly relay: true; readonly fingerprint?: string };
  readonly stop: () => Promise<void>;
}

export interface HubOptions {
  readonly log: Log;
  readonly addressOf: AppDeps['addressOf'];
  readonly nowMs?: () => number;
}

/** The server in relay mode (§20): its database, its place at the province, its mailbox, and the loop that carries. */
export async function composeHub(
  config: Config & { readonly hub: HubConfig },
  options: HubOptions,
): Promise<HubServer> {
  const { dataDir, hub } = config;
  const { log, nowMs = () => Date.now() } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const opened = await openDatabase(config, log);
  try {
    const enrolled = await openHub(dataDir, hub, nowMs);
    const tls = hub.isPlainHttp
      ? undefined
      : (config.tls ?? (await hubCertificate(dataDir, hub.name, nowMs())));
    const { app, loop, forget } = await composeOn(opened.db, enrolled, {
      ...options,
      nowMs,
      config,
    });
    const forgetNow = (): void => {
      forget().catch((cause: unknown) => log.warn({ err: cause }, 'old lines were not looked at'));
    };
    forgetNow();
    const forgetting = setInterval(forgetNow, FORGET_EVERY_MS);
    loop.start();
    return {
      app,
      tls,
      ready: { relay: true, ...(tls && { fingerprint: fingerprintOf(tls) }) },
      stop: async () => {
        clearInterval(forgetting);
        await loop.stop();
        await opened.close();
      },
    };
  } catch (cause) {
    await opened.close();
    throw cause;
  }
}

/** Everything above the database; nothing is carried yet. */
async function composeOn(
  db: Database,
  { identity, authority }: EnrolledHub,
  { config, log, addressOf, nowMs }: Required<HubOptions> & { readonly config: Config },
) {
  const province = createProvinceClient({ identity, nowMs });
  // Of this start alone: a folder that was put back is another mailbox, and machines hand over again what it lost.
  const store = postgresMailbox({ db, mailbox: randomUUID(), nowMs });
  const numbers = createNumberDesk({
    db,
    anchors: createHubAnchors({ folders: config.hub?.anchorFolders ?? [], log }),
    sign: deviceKey(identity).sign,
    time: authority.time,
    log,
  });
  const mailbox = createMailbox({
    store,
    registers: numbers.openRegisters,
    authority: authority.get,
    isDecided: authority.isDecided,
    nowMs,
    provinceHeardAt: () => province.heardAt() ?? authority.get().issuedAt,
  });
  const repository = hubFileRepository(db);
  const chunks = sealedChunks(join(config.dataDir, 'hub-files'));
  const completed = (): void => loop.wake();
  const files = createHubFiles({ db, chunks, mailbox: store, authority, nowMs, completed });
  const work = createWorkCarrier({
    store,
    mailbox,
    province,
    timeline: () => authority.get().timeline,
    isDecided: authority.isDecided,
  });
  const carrier = createFileCarrier({ repository, files, chunks, province, log });
  let isStopped = false;
  const round = createHubRound({
    province,
    authority,
    numbers,
    work,
    files: carrier,
    log,
    nowMs,
    stopped: (stopped) => {
      isStopped = stopped;
    },
  });
  const loop = createCarrierLoop({ round: () => round.run(), log, random: Math.random });

  const { timeline, tokenKey } = await readServerState(db);
  const tokens = createTokens({ key: tokenKey, timeline, nowMs });
  const sessions = createHubSessions({
    authority: authority.get,
    tokens,
    nowMs,
    unknown: () => {
      round.newsWanted();
      loop.wake();
    },
  });
  const rate = createRateLimiter(config.rate, nowMs);
  const addressRate = createRateLimiter(ADDRESS_RATE, nowMs);
  const app = createBase(log);
  app.route('/health', healthRoutes({ db, timeline, nowMs, isRelay: true }));
  const { isFullFor } = store;
  const relay = { mailbox, isFullFor, files, numbers, sessions, rate, kept: loop.wake };
  // What the province has disabled hands nothing on, takes nothing and gives no number.
  app.use('/relay/*', (c, next) =>
    isStopped ? Promise.resolve(failureResponse(c, { code: 'hub.stopped' })) : next(),
  );
  app.route('/relay', hubRoutes(relay));
  app.route('/', keySessionRoutes({ sessions, rate: addressRate, addressOf }));
  const forget = () => forgetOld({ mailbox: store, repository, files, nowMs });
  return { app, loop, forget };
}
