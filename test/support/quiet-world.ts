import { converters } from '@shared/sync/schema-steps';
import { createAppendOperations } from '../../src/main/features/journal/append-operations';
import { openJournal, type Journal } from '../../src/main/features/journal/journal';
import { keptOperations } from '../../src/main/features/journal/kept-operations';
import { createProjectionFeed } from '../../src/main/features/sync/projection-feed';
import type { User } from '@shared/domain/organ/user';
import { toHex, utf8 } from '@shared/kernel/bytes';
import { OfficeId } from '@shared/kernel/ids';
import { LocalDate } from '@shared/kernel/local-date';
import { ok, type Result } from '@shared/kernel/result';
import type { SyncReply, SyncRequest } from '@shared/protocol/sync-message';
import { createEngine, type RoundDone } from '@shared/sync/engine';
import { createExchange } from '@shared/sync/exchange';
import { createIntake } from '@shared/sync/intake';
import { CHAIN_START, type OperationDraft } from '@shared/sync/operation';
import { storeBatch, type ProjectionStore } from '@shared/sync/store-batch';
import type { WitnessOffer } from '@shared/sync/witness';
import { createEventLog } from '../simulation/event-log';
import type { FaultKind, Faults } from '../simulation/faults';
import { createMemoryDatabase, type Commit } from '../simulation/memory-intake-store';
import { createChance } from '../simulation/random';
import { createRewind } from '../simulation/rewind';
import { createScheduler } from '../simulation/scheduler';
import { createSimulatedDatabase } from '../simulation/simulated-database';
import { createSimulatedDisk } from '../simulation/simulated-disk';
import {
  anId,
  aRegister,
  aUser,
  cheapSignature,
  cheapVerify,
  opKey,
  sample,
  sha256,
} from './core-builders';

/** The simulator's world without its accidents: only what a test arms goes wrong, and once for each time it is armed. */
export function createQuietWorld(seed = 'quiet') {
  const chance = createChance(seed);
  const log = createEventLog({ keepLines: false });
  const scheduler = createScheduler(chance.fork('scheduler'), log, 0);
  const armed: FaultKind[] = [];
  const faults: Faults = {
    strikes: (kind) => {
      const at = armed.indexOf(kind);
      if (at < 0) return false;
      armed.splice(at, 1);
      return true;
    },
    enabled: [],
    heal: () => {},
    isHealed: () => false,
  };
  return {
    chance,
    scheduler,
    faults,
    arm: (...kinds: readonly FaultKind[]) => void armed.push(...kinds),
    disarm: () => void armed.splice(0),

    /** Lets the world go on until the promise is settled. */
    async settle<T>(promise: Promise<T>): Promise<T> {
      const wait = { isOver: false };
      const watching = (async () => {
        await Promise.allSettled([promise]);
        wait.isOver = true;
      })();
      // What needs no event of the world settles in microtasks; the first macrotask comes after them.
      await new Promise((resolve) => void setImmediate(resolve));
      await scheduler.run(() => wait.isOver);
      if (scheduler.failure()) throw new Error(scheduler.failure()?.what);
      if (!wait.isOver) throw new Error('the world stands still and nothing was settled');
      await watching;
      return promise;
    },
  };
}

export type QuietWorld = ReturnType<typeof createQuietWorld>;

/** One server node on its database, with the sample office, its clerk, and devices `sample.deviceId` and `anId(5, 2)`. */
export function createServer(world: QuietWorld, today = '2026-03-02') {
  const { scheduler, chance, faults } = world;
  const commits: Commit[] = [];
  const database = createMemoryDatabase({
    scheduler,
    chance: chance.fork('database'),
    faults,
    rewind: createRewind(),
    decided: () => undefined,
    recoveryBegun: () => undefined,
    committed: (commit) => void commits.push(commit),
  });
  database.putUser(aUser());
  database.addRegister(sample.officeId, aRegister());
  for (const id of [sample.deviceId, anId(5, 2)]) {
    database.addDevice({ id, officeId: sample.officeId }, 'first ticket');
    database.addKey(id, sample.clerkId, opKey);
  }
  const ports = database.portsOf(scheduler.process('node', () => {}));
  const intake = createIntake({
    store: ports,
    services: {
      nowMs: scheduler.now,
      today: () => LocalDate.parse(today),
      sha256,
      verify: cheapVerify,
      readProof: () => undefined,
      converters,
      onPoison: () => {},
    },
  });
  const exchange = createExchange({
    intake,
    feed: ports,
    tickets: ports,
    leases: ports,
    ticketMac: (text) => toHex(sha256(utf8(text))).slice(0, 32),
    history: ports,
    nowMs: scheduler.now,
  });
  return { database, ports, intake, exchange, commits };
}

export type QuietServer = ReturnType<typeof createServer>;

export interface BenchOptions {
  readonly deviceId?: string;
  readonly user?: User;
}

