import type { LocalDate } from '@shared/kernel/local-date';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { User } from '@shared/domain/organ/user';
import { Agency } from '@shared/domain/organ/organ';
import type { EntryPlace } from '@shared/domain/register/accept-entry';
import {
  isHolder,
  leasesOf,
  NEW_CUSTODY,
  type Book,
  type Custody,
} from '@shared/domain/register/custody';
import { freeze } from '@shared/domain/register/lease';
import { freezeForRecovery } from '@shared/domain/register/recovery';
import {
  holdingOf,
  type QueuedRequest,
  type RegisterChange,
} from '@shared/domain/register/number-queue';
import type { Register, RegisterEntry } from '@shared/domain/register/register';
import {
  LockTimeout,
  NotStorable,
  QUEUE_STEP,
  type DeviceRow,
  type FeedStore,
  type Fork,
  type HistoryStore,
  type IntakeStore,
  type IntakeTransaction,
  type LeaseStore,
  type ReadScope,
  type RecordPut,
  type TicketStore,
} from '@shared/sync/intake-store';
import { loadClassOf, WORK_CLASS } from '@shared/sync/load-class';
import { CHAIN_START, type Operation } from '@shared/sync/operation';
import type { Outcome } from '@shared/sync/outcome';
import {
  digestMark,
  EMPTY_DIGEST,
  officeScope,
  shiftDigest,
  type FeedEntry,
  type Scope,
  type ServerRecord,
} from '@shared/sync/record';
import { placesOf, type PlacedEntry } from '@shared/sync/store-changes';
import { judgeTicket, type TicketNumbers } from '@shared/sync/ticket';
import type { RecordChange } from '@shared/sync/acts/act';
import { putRecords } from '../../sync-server/src/features/sync/put-records';
import { sample, sha256 } from '../support/core-builders';
import { readIncarnation } from './incarnation-name';
import type { Faults } from './faults';
import type { Chance } from './random';
import type { Rewind } from './rewind';
import type { Process, Scheduler } from './scheduler';

/** Longest wait for a row lock, as `lock_timeout` of the real server. */
const LOCK_WAIT_MS = 2_000;

const NOTHING: ReadScope = { head: 0, digest: EMPTY_DIGEST, forgottenTo: 0 };

/** What one committed transaction did, for the checker. */
export interface Commit {
  readonly officeId: string;
  readonly operation: Operation;
  readonly outcome: Outcome;
  readonly puts: readonly RecordPut[];
  readonly placed: readonly PlacedEntry[];
  /** New rows and rows that were filled or voided. */
  readonly registerEntries: readonly RegisterEntry[];
  readonly registers: readonly RegisterChange[];
  /** Rows that another transaction had locked when this one came to them. */
  readonly waitedFor: readonly string[];
}

/** What a transaction without an operation did: what the server decides itself after a restore. */
export type OwnCommit = Omit<Commit, 'operation' | 'outcome'>;

export interface StoredOperation {
  readonly operation: Operation;
  readonly outcome: Outcome;
  readonly hash: string;
}

type Ports = IntakeStore &
  FeedStore &
  TicketStore &
  LeaseStore &
  HistoryStore & {
    /** As `fence-incarnation.ts`: nothing more of it is taken in, and the registers that it holds are frozen. */
    readonly fence: (deviceId: string, inc: number) => Promise<void>;
  };

