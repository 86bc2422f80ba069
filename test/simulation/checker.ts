import { fromUtf8 } from '@shared/kernel/bytes';
import { canonicalJson, sameJson, type JsonObject } from '@shared/kernel/canonical-json';
import { decodeSegment } from '@shared/sync/journal-codec';
import type { User } from '@shared/domain/organ/user';
import type { JournalRecord } from '@shared/sync/journal-record';
import type { Operation } from '@shared/sync/operation';
import type { HeldRecord } from '@shared/sync/project';
import type { Outcome } from '@shared/sync/outcome';
import {
  contentHash,
  digestMark,
  EMPTY_DIGEST,
  officeScope,
  userScope,
  shiftDigest,
  type Scope,
} from '@shared/sync/record';
import { sample, sha256 } from '../support/core-builders';
import type { EventLog } from './event-log';
import type { Commit, MemoryDatabase, OwnCommit } from './memory-intake-store';
import type { Rewind } from './rewind';
import type { SimulatedDatabase } from './simulated-database';
import { incarnationName, readIncarnation } from './incarnation-name';
import { createConflictChecker, type Work } from './conflict-checker';
import { createRegisterChecker } from './register-checker';
import type { Scheduler } from './scheduler';

/** The newest state of a record as the server committed it. */
interface Place {
  readonly seq: number;
  readonly rev: number;
  readonly hash: string;
  readonly kind: 'put' | 'leave' | 'delete';
}

/** Refusals that no act of the workload earns: its people sign with their own keys, at their own office. */
const neverDeserved: ReadonlySet<string> = new Set([
  'operation.bad-signature',
  'operation.unknown-actor',
  'operation.wrong-office',
]);

const describe = ({ operation, outcome, ...effect }: Commit): string => {
  const { dev, n, kind, target } = operation;
  const code = 'code' in outcome ? ` ${outcome.code}` : '';
  return `${dev}/${n} ${kind} ${target.id}: ${outcome.status}${code}, ${describeEffect(effect)}`;
};

const describeEffect = ({ placed, registers }: Pick<OwnCommit, 'placed' | 'registers'>): string => {
  const places = placed.map(
    ({ scope, entry }) => `${entry.kind} ${entry.id}@${entry.seq} ${scope}`,
  );
  const books = registers.map(({ registerId, book: { counter, custody }, added, replaced }) => {
    const rows = [...added, ...replaced].map(({ number, documentId }) => `${number}=${documentId}`);
    return `book ${registerId} next ${counter.nextNumber} ${custody.state}/${custody.epoch} ${rows.join(' ')}`;
  });
  return [...places, ...books].join('; ');
};

/** An operation as the person who handed it in remembers it. */
export interface HandedIn {
  readonly n: number;
  readonly id: string;
  readonly actor: string;
  /** The first operation of a paper: what makes it appear. */
  readonly isCreation: boolean;
}

interface Machine {
  readonly deviceId: string;
  /** Its present one; the first one where nothing is said. */
  readonly inc?: number;
  readonly officeId: string;
}

export interface Checker {
  readonly committed: (commit: Commit) => void;
  /** The server decided something itself after a restore. */
  readonly decided: (commit: OwnCommit) => void;
  /** The answer `saved` reached the person at the workstation. */
  readonly saved: (
    /** Name of the incarnation. */
    name: string,
    operations: readonly { readonly opId: string; readonly n: number }[],
  ) => void;
  /** All that the author had handed in before this act was on the screen. */
  readonly informed: (work: Work) => void;
  /** An outcome is on its way to a workstation. */
  readonly answered: (
    deviceId: string,
    n: number,
    outcome: Outcome,
    /** Of an answer to the author: which request it belongs to, and which node gave it. */
    by?: { readonly request: object; readonly node: string },
  ) => void;
  /** Nothing is waiting to be stored: what a person handed in here and the server did not refuse is in their rows. */
  readonly shown: (
    machine: Machine,
    database: SimulatedDatabase,
    own: readonly HandedIn[],
    pending: ReadonlySet<number>,
  ) => void;
  /** An answer tells a workstation what its person may see. */
  readonly toldScopes: (machine: Machine, scopes: readonly Scope[]) => void;
  readonly cursorWritten: (
    database: SimulatedDatabase,
    scope: Scope,
    move: { readonly from: number; readonly to: number },
  ) => void;
  readonly journalOpened: (
    deviceId: string,
    segments: readonly Uint8Array[],
    state: { readonly pendingCount: () => number; readonly attention: () => readonly unknown[] },
  ) => void;
  /** After quiescence: this database of this person shows what the server holds. */
  readonly converged: (database: SimulatedDatabase, user: User) => void;
  /** After quiescence: every saved operation has its one final outcome, and the journal says the same as the server. */
  readonly settled: (deviceId: string, segments: readonly Uint8Array[]) => void;
  /** A person sends an operation of a fenced incarnation again, for the server does not have it. */
  readonly sentAgain: (opId: string) => void;
  /** The machine's disk was put back: what was saved since is gone with it. */
  readonly wentBack: (deviceId: string, segments: readonly Uint8Array[]) => void;
  /** After quiescence: every book is whole (I-10). */
  readonly booksAtRest: () => void;
  readonly savedCount: () => number;
}

