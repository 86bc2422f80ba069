import { z } from 'zod';
import { utf8 } from '../../kernel/bytes';
import { canonicalJson } from '../../kernel/canonical-json';
import { DeviceId, DocumentId, RegisterId } from '../../kernel/ids';
import { LocalDate } from '../../kernel/local-date';
import { err, ok, type Result } from '../../kernel/result';
import {
  disputeOver,
  frozenBook,
  acceptStale,
  type EntryPlace,
  type EntryVerdict,
} from './accept-entry';
import { isHolder, type Book, type Custody } from './custody';
import { returned, type LeaseFailure } from './lease';

/**
 * A number that the office's hub gave a clerk of a register leased to it (sync §20). The clerk's own act brings it to the
 * server; slips of one lease come from many machines, in any order, and each stands by the hub's signature.
 */
export const NumberSlip = z
  .object({
    registerId: RegisterId,
    epoch: z.int().positive(),
    number: z.int().positive(),
    date: LocalDate,
    documentId: DocumentId,
    /** The hub. */
    deviceId: DeviceId,
    inc: z.int().positive(),
    /** Ed25519 of the hub's device key over `slipText`, hex. */
    sig: z.string().regex(/^[0-9a-f]{128}$/),
  })
  .readonly();
export type NumberSlip = z.infer<typeof NumberSlip>;

export function slipText(slip: Omit<NumberSlip, 'sig'>): Uint8Array {
  const { registerId, epoch, number, date, documentId, deviceId, inc } = slip;
  const said = { registerId, epoch, number, date, documentId, deviceId, inc };
  return utf8(`tram-cong-vu number ${canonicalJson(said)}`);
}

/** The hub's word that it gives no more numbers of a lease, and which was the last (sync §9.4 "Release"). */
export const HubRelease = NumberSlip.unwrap()
  .omit({ number: true, date: true, documentId: true })
  .extend({
    /** The one before the lease's first where it gave none. */
    lastNumber: z.int().nonnegative(),
  })
  .readonly();
export type HubRelease = z.infer<typeof HubRelease>;

export function releaseText(release: Omit<HubRelease, 'sig'>): Uint8Array {
  const { registerId, epoch, lastNumber, deviceId, inc } = release;
  const said = { registerId, epoch, lastNumber, deviceId, inc };
  return utf8(`tram-cong-vu release ${canonicalJson(said)}`);
}

/**
 * Ends a hub's lease on its word, once the slips of all its numbers are here: a paper whose slip is on its way would get
 * another number of the server (I-9).
 */
export function releaseByHub(
  { counter, custody }: Book,
  release: HubRelease,
  now: string,
): Result<Book, LeaseFailure> {
  const { lease, epoch, slipsTaken } = custody;
  if (!lease || !isHolder(custody, release) || release.epoch !== epoch)
    return err({ code: 'register.not-holder' });
  const isWhole =
    release.lastNumber === counter.nextNumber - 1 &&
    slipsTaken === counter.nextNumber - lease.fromNumber;
  if (!isWhole) return err({ code: 'register.slips-missing' });
  return ok({ counter, custody: returned(custody, now, custody.state === 'FROZEN') });
}

/** Of a number that the hub gave and whose paper is still on its way. */
export const SLIP_WAITS = 'Trạm của cơ quan đã cấp, chờ hồ sơ';

/**
 * Judges a slip whose signature is good (I-9 to I-12, M-26). Numbers of the lease that have not come yet are kept for
 * their slips; a hub without the lease gives none that counts.
 */
export function acceptSlip(
  book: Book,
  upload: {
    readonly slip: NumberSlip;
    readonly place: EntryPlace;
    readonly latestDate: LocalDate;
    readonly now: string;
  },
): EntryVerdict {
  const { slip, place, latestDate, now } = upload;
  const { counter, custody } = book;
  const { number, date } = slip;
  if (place.entry?.documentId === slip.documentId) return { kind: 'known' };
  const isPresent = isHolder(custody, slip) && slip.epoch === custody.epoch;
  if (isPresent && place.entry?.documentId) return disputeOver('taken', frozenBook(book, now));
  if (!isPresent || number < counter.nextNumber) {
    return acceptStale(book, { entry: slip, from: slip, place, now });
  }
  // Further ahead of what came in than the lease allows: two histories of one lease.
  if (number >= counter.nextNumber + (custody.lease?.quota ?? 0))
    return disputeOver('chain', frozenBook(book, now));
  const gap = Array.from({ length: number - counter.nextNumber }, (_, i) => counter.nextNumber + i);
  const taken = { ...custody, slipsTaken: custody.slipsTaken + 1 };
  const held: Custody =
    custody.state === 'SEALING' ? { ...taken, state: 'DEVICE', since: now } : taken;
  const nextNumber = number + 1;
  if ((counter.lastDate !== null && date < counter.lastDate) || date > latestDate) {
    const kept = { counter: { ...counter, nextNumber }, custody: held };
    return { kind: 'keeps', book: frozenBook(kept, now), gap };
  }
  return {
    kind: 'next',
    book: { counter: { ...counter, nextNumber, lastDate: date }, custody: held },
    gap,
  };
}