/** The database that all server nodes share: rows, row locks, and nothing that a rolled back transaction wrote. */
export interface MemoryDatabase {
  /** The ports of one node; its steps are that process's steps. */
  readonly portsOf: (node: Process) => Ports;
  /** A connection broke: its transactions are rolled back and their locks given up. */
  readonly abandon: (node: Process) => void;
  readonly addDevice: (
    device: { readonly id: string; readonly officeId: string },
    ticket: string,
  ) => void;
  readonly officeOf: (deviceId: string) => string | undefined;
  readonly putUser: (user: User) => void;
  /** A person as other records refer to them. */
  readonly addUserRecord: (user: User) => void;
  readonly findUser: (userId: string) => User | undefined;
  readonly addKey: (deviceId: string, userId: string, key: Uint8Array) => void;
  /** `leaseAllowed`: clerks may ask for it to work without a line (§9.4). */
  readonly addRegister: (officeId: string, register: Register, leaseAllowed?: boolean) => void;
  /** By the name of an incarnation. */
  readonly stored: (name: string, n: number) => StoredOperation | undefined;
  readonly isFenced: (deviceId: string, inc: number) => boolean;
  /** Its history forked: it may ask for another incarnation. */
  readonly noteFork: (deviceId: string, inc: number) => void;
  readonly hasForked: (deviceId: string, inc: number) => boolean;
  /** The next incarnation of a device; the same key gets the same one. */
  readonly enrolAgain: (
    deviceId: string,
    key: string,
  ) => { readonly inc: number; readonly ticket: string };
  /** Of any incarnation, what was not refused, in order. */
  readonly takenIn: (deviceId: string) => readonly Operation[];
  readonly storedCount: () => number;
  readonly records: (officeId: string) => ReadonlyMap<string, ServerRecord>;
  readonly headOf: (officeId: string) => number;
  readonly scopeOf: (scope: Scope) => ReadScope;
  readonly dossiersOf: (officeId: string, userId: string) => readonly string[];
  /** 400 days pass: no removal is kept any longer (§6.6). */
  readonly forgetRemovals: () => void;
  /** A new timeline behind this one begins, books lie still, streams are cut (§13.2); nothing when it has begun. */
  readonly beginRecovery: (node: Process, timeline: string) => Promise<void>;
  readonly timeline: () => string;
  /** Where the office's stream was cut. */
  readonly forksOf: (officeId: string) => readonly Fork[];
  /** First place that the present history may have given; 0 without a restore. */
  readonly resumedAt: () => number;
  /** A whole book: its rows and who waits for it. */
  readonly bookOf: (
    officeId: string,
    registerId: string,
  ) => {
    readonly custody: Custody;
    readonly rows: readonly RegisterEntry[];
    readonly queue: readonly QueuedRequest[];
  };
}

export interface MemoryDatabaseDeps {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly committed: (commit: Commit) => void;
  readonly decided: (commit: OwnCommit) => void;
  readonly recoveryBegun: () => void;
  /** Holds all that a backup has. People, keys and the history itself are none of it. */
  readonly rewind: Rewind;
}

interface Transaction {
  readonly node: Process;
  readonly locks: Set<string>;
  readonly writes: (() => void)[];
  readonly done: { officeId: string; operation?: Operation; outcome?: Outcome } & {
    puts: RecordPut[];
    placed: PlacedEntry[];
    registerEntries: RegisterEntry[];
    registers: RegisterChange[];
    waitedFor: string[];
  };
}

interface Waiter {
  readonly transaction: Transaction;
  readonly grant: () => void;
}

