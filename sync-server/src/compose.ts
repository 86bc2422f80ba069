import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createIntake } from '@shared/sync/intake';
import type { IntakeServices } from '@shared/sync/intake-store';
import type { Converters } from '@shared/sync/schema-steps';
import { createApp, type AppDeps } from './app';
import { RECOVERY_DUE } from './backup/backup-folder';
import { createBackups, type Backups } from './backup/backups';
import type { Config } from './config';
import { limitedDatabase } from './db/limited';
import type { Database } from './db/queryable';
import { createAdmin, type Admin } from './features/admin/admin-service';
import { createDeliveryLoop, type DeliveryLoop } from './features/delivery/delivery-loop';
import { createDeliveries, type Deliveries } from './features/delivery/delivery-service';
import { createFiles, type Files } from './features/files/file-service';
import { checkIntegrity, type IntegrityReport } from './features/health/integrity';
import { readServerState } from './features/health/server-state';
import { createHeadWatch } from './features/hints/head-watch';
import { createHintStreams, type HintStreams } from './features/hints/hint-streams';
import { beginRecovery } from './features/recovery/begin-recovery';
import { createAuthorities } from './features/relay/authority-service';
import { createDeliver } from './features/relay/deliver-service';
import { createRelayKeys } from './features/relay/relay-keys';
import { createWitnesses } from './features/recovery/witness-service';
import { createEnrolment } from './features/session/enrolment-service';
import { createSessions } from './features/session/session-service';
import { createTokens } from './features/session/tokens';
import { createCourier } from './features/sync/courier-service';
import { postgresIntakeStore } from './features/sync/postgres-intake-store';
import { forgetRemovals } from './features/sync/forget-removals';
import { createSnapshots } from './features/sync/snapshot-service';
import { createUnreceived } from './features/sync/unreceived-service';
import { createSync } from './features/sync/sync-service';
import { createAdmission } from './http/admission';
import { intakeServices } from './platform';
import type { App } from './http/base-app';
import { ADDRESS_RATE, createGate, createRateLimiter, type RateLimit } from './http/limits';
import type { Log } from './log';
import { openDatabase } from './open-database';
import { folderObjects } from './storage/folder-objects';
import type { ObjectStore } from './storage/objects';
import { s3Objects } from './storage/s3-objects';

/** Password checks at a time; each takes 64 MiB and about a tenth of a second of two cores. */
const PASSWORD_CHECKS = { atOnce: 2, waiting: 100 };

/**
 * Pages of first loads that a node makes at a time (§12.4). Each takes its one thread for some tens of milliseconds, and an
 * exchange of the day waits for the thread at every one of its dozen answers of the database: two pages at a time load
 * nobody sooner and made that exchange twice as slow.
 */
const LOADING_PAGES = { atOnce: 1, waiting: 200 };
/** A chunk at a time each; the requests themselves may last a minute on a slow line. */
const FILE_CONNECTIONS = { atOnce: 4, waiting: 1_000 };
/** Staging that nobody goes on with is looked for so often. */
const EXPIRE_EVERY_MS = 24 * 3_600_000;

export interface Server {
  readonly app: App;
  readonly admin: Admin;
  readonly db: Database;
  readonly timeline: string;
  readonly deliveries: Deliveries;
  readonly deliveryLoop: DeliveryLoop;
  readonly hints: HintStreams;
  readonly files: Files;
  readonly stop: () => Promise<void>;
}

