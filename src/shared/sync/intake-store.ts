import type { LocalDate } from '../kernel/local-date';
import type { Agency } from '../domain/organ/organ';
import type { User } from '../domain/organ/user';
import type { EntryPlace } from '../domain/register/accept-entry';
import type { Custody, HeldLease, Holder } from '../domain/register/custody';
import type { QueuedRequest, RegisterChange } from '../domain/register/number-queue';
import type { Register, RegisterCounter } from '../domain/register/register';
import type { CertificateFacts } from '../domain/signing/signing-certificate';
import type { SoftwareKeyPolicy } from '../domain/signing/software-keys';
import type { Operation, TargetType } from './operation';
import type { Outcome } from './outcome';
import type { OutboxMessage } from './outbox-message';
import type { FileLinks } from './acts/act';
import type { Digest, FeedEntry, LoadProgress, RecordMark, Scope, ServerRecord } from './record';
import type { Converters } from './schema-steps';
import type { TicketNumbers } from './ticket';

/**
 * What the intake core needs of a transactional store.
 *
 * Adapters: PostgreSQL (`sync-server/src/features/sync/postgres-intake-store.ts`) and, for the simulator, memory
 * (`test/simulation/memory-intake-store.ts`). A transaction that throws leaves nothing behind.
 */
export interface IntakeStore {
  /**
   * Runs `work` in one transaction and resolves only after the commit is durable (I-2).
   * Rejects with `LockTimeout` when a lock was not had in time, with `NotStorable` when it never can be stored; nothing
   * happened then.
   */
  readonly transaction: <T>(work: (tx: IntakeTransaction) => Promise<T>) => Promise<T>;
}

/** Thrown by an adapter when a lock or statement timed out: the answer to the client is `wait`. */
export class LockTimeout extends Error {
  constructor() {
    super('a lock was not had in time');
  }
}

/** Thrown when an act fails on what is there, or the database refuses what it would write, and will again (I-16). */
export class NotStorable extends Error {
  constructor(cause: unknown) {
    super('this can never be stored', { cause });
  }
}

export interface DeviceRow {
  readonly deviceId: string;
  readonly inc: number;
  readonly officeId: string;
  readonly state: 'active' | 'fenced' | 'disabled';
  /** Newest operation with a stored outcome; 0 before the first. */
  readonly lastN: number;
  /** Chain hash of that operation; `CHAIN_START` before the first. */
  readonly lastHash: string;
  /** As people call the machine. */
  readonly name: string;
  /** The server was restored from a backup and the office's recovery is not finished (§13.2). */
  readonly isRecovering: boolean;
}

/** A machine that an act names, whatever its state. */
export interface OtherDevice {
  readonly name: string;
  readonly kind: 'workstation' | 'hub';
  readonly publicKey: Uint8Array;
}

export interface ActorRow {
  readonly user: User;
  /** Of the office's record. */
  readonly softwareKeys: SoftwareKeyPolicy;
  /**
   * Ed25519 public keys (SPKI DER) that the user ever registered on this device: work signed before a change of
   * password is still pending when the new key comes.
   */
  readonly opPublicKeys: readonly Uint8Array[];
}

/** An operation that has its final outcome. */
export interface AnsweredOperation {
  readonly outcome: Outcome;
  /** Chain hash of the operation that was answered. */
  readonly hash: string;
}

export interface LockedRegister {
  readonly register: Register;
  readonly counter: RegisterCounter;
  readonly custody: Custody;
  /** The oldest requests that wait, in order; at most `QUEUE_STEP`. */
  readonly queue: readonly QueuedRequest[];
  readonly queueLength: number;
  /** Of the act's target and `queue`, the documents that have a row of the book: there is no second one (I-9). */
  readonly booked: ReadonlySet<string>;
  /** The act's target waits in the queue. */
  readonly isQueued: boolean;
}

/** So many waiting papers get their numbers in one transaction; the rest with the next act on the register. */
export const QUEUE_STEP = 50;

export interface RecordReference {
  readonly type: TargetType;
  readonly id: string;
}

/** A record's new state. `rev` is one more than before, or 1. */
export interface RecordPut {
  readonly before: ServerRecord | undefined;
  readonly after: ServerRecord;
  readonly hash: string;
}

/** A record's way into or out of a scope; its place in the feed is not known yet. */
export interface Move {
  readonly scope: Scope;
  readonly entry: Omit<FeedEntry, 'seq' | 'tx'>;
}

export interface FeedWork {
  readonly puts: readonly RecordPut[];
  /** In the order of their places. */
  readonly moves: readonly Move[];
  /** Of each scope that is moved in, by name, what the records change in its digest; a count may be below 0. */
  readonly shifts: readonly { readonly scope: Scope; readonly by: Digest }[];
}

/**
 * One operation's transaction. Callers take locks in this order and no other (§5): device, records by id, register,
 * stream. Every method that reads a row for change locks it until the commit.
 */
