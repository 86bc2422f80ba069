import { utf8 } from '@shared/kernel/bytes';
import type { User } from '@shared/domain/organ/user';
import { anId, aRegister, aUser } from '../support/core-builders';
import { createChecker, type Checker } from './checker';
import { createEventLog } from './event-log';
import { createFaults, type FaultKind } from './faults';
import { createMemoryDatabase, type MemoryDatabase } from './memory-intake-store';
import { createNetwork } from './network';
import { createPaperBook } from './paper-book';
import { createChance, type Chance } from './random';
import { createSimulatedHub } from './hub';
import { createRelayChecker } from './relay-checker';
import type { RelayWay } from './relay-station';
import { createScheduler, START_MS, type Failure, type Scheduler } from './scheduler';
import { createRewind } from './rewind';
import { createServerNodes, type ServerNodes } from './server-nodes';
import { createServerRestore, type ServerRestore } from './server-restore';
import type { SimulatedOffice } from './workload';
import { createWorkstation, type Workstation } from './workstation';

export interface SeedOptions {
  readonly keepLog?: boolean;
  /** Faults that do not happen, to find those that a failure needs. */
  readonly without?: readonly FaultKind[];
  /** At most so many acts a workstation. */
  readonly maxActs?: number;
}

export interface SeedResult {
  readonly seed: number;
  readonly failure: Failure | undefined;
  readonly saved: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly faults: readonly FaultKind[];
  readonly counters: Readonly<Record<string, number>>;
  readonly logDigest: string;
  readonly log: readonly string[];
}

/** Longest day that is simulated before everything heals; then the rounds that may pass until all is at rest. */
const DAY_MS = 30 * 60_000;
const ROUNDS_TO_REST = 120;
const EVENTS_AT_MOST = 400_000;