/**
 * Compares what the core did with the invariants of sync-requirements §1, from outside: from what the server's
 * database committed, what the local databases and disks hold, and what people were told.
 */
export function createChecker(
  scheduler: Scheduler,
  log: EventLog,
  server: () => MemoryDatabase,
  deps: {
    readonly rewind: Rewind;
    readonly hasHappened: () => boolean;
    readonly isLost: (deviceId: string) => boolean;
  },
): Checker {
  const { rewind, hasHappened, isLost } = deps;
  const isUnnoticed = () => hasHappened() && server().timeline() === sample.timeline;
  const savedByDevice = new Map<string, Map<number, string>>();
  const answers = rewind.map<string, string>();
  const operationIds = rewind.set<string>();
  const lastN = rewind.map<string, number>();
  const newest = rewind.map<string, Map<string, Place>>();
  const everLeft = rewind.set<string>();
  /** Decided by a restored server that did not know it yet, maybe a second time and otherwise than its device was told. */
  const decidedUnnoticed = new Set<string>();
  const effective = rewind.set<string>();
  /** Operations of a fenced incarnation that a person sent again. */
  const replaced = new Set<string>();
  const confirmedAt = rewind.map<string, number>();
  /** When each workstation was last told that its person sees nothing of the office. */
  const shutOutAt = new Map<string, number>();
  const { fail } = scheduler;
  const { count } = log;
  const books = createRegisterChecker({ fail, count, rewind, isUnnoticed, isLost });
  const conflicts = createConflictChecker(fail, log.count, rewind);
  const hashOf = (content: JsonObject): string => contentHash(content, sha256);

  function committed(commit: Commit): void {
    const { operation, outcome } = commit;
    log.count(`outcome:${outcome.status}`);
    log.write(scheduler.now(), 'server', `commits ${describe(commit)}`);
    if (outcome.status === 'rejected') {
      log.count(`rejected:${outcome.code}`);
      if (neverDeserved.has(outcome.code))
        fail('I-13', `an honest act was refused: ${outcome.code}`);
    }
    const work = `${incarnationName(operation)}/${operation.n}`;
    confirmedAt.set(work, scheduler.now());
    if (isUnnoticed()) decidedUnnoticed.add(work);
    if (outcome.status !== 'rejected') tookEffect(operation);
    checkOrder(operation);
    conflicts.committed(commit);
    for (const change of commit.registers) books.committed(change, commit);
    for (const put of commit.puts) {
      if (put.after.rev !== (put.before?.rev ?? 0) + 1) fail('I-5', 'a revision was skipped');
    }
    place(commit);
    checkHeldWork(commit);
    if (outcome.status === 'rejected' && commit.puts.length + commit.registerEntries.length > 0) {
      fail('I-16', 'a rejected operation changed something');
    }
  }

  /** What a person sent again from a machine that had gone back was not there already, and never comes besides (§13.3). */
  function tookEffect({ opId }: Operation): void {
    effective.add(opId);
    if (replaced.has(opId)) fail('I-5', `${opId} took effect though it was sent again`);
  }

  function place({ placed }: OwnCommit): void {
    for (const { scope, entry } of placed) {
      log.count(`feed:${entry.kind}`);
      if (entry.kind !== 'put') everLeft.add(entry.id);
      const places = newest.get(scope) ?? new Map<string, Place>();
      newest.set(scope, places.set(entry.id, entry));
    }
  }

  /** Work on what its author may no longer see is held, whole, where those who may see the target see it (I-15). */
  function checkHeldWork({ operation, outcome, puts, officeId }: Commit): void {
    const target = puts.find(({ before }) => before?.id === operation.target.id)?.before;
    const author = server().findUser(operation.actor);
    // Whether somebody is active may change between decision and commit; a dossier's members are locked.
    const standing = author && { ...author, active: true };
    // A holder's number stands for a paper that moved away meanwhile, or the book would have a hole (I-10).
    const isNumbering = operation.kind === 'cmd.allocateNumber';
    if (target && standing && !isNumbering && !maySee(standing, target.scope, officeId)) {
      fail('I-15', `${operation.kind} changed what its author may not see`);
    }
    if (outcome.status !== 'held') return;
    const work = puts.find(({ after }) => after.type === 'heldWork')?.after;
    // What would have been a new record waits in the office (§7.4).
    const about = server().records(officeId).get(operation.target.id);
    const scope = about?.scope ?? officeScope(officeId);
    const isWhole =
      work !== undefined && sameJson(work.content['operation'] ?? null, operation as never);
    if (puts.length !== 1 || !isWhole || work.scope !== scope) {
      fail('I-15', 'held work is not kept whole beside its target');
    }
  }

  /** By the checker's own reading of the rule, from the server's rows. */
  const maySee = (user: User, scope: Scope, officeId: string): boolean => {
    const sees = user.active && user.grants.some(({ role }) => role !== 'quanTri');
    if (!sees || user.officeId !== officeId) return false;
    if (!scope.startsWith('dossier:'))
      return scope === officeScope(officeId) || scope === userScope(user.id);
    return server().dossiersOf(officeId, user.id).includes(scope.slice('dossier:'.length));
  };

  function checkOrder(operation: Operation): void {
    const { opId, n } = operation;
    const dev = incarnationName(operation);
    if (operationIds.has(opId)) fail('I-5', `operation ${dev}/${n} took effect twice`);
    operationIds.add(opId);
    if (n !== (lastN.get(dev) ?? 0) + 1) fail('I-6', `${dev} took effect at ${n} out of order`);
    lastN.set(dev, n);
  }

  /**
   * Every change up to the cursor is durable here (I-3, I-4). The feed holds a record once, at its newest place: one
   * that has moved beyond the cursor will come there.
   */
  function checkHeld(database: SimulatedDatabase, scope: Scope, from: number, to: number): void {
    const rows = database.rows();
    for (const [id, { seq, rev, hash, kind }] of newest.get(scope) ?? []) {
      if (seq <= from || seq > to) continue;
      const row = rows.get(id);
      const isHeld =
        kind === 'put'
          ? row?.scope === scope && row.rev === rev && row.hash === hash
          : row?.scope !== scope || row.rev === 0;
      if (!isHeld) {
        fail('I-3', `cursor ${to} but change ${seq} is not held`);
        return;
      }
    }
  }

  /** A record that moved is shown where it lies now, once that place was reached. */
  function checkMoved(
    database: SimulatedDatabase,
    {
      n,
      id,
      row,
    }: { readonly n: number; readonly id: string; readonly row: HeldRecord | undefined },
  ): void {
    for (const [scope, places] of newest) {
      const place = places.get(id);
      const cursor = database.cursors().get(scope)?.seq ?? 0;
      if (place?.kind !== 'put' || cursor < place.seq || database.isEmptied(scope)) continue;
      if (row?.scope !== scope || row.rev < place.rev) {
        fail('I-24', `operation ${n} is confirmed, has moved and is not shown in ${scope}`);
      }
    }
  }

  interface JournalRead {
    /** By incarnation and number. */
    readonly operations: ReadonlyMap<string, Operation>;
    readonly outcomes: ReadonlyMap<string, ReadonlySet<string>>;
    readonly dismissed: ReadonlySet<string>;
    readonly inc: number;
  }

  function readSegments(deviceId: string, segments: readonly Uint8Array[]): JournalRead {
    const operations = new Map<string, Operation>();
    const outcomes = new Map<string, Set<string>>();
    const dismissed = new Set<string>();
    let newest = 1;
    const keyOf = (inc: number, n: number) => `${incarnationName({ dev: deviceId, inc })}/${n}`;
    for (const bytes of segments) {
      for (const payload of decodeSegment(bytes).payloads) {
        for (const record of JSON.parse(fromUtf8(payload)) as readonly JournalRecord[]) {
          if (record.t === 'chain') newest = record.inc;
          if (record.t === 'dismissed') dismissed.add(record.opId);
          if (record.t === 'op') operations.set(keyOf(record.op.inc, record.op.n), record.op);
          // A restored server had lost it: what was answered before counts no more.
          if (record.t === 'reoffered') outcomes.delete(keyOf(record.op.inc, record.op.n));
          if (record.t !== 'outcome') continue;
          const key = keyOf(record.inc, record.n);
          const known = outcomes.get(key) ?? new Set<string>();
          outcomes.set(key, known.add(canonicalJson(record.outcome)));
        }
      }
    }
    return { operations, outcomes, dismissed, inc: newest };
  }

  function checkSaved(deviceId: string, journal: JournalRead): void {
    for (const [name, known] of savedByDevice) {
      if (readIncarnation(name).dev !== deviceId) continue;
      for (const [n, opId] of known)
        if (journal.operations.get(`${name}/${n}`)?.opId !== opId)
          fail('I-1', `operation ${n} was saved and is not in the journal`);
    }
  }

  return {
    committed,

    decided(commit) {
      log.write(scheduler.now(), 'server', `decides ${describeEffect(commit)}`);
      place(commit);
      conflicts.decided(commit);
      for (const change of commit.registers) books.decided(change);
    },

    informed: conflicts.informed,

    saved(deviceId, operations) {
      const known = savedByDevice.get(deviceId) ?? new Map<number, string>();
      savedByDevice.set(deviceId, known);
      for (const { n, opId } of operations) {
        if (known.has(n)) fail('I-1', `two saved operations have number ${n}`);
        known.set(n, opId);
        log.count('saved');
      }
    },

    answered(deviceId, n, outcome, by) {
      const text = canonicalJson(outcome);
      const key = `${deviceId}/${n}`;
      const before = answers.get(key);
      if (before !== undefined && before !== text) {
        fail('I-5', `operation ${n} was answered ${before} and later ${text}`);
      }
      answers.set(key, text);
      const stored = server().stored(deviceId, n);
      if (!stored || canonicalJson(stored.outcome) !== text) {
        fail('I-2', `operation ${n} was answered and is not stored`);
      }
      if (by && stored) books.answered(stored.operation, by);
    },

    shown({ deviceId, officeId, inc = 1 }, database, own, pending) {
      const name = incarnationName({ dev: deviceId, inc });
      const office = officeScope(officeId);
      // Withdrawn access hides local work too, until a page says that it was given back (I-14).
      if (database.isEmptied(office)) return;
      for (const { n, id, isCreation } of own) {
        const row = database.rows().get(id);
        if (pending.has(n)) {
          if (isCreation && !row) fail('I-24', `operation ${n} is saved and not shown`);
          continue;
        }
        // What a restore took away comes back by and by.
        if (hasHappened()) continue;
        const stored = server().stored(name, n);
        if (!stored || !('rev' in stored.outcome)) continue;
        const { rev } = stored.outcome;
        const wasAway =
          database.wasEmptied() ||
          (shutOutAt.get(deviceId) ?? 0) >= (confirmedAt.get(`${name}/${n}`) ?? 0);
        if (wasAway || everLeft.has(id)) {
          checkMoved(database, { n, id, row });
          continue;
        }
        // A paper that had not come here when it was acted upon need not be here yet.
        if (row ? row.rev < rev && !row.dirty : isCreation) {
          fail('I-24', `operation ${n} is confirmed and has vanished from the screen`);
        }
      }
    },

    toldScopes({ deviceId, officeId }, scopes) {
      if (!scopes.includes(officeScope(officeId))) shutOutAt.set(deviceId, scheduler.now());
    },

    cursorWritten(database, scope, { from, to }) {
      log.count('batch:page');
      // A place of the lost history, or of one that nobody knows yet to be another, is compared later.
      if (isUnnoticed() || from < server().resumedAt()) return;
      checkHeld(database, scope, from, to);
    },

    journalOpened(deviceId, segments, state) {
      const journal = readSegments(deviceId, segments);
      checkSaved(deviceId, journal);
      // What the incarnation before left open is a person's.
      const open = [...journal.operations].filter(
        ([key, { inc }]) => inc === journal.inc && !journal.outcomes.has(key),
      );
      if (state.pendingCount() !== open.length) {
        fail(
          'I-21',
          `${open.length} operations have no outcome, ${state.pendingCount()} are shown`,
        );
      }
    },

    converged(database, user) {
      const { officeId } = user;
      const entitled = [...newest.keys()].filter((scope) => maySee(user, scope, officeId));
      for (const scope of database.cursors().keys()) {
        if (!maySee(user, scope, officeId)) fail('I-14', `${scope} is held and not to be seen`);
      }
      const records = server().records(officeId);
      for (const row of database.rows().values()) {
        if (!entitled.includes(row.scope)) fail('I-14', `a row of ${row.scope} is held`);
        const record = records.get(row.id);
        if (!record || record.isDeleted || row.dirty) {
          fail('I-7', `at rest ${row.type} ${row.id} still carries local work`);
          return;
        }
        const hash = hashOf(record.content);
        const isSame = row.rev === record.rev && row.hash === hash && row.scope === record.scope;
        if (!isSame || hashOf(row.view) !== hash) {
          fail('I-7', `at rest ${row.type} ${row.id} is not what the server holds`);
        }
      }
      for (const scope of entitled) {
        const cursor = database.cursors().get(scope);
        const { head, digest: told } = server().scopeOf(scope);
        if ((cursor?.seq ?? 0) !== head) {
          fail(
            'I-7',
            `at rest the cursor of ${scope} is ${cursor?.seq}, the server's head ${head}`,
          );
          return;
        }
        checkHeld(database, scope, 0, head);
        let digest = EMPTY_DIGEST;
        for (const row of database.rows().values()) {
          if (row.scope !== scope) continue;
          digest = shiftDigest(digest, undefined, digestMark(row.id, row.rev, row.hash, sha256));
        }
        for (const other of [digest, cursor?.digest ?? EMPTY_DIGEST]) {
          if (canonicalJson(other) !== canonicalJson(told))
            fail('I-7', 'the digests differ at rest');
        }
      }
    },

    settled(deviceId, segments) {
      const journal = readSegments(deviceId, segments);
      checkSaved(deviceId, journal);
      for (const [key, { opId, inc, n }] of journal.operations) {
        const own = [...(journal.outcomes.get(key) ?? [])];
        // Its incarnation was fenced before: a person has decided what becomes of it (§13.3).
        if (own.length === 0 && inc < journal.inc) {
          if (!journal.dismissed.has(opId)) fail('I-1', `operation ${n} is left to nobody`);
          continue;
        }
        const stored = server().stored(incarnationName({ dev: deviceId, inc }), n);
        if (own.length > 0 && stored && stored.operation.opId !== opId)
          fail('I-1', `operation ${n} has the outcome of another one under its number`);
        // The lost history's outcome, and perhaps the one of this history, by a colleague or the hub.
        if (own.length > 0 && stored && decidedUnnoticed.has(key)) {
          if (own.length > 1 && !own.includes(canonicalJson(stored.outcome)))
            fail(
              'I-1',
              `operation ${n} has outcomes of which the server knows none: ${own.join(' ')}`,
            );
          if (own[0] !== canonicalJson(stored.outcome))
            log.count('restore:decided twice before it was noticed');
          continue;
        }
        if (own.length !== 1 || !stored || own[0] !== canonicalJson(stored.outcome)) {
          fail('I-1', `operation ${n} did not end in exactly one outcome: ${own.join(' ')}`);
        }
      }
    },

    booksAtRest: books.settled,

    sentAgain(opId) {
      if (effective.has(opId)) fail('I-5', `${opId} was received, and is sent again`);
      replaced.add(opId);
    },

    wentBack(deviceId, segments) {
      const kept = readSegments(deviceId, segments).operations;
      for (const [name, known] of savedByDevice) {
        if (readIncarnation(name).dev !== deviceId) continue;
        for (const n of known.keys()) if (!kept.has(`${name}/${n}`)) known.delete(n);
      }
      conflicts.wentBack(deviceId);
    },

    savedCount: () => [...savedByDevice.values()].reduce((sum, known) => sum + known.size, 0),
  };
}
