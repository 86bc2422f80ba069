import {
  acceptEntry,
  type EntryPlace,
  type EntryVerdict,
} from '@shared/domain/register/accept-entry';
import { NEW_CUSTODY, type Book } from '@shared/domain/register/custody';
import type { HeldEntry } from '@shared/domain/register/entry-chain';
import {
  approveRecall,
  confirmLease,
  declineLease,
  grantLease,
  proposeRecall,
  releaseLease,
  type MovedBook,
} from '@shared/domain/register/lease';
import {
  allocateHeldNumber,
  anchorOf,
  markUploaded,
  openHeldBook,
  receiveGrant,
  sealHeldBook,
  type HolderBook,
  type LeaseAnchor,
} from '@shared/domain/register/lease-holder';
import type { RegisterEntry } from '@shared/domain/register/register';
import { LocalDate } from '@shared/kernel/local-date';
import type { Result } from '@shared/kernel/result';
import { anId, aRegister, sha256 } from './core-builders';

/**
 * The world around the lease functions, small enough to be explored whole (sync §17.2b): one register, one server, two
 * devices, a paper book. Only what the functions return moves a state; the model adds what can go wrong around them.
 */

/** Ways to make the protocol worse; each must lead the exploration to a double number. */
export interface ModelOptions {
  /** M-11: time ends a lease. */
  readonly expiryMovesCounter?: boolean;
  /** N-10: the whole machine is set back, its anchors too. */
  readonly wholeMachineRollback?: boolean;
  /** Restores only once no lease is open. */
  readonly restoreAfterRelease?: boolean;
  /** A grant that was sent before is journalled without the paper question. */
  readonly redeliverUnasked?: boolean;
  /** A grant is declined without the paper question. */
  readonly declineUnasked?: boolean;
  readonly maxPapers: number;
  readonly maxGrants: number;
  readonly maxRecalls: number;
  readonly maxRestores: number;
}

/** What a restore brings back: the journal of a device. */
interface Journal {
  readonly book: HolderBook | null;
  readonly outbox: readonly HeldEntry[];
}

interface Device extends Journal {
  readonly anchor: LeaseAnchor | null;
  /** Earlier journals, oldest first; kept only where a restore can still come. */
  readonly past: readonly Journal[];
}

/** A number that somebody has seen and written on a paper. */
interface Paper {
  readonly number: number;
  readonly documentId: string;
}

export interface World {
  readonly book: Book;
  readonly entries: readonly RegisterEntry[];
  /** Documents the server has put into a dispute. */
  readonly disputed: readonly string[];
  /** Uploads the server has judged. */
  readonly judged: readonly Paper[];
  readonly devices: readonly Device[];
  readonly papers: readonly Paper[];
  readonly grants: number;
  readonly recalls: number;
  readonly restores: number;
}

export interface Step {
  readonly name: string;
  readonly world: World;
}

const register = aRegister();
const today = LocalDate.parse('2026-03-02');
const now = '2026-03-02T02:00:00.000Z';
const holderOf = (at: number) => ({ deviceId: anId(5, at + 1), inc: 1 });
const people = [anId(4, 1), anId(4, 2)] as const;

export function firstWorld(): World {
  const idle: Device = { book: null, outbox: [], anchor: null, past: [] };
  return {
    book: {
      counter: { registerId: register.id, nextNumber: 1, lastDate: null },
      custody: { ...NEW_CUSTODY, leaseAllowed: true },
    },
    entries: [],
    disputed: [],
    judged: [],
    devices: [idle, idle],
    papers: [],
    grants: 0,
    recalls: 0,
    restores: 0,
  };
}