export interface IntakeTransaction {
  readonly lockDevice: (deviceId: string, inc: number) => Promise<DeviceRow | undefined>;
  readonly findDevice: (officeId: string, device: Holder) => Promise<OtherDevice | undefined>;
  readonly findAnswered: (
    deviceId: string,
    inc: number,
    n: number,
  ) => Promise<AnsweredOperation | undefined>;
  readonly findActor: (
    officeId: string,
    userId: string,
    deviceId: string,
  ) => Promise<ActorRow | undefined>;
  /** Locks existing rows, and reserves missing ids, in ascending order of id; returns those that exist. */
  readonly lockRecords: (
    officeId: string,
    references: readonly RecordReference[],
  ) => Promise<ReadonlyMap<string, ServerRecord>>;
  /** Entries of the office's own directory by code; not locked, for they decide where a paper goes and no state. */
  readonly findAgencies: (
    officeId: string,
    codes: readonly string[],
  ) => Promise<ReadonlyMap<string, Agency>>;
  /** Whether a certificate is registered here or asked for; one question after the other (K-6). */
  readonly isCertificateKnown: (officeId: string, thumbprint: string) => Promise<boolean>;
  readonly lockRegister: (
    officeId: string,
    registerId: string,
    targetId: string,
  ) => Promise<LockedRegister | undefined>;
  /**
   * Papers at the head of a register's queue, oldest first, at most `QUEUE_STEP`; read before the register is locked, so
   * that their records can be locked first.
   */
  readonly peekQueue: (officeId: string, registerId: string) => Promise<readonly QueuedRequest[]>;
  /** The row of a number and the nearest dates around it. */
  readonly findEntry: (officeId: string, registerId: string, number: number) => Promise<EntryPlace>;
  /** Stores counter, custody, rows and queue; a second row for a number or a document throws (I-9). */
  readonly saveRegister: (officeId: string, change: RegisterChange) => Promise<void>;
  /** Keeps messages to other offices; a worker takes them up once this transaction is durable (§12.5). */
  readonly saveOutbox: (officeId: string, messages: readonly OutboxMessage[]) => Promise<void>;
  /**
   * Stores the records, gives the moves the next places of the office's stream, whose counter is locked from here until the
   * commit and last of all (§5.1), and adds the shifts to the digests of their scopes; returns the place of the last move.
   * A record that is not at the revision before throws.
   */
  readonly saveChanges: (officeId: string, work: FeedWork) => Promise<number>;
  /** Conflict and held-work records about a record: they go where it goes. */
  readonly findCompanions: (
    officeId: string,
    targetId: string,
  ) => Promise<readonly RecordReference[]>;
  /**
   * Who may see the record may read the files: at once those that `reader` could read before, the others as soon as one
   * of the devices has shown all bytes; a hash alone gives nothing (I-13).
   */
  readonly linkFiles: (officeId: string, links: ProvenLinks) => Promise<void>;
  /** Stores the operation with its final outcome and moves the device to `n` and `hash`. */
  readonly saveOutcome: (operation: Operation, hash: string, outcome: Outcome) => Promise<void>;
  /**
   * Moves the device to right before `lost.n` and puts the gap on record; nothing happens unless its office was restored
   * and nothing of the device has come since.
   */
  readonly passOver: (device: DeviceRow, lost: LostBefore, nowMs: number) => Promise<void>;
}

/** The operation a device goes on with, and the chain hash of the one before it. */
export interface LostBefore {
  readonly n: number;
  readonly hash: string;
}

export interface ProvenLinks extends FileLinks {
  readonly devices: readonly string[];
  readonly reader: User | undefined;
}

/** How far a scope has come: its digest, and the newest place that anything in it ever took. */
export interface ScopeState {
  readonly digest: Digest;
  readonly head: number;
}

/** A scope as a reader finds it. */
export interface ReadScope extends ScopeState {
  /** Newest `leave` or `delete` that is no longer kept; 0 for none. A cursor before it missed removals (§6.6). */
  readonly forgottenTo: number;
}

/** Part of a first load, as one range of an index (§6.3). */
export interface LoadRange {
  readonly settledTo: number;
  /** The lowest class that is wanted. */
  readonly lowest: number;
  /** Read so far, downwards in class and place within it. */
  readonly below: { readonly loadClass: number; readonly seq: number };
}

/** An entry with its class (`loadClassOf`). */
export interface ClassedEntry {
  readonly entry: FeedEntry;
  readonly loadClass: number;
}

