import { randomUUID } from 'node:crypto';
import { networkInterfaces, uptime } from 'node:os';
import { join } from 'node:path';
import { LOG_FILE } from '@shared/protocol/hub-door';
import { createMailbox } from '@shared/relay/mailbox';
import type { AppDeps } from './app';
import type { Config, HubConfig } from './config';
import type { Database } from './db/queryable';
import { copyRoutes } from './features/hub/copy-routes';
import { createFileCarrier } from './features/hub/carry-files';
import { createWorkCarrier } from './features/hub/carry-work';
import { createCarrierLoop } from './features/hub/carrier-loop';
import { connectionCodes } from './features/hub/connection-codes';
import { openHub, type EnrolledHub } from './features/hub/enrol-hub';
import { forgetOld } from './features/hub/forget-old';
import { fingerprintOf, hubCertificate, type Tls } from './features/hub/hub-certificate';
import { createHubAnchors } from './features/hub/hub-anchors';
import { deviceKey } from './features/hub/hub-identity';
import { createHubDoor, type HubDoorFile } from './features/hub/hub-door';
import { readHubFigures } from './features/hub/hub-figures';
import { createMoveWork } from './features/hub/move-work';
import { localRoutes } from './features/hub/local-routes';
import { createNumberDesk } from './features/hub/number-desk';
import { createHubCopies } from './features/hub/hub-copies';
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
import { trimLog } from './features/hub/trim-log';
import { createTokens } from './features/session/tokens';
import { failureResponse } from './http/answer';
import { createBase, type App } from './http/base-app';
import { ADDRESS_RATE, createRateLimiter } from './http/limits';
import type { Log } from './log';
import { makeDataDir, openDatabase } from './open-database';

/** What was decided long ago, and a log that has grown, are looked for so often. */
const FORGET_EVERY_MS = 3_600_000;
/** What the second copy of one workstation may take on the hub's disk. */
const COPY_QUOTA_BYTES = 20 * 1024 ** 3;
/** Of one address: a restore of some thousand pieces passes, guessing does not get far. */
const COPY_RATE = { burst: 5_000, perSecond: 50 };

export interface HubServer {
  readonly app: App;
  readonly tls: Tls | undefined;
  readonly fingerprint: string | undefined;
  /** Opens the door of this PC (`hub-door.ts`); what the ready line says besides the address. */
  readonly listening: (port: number) => Promise<HubReady>;
  readonly stop: () => Promise<void>;
}

export interface HubReady {
  readonly relay: true;
  readonly fingerprint?: string;
  readonly codes?: readonly string[];
}

export interface HubOptions {
  readonly log: Log;
  readonly addressOf: AppDeps['addressOf'];
  readonly nowMs?: () => number;
  /** Steady, also in sleep; the machine's own by default. */
  readonly sinceBootMs?: () => number;
}

/** The server in relay mode (§20): its database, its place at the province, its mailbox, and the loop that carries. */
export async function composeHub(
  config: Config & { readonly hub: HubConfig },
  options: HubOptions,
): Promise<HubServer> {
  const { dataDir, hub } = config;
  const { log, nowMs = () => Date.now(), sinceBootMs = () => uptime() * 1000 } = options;
  await makeDataDir(dataDir);
  const opened = await openDatabase(config, log);
  try {
    const enrolled = await openHub(dataDir, hub, nowMs, sinceBootMs);
    const tls = hub.isPlainHttp
      ? undefined
      : (config.tls ?? (await hubCertificate(dataDir, hub.name, nowMs())));
    const fingerprint = tls && fingerprintOf(tls);
    const door = createHubDoor(dataDir, fingerprint);
    let codes: () => readonly string[] = () => [];
    const { app, loop, forget } = await composeOn(opened.db, enrolled, {
      ...options,
      nowMs,
      sinceBootMs,
      config,
      door,
      codes: () => codes(),
    });
    const forgetAll = async (): Promise<void> => {
      trimLog(join(dataDir, LOG_FILE));
      await forget();
    };
    const forgetNow = (): void => {
      forgetAll().catch((cause: unknown) =>
        log.warn({ err: cause }, 'what is old was not looked at'),
      );
    };
    forgetNow();
    const forgetting = setInterval(forgetNow, FORGET_EVERY_MS);
    loop.start();
    return {
      app,
      tls,
      fingerprint,
      listening: async (port) => {
        if (fingerprint === undefined) return { relay: true };
        const at = { host: config.host, port, fingerprint };
        codes = () => connectionCodes(at, networkInterfaces());
        await door.open(port);
        return { relay: true, fingerprint, codes: codes() };
      },
      stop: async () => {
        clearInterval(forgetting);
        await loop.stop();
        await opened.close();
        await door.close();
      },
    };
  } catch (cause) {
    await opened.close();
    throw cause;
  }
}

interface Around {
  readonly config: Config;
  readonly door: HubDoorFile;
  readonly codes: () => readonly string[];
}

/** Everything above the database; nothing is carried yet. */
async function composeOn(
  db: Database,
  { identity, authority }: EnrolledHub,
  { config, log, addressOf, nowMs, door, codes }: Required<HubOptions> & Around,
) {
  const { dataDir } = config;
  const timelineNow = (): string => authority.get().timeline;
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
  const chunks = sealedChunks(join(dataDir, 'hub-files'));
  const completed = (): void => loop.wake();
  const files = createHubFiles({ db, chunks, mailbox: store, authority, nowMs, completed });
  const work = createWorkCarrier({
    store,
    mailbox,
    province,
    timeline: timelineNow,
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
  const loop = createCarrierLoop({
    round: (isEnding) => round.run(isEnding),
    log,
    random: Math.random,
  });

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
  const copyRate = createRateLimiter(COPY_RATE, nowMs);
  const app = createBase(log);
  app.route('/health', healthRoutes({ db, timeline, nowMs, isRelay: true }));
  // What the province has disabled hands nothing on, takes nothing and gives no number.
  app.use('/relay/*', (c, next) =>
    isStopped ? Promise.resolve(failureResponse(c, { code: 'hub.stopped' })) : next(),
  );
  const copies = createHubCopies(join(config.dataDir, 'hub-copies'), COPY_QUOTA_BYTES);
  // Before the routes that ask everybody for a device of the office.
  app.route(
    '/relay/copies',
    copyRoutes({ copies, tokens, sessions, rate, addressRate: copyRate, addressOf }),
  );
  const { isFullFor } = store;
  const told = (): void => {
    setTimeout(loop.wake, round.newsTold()).unref();
  };
  const relay = { mailbox, isFullFor, files, numbers, sessions, rate, kept: loop.wake, told };
  app.route('/relay', hubRoutes(relay));
  app.route('/', keySessionRoutes({ sessions, rate: addressRate, addressOf }));
  const figures = () =>
    readHubFigures({ store, repository, authority, province, numbers, dataDir, codes });
  const moving = createMoveWork({ store, repository, files, timeline: timelineNow });
  app.route('/local', localRoutes({ key: door.key, figures, moving, kept: loop.wake }));
  const forget = () => forgetOld({ mailbox: store, repository, files, copies, nowMs });
  return { app, loop, forget };
}