/** Starts the database, brings it up to date, checks it, and builds everything upon it. */
export async function compose(
  config: Config,
  { log, addressOf }: { readonly log: Log; readonly addressOf: AppDeps['addressOf'] },
): Promise<Server> {
  const opened = await openDatabase(config, log);
  const { db, embedded } = opened;
  let deliveryLoop: DeliveryLoop | undefined;
  let backups: Backups | undefined;
  let expiring: NodeJS.Timeout | undefined;
  const stop = async (): Promise<void> => {
    clearInterval(expiring);
    await deliveryLoop?.stop();
    await backups?.stop();
    await opened.close();
    await backups?.takeRest();
  };
  try {
    await recoverIfDue(db, { dataDir: config.dataDir, log });
    const forgotten = await forgetRemovals(db);
    if (forgotten > 0) log.info({ scopes: forgotten }, 'old removals forgotten');
    const checked = checkIntegrity(db).then((report) => reportIntegrity(report, log));
    // A province's database is large and has other nodes: its check does not hold up this one.
    if (embedded) await checked;
    else checked.catch((cause: unknown) => log.error({ err: cause }, 'integrity check failed'));
    const server = await composeOn(db, {
      log,
      addressOf,
      rate: config.rate,
      objects: config.objectStore
        ? s3Objects(config.objectStore)
        : folderObjects(join(config.dataDir, 'objects')),
    });
    ({ deliveryLoop } = server);
    deliveryLoop.start();
    const expire = (): void => {
      server.files
        .expireStaging()
        .catch((cause: unknown) => log.warn({ err: cause }, 'staging was not looked at'));
    };
    expire();
    expiring = setInterval(expire, EXPIRE_EVERY_MS);
    if (embedded && config.backupDir !== undefined) {
      backups = await createBackups({
        postgres: embedded,
        dataDir: config.dataDir,
        backup: config.backupDir,
        objects: config.objectStore ? undefined : join(config.dataDir, 'objects'),
        log,
        nowMs: Date.now,
      });
      backups.start();
    }
    return { ...server, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

export interface ComposeOptions {
  readonly log: Log;
  readonly addressOf: AppDeps['addressOf'];
  readonly rate: RateLimit;
  /** Where complete files lie: the same for every node. */
  readonly objects: ObjectStore;
  /** First loads that this node serves at a time (§12.4). */
  readonly snapshotsAtOnce?: number;
  /** For tests; otherwise the system's clock. */
  readonly nowMs?: () => number;
  /** For tests of older workstations; otherwise the product's. */
  readonly converters?: Converters;
}

/**
 * Everything above a migrated database; several of these on one database are several nodes. The delivery loop is not
 * started yet.
 */
export async function composeOn(
  db: Database,
  {
    log,
    addressOf,
    rate,
    objects,
    snapshotsAtOnce = 40,
    nowMs = () => Date.now(),
    converters,
  }: ComposeOptions,
): Promise<Omit<Server, 'stop'>> {
  const { timeline, tokenKey } = await readServerState(db);
  const deliveries = createDeliveries({ db, objects, nowMs, log });
  const deliveryLoop = createDeliveryLoop({ deliveries, log });
  const store = postgresIntakeStore(db, deliveryLoop.wake);
  const services: IntakeServices = {
    ...intakeServices(nowMs),
    ...(converters && { converters }),
    onPoison: ({ dev, inc, n, kind, target }, err) =>
      log.error({ err, dev, inc, n, kind, target }, 'an act that no rule foresaw was refused'),
  };
  const intake = createIntake({ store, services });
  const hints = createHintStreams({ watch: createHeadWatch({ db, log }) });
  const tokens = createTokens({ key: tokenKey, timeline, nowMs });
  const syncDeps = { nowMs, ticketKey: tokenKey, intake };
  const files = createFiles({ db: limitedDatabase(db, FILE_CONNECTIONS), objects, nowMs });
  const admin = createAdmin({ db, nowMs });
  const relayKeys = createRelayKeys(tokenKey);
  const app = createApp({
    db,
    admin,
    sessions: createSessions({
      db,
      tokens,
      province: relayKeys,
      nowMs,
      oneOfFew: createGate(PASSWORD_CHECKS),
    }),
    enrolment: createEnrolment({ db, provinceKey: relayKeys.publicKey, nowMs }),
    sync: createSnapshots({
      db,
      sync: createSync({ ...syncDeps, db }),
      oneOfFew: createGate(LOADING_PAGES),
      admit: createAdmission({ atOnce: snapshotsAtOnce, nowMs }),
    }),
    witnesses: createWitnesses({ db }),
    unreceived: createUnreceived({ db }),
    courier: createCourier({ db, intake, store, verify: services.verify, nowMs }),
    files,
    authorities: createAuthorities({ db, keys: relayKeys, nowMs }),
    relayKeys,
    deliver: createDeliver({ db, intake, store, verify: services.verify, keys: relayKeys, nowMs }),
    hints,
    timeline,
    nowMs,
    log,
    deviceRate: createRateLimiter(rate, nowMs),
    addressRate: createRateLimiter(ADDRESS_RATE, nowMs),
    addressOf,
  });
  return {
    app,
    admin,
    db,
    timeline,
    deliveries,
    deliveryLoop,
    hints,
    files,
  };
}

/** A cluster that was put back and not recovered yet, whatever came in between, begins a history of its own (§13.2). */
async function recoverIfDue(
  db: Database,
  { dataDir, log }: { readonly dataDir: string; readonly log: Log },
): Promise<void> {
  const path = join(dataDir, RECOVERY_DUE);
  if (!existsSync(path)) return;
  const timeline = await beginRecovery(db, { reason: 'start', nowMs: Date.now() });
  await rm(path, { force: true });
  log.warn({ timeline }, 'this database was put back from a backup: a recovery has begun');
}

function reportIntegrity(report: IntegrityReport, log: Log): void {
  const { offices, records, operations, registers, findings } = report;
  const counts = { offices, records, operations, entries: registers.entries };
  if (findings.length + registers.findings.length === 0) {
    log.info(counts, 'integrity check: everything fits');
    return;
  }
  log.error(
    { ...counts, findings: findings.slice(0, 20), registers: registers.findings.slice(0, 20) },
    'integrity check: something does not fit',
  );
}