/** Read side of the feed, outside any write transaction. */
export interface FeedStore {
  /** Restricted dossiers whose members list names the person, now. */
  readonly dossiersOf: (officeId: string, userId: string) => Promise<readonly string[]>;
  /** The state of each scope; one in which nothing ever happened is missing. */
  readonly readScopes: (
    officeId: string,
    scopes: readonly Scope[],
  ) => Promise<ReadonlyMap<Scope, ReadScope>>;
  /**
   * The scope's state and its entries with `seq > after`, oldest first, at most `limit`: all of one snapshot, so that
   * the digest fits the rows.
   */
  readonly readAfter: (
    officeId: string,
    scope: Scope,
    after: number,
    limit: number,
  ) => Promise<ReadScope & { readonly rows: readonly FeedEntry[] }>;
  /** What a first load of the scope begins with: head, counts, and what had not changed since an instant (ms). */
  readonly beginLoad: (
    officeId: string,
    scope: Scope,
    since: { readonly changedMs: number; readonly year: number },
  ) => Promise<Pick<LoadProgress, 'head' | 'settledTo' | 'totals'>>;
  /** `put` entries of a range of classes at places up to `settledTo`, from `below` (exclusive) downwards. */
  readonly readClasses: (
    officeId: string,
    scope: Scope,
    range: LoadRange,
    limit: number,
  ) => Promise<readonly ClassedEntry[]>;
  /** Shares of all records in a scope and the scope's head, of one snapshot: only where a defect is healed (§6.5). */
  readonly readMarks: (
    officeId: string,
    scope: Scope,
  ) => Promise<{ readonly head: number; readonly marks: readonly RecordMark[] }>;
  /** `put` entries of those of the records that are in the scope now. */
  readonly readEntries: (
    officeId: string,
    scope: Scope,
    ids: readonly string[],
  ) => Promise<readonly FeedEntry[]>;
}

/** The leases that a device holds, in every answer to it (§9.4). */
export interface LeaseStore {
  /** States them, and marks as sent those that were not: an answer may be lost. */
  readonly sendLeases: (
    officeId: string,
    device: { readonly deviceId: string; readonly inc: number },
  ) => Promise<readonly HeldLease[]>;
}

/** A ticket as it was presented, its mac found good. */
export interface PresentedTicket extends TicketNumbers {
  /** The random word of the enrolment, which the store knows by its hash; its numbers are 0. */
  readonly first?: string;
  /** It comes from an earlier history of this server, which may have been longer than the backup knows. */
  readonly isEarlier: boolean;
}

/** The rolling tickets of devices (§3.1): the server keeps how far each has come, and how many answers it was given. */
export interface TicketStore {
  /** As `judgeTicket` says; an unknown word of the enrolment is stale. */
  readonly judge: (
    device: { readonly deviceId: string; readonly inc: number },
    presented: PresentedTicket,
  ) => Promise<'good' | 'stale' | 'ahead' | 'unknown'>;
  /**
   * Counts an answer, when all that it says is durable.
   *
   * @returns the answers that the incarnation has been given, with this one
   */
  readonly roll: (
    device: { readonly deviceId: string; readonly inc: number },
    presented: PresentedTicket,
  ) => Promise<number>;
}

/** Where an office's stream was cut by a restore: places in between were given by a history that is lost. */
export interface Fork {
  /** Newest place of the backup. */
  readonly forkHead: number;
  /** First place of the history since. */
  readonly resumesAt: number;
}

/** The history of this server (§3.2). */
export interface HistoryStore {
  readonly readHistory: (officeId: string) => Promise<{
    readonly timeline: string;
    /** Ids of all earlier timelines, oldest first. */
    readonly ancestry: readonly string[];
    readonly forks: readonly Fork[];
  }>;
  /** Begins a new timeline (§13.2), unless another request has begun one behind `timeline` already. */
  readonly beginRecovery: (timeline: string) => Promise<void>;
  /** Takes a timeline among the ancestors that this installation gave and a restore made it forget. */
  readonly recognise: (timeline: string) => Promise<void>;
  /** `n` of the newest operation of a device when the history behind `left` began: what came since came by others (§20). */
  readonly lastN: (device: Pick<DeviceRow, 'deviceId' | 'inc'>, left: string) => Promise<number>;
}

/** What the intake takes from its surroundings besides the store. */
export type ReadProof = (proof: {
  readonly der: Uint8Array;
  readonly signature: Uint8Array;
  readonly data: Uint8Array;
}) => CertificateFacts | undefined;

export interface IntakeServices {
  /** The server's wall clock, milliseconds since the epoch. */
  readonly nowMs: () => number;
  readonly today: () => LocalDate;
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
  /** Ed25519: true when `signature` by the SPKI DER `publicKey` covers `bytes`. */
  readonly verify: (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;
  /** Reads a certificate whose key made the signature over the data; undefined for what does not fit (K-6). */
  readonly readProof: ReadProof;
  /** Brings the bodies of older workstations up to date (§11). */
  readonly converters: Converters;
  /** An operation is refused for what no rule foresaw: somebody should look. */
  readonly onPoison: (operation: Operation, cause: NotStorable) => void;
}
