import type { HeldLease } from '@shared/domain/register/custody';
import {
  anchorOf,
  isAtAnchors,
  numberingDate,
  openHeldBook,
  receiveGrant,
  sealHeldBook,
  type HolderBook,
  type KnownTime,
} from '@shared/domain/register/lease-holder';
import type { HeldRegister } from '@shared/ipc/registers';
import { sameJson } from '@shared/kernel/canonical-json';
import { err, ok, type Result } from '@shared/kernel/result';
import type { JournalRecord } from '@shared/sync/journal-record';
import type { JournalState } from '@shared/sync/journal-state';
import type { OperationDraft } from '@shared/sync/operation';
import type { LogDep } from '../../platform/log';
import type { AnchorStore } from './anchor-store';
import { describeBook } from './describe-book';
import {
  numberDrafts,
  requestedRegister,
  type NumberDraftsDeps,
  type OpenBook,
} from './number-drafts';

/** Appends acts of the signed-in person, with records that belong to them, and shows them when all is durable. */
export type AppendAlong<Saved> = (
  drafts: readonly OperationDraft[],
  replaces: readonly string[],
  along: {
    readonly records: readonly JournalRecord[];
    readonly beforeShown: () => Promise<Result<void>>;
  },
) => Promise<Result<Saved>>;

export interface HeldBooksDeps<Saved> extends LogDep, Omit<NumberDraftsDeps, 'hasNumbered'> {
  readonly state: JournalState;
  readonly journal: (records: readonly JournalRecord[]) => Promise<Result<void>>;
  readonly anchors: AnchorStore;
  readonly append: AppendAlong<Saved>;
  readonly time: () => KnownTime;
  /** Who is signed in; undefined for nobody. */
  readonly person: () => string | undefined;
  /** The signed-in person keeps registers. */
  readonly isClerk: () => boolean;
  readonly changed: () => void;
  /** Shows what was saved before and was kept back until an anchor knew of its number. */
  readonly show: (saved: readonly Pick<OperationDraft, 'target'>[]) => void;
}

/** Acts that the journal has and no screen shows, for no anchor took their numbers (M-13). */
interface Unshown {
  readonly asked: readonly OperationDraft[];
  readonly registerIds: readonly string[];
}

/** Who was signed in when an act was asked for. */
type Author = string | undefined;
const GONE = err({ code: 'session.not-signed-in' });

interface Saving {
  readonly drafts: readonly OperationDraft[];
  readonly replaces?: readonly string[];
  readonly books: readonly HolderBook[];
}

/**
 * The registers that this machine holds (sync §9.4): grants, numbers, the confirmation at each start, the return. One
 * thing at a time; the journal is flushed first, then the anchors, and only then is a number shown (M-13).
 */