/** One workstation of the production core: journal, engine, feed and a window that stores when it is told to. */
export function createBench(world: QuietWorld, server: QuietServer, options: BenchOptions = {}) {
  const { deviceId = sample.deviceId, user = aUser() } = options;
  const { scheduler, chance, faults } = world;
  const disk = createSimulatedDisk(scheduler, chance.fork('disk'), faults);
  const database = createSimulatedDatabase({
    scheduler,
    chance: chance.fork('local database'),
    faults,
    cursorWritten: () => {},
    purged: () => {},
  });
  const clock = { offsetMs: 0 };
  /** Stands between workstation and server; tests replace it. */
  const line = {
    send: (
      request: SyncRequest,
      pass: (request: SyncRequest) => Promise<Result<SyncReply>>,
    ): Promise<Result<SyncReply>> => pass(request),
    sent: [] as SyncRequest[],
    witnesses: [] as WitnessOffer[],
  };
  /** Stands before the local database; tests replace it. */
  const door = { wrap: (store: ProjectionStore): ProjectionStore => store };

  async function start() {
    const main = scheduler.process('main', () => disk.crash());
    const sealer = { seal: (bytes: Uint8Array) => bytes, open: (bytes: Uint8Array) => bytes };
    const opened = await openJournal({ disk: disk.attach(main), sealer, sha256 });
    if (!opened.ok) throw new Error(opened.error.code);
    const journal = opened.value;
    if (!journal.state.incarnation()) await enrol(journal);
    const feed = createProjectionFeed({
      state: () => journal.state,
      peers: () => journal.peers,
      announce: () => {},
      viewer: () => user.id,
      officeId: () => user.officeId,
    });
    const window = scheduler.process('window', () => {});
    const store = database.openStore(window);
    const held = await store.open();
    feed.open(held.cursors, held.dirty);
    const append = createAppendOperations({
      journal,
      clock: wallClock,
      random: { uuid: chance.uuid, fraction: chance.fraction },
      sha256,
      bootId: 'boot',
      author: () => ({
        userId: user.id,
        officeId: OfficeId.parse(user.officeId),
        sign: (bytes) => cheapSignature(opKey, bytes),
      }),
      saved: feed.saved,
    });
    const engine = createEngine({
      journal: {
        state: journal.state,
        append: (build) => journal.append(() => build()),
        kept: (from) => keptOperations(journal, from),
      },
      offerWitnesses: async (offer) => ok(void line.witnesses.push(offer)),
      projection: feed.projection,
      clock: wallClock,
      sha256,
      transport: (request) => {
        line.sent.push(request);
        return line.send(request, (passed) =>
          server.exchange({ deviceId, inc: 1, officeId: user.officeId, user }, passed),
        );
      },
    });
    return { main, journal, feed, store, append, engine };
  }

  const wallClock = {
    nowMs: () => scheduler.now() + clock.offsetMs,
    monotonicMs: () => scheduler.now(),
  };
  const enrol = (journal: Journal) =>
    journal.append(() => [
      { t: 'chain', dev: deviceId as never, inc: 1, n: 0, hash: CHAIN_START },
      {
        t: 'contact',
        ticket: 'first ticket',
        timeline: sample.timeline,
        serverTime: scheduler.now(),
        wall: wallClock.nowMs(),
      },
    ]);

  let running: Awaited<ReturnType<typeof start>> | undefined;
  const now = () => {
    if (!running) throw new Error('the workstation is off');
    return running;
  };

  /** What a window does with everything that can be taken; false when a batch could not be stored. */
  async function storeAll(): Promise<boolean> {
    const { feed, store } = now();
    for (;;) {
      const batch = feed.take();
      if (!batch) return true;
      const { batchId } = batch;
      try {
        const stored = await storeBatch(door.wrap(store), batch);
        feed.acknowledge({ stored: true, batchId, ...stored });
      } catch (cause) {
        feed.acknowledge({ stored: false, batchId, reason: String(cause) });
        return false;
      }
    }
  }

  return {
    clock,
    line,
    door,
    database,
    disk,
    state: () => now().journal.state,
    /** The window is loaded anew, over the same database. */
    reload: async () => {
      const held = await now().store.open();
      now().feed.open(held.cursors, held.dirty);
    },
    journal: () => now().journal,
    feed: () => now().feed,

    async start(): Promise<void> {
      running = await world.settle(start());
      await world.settle(storeAll());
    },
    /** Kills the program as a power cut does. */
    kill(): void {
      now().main.kill('test');
      running = undefined;
    },
    save: (...drafts: readonly OperationDraft[]) => world.settle(now().append(drafts)),
    /** Saves acts in the place of refused ones. */
    saveInPlaceOf: (replaces: readonly string[], ...drafts: readonly OperationDraft[]) =>
      world.settle(now().append(drafts, replaces)),
    /** One exchange, with the window storing what comes meanwhile. */
    async round(): Promise<Result<RoundDone>> {
      const exchange: { result?: Result<RoundDone> } = {};
      const exchanging = async (): Promise<Result<RoundDone>> => {
        exchange.result = await now().engine.round();
        return exchange.result;
      };
      const storing = async (): Promise<void> => {
        while (!exchange.result) {
          await storeAll();
          await scheduler.step(now().main, 'wait', 1, () => {});
        }
        await storeAll();
      };
      const [result] = await world.settle(Promise.all([exchanging(), storing()]));
      return result;
    },
    rows: () => database.rows(),
    row: (id: string) => database.rows().get(id),
  };
}
