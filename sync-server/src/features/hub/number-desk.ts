import { z } from 'zod';
import type { HubLease } from '@shared/domain/register/custody';
import {
  allocateHeldNumber,
  HolderBook,
  isAtAnchors,
  numberingDate,
  openHeldBook,
  receiveGrant,
  sealHeldBook,
  type KnownTime,
} from '@shared/domain/register/lease-holder';
import {
  NumberSlip,
  releaseText,
  slipText,
  type HubRelease,
} from '@shared/domain/register/number-slip';
import { DocumentId } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import type { Log } from '../../log';
import { sha256 } from '../../platform';
import type { HubAnchors } from './hub-anchors';

export interface NumberDeskDeps {
  readonly db: Database;
  readonly anchors: HubAnchors;
  /** Ed25519 by the hub's device key, hex. */
  readonly sign: (bytes: Uint8Array) => string;
  readonly time: () => KnownTime;
  readonly log: Log;
}

export type NumberDeskFailure = {
  readonly code:
    | 'register.no-lease'
    | 'register.not-open'
    | 'register.anchor-ahead'
    | 'register.anchor-not-written'
    | 'register.lease-sealed'
    | 'register.quota-reached'
    | 'register.lease-not-begun'
    | 'register.lease-expired'
    | 'register.wrong-year'
    | 'register.date-goes-back'
    | 'register.clock-not-trusted'
    | 'register.already-numbered';
};

const BookLine = z.object({ book: HolderBook, stated: z.string() });
const SlipLine = z.object({ slip: NumberSlip });

/**
 * Gives the numbers of registers that the province leased to this hub, and of no other (sync §20, M-26). The number is
 * in the database and at an anchor before anybody sees it (M-13); the same paper gets the same number again (I-9).
 */
