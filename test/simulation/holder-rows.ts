import type { HolderBook, KnownTime } from '@shared/domain/register/lease-holder';
import { localDateAt } from '@shared/kernel/local-date';
import type { HeldRecord } from '@shared/sync/project';
import type { OperationDraft } from '@shared/sync/operation';

interface HolderRowsDeps {
  readonly fail: (rule: string, what: string) => void;
  readonly count: (name: string) => void;
  /** What the clerk writes down, once a number is on the screen. */
  readonly show: (draft: OperationDraft) => void;
}

/** How a number that was to be given ended without being shown. */
type End = 'under way' | 'power cut' | 'disk full';

const DAY_MS = 24 * 3600 * 1000;
const isNumbering = ({ kind }: OperationDraft) => kind === 'cmd.allocateNumber';
const placeOf = ({ body }: OperationDraft) =>
  JSON.stringify([body['registerId'], body['epoch'], body['number']]);

/**
 * Rows of the failure analysis of numbers (§9.7) that a run comes to on one machine that holds a register. Each is counted
 * where its required result was found.
 */
export function createHolderRows({ fail, count, show }: HolderRowsDeps) {
  const tried = new Map<string, { readonly draft: OperationDraft; readonly end: End }>();
  /** Journalled and not shown before the power was cut: the screen shows it after the start. */
  const kept = new Map<string, OperationDraft>();

  return {
    /** The journal is about to be written. */
    trying(drafts: readonly OperationDraft[]): void {
      for (const draft of drafts.filter(isNumbering)) {
        const place = placeOf(draft);
        const before = tried.get(place);
        // Whatever cut the earlier try off, the number was not given: this one has it again (N-2, N-18).
        if (before?.end === 'power cut') count('N-2');
        if (before?.end === 'disk full') count('N-18');
        tried.set(place, { draft, end: 'under way' });
      }
    },

    ended(drafts: readonly OperationDraft[], code: string | undefined): void {
      for (const draft of drafts.filter(isNumbering)) {
        if (code === undefined) tried.delete(placeOf(draft));
        else if (code === 'journal.disk-full')
          tried.set(placeOf(draft), { draft, end: 'disk full' });
      }
    },

    /** The program starts: what was under way is in the journal, with its book, or was never given (N-2, N-3). */
    opened(books: readonly HolderBook[], hasNumbered: (documentId: string) => boolean): void {
      for (const [place, { draft, end }] of tried) {
        if (end !== 'under way') continue;
        const { registerId, epoch, number } = draft.body;
        const book = books.find((one) => one.lease.registerId === registerId);
        const isCounted =
          book !== undefined && book.lease.epoch === epoch && book.next > Number(number);
        const isKept = hasNumbered(draft.target.id);
        if (isKept && !isCounted)
          fail('N-3', `number ${Number(number)} is journalled without its book`);
        if (isKept) kept.set(draft.target.id, draft);
        if (isKept) tried.delete(place);
        else tried.set(place, { draft, end: 'power cut' });
      }
    },

    /** A journal that is behind its anchors gives no number (N-8). */
    behind(
      drafts: readonly OperationDraft[],
      books: readonly HolderBook[],
      lastGiven: (registerId: string, epoch: number) => number,
    ): void {
      for (const { kind, body } of drafts) {
        const book = books.find(({ lease }) => lease.registerId === body['registerId']);
        if (!book || book.sealed) continue;
        const { registerId, epoch } = book.lease;
        if (lastGiven(registerId, epoch) < book.next) continue;
        if (kind === 'cmd.allocateNumber' && body['epoch'] === epoch)
          fail('N-8', `a book behind its anchor gives number ${book.next}`);
        if (kind === 'cmd.requestNumber') count('N-8');
      }
    },

    /** The disk was put back: what was tried since is gone with it. */
    wentBack(): void {
      tried.clear();
      kept.clear();
    },

    /** Nothing is left to be stored: the paper shows the number that the journal kept for it. */
    screen(
      rows: ReadonlyMap<string, HeldRecord>,
      isPending: (documentId: string) => boolean,
    ): void {
      for (const [id, draft] of kept) {
        const row = rows.get(id);
        if (!row) continue;
        kept.delete(id);
        // A paper that had a number keeps it, whatever its clerk asked for: the server refuses the second one.
        if (!isPending(id) || typeof row.srv?.['arrivalNumber'] === 'number') continue;
        if (row.view['arrivalNumber'] !== draft.body['number'])
          fail('N-3', `the number that was kept for ${id} is not on the screen`);
        show(draft);
        count('N-3');
      }
    },

    /**
     * The clock is wrong by a day and more: the holder gives no number, or dates it inside the interval that it can prove
     * (§9.6, N-7).
     */
    dated(
      drafts: readonly OperationDraft[],
      books: readonly HolderBook[],
      time: KnownTime & { readonly trueMs: number },
    ): void {
      const { wallMs, lastTrustedMs, trustedNowMs, trueMs } = time;
      if (Math.abs(wallMs - trueMs) < DAY_MS) return;
      for (const { kind, body } of drafts) {
        const book = books.find(({ lease }) => lease.registerId === body['registerId']);
        if (!book || book.sealed) continue;
        const { notAfter } = book.lease;
        const isOutside = wallMs < lastTrustedMs || localDateAt(wallMs) > notAfter;
        if (kind === 'cmd.requestNumber') {
          if (trustedNowMs === null && isOutside) count('N-7: no number');
          continue;
        }
        if (kind !== 'cmd.allocateNumber') continue;
        const date = body['date'] as string;
        const isInside = date >= localDateAt(lastTrustedMs) && date <= notAfter;
        if (!isInside || (trustedNowMs === null && isOutside))
          fail('N-7', `a clock at ${localDateAt(wallMs)} gave a number of ${date}`);
        count('N-7: date inside');
      }
    },
  };
}
