import { describe, expect, test } from 'vitest';
import { openJournal, type Journal } from '../../../../src/main/features/journal/journal';
import { keptOperations } from '../../../../src/main/features/journal/kept-operations';
import { openHeldBook } from '@shared/domain/register/lease-holder';
import type { JournalRecord } from '@shared/sync/journal-record';
import { CHAIN_START, operationHash, type Operation } from '@shared/sync/operation';
import type { Outcome } from '@shared/sync/outcome';
import type { Process } from '../../../simulation/scheduler';
import { createSimulatedDisk } from '../../../simulation/simulated-disk';
import { anId, anOperation, sample, sampleScope, sha256 } from '../../../support/core-builders';
import { aGrant } from '../../../support/holder-bench';
import { createQuietWorld } from '../../../support/quiet-world';

const plain = { seal: (bytes: Uint8Array) => bytes, open: (bytes: Uint8Array) => bytes };
const applied: Outcome = { status: 'applied', rev: 1, seq: 1 };
const rejected: Outcome = { status: 'rejected', code: 'operation.invalid-body' };
const scan = 'ab'.repeat(32) as never;
const user = sample.clerkId as never;
const sizes = { segmentBytes: 4096, keptBytes: 50 * 1024 };
const heldBook = openHeldBook(aGrant().lease, sha256);
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

function aMachine(seed = 'retention') {
  const world = createQuietWorld(seed);
  const disk = createSimulatedDisk(world.scheduler, world.chance.fork('disk'), world.faults);
  const boot = (fuse?: number): Process => {
    const main = world.scheduler.process('main', () => disk.crash());
    main.fuse = fuse;
    return main;
  };
  const open = async (main = boot()): Promise<Journal> => {
    const opened = await world.settle(
      openJournal({ disk: disk.attach(main), sealer: plain, sha256, sizes }),
    );
    if (!opened.ok) throw new Error(opened.error.code);
    return opened.value;
  };
  return { world, disk, boot, open };
}

type Machine = ReturnType<typeof aMachine>;

/** The wall clock of this PC lies by years, now this way and now that. */
const contact = (day: number): JournalRecord => ({
  t: 'contact',
  ticket: `ticket ${day}`,
  timeline: sample.timeline,
  serverTime: START + day * DAY,
  wall: START + (day % 2 === 0 ? 900 : -900) * DAY,
});

const outcome = (n: number, what: Outcome): JournalRecord => ({
  t: 'outcome',
  inc: 1,
  n,
  outcome: what,
});

async function write(machine: Machine, journal: Journal, ...records: JournalRecord[]) {
  const written = await machine.world.settle(journal.append(() => records));
  if (!written.ok) throw new Error(written.error.code);
}

/** An operation of over 2 KB: two fill a segment. */
async function act(machine: Machine, journal: Journal, more: Partial<Operation> = {}) {
  await machine.world.settle(
    journal.append(({ n, hash }) => [
      {
        t: 'op',
        op: anOperation({
          n: n + 1,
          prev: hash,
          opId: anId(7, n + 1),
          body: { note: 'x'.repeat(2_200) },
          ...more,
        }),
      },
    ]),
  );
  return journal.state.lastN();
}

interface Day {
  readonly outcome?: Outcome | 'none';
  readonly files?: readonly string[];
}

/** Each entry is a segment: two acts, their outcomes, and the server's time of that day. */
async function aHistory(machine: Machine, journal: Journal, days: readonly (Day | undefined)[]) {
  await write(machine, journal, {
    t: 'chain',
    dev: sample.deviceId as never,
    inc: 1,
    n: 0,
    hash: CHAIN_START,
  });
  await write(machine, journal, contact(0));
  for (const [index, day] of days.entries()) {
    const numbers = [
      await act(machine, journal, day?.files ? { files: day.files as never } : {}),
      await act(machine, journal),
    ];
    const what = day?.outcome ?? applied;
    if (what !== 'none')
      await write(machine, journal, ...numbers.map((n) => outcome(n, what)), contact(index * 20));
    else await write(machine, journal, contact(index * 20));
  }
}

