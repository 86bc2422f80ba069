import { createHeldBooks } from '../../src/main/features/registers/held-books';
import { createTrustedTime } from '../../src/main/features/registers/trusted-time';
import {
  createAppendOperations,
  type SavedOperation,
} from '../../src/main/features/journal/append-operations';
import { openJournal, type Journal } from '../../src/main/features/journal/journal';
import { DiskFull } from '../../src/main/features/journal/journal-disk';
import { keptOperations } from '../../src/main/features/journal/kept-operations';
import {
  createProjectionFeed,
  type ProjectionFeed,
} from '../../src/main/features/sync/projection-feed';
import { OfficeId } from '@shared/kernel/ids';
import type { User } from '@shared/domain/organ/user';
import { createEngine } from '@shared/sync/engine';
import { CHAIN_START, type OperationDraft } from '@shared/sync/operation';
import { storeBatch } from '@shared/sync/store-batch';
import { cheapSignature, sample, sha256 } from '../support/core-builders';
import type { Checker, HandedIn } from './checker';
import { createDeviceClock } from './device-clock';
import type { PaperBook } from './paper-book';
import { createRelayStation, observed, type RelayStation, type RelayWay } from './relay-station';
import { createArrivals, type Arrivals } from './arrivals';
import type { Envelope } from '@shared/protocol/relay-message';
import type { SyncReply } from '@shared/protocol/sync-message';
import type { Scope } from '@shared/sync/record';
import { createFork, type Fork } from './fork';
import { createHolderRows } from './holder-rows';
import { incarnationName } from './incarnation-name';
import { createSimulatedAnchors } from './simulated-anchors';
import type { EventLog } from './event-log';
import type { Faults } from './faults';
import type { Network } from './network';
import type { Chance } from './random';
import type { Process, Scheduler } from './scheduler';
import { createSimulatedDatabase, StoreFailed, type SimulatedDatabase } from './simulated-database';
import { createSimulatedDisk } from './simulated-disk';
import { isRecallOpen } from './register-workload';
import { nextAct, type SimulatedOffice } from './workload';

/** So small that loads and pulls take many pages, which are cut anywhere. */
const PAGE_BYTES = 4_000;

export interface WorkstationDeps {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly log: EventLog;
  readonly checker: Checker;
  readonly network: Network;
  readonly name: string;
  readonly deviceId: string;
  readonly office: SimulatedOffice;
  /** People who use this machine in turn, each with a local database of their own. */
  readonly users: readonly User[];
  readonly keyOf: (userId: string) => Uint8Array;
  readonly ticket: string;
  readonly acts: number;
  readonly paper: PaperBook;
  readonly withdrawAccess: (user: User) => void;
  readonly forgetRemovals: () => void;
  /** Of any machine: it never starts again. */
  readonly isLost: (deviceId: string) => boolean;
  /** Others of its office are to go on, and what it said must not be needed again. */
  readonly mayBeLost: (deviceId: string) => boolean;
  /** Its disk may be put back to an earlier image (§13.3). */
  readonly mayGoBack: boolean;
  /** The way around the province, if the office has one (§20). */
  readonly way: RelayWay | undefined;
}

export interface Workstation {
  readonly actsLeft: () => number;
  /** Operations without a final outcome; infinite while the program is down. */
  readonly pendingCount: () => number;
  /** Exchanges since the program was told to come to rest. */
  readonly roundsAtRest: () => number;
  /** From now on: keep this person signed in, and act no more. */
  readonly rest: (user: User) => void;
  /** The person at rest has everything: all is answered, the local database stands at the server's head. */
  readonly isQuiet: () => boolean;
  /** The server has committed something: what was matched before says nothing any more. */
  readonly outdated: () => void;
  readonly databaseOf: (user: User) => SimulatedDatabase;
  readonly segments: () => readonly Uint8Array[];
  /** A colleague's bundle is read in; nothing comes of it while the program is down. */
  readonly takeOver: (envelopes: readonly Envelope[]) => void;
  /** The machine will never start again. */
  readonly isLost: () => boolean;
  /** Its disk was put back to an image. */
  readonly wentBack: () => boolean;
}