/** Every step that can come next. */
export function stepsFrom(world: World, options: ModelOptions): readonly Step[] {
  const steps: Step[] = [];
  const add = (name: string, next: World | undefined) => {
    if (next) steps.push({ name, world: next });
  };
  add('server numbers', serverNumbers(world, options));
  if (world.recalls < options.maxRecalls) {
    const known = world.book.counter.nextNumber - 1;
    // People may be wrong, in both directions: a recall is their decision.
    for (let last = known; last <= lastOnPaper(world) + 1; last++) {
      add(`recall up to ${last}`, recall(world, last));
    }
  }
  if (options.expiryMovesCounter) add('expire', expire(world));
  world.devices.forEach((device, at) => {
    const name = `device ${at + 1}`;
    if (world.grants < options.maxGrants) add(`grant to ${name}`, grant(world, at));
    for (const step of deliver(world, at, options)) add(`${name} ${step.name}`, step.world);
    add(`${name} confirms`, confirm(world, at));
    add(`${name} allocates`, allocate(world, at, options));
    add(`${name} uploads`, upload(world, at));
    add(`${name} seals`, seal(world, at));
    add(`${name} releases`, release(world, at));
    const mayRestore = !options.restoreAfterRelease || world.book.custody.epoch > 1;
    if (world.restores < options.maxRestores && mayRestore) {
      device.past.forEach((journal, i) =>
        add(`${name} is set back to ${i}`, restore(world, at, { journal, options })),
      );
    }
  });
  return steps;
}

const lastOnPaper = ({ papers }: World): number =>
  Math.max(0, ...papers.map(({ number }) => number));

function serverNumbers(world: World, { maxPapers }: ModelOptions): World | undefined {
  const { book, papers } = world;
  if (book.custody.state !== 'SERVER' || papers.length >= maxPapers) return undefined;
  const number = book.counter.nextNumber;
  const documentId = documentIdOf(0, papers.length);
  return {
    ...world,
    book: { ...book, counter: { ...book.counter, nextNumber: number + 1, lastDate: today } },
    entries: [...world.entries, entryFor(number, documentId)],
    papers: [...papers, { number, documentId }],
  };
}

const documentIdOf = (who: number, n: number): string => anId(60 + who, n + 1);

const entryFor = (number: number, documentId: string | null): RegisterEntry =>
  ({
    registerId: register.id,
    number,
    date: documentId === null ? null : today,
    documentId,
    givenBy: people[0],
    kind: documentId === null ? 'placeholder' : 'document',
    note: null,
    keptFor: null,
  }) as RegisterEntry;

function grant(world: World, at: number): World | undefined {
  const granted = grantLease(register, world.book, { holder: holderOf(at), today, now, sha256 });
  return granted.ok ? { ...world, book: granted.value, grants: world.grants + 1 } : undefined;
}

/** An answer with the grant leaves the server: it arrives, or it is lost. */
function deliver(world: World, at: number, options: ModelOptions): readonly Step[] {
  const { custody } = world.book;
  const device = deviceAt(world, at);
  if (custody.lease?.deviceId !== holderOf(at).deviceId) return [];
  const sent = { ...world, book: { ...world.book, custody: { ...custody, wasSent: true } } };
  const steps: Step[] = custody.wasSent ? [] : [{ name: 'loses the answer', world: sent }];
  const wasSentBefore = custody.wasSent && !options.redeliverUnasked;
  const verdict = receiveGrant(device.book ?? undefined, { lease: custody.lease, wasSentBefore });
  if (verdict === 'journal') {
    const book = openHeldBook(custody.lease, sha256);
    const world = withJournal(sent, at, { book, outbox: device.outbox });
    steps.push({ name: 'journals the grant', world });
  }
  if (verdict === 'ask' || (verdict === 'journal' && options.declineUnasked && custody.wasSent)) {
    // The person reads the paper book, which every number was written into.
    const lastPaperNumber = options.declineUnasked ? 0 : lastOnPaper(world);
    const declined = declineLease(sent.book, holderOf(at), { lastPaperNumber, now });
    const world_ = moved(sent, declined);
    if (world_) steps.push({ name: `declines after ${lastPaperNumber}`, world: world_ });
  }
  return steps;
}