export function createMemoryDatabase(deps: MemoryDatabaseDeps): MemoryDatabase {
  const { scheduler, chance, faults, rewind } = deps;
  const devices = rewind.map<string, DeviceRow>();
  const tickets = rewind.map<string, TicketNumbers & { readonly first: string }>();
  const history = { timeline: sample.timeline, ancestry: [] as readonly string[] };
  const forks = new Map<string, readonly Fork[]>();
  /** What was had of each device when a history ended, by that history. */
  const hadAtFork = new Map<string, ReadonlyMap<string, number>>();
  const users = new Map<string, User>();
  const keys = new Map<string, readonly Uint8Array[]>();
  const operations = rewind.map<string, StoredOperation>();
  const records = rewind.map<string, Map<string, ServerRecord>>();
  const registers = rewind.map<string, Book & { readonly register: Register }>();
  const queues = rewind.map<string, readonly QueuedRequest[]>();
  const registerEntries = rewind.map<string, RegisterEntry>();
  const feed = rewind.map<string, Map<string, FeedEntry>>();
  const heads = rewind.map<string, number>();
  const scopes = rewind.map<Scope, ReadScope>();
  const forked = new Set<string>();
  const enrolled = new Map<string, { readonly inc: number; readonly ticket: string }>();
  const open = new Set<Transaction>();
  const locks = new Map<string, { owner: Transaction; readonly queue: Waiter[] }>();

  const headOf = (officeId: string): number => heads.get(officeId) ?? 0;
  const deviceKey = (deviceId: string, inc: number) => `${deviceId}/${inc}`;
  const recordsOf = (officeId: string) => inner(records, officeId);
  const scopeOf = (scope: Scope): ReadScope => scopes.get(scope) ?? NOTHING;
  const putsIn = (scope: Scope) =>
    [...inner(feed, scope).values()].filter(({ kind }) => kind === 'put');
  function dossiersOf(officeId: string, userId: string): readonly string[] {
    const found: string[] = [];
    for (const { id, type, content } of recordsOf(officeId).values())
      if (type === 'dossier' && (content['members'] as readonly string[]).includes(userId))
        found.push(id);
    return found;
  }

  function begin(node: Process): Transaction {
    const done = {
      officeId: '',
      puts: [],
      placed: [],
      registerEntries: [],
      registers: [],
      waitedFor: [],
    };
    const transaction: Transaction = { node, locks: new Set(), writes: [], done };
    open.add(transaction);
    return transaction;
  }

  function release(transaction: Transaction): void {
    open.delete(transaction);
    for (const key of transaction.locks) {
      const lock = locks.get(key);
      const next = lock?.queue.shift();
      if (!lock || !next) {
        locks.delete(key);
        continue;
      }
      lock.owner = next.transaction;
      next.grant();
    }
    transaction.locks.clear();
    for (const lock of locks.values()) {
      const waits = lock.queue.findIndex((waiter) => waiter.transaction === transaction);
      if (waits >= 0) lock.queue.splice(waits, 1);
    }
  }

  const pause = (): number =>
    faults.strikes('databaseSlow') ? chance.integer(100, 2_500) : chance.fraction() * 2;

  function portsOf(node: Process): Ports {
    const step = <T>(label: string, effect: () => T): Promise<T> =>
      scheduler.step(node, label, pause(), effect);

    const commit = (transaction: Transaction): Promise<void> =>
      step('commit', () => {
        for (const write of transaction.writes) write();
        release(transaction);
        const { operation, outcome, ...rest } = transaction.done;
        if (operation && outcome) deps.committed({ operation, outcome, ...rest });
        else if (rest.registers.length + rest.placed.length > 0) deps.decided(rest);
      });

    async function inTransaction<T>(
      work: (tx: IntakeTransaction, writes: (() => void)[]) => Promise<T>,
    ): Promise<T> {
      const transaction = begin(node);
      try {
        const value = await work(methodsOf(transaction, step), transaction.writes);
        await commit(transaction);
        return value;
      } catch (cause) {
        release(transaction);
        throw cause;
      }
    }

    return {
      transaction: (work) => inTransaction(work),

      fence: (deviceId, inc) => inTransaction((tx, writes) => fence(tx, writes, { deviceId, inc })),

      dossiersOf: (officeId, userId) => step('find dossiers', () => dossiersOf(officeId, userId)),

      readScopes: (_officeId, names) =>
        step('read scopes', () => new Map(names.map((scope) => [scope, scopeOf(scope)]))),

      readMarks: (_officeId, scope) =>
        step('read marks', () => ({
          head: scopeOf(scope).head,
          marks: putsIn(scope).map(({ id, rev, hash }) => ({
            id,
            mark: digestMark(id, rev, hash, sha256),
          })),
        })),

      readEntries: (_officeId, scope, ids) =>
        step('read entries', () => putsIn(scope).filter(({ id }) => ids.includes(id))),

      beginLoad: (_officeId, scope, { year }) =>
        step('begin load', () => {
          const { head } = scopeOf(scope);
          // Half of what there is has settled: how long ago something changed is not simulated.
          const settledTo = Math.floor(head / 2);
          const passes = putsIn(scope).map(({ seq, type, content }) => {
            const loadClass = loadClassOf(type, content ?? {});
            if (seq > settledTo || loadClass === WORK_CLASS) return 0;
            return loadClass >= year ? 1 : 2;
          });
          const count = (pass: number) => passes.filter((one) => one === pass).length;
          return { head, settledTo, totals: [count(0), count(1), count(2)] };
        }),

      readClasses: (_officeId, scope, { settledTo, lowest, below }, limit) =>
        step('read classes', () =>
          putsIn(scope)
            .map((entry) => ({ entry, loadClass: loadClassOf(entry.type, entry.content ?? {}) }))
            .filter(
              ({ entry, loadClass }) =>
                entry.seq <= settledTo &&
                loadClass >= lowest &&
                (loadClass < below.loadClass ||
                  (loadClass === below.loadClass && entry.seq < below.seq)),
            )
            .toSorted((a, b) => b.loadClass - a.loadClass || b.entry.seq - a.entry.seq)
            .slice(0, limit),
        ),

      readAfter: (_officeId, scope, after, limit) =>
        step('read feed', () => ({
          ...scopeOf(scope),
          rows: [...inner(feed, scope).values()]
            .filter((entry) => entry.seq > after)
            .toSorted((a, b) => a.seq - b.seq)
            .slice(0, limit),
        })),

      judge: ({ deviceId, inc }, presented) =>
        step('judge ticket', () => {
          const held = tickets.get(deviceKey(deviceId, inc));
          if (!held) return 'unknown';
          const { first } = presented;
          if (first !== undefined && first !== held.first) return 'stale';
          return judgeTicket(held, presented);
        }),

      roll: ({ deviceId, inc }, { count }) =>
        step('roll ticket', () => {
          const held = tickets.get(deviceKey(deviceId, inc));
          if (!held) throw new Error(`no device ${deviceId}`);
          const contacts = held.contacts + 1;
          tickets.set(deviceKey(deviceId, inc), {
            ...held,
            count: Math.max(held.count, count + 1),
            contacts,
          });
          return contacts;
        }),

      readHistory: (officeId) =>
        step('read history', () => ({ ...history, forks: forks.get(officeId) ?? [] })),

      beginRecovery: (timeline) => beginRecovery(node, timeline),

      recognise: (timeline) =>
        step('recognise', () =>
          scheduler.fail('N-13', `a server that lost nothing is asked to know ${timeline}`),
        ),

      lastN: ({ deviceId, inc }, left) =>
        step('read last n', () => hadAtFork.get(left)?.get(deviceKey(deviceId, inc)) ?? 0),

      sendLeases: (officeId, device) =>
        step('send leases', () => {
          const held = [...registers].filter(([key]) => key.startsWith(`${officeId}/`));
          const leases = leasesOf(
            held.map(([, { custody }]) => custody),
            device,
          );
          for (const [key, register] of held) {
            if (!leases.some(({ lease }) => lease.registerId === register.register.id)) continue;
            registers.set(key, { ...register, custody: { ...register.custody, wasSent: true } });
          }
          return leases;
        }),
    };
  }

  async function fence(
    tx: IntakeTransaction,
    writes: (() => void)[],
    device: { readonly deviceId: string; readonly inc: number },
  ): Promise<void> {
    const { deviceId, inc } = device;
    const row = await tx.lockDevice(deviceId, inc);
    if (row?.state !== 'active') return;
    writes.push(() => devices.set(deviceKey(deviceId, inc), { ...row, state: 'fenced' }));
    const held = [...registers].filter(([, { custody }]) => isHolder(custody, device));
    const changes: RecordChange[] = [];
    for (const [, { register }] of held) {
      await tx.lockRecords(row.officeId, [{ type: 'register', id: register.id }]);
      const locked = await tx.lockRegister(row.officeId, register.id, register.id);
      if (!locked || !isHolder(locked.custody, device)) continue;
      const custody = freeze(locked.custody, new Date(scheduler.now()).toISOString());
      const rows = { added: [], replaced: [], enqueued: [], dequeued: [] };
      const book = { counter: locked.counter, custody };
      await tx.saveRegister(row.officeId, { registerId: register.id, book, ...rows });
      const content = { ...register, holding: holdingOf(custody, locked.queueLength) };
      changes.push({ type: 'register', id: register.id, content });
    }
    await putRecords(tx, { officeId: row.officeId, changes });
  }

  /** As `begin-recovery.ts`: all books and streams are locked, then everything happens in one instant. */
  async function beginRecovery(node: Process, timeline: string): Promise<void> {
    const transaction = begin(node);
    const books = [...registers.keys()].map((key) => `register/${key.split('/')[1]}`).toSorted();
    try {
      for (const key of [...books, ...[...heads.keys()].map((id) => `stream/${id}`).toSorted()])
        await lock(transaction, key);
    } catch (cause) {
      release(transaction);
      if (cause instanceof LockTimeout) return beginRecovery(node, timeline);
      throw cause;
    }
    return scheduler.step(node, 'begin recovery', pause(), () => {
      if (history.timeline === timeline) fork();
      release(transaction);
    });
  }

  function fork(): void {
    hadAtFork.set(history.timeline, new Map([...devices].map(([key, { lastN }]) => [key, lastN])));
    history.ancestry = [...history.ancestry, history.timeline];
    history.timeline = chance.uuid();
    for (const [key, book] of registers) {
      const custody = freezeForRecovery(book.custody, new Date(scheduler.now()).toISOString());
      registers.set(key, { ...book, custody });
    }
    const resumesAt = Math.max(Math.floor(scheduler.now()), ...heads.values()) + 1;
    for (const [officeId, forkHead] of heads) {
      heads.set(officeId, resumesAt);
      const scope = officeScope(officeId);
      scopes.set(scope, scopeOf(scope));
      forks.set(officeId, [...(forks.get(officeId) ?? []), { forkHead, resumesAt }]);
    }
    for (const [scope, state] of scopes) scopes.set(scope, { ...state, head: resumesAt });
    deps.recoveryBegun();
  }

  /** Waits for a row; the queue is fair, as PostgreSQL's is. */
  function lock(transaction: Transaction, key: string): Promise<void> {
    return new Promise((resolve, reject) => {
      scheduler.later(pause(), () => {
        if (!transaction.node.isAlive() || !open.has(transaction)) return;
        if (faults.strikes('lockTimeout')) return reject(new LockTimeout());
        const held = locks.get(key);
        if (held?.owner === transaction) return resolve();
        transaction.locks.add(key);
        if (!held) {
          locks.set(key, { owner: transaction, queue: [] });
          return resolve();
        }
        transaction.locks.delete(key);
        transaction.done.waitedFor.push(key);
        const waiter = {
          transaction,
          grant: () => {
            transaction.locks.add(key);
            resolve();
          },
        };
        held.queue.push(waiter);
        scheduler.later(LOCK_WAIT_MS, () => {
          const at = held.queue.indexOf(waiter);
          if (at < 0) return;
          held.queue.splice(at, 1);
          reject(new LockTimeout());
        });
      });
    });
  }

  function methodsOf(
    transaction: Transaction,
    step: <T>(label: string, effect: () => T) => Promise<T>,
  ): IntakeTransaction {
    const { writes, done } = transaction;
    const lockRow = (key: string) => lock(transaction, key);
    return {
      async lockDevice(deviceId, inc) {
        await lockRow(`device/${deviceId}/${inc}`);
        return step('read device', () => devices.get(deviceKey(deviceId, inc)));
      },
      // No machine here is a hub that numbers.
      findDevice: async () => undefined,
      findAnswered: (deviceId, inc, n) =>
        step('find outcome', () => operations.get(`${deviceKey(deviceId, inc)}/${n}`)),
      findActor: (officeId, userId, deviceId) =>
        step('find actor', () => {
          const user = users.get(userId);
          if (user?.officeId !== officeId) return undefined;
          return {
            user,
            softwareKeys: 'none',
            opPublicKeys: keys.get(`${deviceId}/${userId}`) ?? [],
          };
        }),
      async lockRecords(officeId, references) {
        const ids = references.map(({ id }) => id).toSorted();
        for (const id of ids) await lockRow(`record/${officeId}/${id}`);
        return step('read records', () => {
          const held = recordsOf(officeId);
          return new Map(
            ids.flatMap((id) => {
              const record = held.get(id);
              return record ? [[id, record] as const] : [];
            }),
          );
        });
      },
      findAgencies: (officeId, codes) =>
        step('find agencies', () => {
          const held = [...recordsOf(officeId).values()].filter(({ type }) => type === 'agency');
          const agencies = held.map(({ content }) => Agency.parse(content));
          return new Map(
            agencies.filter(({ code }) => codes.includes(code)).map((entry) => [entry.code, entry]),
          );
        }),
      isCertificateKnown: (officeId, thumbprint) =>
        step('find certificate', () =>
          [...recordsOf(officeId).values()].some(
            ({ type, content }) =>
              type === 'signingCertificate' && content['thumbprint'] === thumbprint,
          ),
        ),
      async lockRegister(officeId, registerId, targetId) {
        await lockRow(`register/${registerId}`);
        return step('read register', () => {
          const held = registers.get(`${officeId}/${registerId}`);
          const queue = queues.get(`${officeId}/${registerId}`) ?? [];
          if (!held) return undefined;
          const rows = [...registerEntries].filter(([key]) =>
            key.startsWith(`${officeId}/${registerId}/`),
          );
          return {
            ...held,
            queue: queue.slice(0, QUEUE_STEP),
            queueLength: queue.length,
            booked: new Set(rows.flatMap(([, { documentId }]) => documentId ?? [])),
            isQueued: queue.some(({ documentId }) => documentId === targetId),
          };
        });
      },
      peekQueue: (officeId, registerId) =>
        step('peek queue', () =>
          (queues.get(`${officeId}/${registerId}`) ?? []).slice(0, QUEUE_STEP),
        ),
      findEntry: (officeId, registerId, number) =>
        step('find entry', () => placeOf(registerEntries, `${officeId}/${registerId}`, number)),
      saveRegister: (officeId, change) =>
        step('save register', () => {
          const key = `${officeId}/${change.registerId}`;
          const register = registers.get(key);
          if (!register) throw new Error(`no register ${key}`);
          for (const { number } of change.added) {
            if (registerEntries.has(`${key}/${number}`)) {
              throw new Error(`a second entry for number ${number}`);
            }
          }
          for (const { documentId, number } of change.added) {
            const other = [...registerEntries].find(
              ([name, row]) => name.startsWith(`${key}/`) && row.documentId === documentId,
            );
            if (documentId !== null && other)
              throw new NotStorable(`number ${number} is a second row of ${documentId}`);
          }
          const rows = [...change.added, ...change.replaced];
          done.registerEntries.push(...rows);
          done.registers.push(change);
          writes.push(() => {
            // An answer may have told of the lease since this transaction read it.
            const now = registers.get(key)?.custody;
            const isSame = now?.epoch === change.book.custody.epoch && change.book.custody.lease;
            const wasSent = change.book.custody.wasSent || Boolean(isSame && now?.wasSent);
            const custody = { ...change.book.custody, wasSent };
            registers.set(key, { register: register.register, ...change.book, custody });
            for (const entry of rows) registerEntries.set(`${key}/${entry.number}`, entry);
            const queue = queues.get(key) ?? [];
            const left = queue.filter(({ documentId }) => !change.dequeued.includes(documentId));
            queues.set(key, [...left, ...change.enqueued]);
          });
        }),
      // Deliveries between offices are the server's own worker's: the simulator has none.
      saveOutbox: () => step('save outbox', () => undefined),
      async saveChanges(officeId, { puts, moves, shifts }) {
        for (const put of puts) {
          await step('save record', () => {
            const held = recordsOf(officeId).get(put.after.id);
            if (held?.rev !== put.before?.rev) throw new Error('a record changed under its lock');
            done.puts.push(put);
            writes.push(() => void recordsOf(officeId).set(put.after.id, put.after));
          });
        }
        await lockRow(`stream/${officeId}`);
        done.officeId = officeId;
        const head = await step('advance stream', () => {
          const next = headOf(officeId) + moves.length;
          writes.push(() => void heads.set(officeId, next));
          return next;
        });
        const placed = placesOf(moves, head);
        for (const { scope, by } of shifts) {
          const entries = placed.flatMap((one) => (one.scope === scope ? [one.entry] : []));
          await step('save feed', () => {
            done.placed.push(...entries.map((entry) => ({ scope, entry })));
            writes.push(() => {
              for (const entry of entries) inner(feed, scope).set(entry.id, entry);
            });
          });
          await lockRow(`digest/${scope}`);
          const held = await step('read digest', () => scopeOf(scope).digest);
          const { sum } = shiftDigest(held, undefined, by.sum);
          const digest = { sum, count: held.count + by.count };
          await step('save digest', () => {
            const state = { digest, head: entries.at(-1)?.seq ?? head };
            writes.push(() => void scopes.set(scope, { ...scopeOf(scope), ...state }));
          });
        }
        return head;
      },
      findCompanions: (officeId, targetId) =>
        step('find companions', () =>
          [...recordsOf(officeId).values()].filter(
            ({ type, content }) =>
              (type === 'conflict' || type === 'heldWork') && content['targetId'] === targetId,
          ),
        ),
      // Files travel on a way of their own: the simulator has none.
      linkFiles: () => Promise.resolve(),
      // Nothing is restored in the simulator.
      passOver: () => Promise.resolve(),
      saveOutcome: (operation, hash, outcome) =>
        step('save outcome', () => {
          const { dev, inc, n } = operation;
          const device = devices.get(deviceKey(dev, inc));
          if (!device) throw new Error(`no device ${dev}`);
          Object.assign(done, { officeId: device.officeId, operation, outcome });
          writes.push(() => {
            operations.set(`${deviceKey(dev, inc)}/${n}`, { operation, outcome, hash });
            devices.set(deviceKey(dev, inc), { ...device, lastN: n, lastHash: hash });
          });
        }),
    };
  }

  return {
    portsOf,
    abandon: (node) => {
      for (const transaction of open) if (transaction.node === node) release(transaction);
    },
    addDevice: ({ id, officeId }, ticket) => {
      const start = {
        lastN: 0,
        lastHash: CHAIN_START,
        state: 'active',
        name: id,
        isRecovering: false,
      } as const;
      devices.set(deviceKey(id, 1), { deviceId: id, inc: 1, officeId, ...start });
      tickets.set(deviceKey(id, 1), { count: 0, contacts: 0, first: ticket });
    },
    officeOf: (deviceId) => devices.get(deviceKey(deviceId, 1))?.officeId,
    putUser: (user) => void users.set(user.id, user),
    addUserRecord: (user) => {
      const scope = officeScope(user.officeId);
      const content = user as unknown as JsonObject;
      recordsOf(user.officeId).set(user.id, { type: 'user', id: user.id, scope, rev: 1, content });
    },
    findUser: (userId) => users.get(userId),
    addKey: (deviceId, userId, key) => {
      const name = `${deviceId}/${userId}`;
      keys.set(name, [...(keys.get(name) ?? []), key]);
    },
    addRegister: (officeId, register, leaseAllowed = false) => {
      const counter = {
        registerId: register.id,
        nextNumber: 1,
        lastDate: null as LocalDate | null,
      };
      const custody = { ...NEW_CUSTODY, leaseAllowed };
      registers.set(`${officeId}/${register.id}`, { register, counter, custody });
      heads.set(officeId, headOf(officeId));
    },
    stored: (name, n) => {
      const { dev, inc } = readIncarnation(name);
      return operations.get(`${deviceKey(dev, inc)}/${n}`);
    },
    isFenced: (deviceId, inc) => devices.get(deviceKey(deviceId, inc))?.state === 'fenced',
    noteFork: (deviceId, inc) => void forked.add(deviceKey(deviceId, inc)),
    hasForked: (deviceId, inc) => forked.has(deviceKey(deviceId, inc)),
    enrolAgain: (deviceId, key) => {
      const known = enrolled.get(key);
      if (known) return known;
      const first = devices.get(deviceKey(deviceId, 1));
      if (!first) throw new Error(`no device ${deviceId}`);
      let inc = 2;
      while (devices.has(deviceKey(deviceId, inc))) inc += 1;
      const ticket = chance.uuid();
      const start = { inc, lastN: 0, lastHash: CHAIN_START, state: 'active' } as const;
      devices.set(deviceKey(deviceId, inc), { ...first, ...start });
      tickets.set(deviceKey(deviceId, inc), { count: 0, contacts: 0, first: ticket });
      enrolled.set(key, { inc, ticket });
      return { inc, ticket };
    },
    takenIn: (deviceId) =>
      [...operations.values()].flatMap(({ operation, outcome }) =>
        operation.dev === deviceId && outcome.status !== 'rejected' ? [operation] : [],
      ),
    storedCount: () => operations.size,
    records: recordsOf,
    headOf,
    scopeOf,
    dossiersOf,
    beginRecovery,
    timeline: () => history.timeline,
    forksOf: (officeId) => forks.get(officeId) ?? [],
    resumedAt: () => Math.max(0, ...[...forks.values()].flat().map((one) => one.resumesAt)),
    bookOf: (officeId, registerId) => {
      const key = `${officeId}/${registerId}`;
      const rows = [...registerEntries].filter(([name]) => name.startsWith(`${key}/`));
      const custody = registers.get(key)?.custody ?? NEW_CUSTODY;
      return { custody, rows: rows.map(([, row]) => row), queue: queues.get(key) ?? [] };
    },
    forgetRemovals: () => {
      for (const [scope, entries] of feed) {
        const removals = [...entries.values()].filter(({ kind }) => kind !== 'put');
        for (const { id } of removals) entries.delete(id);
        const forgottenTo = Math.max(scopeOf(scope).forgottenTo, ...removals.map(({ seq }) => seq));
        scopes.set(scope, { ...scopeOf(scope), forgottenTo });
      }
    },
  };
}

/** A row of a book and the nearest dates around it. */
function placeOf(
  entries: ReadonlyMap<string, RegisterEntry>,
  book: string,
  number: number,
): EntryPlace {
  const dates = [...entries]
    .filter(([key, { date }]) => key.startsWith(`${book}/`) && date !== null)
    .map(([, { number: at, date }]) => ({ at, date: date as LocalDate }));
  const before = dates.filter(({ at }) => at < number).map(({ date }) => date);
  const after = dates.filter(({ at }) => at > number).map(({ date }) => date);
  return {
    entry: entries.get(`${book}/${number}`),
    dateBefore: before.toSorted().at(-1) ?? null,
    dateAfter: after.toSorted()[0] ?? null,
  };
}

function inner<V>(outer: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const found = outer.get(key) ?? new Map<string, V>();
  outer.set(key, found);
  return found;
}
