import type { QueuedRequest } from '@shared/domain/register/number-queue';
import { holdingOf } from '@shared/domain/register/number-queue';
import { withDatesOf } from '@shared/domain/register/allocate-number';
import { raiseCounter, unchained } from '@shared/domain/register/recovery';
import { RegisterEntry } from '@shared/domain/register/register';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { formatLocalDate, localDateAt } from '@shared/kernel/local-date';
import type { RecordChange } from '@shared/sync/acts/act';
import { mayBeNumbered, withNumber, withVoidedNumber } from '@shared/sync/acts/register-decision';
import { entryRecordId } from '@shared/sync/intake';
import type { IntakeTransaction, LockedRegister } from '@shared/sync/intake-store';
import { sha256 } from '../../platform';
import { putRecords } from '../sync/put-records';

/** The system, where a row of a book needs somebody who gave it and only the lost history knew. */
const NOBODY = '00000000-0000-4000-8000-000000000000';

interface TakingIn {
  readonly registerId: string;
  readonly entries: readonly RegisterEntry[];
  /** The entries' documents as the server has them, locked. */
  readonly documents: ReadonlyMap<string, JsonObject>;
  /** The whole queue, asked for once the book is locked. */
  readonly queue: () => Promise<readonly QueuedRequest[]>;
}

/** Rows of the lost history come into the book, and those of their documents that wait get the number (I-9). */
export async function takeInEntries(
  intake: IntakeTransaction,
  officeId: string,
  { registerId, entries: offered, documents, queue }: TakingIn,
): Promise<readonly RegisterEntry[]> {
  await intake.lockRecords(officeId, [{ type: 'register', id: registerId }]);
  const locked = await intake.lockRegister(officeId, registerId, registerId);
  const entries = locked ? await stillMissing(intake, officeId, locked, offered) : [];
  if (!locked || entries.length === 0) return [];
  const waiting = await queue();
  const changes: RecordChange[] = entries.map((entry) => ({
    type: 'registerEntry',
    id: entryRecordId({ sha256 }, registerId, entry.number),
    content: entry as JsonObject,
  }));
  const dequeued: string[] = [];
  for (const { documentId, number, date, kind } of entries) {
    const content = documents.get(documentId ?? '');
    const request = waiting.find((one) => one.documentId === documentId);
    // Who asked again is given what was given before; what only a witness knows comes as the witness has it.
    if (!content || !request || date === null || !mayBeNumbered(request.type, content)) continue;
    const numbered = withNumber(content, request, { registerId, number, date });
    const shown = kind === 'voided' ? withVoidedNumber(request.type, numbered) : numbered;
    changes.push({ type: request.type, id: request.documentId, content: shown });
    dequeued.push(request.documentId);
  }
  await saveBook(intake, officeId, locked, { added: entries, dequeued });
  await putRecords(intake, { officeId, changes });
  return entries;
}

/** Without what its holder has sent since the rows were looked up: the book could be written to until it was locked. */
async function stillMissing(
  intake: IntakeTransaction,
  officeId: string,
  { register, booked }: LockedRegister,
  entries: readonly RegisterEntry[],
): Promise<readonly RegisterEntry[]> {
  const missing: RegisterEntry[] = [];
  for (const entry of entries) {
    if (entry.documentId !== null && booked.has(entry.documentId)) continue;
    const { entry: standing } = await intake.findEntry(officeId, register.id, entry.number);
    if (!standing) missing.push(entry);
  }
  return missing;
}

/** Counter, dates and rows of a book that is frozen for the restore; it goes on lying still. */
function saveBook(
  intake: IntakeTransaction,
  officeId: string,
  { register, counter, custody }: LockedRegister,
  { added, dequeued }: { added: readonly RegisterEntry[]; dequeued: readonly string[] },
): Promise<void> {
  const highest = Math.max(counter.nextNumber - 1, ...added.map(({ number }) => number));
  return intake.saveRegister(officeId, {
    registerId: register.id,
    book: {
      counter: { ...withDatesOf(counter, added), nextNumber: highest + 1 },
      custody: added.length === 0 ? custody : unchained(custody),
    },
    added,
    replaced: [],
    enqueued: [],
    dequeued,
  });
}

interface Raising {
  readonly registerId: string;
  readonly highest: number;
  /** Numbers up to the highest that no row of the locked book has. */
  readonly missing: (locked: LockedRegister) => Promise<readonly number[]>;
  readonly nowMs: number;
}

/**
 * The counter goes to the highest number that anybody has seen; what nobody brought becomes placeholders (I-10, N-11).
 *
 * @returns the lease that was recalled, if the book was lent and its chain does not lead there
 */
export async function raiseBook(
  intake: IntakeTransaction,
  officeId: string,
  { registerId, highest, missing, nowMs }: Raising,
): Promise<{ readonly holder: string; readonly epoch: number } | undefined> {
  await intake.lockRecords(officeId, [{ type: 'register', id: registerId }]);
  const locked = await intake.lockRegister(officeId, registerId, registerId);
  if (!locked?.custody.recovery) return undefined;
  const { book, placeholders } = raiseCounter(locked, {
    highest,
    missing: await missing(locked),
    now: new Date(nowMs).toISOString(),
  });
  const { lease, holderName } = locked.custody;
  const recalled = book.custody.lease === null ? lease : null;
  const day = formatLocalDate(localDateAt(nowMs));
  const added = placeholders.map((number) =>
    RegisterEntry.parse({
      registerId,
      number,
      date: null,
      documentId: null,
      givenBy: NOBODY,
      kind: 'placeholder',
      note: `Đã cấp trước khi khôi phục máy chủ ngày ${day}, chờ hồ sơ`,
      // The holder's own entry fills it, whenever it comes.
      keptFor: recalled && { deviceId: recalled.deviceId, epoch: recalled.epoch },
    }),
  );
  const change = { added, replaced: [], enqueued: [], dequeued: [] };
  await intake.saveRegister(officeId, { registerId: locked.register.id, book, ...change });
  const shown = { ...locked.register, holding: holdingOf(book.custody, locked.queueLength) };
  await putRecords(intake, {
    officeId,
    changes: [
      { type: 'register', id: registerId, content: shown },
      ...added.map((entry) => ({
        type: 'registerEntry' as const,
        id: entryRecordId({ sha256 }, registerId, entry.number),
        content: entry as JsonObject,
      })),
    ],
  });
  return recalled ? { holder: holderName, epoch: recalled.epoch } : undefined;
}