function confirm(world: World, at: number): World | undefined {
  const { book } = deviceAt(world, at);
  if (!book || world.book.custody.state !== 'SEALING') return undefined;
  const claim = { ...holderOf(at), epoch: book.lease.epoch };
  const confirmed = confirmLease(world.book, claim, now);
  return confirmed.ok ? { ...world, book: confirmed.value } : undefined;
}

function allocate(world: World, at: number, { maxPapers }: ModelOptions): World | undefined {
  const device = deviceAt(world, at);
  if (!device.book || world.papers.length >= maxPapers) return undefined;
  const documentId = documentIdOf(at + 1, world.papers.length);
  const anchors = anchorsOf(device);
  const given = allocateHeldNumber(device.book, { documentId, date: today, anchors }, sha256);
  if (!given.ok) return undefined;
  const { entry, book } = given.value;
  const journalled = withJournal(world, at, { book, outbox: [...device.outbox, entry] });
  return { ...journalled, papers: [...world.papers, { number: entry.number, documentId }] };
}

function upload(world: World, at: number): World | undefined {
  const { book, outbox } = deviceAt(world, at);
  const [entry, ...outboxAfter] = outbox;
  if (!entry) return undefined;
  const { number, documentId } = entry;
  const from = holderOf(at);
  const place = placeAt(world, number);
  const verdict = acceptEntry(world.book, { entry, from, place, latestDate: today, now }, sha256);
  const judged = withVerdict(world, { number, documentId }, verdict);
  return withJournal(judged, at, { book: book && markUploaded(book), outbox: outboxAfter });
}

const placeAt = ({ entries }: World, number: number): EntryPlace => ({
  entry: entries.find((entry) => entry.number === number),
  dateBefore: null,
  dateAfter: null,
});

function withVerdict(world: World, paper: Paper, verdict: EntryVerdict): World {
  const judged = { ...world, judged: [...world.judged, paper] };
  const { number, documentId } = paper;
  switch (verdict.kind) {
    case 'known':
      return judged;
    case 'next':
    case 'keeps':
      return {
        ...judged,
        book: verdict.book,
        entries: [...world.entries, entryFor(number, documentId)],
      };
    case 'fills':
      return {
        ...judged,
        entries: world.entries.map((entry) =>
          entry.number === number ? entryFor(number, documentId) : entry,
        ),
      };
    case 'dispute':
      return { ...judged, book: verdict.book, disputed: [...world.disputed, documentId] };
  }
}

function seal(world: World, at: number): World | undefined {
  const device = deviceAt(world, at);
  if (!device.book || device.book.sealed) return undefined;
  const sealed = sealHeldBook(device.book, anchorsOf(device));
  return sealed.ok
    ? withJournal(world, at, { book: sealed.value, outbox: device.outbox })
    : undefined;
}

const anchorsOf = ({ anchor }: Device): readonly LeaseAnchor[] => (anchor ? [anchor] : []);

function release(world: World, at: number): World | undefined {
  const { book, outbox } = deviceAt(world, at);
  if (!book?.sealed || outbox.length > 0) return undefined;
  const claim = {
    ...holderOf(at),
    epoch: book.lease.epoch,
    lastNumber: book.next - 1,
    hash: book.hash,
  };
  const released = releaseLease(world.book, claim, now);
  return released.ok ? { ...world, book: released.value } : undefined;
}

function recall(world: World, lastIssued: number): World | undefined {
  const proposed = proposeRecall(world.book, { lastIssued, by: people[0], now });
  if (!proposed.ok) return undefined;
  const recalled = moved(world, approveRecall(proposed.value, { by: people[1], now }));
  return recalled && { ...recalled, recalls: world.recalls + 1 };
}