export function createHeldBooks<Saved>(deps: HeldBooksDeps<Saved>) {
  const { state, anchors, log } = deps;
  /** Leases whose last number a clerk compared with the paper book since this start. */
  const confirmed = new Set<string>();
  /** Leases that the server was told of, or is being told of, since this start. */
  const told = new Set<string>();
  /** Grants that were sent before and are not in the journal: the paper question (N-10, N-14). */
  let questions: readonly HeldLease[] = [];
  let unshown: readonly Unshown[] = [];

  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  const keyOf = ({ lease }: Pick<HolderBook, 'lease'>) => `${lease.registerId}/${lease.epoch}`;
  const findBook = (registerId: string) =>
    state.heldBooks().find(({ lease }) => lease.registerId === registerId);

  /** May this book give a number now, and what for? */
  async function open(book: HolderBook): Promise<Result<OpenBook>> {
    const found = await anchors.read(book);
    if (!found.ok) return found;
    if (!isAtAnchors(book, found.value)) return err({ code: 'register.anchor-ahead' });
    if (book.sealed) return err({ code: 'register.lease-sealed' });
    if (book.frozen) return err({ code: 'register.not-open' });
    if (!confirmed.has(keyOf(book))) return err({ code: 'register.confirm-first' });
    const date = numberingDate(deps.time(), book.lease);
    if (!date.ok) return date;
    // A grant, or a number whose anchor could not be written: no other number before that is made good.
    const stands = found.value.some(
      ({ epoch, next }) => epoch === book.lease.epoch && next === book.next,
    );
    const written = stands ? ok(undefined) : await anchors.write(book, anchorOf(book));
    return written.ok ? ok({ book, anchors: found.value, date: date.value }) : written;
  }

  const writeAnchors = async (books: readonly HolderBook[]): Promise<Result<void>> => {
    for (const book of books) {
      const written = await anchors.write(book, anchorOf(book));
      if (!written.ok) return written;
    }
    return ok(undefined);
  };

  /** What the journal has of a grant or a return stands without an anchor, and shows no number. */
  function unlessUnanchored(written: Result<void>): Result<void> {
    if (!written.ok) log.warn('a register has no anchor yet', { code: written.error.code });
    return ok(undefined);
  }

  const withBooks = (books: readonly HolderBook[]) => ({
    records: books.map((book): JournalRecord => ({ t: 'heldBook', book })),
    beforeShown: () => writeAnchors(books),
  });

  /** Somebody else may have signed in while an act waited: nobody's is saved as another person's (I-13). */
  const isGone = (author: Author): boolean => deps.person() !== author;

  /** A number in the journal is given, whatever the anchors say: the same act is not saved again (I-9). */
  async function saveAs(
    author: Author,
    asked: readonly OperationDraft[],
    { drafts, replaces = [], books }: Saving,
  ): Promise<Result<Saved>> {
    if (isGone(author)) return GONE;
    const saved = await deps.append(drafts, replaces, withBooks(books));
    if (saved.ok || saved.error.code !== 'register.anchor-not-written') return saved;
    unshown = [...unshown, { asked, registerIds: books.map(({ lease }) => lease.registerId) }];
    return err({ code: 'register.number-not-anchored' });
  }

  const isUnshown = (draft: OperationDraft): boolean =>
    unshown.some(({ asked }) => asked.some((one) => isSame(one, draft)));

  async function showAnchored(): Promise<void> {
    for (const one of unshown) {
      const books = await Promise.all(
        one.registerIds.map(async (id) => {
          const book = findBook(id);
          return book && (await open(book)).ok;
        }),
      );
      if (!books.every(Boolean)) continue;
      unshown = unshown.filter((other) => other !== one);
      deps.show(one.asked);
    }
  }

  async function append(
    author: Author,
    drafts: readonly OperationDraft[],
    replaces: readonly string[] = [],
  ): Promise<Result<Saved>> {
    const again = drafts.filter(isUnshown);
    await showAnchored();
    if (again.some(isUnshown)) return err({ code: 'register.number-not-anchored' });
    const fresh = drafts.filter((draft) => !again.includes(draft));
    const opened = await openFor(fresh);
    const numbered = numberDrafts({ ...deps, hasNumbered: state.hasNumbered }, fresh, opened);
    const saved = await saveAs(author, fresh, { ...numbered, replaces });
    if (numbered.given > 0) deps.changed();
    return saved;
  }

  async function openFor(drafts: readonly OperationDraft[]): Promise<Map<string, OpenBook>> {
    const opened = new Map<string, OpenBook>();
    for (const registerId of new Set(drafts.map(requestedRegister))) {
      const book = registerId === undefined ? undefined : findBook(registerId);
      const at = book && (await open(book));
      if (at?.ok) opened.set(at.value.book.lease.registerId, at.value);
    }
    return opened;
  }

  /** For papers that wait: numbers or a reason, and never a second request. */
  async function serve(
    author: Author,
    registerId: string,
    drafts: readonly OperationDraft[],
  ): Promise<Result<{ readonly given: number }>> {
    const book = findBook(registerId);
    if (!book) return err({ code: 'register.no-lease' });
    await showAnchored();
    const at = await open(book);
    if (!at.ok) return at;
    const wanted = drafts.filter((draft) => requestedRegister(draft) === registerId);
    const port = { ...deps, hasNumbered: state.hasNumbered };
    const numbered = numberDrafts(port, wanted, new Map([[registerId, at.value]]));
    if (numbered.given === 0) return ok({ given: 0 });
    const gotNumber = numbered.drafts.filter(({ kind }) => kind === 'cmd.allocateNumber');
    const saved = await saveAs(author, wanted, { drafts: gotNumber, books: numbered.books });
    deps.changed();
    return saved.ok ? ok({ given: numbered.given }) : saved;
  }

  async function takeLeases(leases: readonly HeldLease[]): Promise<Result<void>> {
    const verdicts = leases.map((held) => ({
      held,
      verdict: receiveGrant(findBook(held.lease.registerId), held),
    }));
    questions = verdicts.filter(({ verdict }) => verdict === 'ask').map(({ held }) => held);
    const granted = verdicts
      .filter(({ verdict }) => verdict === 'journal')
      .map(({ held }) => asStated(openHeldBook(held.lease, deps.sha256), held));
    const changed = [...granted, ...withdrawn(leases)];
    // A grant comes after what is said of the book before it.
    const books = [...turned(leases), ...changed];
    if (books.length > 0) {
      const { beforeShown } = withBooks(changed);
      const kept = await deps.journal(withBooks(books).records);
      if (!kept.ok) return kept;
      // Tried again before the first number; a grant that has no anchor yet is still a grant.
      unlessUnanchored(await beforeShown());
    }
    await confirmGrants(leases);
    if (books.length > 0 || questions.length > 0) deps.changed();
    return ok(undefined);
  }

  /** Books whose lease the server has ended: whatever ended it, nothing is numbered here any more. */
  const withdrawn = (leases: readonly HeldLease[]): readonly HolderBook[] =>
    state
      .heldBooks()
      .filter(({ lease }) => leases.every((held) => held.lease.registerId !== lease.registerId))
      .filter(({ sealed }) => !sealed)
      .map((book) => ({ ...book, sealed: true }));

  /** Books that the server froze or opened again: a start without a line has to know (I-12). */
  const turned = (leases: readonly HeldLease[]): readonly HolderBook[] =>
    state.heldBooks().flatMap((book) => {
      const held = leases.find(({ lease }) => lease.registerId === book.lease.registerId);
      const next = held ? asStated(book, held) : book;
      return (next.frozen ?? false) === (book.frozen ?? false) ? [] : [next];
    });

  async function confirmGrants(leases: readonly HeldLease[]): Promise<void> {
    const waiting = leases.filter(
      (held) =>
        held.state === 'SEALING' &&
        receiveGrant(findBook(held.lease.registerId), held) === 'have' &&
        !told.has(keyOf(held)),
    );
    if (waiting.length === 0 || !deps.isClerk()) return;
    const drafts = waiting.map(({ lease }) =>
      registerAct('cmd.confirmLease', lease.registerId, { epoch: lease.epoch }),
    );
    const saved = await deps.append(drafts, [], withBooks([]));
    if (saved.ok) for (const held of waiting) told.add(keyOf(held));
  }

  /** `SEALED(last)`: journalled and anchored; the server gets every number first, for acts travel in order. */
  async function release(author: Author, registerId: string): Promise<Result<undefined>> {
    const book = findBook(registerId);
    if (!book || book.sealed) return err({ code: 'register.no-lease' });
    const found = await anchors.read(book);
    const sealed = found.ok ? sealHeldBook(book, found.value) : found;
    if (!sealed.ok) return sealed;
    const { lease, next, hash } = sealed.value;
    const body = { epoch: lease.epoch, lastNumber: next - 1, hash };
    const draft = registerAct('cmd.releaseLease', registerId, body);
    if (isGone(author)) return GONE;
    const { records, beforeShown } = withBooks([sealed.value]);
    const saved = await deps.append([draft], [], {
      records,
      beforeShown: async () => unlessUnanchored(await beforeShown()),
    });
    deps.changed();
    return saved.ok ? ok(undefined) : saved;
  }

  async function confirmLast(
    author: Author,
    registerId: string,
    lastNumber: number,
  ): Promise<Result<undefined>> {
    if (isGone(author)) return GONE;
    const book = findBook(registerId);
    if (!book || book.sealed) return err({ code: 'register.no-lease' });
    if (book.next - 1 !== lastNumber) return err({ code: 'register.confirm-first' });
    confirmed.add(keyOf(book));
    deps.changed();
    return ok(undefined);
  }

  const clerkOnly =
    <A extends readonly unknown[], T>(work: (author: Author, ...given: A) => Promise<Result<T>>) =>
    async (...given: A): Promise<Result<T>> => {
      const author = deps.person();
      if (!deps.isClerk()) return err({ code: 'register.not-allowed' });
      return inTurn(() => work(author, ...given));
    };

  const isReturning = ({ lease }: HolderBook): boolean =>
    state
      .pending()
      .some(({ kind, target }) => kind === 'cmd.releaseLease' && target.id === lease.registerId);

  return {
    /** Before anything else of an answer is taken; the engine waits for it. */
    takeLeases: (leases: readonly HeldLease[]) => inTurn(() => takeLeases(leases)),
    /** Saves acts; requests for numbers of a register that is held here get them at once. */
    append: (drafts: readonly OperationDraft[], replaces?: readonly string[]) => {
      const author = deps.person();
      return inTurn(() => append(author, drafts, replaces));
    },
    serve: clerkOnly(serve),
    release: clerkOnly(release),
    confirmLast: clerkOnly(confirmLast),
    /** Registers that cannot be handed over with this machine (§15). */
    heldCount: () =>
      state.heldBooks().filter((book) => !book.sealed || isReturning(book)).length +
      questions.length,
    list: (): Promise<readonly HeldRegister[]> =>
      inTurn(async () => [
        ...questions.map(({ lease }): HeldRegister => ({ kind: 'question', lease })),
        ...(await Promise.all(
          state
            .heldBooks()
            .filter((book) => !book.sealed || isReturning(book))
            .map(async (book) => describeBook(book, await open(book), deps.time())),
        )),
      ]),
  };
}

const asStated = (book: HolderBook, { state }: HeldLease): HolderBook => ({
  ...book,
  frozen: state === 'FROZEN',
});

const isSame = (one: OperationDraft, other: OperationDraft): boolean =>
  one.kind === other.kind && one.target.id === other.target.id && sameJson(one.body, other.body);

const registerAct = (
  kind: OperationDraft['kind'],
  id: string,
  body: OperationDraft['body'],
): OperationDraft => ({ kind, target: { type: 'register', id }, base: null, role: 'vanThu', body });
