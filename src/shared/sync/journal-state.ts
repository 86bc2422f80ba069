import type { HolderBook } from '../domain/register/lease-holder';
import type { Sha256 } from '../kernel/bytes';
import type { JsonObject } from '../kernel/canonical-json';
import type { FileHash } from '../kernel/ids';
import { filesIn } from './files-in';
import type { JournalRecord } from './journal-record';
import { CHAIN_START, operationHash, type Operation } from './operation';
import type { Outcome } from './outcome';
import type { OverlayOperation } from './project';
import { UNRECEIVED } from './unreceived';

const ALLOCATE = 'cmd.allocateNumber';
const isNumbering = ({ kind }: Operation) => kind === ALLOCATE || kind === 'cmd.takeNumber';

/** An operation with its final outcome, if it has one. */
export interface JournalledOperation {
  readonly operation: Operation;
  readonly outcome: Outcome | undefined;
}

/** What a confirmed operation made of its target. */
export interface Effect {
  readonly id: string;
  readonly rev: number;
  readonly seq: number;
}

/** The newest contact with the server, as journalled before it was used. */
export interface Contact {
  readonly ticket: string;
  readonly timeline: string;
  readonly serverTime: number;
  readonly wall: number;
}

/**
 * What the journal's records say when read in order: the one place from which pending counts, overlays, the chain and
 * the ticket are computed (I-21, I-24). It changes only by `take`, after the record is durable.
 */