/** The counter came back and left placeholders for the lease that ended. */
function moved(world: World, result: Result<MovedBook>): World | undefined {
  if (!result.ok) return undefined;
  const { lease } = world.book.custody;
  const keptFor = lease && { deviceId: lease.deviceId, epoch: lease.epoch };
  const placeholders = result.value.placeholders.map((number) => ({
    ...entryFor(number, null),
    keptFor,
  }));
  return { ...world, book: result.value.book, entries: [...world.entries, ...placeholders] };
}

/** What the protocol never does: a day passes and the counter is somewhere else. */
function expire(world: World): World | undefined {
  const { counter, custody } = world.book;
  if (custody.lease === null) return undefined;
  const back = { ...custody, state: 'SERVER', epoch: custody.epoch + 1, lease: null } as const;
  return { ...world, book: { counter, custody: back } };
}

function restore(
  world: World,
  at: number,
  { journal, options }: { readonly journal: Journal; readonly options: ModelOptions },
): World {
  const device = deviceAt(world, at);
  const anchor = options.wholeMachineRollback
    ? journal.book && anchorOf(journal.book)
    : device.anchor;
  const devices = world.devices.map((other, i) =>
    i === at ? { ...journal, anchor, past: [] } : other,
  );
  return { ...world, devices, restores: world.restores + 1 };
}

function deviceAt(world: World, at: number): Device {
  const device = world.devices[at];
  if (!device) throw new Error(`no device ${at}`);
  return device;
}

/** A flush of journal and anchor; the journal of before can come back with a restore. */
function withJournal(world: World, at: number, journal: Journal): World {
  const devices = world.devices.map((device, i) => {
    if (i !== at) return device;
    const { book, outbox, past } = device;
    const anchor = journal.book ? anchorOf(journal.book) : device.anchor;
    return { ...journal, anchor, past: [...past, { book, outbox }] };
  });
  return { ...world, devices };
}

/** The first rule of §17.2b that a world breaks. */
export function brokenRule(world: World): string | undefined {
  const { entries, papers, judged, disputed, recalls, book } = world;
  const isTwice = papers.some((paper, i) =>
    papers.some((other, j) => i < j && other.number === paper.number),
  );
  if (isTwice && recalls === 0) return 'a number was given twice without a decision of a person';
  for (const { number, documentId } of judged) {
    const entry = entries.find((known) => known.number === number);
    if (entry?.documentId !== documentId && !disputed.includes(documentId)) {
      return 'a number was given twice and nobody was told';
    }
  }
  const numbers = entries.map(({ number }) => number).toSorted((a, b) => a - b);
  const isWhole =
    numbers.length === book.counter.nextNumber - 1 && numbers.every((n, i) => n === i + 1);
  return isWhole ? undefined : 'the book has a gap';
}

export interface Exploration {
  readonly states: number;
  readonly depth: number;
  readonly broken: { readonly rule: string; readonly path: readonly string[] } | undefined;
}

/** Breadth first over all worlds, so that what is found is found by the shortest way. */
export function explore(options: ModelOptions): Exploration {
  const first = firstWorld();
  const seen = new Set([JSON.stringify(first)]);
  let level: { readonly world: World; readonly path: readonly string[] }[] = [
    { world: first, path: [] },
  ];
  let depth = 0;
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { world, path } of level) {
      for (const step of stepsFrom(world, options)) {
        const worldAfter = forget(step.world, options);
        const key = JSON.stringify(worldAfter);
        if (seen.has(key)) continue;
        seen.add(key);
        const way = [...path, step.name];
        const rule = brokenRule(worldAfter);
        if (rule) return { states: seen.size, depth: depth + 1, broken: { rule, path: way } };
        next.push({ world: worldAfter, path: way });
      }
    }
    if (next.length > 0) depth += 1;
    level = next;
  }
  return { states: seen.size, depth, broken: undefined };
}

/** Histories that no restore can bring back any more only tell equal worlds apart. */
function forget(world: World, { maxRestores }: ModelOptions): World {
  if (world.restores < maxRestores) return world;
  return { ...world, devices: world.devices.map((device) => ({ ...device, past: [] })) };
}