/** One seeded run of the whole system: people work while things break, then all heals and must come to rest. */
export async function runSeed(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  const chance = createChance(`seed ${seed}`);
  const log = createEventLog({ keepLines: options.keepLog ?? false });
  const faults = createFaults(chance.fork('faults'), log, new Set(options.without));
  const scheduler = createScheduler(chance.fork('scheduler'), log);
  const rewind = createRewind();
  const restore: ServerRestore = createServerRestore({
    scheduler,
    chance: chance.fork('restore'),
    faults,
    log,
    rewind,
    database: () => database,
    nodes: () => nodes,
    offices: () => offices,
  });
  const { hasHappened } = restore;
  const checker: Checker = createChecker(scheduler, log, () => database, {
    rewind,
    hasHappened,
    isLost: (deviceId) => isLost(deviceId),
  });
  const database: MemoryDatabase = createMemoryDatabase({
    scheduler,
    chance: chance.fork('database'),
    faults,
    rewind,
    recoveryBegun: () => {
      restore.recoveryBegun();
      for (const { workstation } of machines) workstation.outdated();
    },
    decided: (commit) => {
      checker.decided(commit);
      for (const { workstation } of machines) workstation.outdated();
      for (const { registerId, number } of commit.registerEntries)
        paper.printed(registerId, number);
    },
    committed: (commit) => {
      checker.committed(commit);
      for (const { workstation } of machines) workstation.outdated();
      for (const { registerId, number } of commit.registerEntries)
        paper.printed(registerId, number);
    },
  });
  const paper = createPaperBook(scheduler.fail, log.count);
  const nodes: ServerNodes = createServerNodes({
    scheduler,
    chance: chance.fork('nodes'),
    faults,
    database,
    count: chance.integer(1, 3),
  });
  const network = createNetwork({
    scheduler,
    chance: chance.fork('network'),
    faults,
    log,
    checker,
    nodes,
    restore,
    wentBack: (id) =>
      machines.some(({ deviceId, workstation }) => deviceId === id && workstation.wentBack()),
    brought: (work) => relay.brought(work, 'author'),
  });

  const offices: readonly SimulatedOffice[] = Array.from(
    { length: chance.pick([1, 1, 1, 2, 3]) },
    (_, i) => anOffice(i + 1, chance, database),
  );
  const relayChance = chance.fork('relay');
  const relay = createRelayChecker(scheduler.fail, log.count);
  const hasWayAround = relayChance.chance(0.45);
  const ways = offices.map((office, index): RelayWay | undefined => {
    if (!hasWayAround || relayChance.chance(0.2)) return undefined;
    const hubId = anId(8, index + 1);
    const hub = relayChance.chance(0.85)
      ? createSimulatedHub({
          scheduler,
          chance: chance.fork(`hub ${index}`),
          faults,
          log,
          network,
          relay,
          database,
          office,
          deviceId: hubId,
        })
      : undefined;
    log.count(hub ? 'relay:hub' : 'relay:bundles alone');
    const colleaguesOf = (deviceId: string) => othersOf(office, deviceId);
    return {
      hub,
      relay,
      handOver(from, envelopes) {
        const colleagues = colleaguesOf(from);
        if (colleagues.length === 0) return;
        const { workstation } = relayChance.pick(colleagues);
        scheduler.later(relayChance.integer(500, 60_000), () => workstation.takeOver(envelopes));
      },
      cutProvince(deviceId) {
        const forMs = relayChance.integer(20_000, 400_000);
        const others = colleaguesOf(deviceId).map((one) => one.deviceId);
        const links = relayChance.chance(0.5) ? [deviceId] : [deviceId, hubId, ...others];
        for (const link of links) network.cut(link, forMs);
        if (hub && relayChance.chance(0.3)) network.cut(`hub ${deviceId}`, forMs / 2);
      },
      loseMachine(deviceId) {
        if (!hub || !mayBeLost(office, deviceId)) return false;
        relay.machineLost(deviceId);
        return true;
      },
    };
  });
  const keyOf = (userId: string) => utf8(`key of ${userId}`);
  const machines = Array.from({ length: chance.integer(1, 6) }, (_, index) => {
    const office = chance.pick(offices);
    const deviceId = anId(5, index + 1);
    const users = chance.chance(0.4) ? office.users.slice(0, 2) : [chance.pick(office.users)];
    database.addDevice({ id: deviceId, officeId: office.id }, `ticket ${index}`);
    for (const user of users) database.addKey(deviceId, user.id, keyOf(user.id));
    const acts = Math.ceil(5 + 55 * chance.fraction() ** 3);
    const workstation = createWorkstation({
      scheduler,
      chance: chance.fork(`workstation ${index}`),
      faults,
      log,
      checker,
      network,
      paper,
      name: `ws${index}`,
      deviceId,
      office,
      users,
      keyOf,
      ticket: `ticket ${index}`,
      acts: Math.min(acts, options.maxActs ?? acts),
      withdrawAccess: (user) => withdrawForAWhile(user),
      forgetRemovals: database.forgetRemovals,
      isLost: (id) => isLost(id),
      mayBeLost: (id) => mayBeLost(office, id),
      mayGoBack: !faults.enabled.includes('serverRestored') && !ways[offices.indexOf(office)],
      way: ways[offices.indexOf(office)],
    });
    return { workstation, office, users, deviceId };
  });

  function othersOf(office: SimulatedOffice, deviceId: string) {
    return machines.filter(
      (one) => one.office === office && one.deviceId !== deviceId && !one.workstation.isLost(),
    );
  }

  /** A province that went back has nobody left to tell it again what a lost machine had said. */
  function mayBeLost(office: SimulatedOffice, deviceId: string): boolean {
    return !faults.enabled.includes('serverRestored') && othersOf(office, deviceId).length > 0;
  }

  const isLost = (deviceId: string): boolean =>
    machines.some((one) => one.deviceId === deviceId && one.workstation.isLost());

  function withdrawForAWhile(user: User): void {
    database.putUser({ ...user, active: false });
    scheduler.later(chance.integer(1_000, 60_000), () => database.putUser(user));
  }

  const workstations = machines.map(({ workstation }) => workstation);
  await scheduler.run(
    () =>
      workstations.every((workstation) => workstation.actsLeft() === 0) ||
      scheduler.now() > START_MS + DAY_MS ||
      scheduler.eventCount() > EVENTS_AT_MOST,
  );
  faults.heal();
  for (const user of offices.flatMap((office) => office.users)) database.putUser(user);
  log.write(scheduler.now(), 'world', 'heals');
  const hubs = ways.flatMap((way) => way?.hub ?? []);
  for (const hub of hubs) hub.rest();
  if (ways.some((way) => way)) restore.sayAtLast();
  await comeToRest(
    scheduler,
    workstations,
    machines.map(({ users }) => users.slice(0, 1)),
    () =>
      restore.isOver() &&
      workstations.every(({ pendingCount }) => pendingCount() === 0) &&
      hubs.every((hub) => hub.isQuiet()),
  );
  const turns = Math.max(...machines.map(({ users }) => users.length));
  for (let turn = 0; turn < turns && !scheduler.failure(); turn++) {
    const present = machines.map(({ users }) => users.slice(turn % users.length));
    await comeToRest(scheduler, workstations, present, () =>
      workstations.every((workstation) => workstation.isQuiet()),
    );
    if (scheduler.failure()) break;
    machines.forEach(({ workstation }, index) => {
      const person = present[index]?.[0];
      if (person && !workstation.isLost())
        checker.converged(workstation.databaseOf(person), person);
    });
  }
  if (!scheduler.failure()) {
    checker.booksAtRest();
    relay.settled(({ dev, n }) => database.stored(dev, n) !== undefined);
    for (const hub of hubs) hub.checkDisks();
    for (const { workstation, deviceId } of machines) {
      if (!workstation.isLost()) checker.settled(deviceId, workstation.segments());
    }
  }
  return {
    seed,
    failure: scheduler.failure(),
    saved: checker.savedCount(),
    events: scheduler.eventCount(),
    virtualMs: scheduler.now() - START_MS,
    faults: faults.enabled,
    counters: log.counters(),
    logDigest: log.digest(),
    log: log.lines(),
  };
}

