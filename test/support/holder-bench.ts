import { NEW_CUSTODY, type HeldLease, type Lease } from '@shared/domain/register/custody';
import { grantLease } from '@shared/domain/register/lease';
import { OfficeId, UserId } from '@shared/kernel/ids';
import { LocalDate } from '@shared/kernel/local-date';
import type { JournalState } from '@shared/sync/journal-state';
import { CHAIN_START, type OperationDraft } from '@shared/sync/operation';
import type { Outcome } from '@shared/sync/outcome';
import { createAppendOperations } from '../../src/main/features/journal/append-operations';
import { openJournal } from '../../src/main/features/journal/journal';
import { createNodeJournalDisk } from '../../src/main/features/journal/node-journal-disk';
import { createAnchorStore } from '../../src/main/features/registers/anchor-store';
import { createHeldBooks } from '../../src/main/features/registers/held-books';
import { createTrustedTime } from '../../src/main/features/registers/trusted-time';
import { createBox } from '../../src/main/platform/keyring';
import {
  anId,
  aRegister,
  aRegistration,
  cheapSignature,
  opKey,
  sample,
  sha256,
} from './core-builders';
import { powerCutFiles } from './power-cut-files';

export const PROFILE = '/profile';
export const ANCHORS = ['/machine', '/beside'] as const;

/** A grant of the sample register: its next number is 46. */
export function aGrant(over: Partial<Lease> = {}, wasSentBefore = false): HeldLease {
  const book = {
    counter: {
      registerId: aRegister().id,
      nextNumber: 46,
      lastDate: LocalDate.parse('2026-03-01'),
    },
    custody: { ...NEW_CUSTODY, leaseAllowed: true },
  };
  const granted = grantLease(aRegister(), book, {
    holder: { deviceId: sample.deviceId, inc: 1 },
    today: LocalDate.parse('2026-03-02'),
    now: '2026-03-02T02:00:00.000Z',
    sha256,
  });
  if (!granted.ok || !granted.value.custody.lease) throw new Error('a grant');
  return { lease: { ...granted.value.custody.lease, ...over }, state: 'SEALING', wasSentBefore };
}

/** The two drafts of a paper that is registered, as the form sends them. */
export const paperDrafts = (n: number): readonly OperationDraft[] => {
  const target = { type: 'incomingDocument', id: anId(6, n) } as const;
  return [
    { kind: 'create', target, base: null, role: 'vanThu', body: aRegistration() },
    {
      kind: 'cmd.requestNumber',
      target,
      base: null,
      role: 'vanThu',
      body: { registerId: aRegister().id },
    },
  ];
};

/** Number that the journal gave to a paper; undefined while it waits. */
export const numberOf = (state: JournalState, n: number): unknown =>
  state
    .pending()
    .find(({ kind, target }) => kind === 'cmd.allocateNumber' && target.id === anId(6, n))?.body[
    'number'
  ];

/** A workstation's half of lease mode on a disk that keeps only what was flushed. */
export function createHolderBench() {
  const disk = powerCutFiles();
  const clock = { wallMs: Date.parse('2026-03-02T02:00:00Z'), bootMs: 0 };
  const shown: string[] = [];
  const warnings: string[] = [];
  const person = { id: 'clerk', isClerk: true };
  let uuid = 0;

  async function start() {
    const log = {
      info: () => {},
      warn: (text: string) => void warnings.push(text),
      error: (text: string) => void warnings.push(text),
    };
    const journalDisk = await createNodeJournalDisk(`${PROFILE}/journal`, disk.port);
    const box = createBox(new Uint8Array(32).fill(7));
    const opened = await openJournal({ disk: journalDisk, sealer: box, sha256 });
    if (!opened.ok) throw new Error(opened.error.code);
    const journal = opened.value;
    if (!journal.state.incarnation()) {
      await journal.append(() => [
        { t: 'chain', dev: sample.deviceId as never, inc: 1, n: 0, hash: CHAIN_START },
        {
          t: 'contact',
          ticket: '',
          timeline: sample.timeline,
          serverTime: clock.wallMs,
          wall: clock.wallMs,
        },
      ]);
    }
    const time = createTrustedTime({
      wallMs: () => clock.wallMs,
      sinceBootMs: () => clock.bootMs,
      lastTrustedMs: () => journal.state.contact()?.serverTime ?? 0,
    });
    const append = createAppendOperations({
      journal,
      clock: { nowMs: () => clock.wallMs, monotonicMs: () => clock.bootMs },
      random: { uuid: () => anId(9, (uuid += 1)), fraction: () => 0 },
      sha256,
      bootId: 'boot',
      author: () => ({
        userId: UserId.parse(sample.clerkId),
        officeId: OfficeId.parse(sample.officeId),
        sign: (bytes) => cheapSignature(opKey, bytes),
      }),
      saved: (operations) => shown.push(...operations.map(({ opId }) => opId)),
    });
    const books = createHeldBooks({
      log,
      sha256,
      state: journal.state,
      journal: (records) => journal.append(() => records),
      anchors: createAnchorStore({ log, folders: ANCHORS, box, files: disk.port }),
      append,
      time: time.known,
      findDocument: () => undefined,
      person: () => person.id,
      isClerk: () => person.isClerk,
      changed: () => {},
      show: (saved) => shown.push(...saved.map(({ target }) => target.id)),
    });
    return { journal, state: journal.state, time, books };
  }

  return {
    disk,
    clock,
    shown,
    person,
    start,
    /** The server's final word on the oldest `count` pending acts. */
    answer: async (at: Awaited<ReturnType<typeof start>>, count: number) => {
      const done = at.state.pending().slice(0, count);
      const outcome: Outcome = { status: 'applied', rev: 1, seq: 1 };
      await at.journal.append(() =>
        done.map(({ inc, n }) => ({ t: 'outcome' as const, inc, n, outcome })),
      );
    },
    /** A workstation that has the grant and whose clerk has confirmed the last number. */
    startHolding: async () => {
      const at = await start();
      await at.books.takeLeases([aGrant()]);
      await at.books.confirmLast(aRegister().id, 45);
      return at;
    },
  };
}