export function createNumberDesk({ db, anchors, sign, time, log }: NumberDeskDeps) {
  /** One number at a time: the anchor of one is written before the next is given. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  }

  async function give(
    registerId: string,
    documentId: string,
  ): Promise<Result<NumberSlip, NumberDeskFailure>> {
    const given = await inTransaction(db, (tx) => giveIn(tx, registerId, documentId));
    return given.ok ? anchored(given.value.book, given.value.slip) : given;
  }

  /** Also of a word that was given before: its anchor may not have been written then. */
  const anchored = async <T>(book: HolderBook, said: T): Promise<Result<T, NumberDeskFailure>> =>
    (await anchors.write(book)) ? ok(said) : err({ code: 'register.anchor-not-written' });

  /** The book is closed for good, at its anchor too, before anybody has the hub's word (N-10b). */
  async function release(registerId: string): Promise<Result<HubRelease, NumberDeskFailure>> {
    const sealed = await inTransaction(db, async (tx) => {
      const held = await lockBook(tx, registerId);
      if (!held.ok) return held;
      const { book, known, stated } = held.value;
      if (stated === 'ENDED') return err({ code: 'register.no-lease' } as const);
      const closed = sealHeldBook(book, known);
      if (closed.ok)
        await tx.query('update hub_book set book = $2 where register_id = $1', [
          registerId,
          closed.value,
        ]);
      return closed;
    });
    if (!sealed.ok) return sealed;
    const { lease, next } = sealed.value;
    const { epoch, deviceId, inc } = lease;
    const said = { registerId: lease.registerId, epoch, lastNumber: next - 1, deviceId, inc };
    return anchored(sealed.value, { ...said, sig: sign(releaseText(said)) });
  }

  async function lockBook(tx: Queryable, registerId: string) {
    const { rows } = await tx.query(
      'select book, stated from hub_book where register_id = $1 for update',
      [registerId],
    );
    if (rows.length === 0) return err({ code: 'register.no-lease' } as const);
    const { book, stated } = BookLine.parse(rows[0]);
    const known = await anchors.read(book);
    if (!known || !isAtAnchors(book, known)) return err({ code: 'register.anchor-ahead' } as const);
    return ok({ book, stated, known });
  }

  async function giveIn(
    tx: Queryable,
    registerId: string,
    documentId: string,
  ): Promise<Result<{ slip: NumberSlip; book: HolderBook }, NumberDeskFailure>> {
    const held = await lockBook(tx, registerId);
    if (!held.ok) return held;
    const { book, stated, known } = held.value;
    const before = await tx.query('select slip from hub_slip where document_id = $1', [documentId]);
    if (before.rows.length > 0) {
      const { slip } = SlipLine.parse(before.rows[0]);
      return slip.registerId === registerId
        ? ok({ slip, book })
        : err({ code: 'register.already-numbered' });
    }
    if (stated !== 'DEVICE' && stated !== 'SEALING') return err({ code: 'register.not-open' });
    const date = numberingDate(time(), book.lease);
    if (!date.ok) return date;
    const request = { documentId, date: date.value, anchors: known };
    const given = allocateHeldNumber(book, request, sha256);
    if (!given.ok) return given;
    const { deviceId, inc, epoch } = book.lease;
    const said = {
      registerId: book.lease.registerId,
      epoch,
      number: given.value.entry.number,
      date: date.value,
      documentId: DocumentId.parse(documentId),
      deviceId,
      inc,
    };
    const slip: NumberSlip = { ...said, sig: sign(slipText(said)) };
    await tx.query('update hub_book set book = $2 where register_id = $1', [
      registerId,
      given.value.book,
    ]);
    await tx.query(
      `insert into hub_slip (register_id, epoch, number, document_id, slip)
       values ($1, $2, $3, $4, $5)`,
      [registerId, epoch, slip.number, documentId, slip],
    );
    return ok({ slip, book: given.value.book });
  }

  return {
    give: (registerId: string, documentId: string) => inTurn(() => give(registerId, documentId)),
    /** No number of this lease is given after it; said again, it is the same. */
    release: (registerId: string) => inTurn(() => release(registerId)),

    /**
     * What the province states of this hub's leases. A grant that was sent before and is not here is not taken: numbers
     * may have been given of it, and two people of the office must end it (N-5, N-10).
     */
    takeLeases: (leases: readonly HubLease[]): Promise<void> =>
      inTurn(() =>
        inTransaction(db, async (tx) => {
          await tx.query(`update hub_book set stated = 'ENDED'`);
          for (const { lease, state, wasSentBefore, taken = 0 } of leases) {
            const { rows } = await tx.query(
              'select book, stated from hub_book where register_id = $1',
              [lease.registerId],
            );
            const held = rows.length === 0 ? undefined : BookLine.parse(rows[0]).book;
            const verdict = receiveGrant(held, { lease, wasSentBefore });
            if (verdict === 'ask' || verdict === 'refuse') {
              log.error(
                { registerId: lease.registerId, epoch: lease.epoch },
                'a register was leased to this hub, and the hub does not know it: it must be recalled',
              );
              continue;
            }
            const book =
              verdict === 'have' && held
                ? { ...held, unsent: Math.max(0, held.next - lease.fromNumber - taken) }
                : openHeldBook(lease, sha256);
            await tx.query(
              `insert into hub_book (register_id, epoch, book, stated) values ($1, $2, $3, $4)
               on conflict (register_id) do update
                 set epoch = excluded.epoch, book = excluded.book, stated = excluded.stated`,
              [lease.registerId, lease.epoch, book, state],
            );
          }
        }),
      ),

    /** Registers that this hub may give numbers of now, as far as it knows. */
    openRegisters: async (): Promise<readonly string[]> => {
      const { rows } = await db.query(
        `select register_id as id from hub_book
          where stated in ('DEVICE', 'SEALING') and not (book->>'sealed')::boolean order by 1`,
      );
      return rows.map((row) => z.object({ id: z.string() }).parse(row).id);
    },
  };
}

export type NumberDesk = ReturnType<typeof createNumberDesk>;