/** Runs until all is at rest; a workstation that needs too many exchanges for it is a failure of its own. */
async function comeToRest(
  scheduler: Scheduler,
  workstations: readonly Workstation[],
  present: readonly (readonly User[])[],
  isDone: () => boolean,
): Promise<void> {
  workstations.forEach((workstation, index) => {
    const person = present[index]?.[0];
    if (person) workstation.rest(person);
  });
  const isTooLong = () =>
    workstations.some((workstation) => workstation.roundsAtRest() > ROUNDS_TO_REST) ||
    scheduler.eventCount() > 2 * EVENTS_AT_MOST;
  await scheduler.run(() => isDone() || isTooLong());
  if (!scheduler.failure() && !isDone()) {
    scheduler.fail('quiescence', `not at rest after ${ROUNDS_TO_REST} exchanges`);
  }
}

function anOffice(n: number, chance: Chance, database: MemoryDatabase): SimulatedOffice {
  const [id, organId] = [anId(1, n), anId(2, n)];
  const registers = Array.from({ length: chance.integer(1, 2) }, (_, i) =>
    aRegister({ id: anId(3, n * 10 + i), organId, name: `Sổ ${i + 1}` }),
  );
  for (const register of registers) database.addRegister(id, register, true);
  // One clerk leads besides, and another is the second person of a recall: so few people do all of it at once.
  const roles = [['vanThu', 'phoChuTich'], ['vanThu', 'quanTri'], ['vanThu'], ['chuyenVien']];
  const users = roles.map((held, i) =>
    aUser({
      id: anId(4, n * 10 + i),
      officeId: id,
      login: `user${n}${i}`,
      grants: held.map((role) => ({ role, organId })),
    }),
  );
  for (const user of users) database.putUser(user);
  const [leader] = users;
  if (leader) database.addUserRecord(leader);
  const leaderId = anId(4, n * 10);
  return { id, organId, registers, users, leaderId, documentIds: [], dossierIds: [], draftIds: [] };
}