export function createJournalState(sha256: Sha256) {
  let incarnation: { readonly dev: string; readonly inc: number } | undefined;
  let lastN = 0;
  let lastHash = CHAIN_START;
  let contact: Contact | undefined;
  const pending = new Map<string, Operation>();
  const confirmed = new Map<string, { readonly operation: Operation; readonly outcome: Outcome }>();
  const attention = new Map<string, JournalledOperation>();
  const byTarget = new Map<string, Set<string>>();
  /** With the record whose operation named them first. */
  const unsentFiles = new Map<FileHash, string>();
  const receivedFiles = new Map<FileHash, { readonly n: number; readonly target: string }>();
  /** Unfinished rows by person, then by row: nobody touches another's. */
  const draftRows = new Map<string, Map<string, JsonObject>>();

  const heldBooks = new Map<string, HolderBook>();
  /** Documents that this device numbered itself: none of them gets a second number (I-9). */
  const numberedHere = new Set<string>();

  const keyOf = (inc: number, n: number) => `${inc}/${n}`;

  function awaitFiles({ files, target }: Operation): void {
    for (const file of files ?? [])
      if (!receivedFiles.has(file) && !unsentFiles.has(file)) unsentFiles.set(file, target.id);
  }

  function takeOperation(operation: Operation): void {
    const key = keyOf(operation.inc, operation.n);
    pending.set(key, operation);
    if (isNumbering(operation)) numberedHere.add(operation.target.id);
    awaitFiles(operation);
    const keys = byTarget.get(operation.target.id) ?? new Set<string>();
    byTarget.set(operation.target.id, keys.add(key));
    if (operation.inc === incarnation?.inc) {
      lastN = operation.n;
      lastHash = operationHash(operation, sha256);
    }
  }

  /** What a restored server lost waits again, whatever was known of it; its files may be lost there too. */
  function takeReoffered(operation: Operation): void {
    const key = keyOf(operation.inc, operation.n);
    pending.set(key, operation);
    confirmed.delete(key);
    attention.delete(operation.opId);
    for (const file of operation.files ?? []) receivedFiles.delete(file);
    awaitFiles(operation);
    const keys = byTarget.get(operation.target.id) ?? new Set<string>();
    byTarget.set(operation.target.id, keys.add(key));
  }

  function takeReceipt(file: FileHash): void {
    const target = unsentFiles.get(file) ?? receivedFiles.get(file)?.target ?? '';
    receivedFiles.set(file, { n: lastN, target });
    unsentFiles.delete(file);
  }

  /** A server that has operation `since` has what it received before that one was made, no other file for certain. */
  function loseReceipts(since: number): void {
    for (const [file, { n, target }] of receivedFiles)
      if (n >= since && receivedFiles.delete(file)) unsentFiles.set(file, target);
  }

  function takeOutcome(inc: number, n: number, outcome: Outcome): void {
    const key = keyOf(inc, n);
    const operation = pending.get(key);
    // An outcome that was journalled twice, or whose operation is past keeping, changes nothing.
    if (!operation) return;
    pending.delete(key);
    if (outcome.status === 'rejected' || outcome.status === 'held') {
      attention.set(operation.opId, { operation, outcome });
      forget(operation, key);
    } else {
      confirmed.set(key, { operation, outcome });
    }
  }

  /** What the incarnation before left unanswered is for a person to decide, and its registers are closed (§13.3). */
  function endIncarnation(): void {
    for (const { inc, n } of pending.values()) takeOutcome(inc, n, UNRECEIVED);
    for (const [id, book] of heldBooks) heldBooks.set(id, { ...book, sealed: true });
  }

  function takeCarried(operation: Operation, outcome: Outcome): void {
    if (isNumbering(operation)) numberedHere.add(operation.target.id);
    awaitFiles(operation);
    if (outcome.status === 'rejected' || outcome.status === 'held')
      attention.set(operation.opId, { operation, outcome });
  }

  function takeDraftRow({ user, rowId, row }: JournalRecord & { readonly t: 'draftRow' }): void {
    const own = draftRows.get(user) ?? new Map<string, JsonObject>();
    draftRows.set(user, own);
    if (row === null) own.delete(rowId);
    else own.set(rowId, row);
  }

  const countUnsent = ({ lease }: HolderBook): number =>
    [...pending.values()].filter(
      ({ kind, body }) => kind === ALLOCATE && body['registerId'] === lease.registerId,
    ).length;

  function forget(operation: Operation, key: string): void {
    const keys = byTarget.get(operation.target.id);
    keys?.delete(key);
    if (keys?.size === 0) byTarget.delete(operation.target.id);
  }

  return {
    take(record: JournalRecord): void {
      switch (record.t) {
        case 'chain':
          if (incarnation && incarnation.inc !== record.inc) endIncarnation();
          incarnation = { dev: record.dev, inc: record.inc };
          lastN = record.n;
          lastHash = record.hash;
          return;
        case 'op':
          takeOperation(record.op);
          return;
        case 'outcome':
          takeOutcome(record.inc, record.n, record.outcome);
          return;
        case 'carried':
          takeCarried(record.op, record.outcome);
          return;
        case 'reoffered':
          takeReoffered(record.op);
          return;
        case 'contact':
          contact = record;
          // No number is used again: the server sees the hole that the lost ones leave (§13.3).
          lastN = Math.max(lastN, record.n ?? 0);
          if (record.lost !== undefined) loseReceipts(record.lost);
          return;
        case 'fileReceived':
          takeReceipt(record.sha256);
          return;
        case 'dismissed':
          attention.delete(record.opId);
          return;
        case 'draftRow':
          takeDraftRow(record);
          return;
        case 'heldBook':
          heldBooks.set(record.book.lease.registerId, record.book);
          return;
        // Colleagues' work is kept apart (`relay/peer-work.ts`).
        case 'relayed':
        case 'relayDecided':
        case 'lent':
          return;
      }
    },

    /** The device's current incarnation; undefined before enrolment. */
    incarnation: () => incarnation,
    /** `n` of the newest operation of the incarnation; 0 before the first. */
    lastN: () => lastN,
    /** Chain hash that the next operation carries as `prev`. */
    lastHash: () => lastHash,
    contact: () => contact,
    /** Operations without a final outcome, oldest first. */
    pending: (): readonly Operation[] =>
      [...pending.values()].toSorted((a, b) => a.inc - b.inc || a.n - b.n),
    pendingCount: () => pending.size,
    /** Rejected and held operations that the user has not dealt with. */
    attention: (): readonly JournalledOperation[] => [...attention.values()],
    /** Files of saved operations that the server does not hold whole, oldest first: pinned in the content store. */
    unsentFiles: (): readonly FileHash[] => [...unsentFiles.keys()],
    /** Has the server said that it holds this file whole, as far back as the journal tells? */
    isReceived: (file: FileHash): boolean => receivedFiles.has(file),
    /** The record that an unsent file was saved for. */
    unsentFor: (file: FileHash): string | undefined => unsentFiles.get(file),
    /** Files whose only whole copy may lie here: unsent ones, those of anybody's unfinished rows and of refused work. */
    pinnedFiles: (): ReadonlySet<FileHash> =>
      new Set([
        ...unsentFiles.keys(),
        ...[...attention.values()].flatMap(({ operation }) => operation.files ?? []),
        ...[...draftRows.values()].flatMap((rows) => [...rows.values()].flatMap(filesIn)),
      ]),
    /** A person's rows of unfinished batches, by row id. */
    draftRows: (user: string): ReadonlyMap<string, JsonObject> =>
      draftRows.get(user) ?? new Map<string, JsonObject>(),

    /** Registers that this device holds or held last, each with the numbers that the server has not taken in. */
    heldBooks: (): readonly HolderBook[] =>
      [...heldBooks.values()].map((book) => ({ ...book, unsent: countUnsent(book) })),
    hasNumbered: (documentId: string): boolean => numberedHere.has(documentId),

    /** Operations that still shape what screens show of a record, oldest first. */
    overlayOf(targetId: string): readonly OverlayOperation[] {
      const keys = byTarget.get(targetId);
      if (!keys) return [];
      const open = [...keys].flatMap((key): readonly OverlayOperation[] => {
        const waits = pending.get(key);
        if (waits) return [{ operation: waits, confirmedRev: null }];
        const done = confirmed.get(key);
        if (!done || !('rev' in done.outcome)) return [];
        return [{ operation: done.operation, confirmedRev: done.outcome.rev }];
      });
      // What was sent again after a restore is named last and was not made last.
      return open.toSorted(({ operation: a }, { operation: b }) => a.inc - b.inc || a.n - b.n);
    },

    /** Records with local work upon them. */
    overlaidTargets: (): readonly Operation['target'][] =>
      [...byTarget.values()].flatMap((keys) => {
        const key = keys.values().next().value ?? '';
        const operation = pending.get(key) ?? confirmed.get(key)?.operation;
        return operation ? [operation.target] : [];
      }),

    /**
     * Forgets a person's confirmed operations whose effect their own projection holds. Everybody has a projection of
     * their own, and another one may be further behind.
     *
     * @returns their records
     */
    landed(
      actor: string | undefined,
      isHeld: (effect: Effect) => boolean,
    ): readonly Operation['target'][] {
      const targets: Operation['target'][] = [];
      for (const [key, { operation, outcome }] of confirmed) {
        if (operation.actor !== actor || !('rev' in outcome)) continue;
        if (isHeld({ id: operation.target.id, rev: outcome.rev, seq: outcome.seq })) {
          confirmed.delete(key);
          forget(operation, key);
          targets.push(operation.target);
        }
      }
      return targets;
    },
  };
}

export type JournalState = ReturnType<typeof createJournalState>;