/** More of the same, half a year later. */
async function aHistoryOn(machine: Machine, journal: Journal) {
  for (const day of [200, 220, 240, 280]) {
    const numbers = [await act(machine, journal), await act(machine, journal)];
    await write(machine, journal, ...numbers.map((n) => outcome(n, applied)), contact(day));
  }
}

const segments = (machine: Machine) => machine.disk.segments().length;
const attentionOf = (journal: Journal) => journal.state.attention().map((item) => item.operation.n);

describe('keeping the journal small', () => {
  test('§4.2, I-17: acts with an outcome are kept 35 days by the server’s clock, whatever this PC’s clock says', async () => {
    const machine = aMachine();
    const journal = await machine.open();
    await aHistory(machine, journal, [{}, {}, {}, {}]);
    const before = segments(machine);

    // The newest contact is of day 60; the first segment was left on day 0, the second on day 20.
    expect(await machine.world.settle(journal.retain())).toEqual({ ok: true, value: undefined });
    expect(before - segments(machine)).toBe(2);
    const again = await machine.open();
    expect(again.state.lastN()).toBe(8);
    expect(again.state.lastHash()).toBe(journal.state.lastHash());
    expect(again.state.contact()?.ticket).toBe('ticket 60');
    expect(again.state.pendingCount()).toBe(0);
  });

  test('§20: what a bundle brought outlives the segment that told of it, until it is of no more use', async () => {
    const machine = aMachine();
    const journal = await machine.open();
    const target = { type: 'incomingDocument', id: anId(6, 9) } as const;
    const base = { rev: 3, content: {} };
    const rest = { by: user, scope: sampleScope, heads: [], files: [], carried: [scan] };
    await write(machine, journal, { t: 'lent', target, base, ...rest });
    await aHistory(machine, journal, [{}, {}, {}, {}]);

    await machine.world.settle(journal.retain());
    const again = await machine.open();
    expect(again.peers.baseOf(target.id, () => true)).toEqual(base);
    expect(again.peers.carriedFiles()).toEqual([scan]);

    again.peers.landed(() => true);
    await write(machine, again, { t: 'fileReceived', sha256: scan });
    await aHistoryOn(machine, again);
    await machine.world.settle(again.retain());
    expect((await machine.open()).peers.lentOf(target.id)).toBeUndefined();
  });

  test('§13.3, I-1: what an earlier incarnation left is carried until a person has confirmed it, and holds up no segment', async () => {
    const machine = aMachine();
    const journal = await machine.open();
    await aHistory(machine, journal, [{ outcome: 'none' }, {}, {}, {}]);
    const [left] = journal.state.pending();
    const { inc = 0, dev = '' } = journal.state.incarnation() ?? {};
    const next = { t: 'chain', dev: dev as never, inc: inc + 1, n: 0, hash: CHAIN_START } as const;
    await write(machine, journal, next, contact(200));
    for (const day of [220, 260]) {
      for (const n of [
        await act(machine, journal, { inc: 2 }),
        await act(machine, journal, { inc: 2 }),
      ])
        await write(machine, journal, { t: 'outcome', inc: 2, n, outcome: applied });
      await write(machine, journal, contact(day));
    }
    const before = segments(machine);

    await machine.world.settle(journal.retain());

    expect(before - segments(machine)).toBeGreaterThan(1);
    const again = await machine.open();
    expect(again.state.attention().map(({ operation }) => operation)).toContainEqual(left);
    await write(machine, again, { t: 'dismissed', opId: left?.opId ?? '' });
    expect(attentionOf(again)).toEqual([2]);
  });

  test('I-1, I-2: what a restored server lost is pending again, keeps its segment, and its file is sent again', async () => {
    const machine = aMachine();
    const journal = await machine.open();
    await aHistory(machine, journal, [{ files: [scan] }, {}, {}, {}]);
    await write(machine, journal, { t: 'fileReceived', sha256: scan });
    expect(journal.state.unsentFiles()).toEqual([]);
    const lost = await machine.world.settle(keptOperations(journal, { inc: 1, after: 0 }));
    const before = segments(machine);
    await write(machine, journal, { t: 'reoffered', op: lost[0] as Operation });

    await machine.world.settle(journal.retain());

    expect(before - segments(machine)).toBe(0);
    const again = await machine.open();
    expect(again.state.pending()).toEqual([lost[0]]);
    expect(again.state.unsentFiles()).toEqual([scan]);
    expect(again.state.lastHash()).toBe(journal.state.lastHash());
    await write(machine, again, outcome(1, applied));
    expect(again.state.pendingCount()).toBe(0);
  });

  test('I-1: a segment with an act that was never answered stays, and all that follow it', async () => {
    const machine = aMachine();
    const journal = await machine.open();
    await aHistory(machine, journal, [{}, { outcome: 'none' }, {}, {}, {}, {}]);
    const before = segments(machine);

    await machine.world.settle(journal.retain());
    expect(before - segments(machine)).toBe(1);
    expect((await machine.open()).state.pending().map(({ n }) => n)).toEqual([3, 4]);
  });

  test('I-1: what waits for the user, rows and unsent files outlive their segments; what was dealt with stays dealt with', async () => {
    const machine = aMachine();
    const journal = await machine.open();
    await aHistory(machine, journal, [
      { outcome: rejected },
      { files: [scan] },
      { outcome: rejected, files: ['cd'.repeat(32)] },
      {},
      {},
      {},
    ]);
    await write(machine, journal, { t: 'dismissed', opId: anId(7, 2) });
    for (const n of [5, 6]) await write(machine, journal, { t: 'dismissed', opId: anId(7, n) });
    await write(machine, journal, { t: 'draftRow', user, rowId: 'late', row: { so: '9' } });

    await machine.world.settle(journal.retain());
    const again = await machine.open();
    expect(attentionOf(again)).toEqual([1]);
    expect(again.state.unsentFiles()).toEqual([scan, 'cd'.repeat(32)]);
    expect(again.state.lastHash()).toBe(journal.state.lastHash());
    // A second time, from what was carried.
    await write(machine, again, contact(900));
    await act(machine, again);
    await act(machine, again);
    await write(machine, again, outcome(13, applied), outcome(14, applied), contact(1800));
    await act(machine, again);
    await machine.world.settle(again.retain());
    const third = await machine.open();
    expect(attentionOf(third)).toEqual([1]);
    expect(third.state.unsentFiles()).toEqual([scan, 'cd'.repeat(32)]);
    expect([...third.state.draftRows(sample.clerkId).keys()]).toEqual(['late']);
  });

  test('I-1: an unfinished row is carried as it stands now', async () => {
    const machine = aMachine();
    const journal = await machine.open();
    await write(machine, journal, { t: 'draftRow', user, rowId: 'a', row: { so: 'cũ' } });
    await write(machine, journal, { t: 'draftRow', user, rowId: 'b', row: { so: 'bỏ' } });
    await aHistory(machine, journal, [{}, {}, {}, {}, {}]);
    await write(machine, journal, { t: 'draftRow', user, rowId: 'b', row: null });

    await machine.world.settle(journal.retain());
    const again = await machine.open();
    expect([...again.state.draftRows(sample.clerkId)]).toEqual([['a', { so: 'cũ' }]]);
  });

  test('a file that the server has is not sent again because its receipt was removed', async () => {
    const machine = aMachine();
    const journal = await machine.open();
    await write(machine, journal, { t: 'fileReceived', sha256: scan });
    await aHistory(machine, journal, [{}, {}, {}, {}, { files: [scan] }]);

    await machine.world.settle(journal.retain());
    expect((await machine.open()).state.unsentFiles()).toEqual([]);
  });

  test('a refused act that is carried keeps the receipt of its file', async () => {
    const machine = aMachine();
    const journal = await machine.open();
    await aHistory(machine, journal, [{ outcome: rejected, files: [scan] }, {}, {}, {}, {}]);
    await write(machine, journal, { t: 'fileReceived', sha256: scan }, contact(400));
    for (let day = 800; day <= 3200; day += 400) {
      const n = await act(machine, journal);
      await write(machine, journal, outcome(n, applied), contact(day));
      await machine.world.settle(journal.retain());
    }

    const again = await machine.open();
    expect(attentionOf(again)).toEqual([1, 2]);
    expect(again.state.unsentFiles()).toEqual([]);
  });

  test.each([0, 3, 8, 12, 16, 30, 200])(
    'I-1, I-12: a new segment of which %i bytes reached the disk costs neither identity nor held registers',
    async (bytes) => {
      const machine = aMachine();
      const main = machine.boot();
      const disk = machine.disk.attach(main);
      let isGoing = false;
      const cut = {
        ...disk,
        create: async (name: string, whole: Uint8Array) => {
          await disk.create(name, isGoing ? whole.subarray(0, bytes) : whole);
          if (isGoing) throw new Error('the power went');
        },
      };
      const opened = await machine.world.settle(
        openJournal({ disk: cut, sealer: plain, sha256, sizes }),
      );
      if (!opened.ok) throw new Error(opened.error.code);
      await write(machine, opened.value, { t: 'heldBook', book: heldBook });
      await aHistory(machine, opened.value, [{}]);
      const before = segments(machine);
      isGoing = true;
      while ((await machine.world.settle(opened.value.append(() => [contact(1)]))).ok);
      expect(segments(machine) - before).toBe(1);
      main.kill('power cut');

      const after = await machine.open();
      await aHistoryOn(machine, after);
      const grown = segments(machine);
      await machine.world.settle(after.retain());

      expect(grown - segments(machine)).toBeGreaterThan(before);
      const again = await machine.open();
      expect(again.state.incarnation()).toEqual({ dev: sample.deviceId, inc: 1 });
      expect(again.state.lastN()).toBe(10);
      expect(again.state.heldBooks()).toEqual([heldBook]);
    },
  );

  test('beyond its size the oldest go although they are young', async () => {
    const machine = aMachine();
    const journal = await machine.open();
    await aHistory(machine, journal, [{}]);
    for (let i = 0; i < 13; i++) {
      const numbers = [await act(machine, journal), await act(machine, journal)];
      await write(machine, journal, ...numbers.map((n) => outcome(n, applied)));
    }

    await machine.world.settle(journal.retain());
    const bytes = machine.disk.segments().reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeLessThanOrEqual(sizes.keptBytes);
    expect(bytes).toBeGreaterThan(sizes.keptBytes - 8_000);
  });

  test.each(Array.from({ length: 10 }, (_, i) => i + 1))(
    'I-1: a power cut at step %i of the removal loses nothing',
    async (fuse) => {
      const machine = aMachine(`cut ${fuse}`);
      const main = machine.boot();
      const journal = await machine.open(main);
      await aHistory(machine, journal, [{ outcome: rejected }, { files: [scan] }, {}, {}, {}]);
      await write(machine, journal, { t: 'draftRow', user, rowId: 'a', row: { so: '1' } });
      const hash = journal.state.lastHash();
      main.fuse = fuse;
      const before = machine.world.scheduler.eventCount();
      machine.world.scheduler.spawn(main, async () => void (await journal.retain()));
      await new Promise((resolve) => void setImmediate(resolve));
      await machine.world.scheduler.run(() => !main.isAlive());
      expect(machine.world.scheduler.eventCount() - before).toBeGreaterThanOrEqual(
        Math.min(fuse, 4),
      );
      main.kill('late');

      for (const again of [await machine.open(), await machine.open()]) {
        expect(attentionOf(again)).toEqual([1, 2]);
        expect(again.state.unsentFiles()).toEqual([scan]);
        expect([...again.state.draftRows(sample.clerkId).keys()]).toEqual(['a']);
        expect(again.state.lastHash()).toBe(hash);
        expect(again.state.pendingCount()).toBe(0);
        await machine.world.settle(again.retain());
      }
    },
  );
});

describe('reading back', () => {
  test('§13.2: own acts behind a number are given back in order, with those that were carried', async () => {
    const machine = aMachine();
    const journal = await machine.open();
    await aHistory(machine, journal, [{ outcome: rejected }, {}, {}, {}]);
    await machine.world.settle(journal.retain());

    const kept = await machine.world.settle(keptOperations(journal, { inc: 1, after: 1 }));
    expect(kept.map(({ n }) => n)).toEqual([2, 5, 6, 7, 8]);
    expect(kept.at(-1) && operationHash(kept.at(-1) as Operation, sha256)).toBe(
      journal.state.lastHash(),
    );
    expect(await machine.world.settle(keptOperations(journal, { inc: 2, after: 0 }))).toEqual([]);
  });
});