/** Everything that lives in memory from one start of the main process to its end. */
interface Running {
  readonly main: Process;
  readonly journal: Journal;
  readonly feed: ProjectionFeed;
  readonly books: ReturnType<typeof createHeldBooks<{ readonly saved: readonly SavedOperation[] }>>;
  readonly time: ReturnType<typeof createTrustedTime>;
  window: Process | undefined;
  /** Wakes the window when a batch can be taken. */
  announced: boolean;
  /** The window has stored all that it found to store. */
  isIdle: boolean;
  wakeWindow: () => void;
  wakeSync: () => void;
  isMatched: boolean;
  /** The newest answer came from a server of another history. */
  isMisled: boolean;
  relay: RelayStation | undefined;
  fork: Fork | undefined;
}

const nameOf = ({ state }: Journal): string => incarnationName(state.incarnation() ?? { dev: '' });

const isGoingOn = (known: string | undefined, { timeline, ancestry }: SyncReply): boolean =>
  known === undefined || known === timeline || ancestry.includes(known);

/** One machine: a main process and a window that may die at any await, a disk, clocks, and databases that stay. */
export function createWorkstation(deps: WorkstationDeps): Workstation {
  const { scheduler, chance, faults, log, checker, office } = deps;
  const disk = createSimulatedDisk(scheduler, chance.fork('disk'), faults);
  const clock = createDeviceClock(scheduler, chance.fork('clock'));
  const anchors = createSimulatedAnchors(scheduler, chance.fork('anchors'));
  const holder = createHolderRows({
    fail: scheduler.fail,
    count: log.count,
    show: deps.paper.shown,
  });
  const databases = new Map<string, SimulatedDatabase>();
  const handedIn: HandedIn[] = [];
  let user: User = chance.pick(deps.users);
  let actsLeft = deps.acts;
  let running: Running | undefined;
  let isResting = false;
  let restingSince = 0;
  let isActing = false;
  let roundsAtRest = 0;
  let boots = 0;
  let isLost = false;
  let hasGoneBack = false;
  let process: Process | undefined;
  const relayChance = chance.fork('relay');
  const forkChance = chance.fork('fork');
  const scopesOf = new Map<string, ReadonlySet<Scope>>();
  /** What the journal of this run of main told the checker. */
  let arrivals: Arrivals = createArrivals(deps.deviceId);

  function databaseOf(person: User): SimulatedDatabase {
    const found = databases.get(person.id);
    if (found) return found;
    const database: SimulatedDatabase = createSimulatedDatabase({
      scheduler,
      chance: chance.fork(`database ${person.id}`),
      faults,
      cursorWritten: (scope, move) => checker.cursorWritten(database, scope, move),
      purged: () => log.count('purge'),
    });
    databases.set(person.id, database);
    return database;
  }

  function boot(): void {
    boots += 1;
    isActing = false;
    clock.boot();
    const main = scheduler.process(`${deps.name}.main`, () => {
      running?.window?.kill('main is gone');
      running = undefined;
      disk.crash();
      if (!isLost) scheduler.later(chance.integer(500, 30_000), boot);
    });
    process = main;
    if (faults.strikes('mainCrash')) main.fuse = chance.integer(1, chance.pick([30, 300, 1_500]));
    scheduler.spawn(main, () => runMain(main));
  }

  async function runMain(main: Process): Promise<void> {
    const journal = await startJournal(main);
    if (!journal) return;
    const feed = createProjectionFeed({
      state: () => journal.state,
      peers: () => journal.peers,
      announce: () => {
        state.announced = true;
        state.wakeWindow();
      },
      viewer: () => user.id,
      officeId: () => office.id,
    });
    const append = createAppendOperations({
      journal,
      clock,
      random: { uuid: chance.uuid, fraction: chance.fraction },
      sha256,
      bootId: `boot-${boots}`,
      author: () => {
        const key = deps.keyOf(user.id);
        return {
          userId: user.id,
          officeId: OfficeId.parse(office.id),
          sign: (bytes) => cheapSignature(key, bytes),
        };
      },
      saved: (operations) => {
        feed.saved(operations);
        state.wakeSync();
      },
    });
    const time = createTrustedTime({
      wallMs: clock.nowMs,
      sinceBootMs: clock.monotonicMs,
      lastTrustedMs: () => journal.state.contact()?.serverTime ?? 0,
    });
    const state: Running = {
      main,
      journal,
      feed,
      time,
      books: createBooks(main, journal, append, time),
      window: undefined,
      announced: false,
      isIdle: false,
      wakeWindow: () => {},
      wakeSync: () => {},
      isMatched: false,
      isMisled: false,
      relay: createRelay(main, journal, feed),
      fork: undefined,
    };
    if (hasGoneBack) state.fork = forkOf(state);
    running = state;
    openWindow(state);
    scheduler.spawn(main, () => keepSyncing(state));
    if (deps.way?.hub) scheduler.spawn(main, async () => state.relay?.keepMeeting());
    scheduler.spawn(main, () => keepActing(state));
    if (state.fork) scheduler.spawn(main, state.fork.keepDeciding);
  }

  const forkOf = ({ main, journal, feed, books }: Running): Fork =>
    createFork({
      ...deps,
      chance: forkChance,
      main,
      journal,
      feed,
      userId: () => user.id,
      append: (drafts, replaces) => books.append(drafts, replaces),
    });

  /** An image of the disk is taken, with what lies outside the profile or without it, and put back some time later. */
  function planImage(): void {
    if (!deps.mayGoBack || !faults.strikes('setBack')) return;
    const isWhole = forkChance.chance(0.4);
    scheduler.later(forkChance.integer(1_000, 120_000), () => {
      const back = [disk.image(), ...[...databases.values()].map((one) => one.image())];
      if (isWhole) back.push(anchors.image());
      const people = new Set(databases.keys());
      scheduler.later(forkChance.integer(500, 120_000), () => {
        if (isResting || isLost || faults.isHealed()) return;
        process?.kill('its disk is put back');
        for (const put of back) put();
        for (const [person, database] of databases) if (!people.has(person)) database.wipe();
        hasGoneBack = true;
        log.count(isWhole ? 'fork:whole machine put back' : 'fork:profile put back');
        log.write(scheduler.now(), deps.name, 'is put back to an image');
        checker.wentBack(deps.deviceId, disk.segments());
        handedIn.splice(0);
        holder.wentBack();
      });
    });
  }

  const createRelay = (
    main: Process,
    journal: Journal,
    feed: ProjectionFeed,
  ): RelayStation | undefined =>
    deps.way &&
    createRelayStation(
      {
        ...deps,
        chance: relayChance,
        way: deps.way,
        main,
        officeId: office.id,
        user: () => user,
        scopesOf,
        rowsOf: (userId) => databases.get(userId)?.rows() ?? new Map(),
      },
      journal,
      feed,
    );

  function createBooks(
    main: Process,
    journal: Journal,
    append: ReturnType<typeof createAppendOperations>,
    time: ReturnType<typeof createTrustedTime>,
  ) {
    return createHeldBooks({
      log: { info: () => {}, warn: () => {}, error: () => {} },
      sha256,
      state: journal.state,
      journal: (records) => journal.append(() => records),
      anchors: anchors.attach(main),
      append: async (drafts, replaces, along) => {
        const known = { ...time.known(), trueMs: scheduler.now() };
        holder.dated(drafts, journal.state.heldBooks(), known);
        // A number that a fenced incarnation gave was shown by that one.
        const isAgain = replaces.length > 0;
        if (hasGoneBack && !isAgain)
          holder.behind(drafts, journal.state.heldBooks(), anchors.lastGiven);
        if (!isAgain) holder.trying(drafts);
        const done = await append(drafts, replaces, along);
        if (!isAgain) holder.ended(drafts, done.ok ? undefined : done.error.code);
        if (done.ok) checker.saved(nameOf(journal), done.value.saved);
        if (done.ok && !isAgain)
          drafts.forEach((draft, i) => showNumber(draft, done.value.saved[i]?.opId));
        return done;
      },
      time: time.known,
      findDocument: () => undefined,
      person: () => user.id,
      isClerk: () => user.grants.some(({ role }) => role === 'vanThu'),
      changed: () => {},
      show: () => {},
    });
  }

  /** A number is on the screen: by now nothing can take it back (M-13), and the clerk writes it down. */
  function showNumber(draft: OperationDraft, opId: string | undefined): void {
    if (draft.kind !== 'cmd.allocateNumber') return;
    const { registerId, epoch, number } = draft.body;
    const isAnchored = anchors.lastGiven(registerId as string, Number(epoch)) >= Number(number);
    const isFlushed = disk
      .durable()
      .some((bytes) => Buffer.from(bytes.buffer, 0, bytes.length).includes(String(opId)));
    if (!isAnchored || !isFlushed) {
      scheduler.fail('I-9', `number ${Number(number)} is shown before it is durable (M-13)`);
    }
    deps.paper.shown(draft);
  }

  /** Clerks look into the paper book: after a start, and when the server asks for it. */
  async function lookAtPaper({ books }: Running): Promise<readonly OperationDraft[]> {
    const drafts: OperationDraft[] = [];
    for (const book of await books.list()) {
      const { registerId } = book.lease;
      const lastPaperNumber = deps.paper.last(registerId);
      if (book.kind === 'held') {
        if (!book.needsConfirmation) continue;
        const isLast = lastPaperNumber <= book.lastNumber;
        if (isLast) await books.confirmLast(registerId, book.lastNumber);
        // The paper book knows more than the whole machine: its clerk does not say that it is right (N-10).
        else if (hasGoneBack) log.count('N-10');
        continue;
      }
      log.count('holder:paper question');
      const target = { type: 'register' as const, id: registerId };
      const body = { lastPaperNumber };
      drafts.push({ kind: 'cmd.declineLease', target, base: null, role: 'vanThu', body });
    }
    return drafts;
  }

  async function startJournal(main: Process): Promise<Journal | undefined> {
    const sealer = { seal: (bytes: Uint8Array) => bytes, open: (bytes: Uint8Array) => bytes };
    try {
      const opened = await openJournal({ disk: disk.attach(main), sealer, sha256 });
      if (!opened.ok) {
        scheduler.fail('I-1', `the journal does not open: ${opened.error.code}`);
        return undefined;
      }
      const journal = deps.way ? observedJournal(opened.value) : opened.value;
      checker.journalOpened(deps.deviceId, disk.segments(), journal.state);
      holder.opened(journal.state.heldBooks(), journal.state.hasNumbered);
      if (!journal.state.incarnation() && !(await enrol(journal))) return restart(main);
      return journal;
    } catch (cause) {
      if (cause instanceof DiskFull) return restart(main);
      throw cause;
    }
  }

  function observedJournal(journal: Journal): Journal {
    arrivals = createArrivals(deps.deviceId);
    return observed(journal, disk.segments(), arrivals.take);
  }

  function restart(main: Process): undefined {
    main.kill('cannot start');
    return undefined;
  }

  async function enrol(journal: Journal): Promise<boolean> {
    const { ticket, deviceId: dev } = deps;
    const enrolled = await journal.append(() => [
      { t: 'chain', dev: dev as never, inc: 1, n: 0, hash: CHAIN_START },
      { t: 'contact', ticket, timeline: sample.timeline, serverTime: scheduler.now(), wall: 0 },
    ]);
    return enrolled.ok;
  }

  async function keepSyncing(state: Running): Promise<void> {
    const { main, journal, feed } = state;
    const engine = createEngine({
      journal: {
        state: journal.state,
        append: (build) => journal.append(() => build()),
        kept: (from) => keptOperations(journal, from),
      },
      offerWitnesses: (offer) => {
        const session = { deviceId: deps.deviceId, officeId: office.id, userId: user.id };
        return deps.network.offerWitnesses(main, session, offer);
      },
      projection: feed.projection,
      clock,
      sha256,
      healing: () => log.count('rescan'),
      takeLeases: (leases) => state.books.takeLeases(leases),
      transport: async (request) => {
        const asker = user.id;
        // Colleagues' work goes before what was made in its sight.
        const handed = await state.relay?.deliverPeers();
        if (handed?.ok === false) return handed;
        const ops = request.ops.filter((op) => state.relay?.maySend(op) ?? true);
        const reply = await deps.network.send(
          main,
          {
            deviceId: deps.deviceId,
            inc: request.inc,
            officeId: office.id,
            userId: request.want > 0 ? user.id : undefined,
          },
          { ...request, ops, want: Math.min(request.want, PAGE_BYTES) },
        );
        state.isMisled = reply.ok && !isGoingOn(journal.state.contact()?.timeline, reply.value);
        if (reply.ok && request.want > 0) scopesOf.set(asker, new Set(reply.value.scopes));
        if (reply.ok) state.time.learn(reply.value.serverTime);
        for (const { load } of reply.ok ? reply.value.pages : [])
          if (load !== undefined) log.count(`load:${load?.at.stage ?? 'last'}`);
        return reply;
      },
    });
    for (;;) {
      const startedAt = scheduler.now();
      const known = journal.state.contact()?.timeline;
      const done = await engine.round();
      checkHistory(state, known, done.ok ? undefined : done.error.code);
      log.count(done.ok ? 'round:done' : `round:${done.error.code}`);
      if (isResting) roundsAtRest += 1;
      const isRecent = startedAt >= restingSince;
      state.isMatched = isRecent && done.ok && done.value.matched && !done.value.more;
      if (!done.ok && done.error.code === 'device.forked') await takeFork(state);
      if (!done.ok && done.error.code.startsWith('journal.')) {
        await scheduler.sleep(main, chance.integer(100, 5_000));
        main.kill('the journal refuses');
      }
      if (done.ok && done.value.more) await scheduler.sleep(main, 20);
      else await napOrWake(state, done.ok ? 5_000 : 8_000);
    }
  }

  /** Another copy may give numbers from the same book: this one stops at once (I-12), and goes on as another incarnation. */
  async function takeFork(state: Running): Promise<void> {
    const { journal, books } = state;
    const isHolder = journal.state.heldBooks().some(({ sealed }) => !sealed);
    await books.takeLeases([]);
    if (!(await state.fork?.goOnAnew())) return;
    handedIn.splice(0);
    if (isHolder) log.count('fork:held a register');
  }

  /** An answer of a server that was started by mistake is not believed (N-13). */
  function checkHistory(state: Running, known: string | undefined, code: string | undefined): void {
    const now = state.journal.state.contact()?.timeline;
    if (known !== sample.timeline && now === sample.timeline)
      scheduler.fail('N-13', 'an outdated server is believed');
    if (!state.isMisled) return;
    state.isMisled = false;
    if (code === 'server.went-back') log.count('N-13: not believed');
  }

  const napOrWake = (state: Running, maxMs: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => state.main.isAlive() && resolve();
      state.wakeSync = () => scheduler.later(5, wake);
      scheduler.later(chance.integer(200, maxMs), wake);
    });

  /** The people at this machine: bursts of acts, sometimes another person, sometimes a closed window. */
  async function keepActing(state: Running): Promise<void> {
    while (actsLeft > 0) {
      await scheduler.sleep(state.main, chance.pick([50, 500, 3_000, 20_000]) * chance.fraction());
      if (isResting) return;
      if (faults.strikes('clockJump')) clock.jump();
      if (faults.strikes('accessWithdrawn')) deps.withdrawAccess(chance.pick(office.users));
      if (faults.strikes('removalsForgotten')) deps.forgetRemovals();
      if (faults.strikes('userSwitch')) signIn(chance.pick(deps.users));
      if (state.relay && deps.way) goAround(state.relay, deps.way, state);
      if (!isLost) troubleHolder(state);
      if (isLost) return;
      callSecond();
      if (faults.strikes('windowClosed')) closeWindow(state, chance.integer(1_000, 60_000));
      const looked = chance.chance(0.5) ? await lookAtPaper(state) : [];
      if (isResting) return;
      actsLeft -= 1;
      const isInformed = state.window !== undefined && state.isIdle && !state.announced;
      const rows = databaseOf(user).rows();
      const act = nextAct({
        office,
        user,
        rows,
        chance,
        lastOnPaper: deps.paper.last,
        isMissed: (id) => deps.isLost(id) || deps.network.isAway(id),
      });
      // What was shown of colleagues' work is theirs to have confirmed, not the author's.
      const isShared = new Set(state.journal.peers.targets().map((target) => target.id));
      const clean = act.drafts.map(({ target }) => rows.get(target.id)?.dirty === false);
      log.count(`act:${act.name}`);
      log.write(scheduler.now(), deps.name, `${user.login} ${act.name}`);
      const actor = user.id;
      isActing = true;
      if (act.release !== undefined) {
        const released = await state.books.release(act.release);
        if (released.ok) log.count('holder:released');
      }
      if (user.id !== actor) {
        isActing = false;
        continue;
      }
      const drafts = [...act.drafts, ...looked];
      const saved = await state.books.append(drafts);
      isActing = false;
      if (saved.ok) {
        for (const [i, { n }] of saved.value.saved.entries()) {
          const id = drafts[i]?.target.id ?? '';
          const work = { dev: deps.deviceId, actor, n, target: { id }, isClean: clean[i] ?? false };
          if (isInformed && !isShared.has(id) && !hasGoneBack) checker.informed(work);
          const isCreation = act.name.startsWith('register') && i === 0;
          handedIn.push({ n, id, actor, isCreation });
        }
      } else if (saved.error.code === 'journal.write-failed')
        state.main.kill('the journal is broken');
      else log.count(`not saved:${saved.error.code}`);
    }
  }

  /** What people and fate do where there is a way around the province. */
  function goAround(relay: RelayStation, way: RelayWay, { main }: Running): void {
    if (faults.strikes('provinceCut')) way.cutProvince(deps.deviceId);
    if (relayChance.chance(0.08)) relay.handOver();
    if (faults.strikes('machineLost') && way.loseMachine(deps.deviceId)) lose(main);
  }

  function lose(main: Process): void {
    isLost = true;
    actsLeft = 0;
    main.kill('lost for good');
  }

  /** A holder is lost, or without a line for long, with or without a way around: its numbers are the recall's matter (§9.5). */
  function troubleHolder({ main, journal }: Running): void {
    if (journal.state.heldBooks().every(({ sealed }) => sealed)) return;
    if (faults.strikes('holderCut'))
      deps.network.cut(deps.deviceId, chance.integer(60_000, 300_000));
    if (!deps.mayBeLost(deps.deviceId) || !faults.strikes('holderLost')) return;
    log.count('holder:lost for good');
    lose(main);
  }

  /** A recall waits for its second person: where they use this machine too, they are called to it. */
  function callSecond(): void {
    const second = deps.users.find(({ grants }) => grants.some(({ role }) => role === 'quanTri'));
    const rows = databaseOf(user).rows();
    const isCalled = office.registers.some(({ id }) => isRecallOpen(rows, id));
    if (isCalled && second && second !== user) signIn(second);
  }

  function signIn(person: User): void {
    user = person;
    if (!running) return;
    running.isMatched = false;
    closeWindow(running, chance.integer(10, 2_000));
  }

  function closeWindow(state: Running, pauseMs: number): void {
    state.feed.close();
    const { window } = state;
    state.window = undefined;
    window?.kill('closed');
    scheduler.later(pauseMs, () => {
      if (running === state && !state.window) openWindow(state);
    });
  }

  function openWindow(state: Running): void {
    const window = scheduler.process(`${deps.name}.window`, () => {
      if (state.window !== window) return;
      state.window = undefined;
      // Main notices a little later that nobody answers.
      scheduler.later(chance.integer(1, 500), () => {
        if (running === state && !state.window) closeWindow(state, chance.integer(10, 10_000));
      });
    });
    state.window = window;
    if (faults.strikes('windowCrash')) window.fuse = chance.integer(1, 120);
    const database = databaseOf(user);
    if (faults.strikes('databaseWiped')) database.wipe();
    scheduler.spawn(window, () => keepStoring(state, window, database));
  }

  async function keepStoring(
    state: Running,
    window: Process,
    database: SimulatedDatabase,
  ): Promise<void> {
    const { feed } = state;
    const store = database.openStore(window);
    const ipc = <T>(label: string, effect: () => T): Promise<T> =>
      scheduler.step(window, label, chance.fraction() * 2, effect);
    state.isIdle = false;
    const held = await store.open();
    await ipc('projection.open', () => feed.open(held.cursors, held.dirty));
    for (;;) {
      const batch = await ipc('projection.take', () => feed.take());
      if (batch) deps.way?.relay.batchTaken(batch);
      if (!batch) {
        if (!state.announced) checkScreen(state, database);
        state.isIdle = true;
        await announcement(state, window);
        state.isIdle = false;
        continue;
      }
      const { batchId } = batch;
      try {
        const stored = await storeBatch(store, batch);
        await ipc('acknowledge', () => feed.acknowledge({ stored: true, batchId, ...stored }));
      } catch (cause) {
        if (!(cause instanceof StoreFailed)) throw cause;
        log.count('batch:failed');
        await ipc('acknowledge failure', () =>
          feed.acknowledge({ stored: false, batchId, reason: 'quota' }),
        );
        if (store.isLost()) return window.kill('its database was reset');
        // As the real window does: it waits until main asks again.
        await announcement(state, window);
      }
    }
  }

  /** The window has nothing left to store: what this person did here is on the screen. */
  function checkScreen({ journal, feed }: Running, database: SimulatedDatabase): void {
    deps.way?.relay.screen({
      arrivals,
      viewer: user.id,
      holds: (scope) => feed.projection.cursors()?.has(scope) ?? false,
      database,
      officeId: office.id,
    });
    const pending = new Set(journal.state.pending().map(({ n }) => n));
    const own = handedIn.filter(({ actor }) => actor === user.id);
    // A number that somebody else gave here is on nobody else's screen before the server tells it (§3.1).
    const given = journal.state
      .pending()
      .filter(({ kind, actor }) => kind === 'cmd.allocateNumber' && actor === user.id);
    const waiting = new Set(given.map(({ target }) => target.id));
    holder.screen(database.rows(), (id) => waiting.has(id));
    const { inc = 1 } = journal.state.incarnation() ?? {};
    checker.shown({ deviceId: deps.deviceId, inc, officeId: office.id }, database, own, pending);
  }

  const announcement = (state: Running, window: Process): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        if (!state.announced || !window.isAlive()) return;
        state.announced = false;
        state.wakeWindow = () => {};
        resolve();
      };
      state.wakeWindow = () => scheduler.later(chance.fraction(), wake);
      wake();
    });

  boot();
  planImage();
  return {
    actsLeft: () => actsLeft,
    pendingCount: () =>
      isLost
        ? 0
        : running
          ? running.journal.state.pendingCount() + (isActing ? 1 : 0)
          : Number.POSITIVE_INFINITY,
    roundsAtRest: () => roundsAtRest,
    rest: (person) => {
      isResting = true;
      restingSince = scheduler.now();
      roundsAtRest = 0;
      if (running) {
        running.main.fuse = undefined;
        if (running.window) running.window.fuse = undefined;
      }
      if (person.id !== user.id) signIn(person);
      if (running) running.isMatched = false;
    },
    isQuiet: () =>
      isLost ||
      (running !== undefined &&
        running.window !== undefined &&
        running.isMatched &&
        running.isIdle &&
        !running.announced &&
        running.journal.state.pendingCount() === 0 &&
        running.fork?.isDecided() !== false &&
        running.relay?.isQuiet() !== false),
    outdated: () => {
      restingSince = scheduler.now();
      if (running) running.isMatched = false;
    },
    databaseOf,
    segments: disk.segments,
    takeOver: (envelopes) => {
      const { main, relay } = running ?? {};
      if (main && relay) scheduler.spawn(main, () => relay.takeOver(envelopes));
    },
    isLost: () => isLost,
    wentBack: () => hasGoneBack,
  };
}
