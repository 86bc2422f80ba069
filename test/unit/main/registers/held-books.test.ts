import { describe, expect, test } from 'vitest';
import { aRegister, anId } from '../../../support/core-builders';
import {
  aGrant,
  ANCHORS,
  createHolderBench,
  numberOf,
  paperDrafts,
  PROFILE,
} from '../../../support/holder-bench';

const registerId = aRegister().id;
type Holder = Awaited<ReturnType<ReturnType<typeof createHolderBench>['startHolding']>>;
const kindsOf = (at: { state: { pending: () => readonly { kind: string }[] } }) =>
  at.state.pending().map(({ kind }) => kind);

describe('a grant', () => {
  test('N-14: is in the journal before it is confirmed, and is there after a kill', async () => {
    const bench = createHolderBench();
    const at = await bench.start();
    await at.books.takeLeases([aGrant()]);
    expect(kindsOf(at)).toEqual(['cmd.confirmLease']);

    bench.disk.restart();
    const again = await bench.start();
    expect(again.state.heldBooks()).toMatchObject([{ next: 46, sealed: false }]);
  });

  test('N-14: that cannot be journalled is not confirmed', async () => {
    const bench = createHolderBench();
    const at = await bench.start();
    bench.disk.cutAfter(0);

    expect((await at.books.takeLeases([aGrant()])).ok).toBe(false);
    expect(at.state.heldBooks()).toEqual([]);
    expect(kindsOf(at)).toEqual([]);
  });

  test('N-10, N-14: sent before and not in the journal: the paper question, and no number', async () => {
    const bench = createHolderBench();
    const at = await bench.start();
    await at.books.takeLeases([aGrant({}, true)]);
    await at.books.append(paperDrafts(1));

    expect(await at.books.list()).toMatchObject([{ kind: 'question' }]);
    expect(at.books.heldCount()).toBe(1);
    expect(kindsOf(at)).toEqual(['create', 'cmd.requestNumber']);
  });

  test('N-11: another one of an epoch that a lost history gave is not confirmed: the paper question', async () => {
    const bench = createHolderBench();
    const at = await bench.start();
    await at.books.takeLeases([aGrant()]);
    await at.books.takeLeases([]);
    bench.disk.restart();
    const again = await bench.start();
    const before = again.state.pendingCount();
    await again.books.takeLeases([aGrant({ fromNumber: 49 })]);

    expect(await again.books.list()).toMatchObject([{ kind: 'question' }]);
    expect(again.state.pendingCount()).toBe(before);
  });

  test('F-12, I-12: a register that the server froze gives no number after a start without a line either', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    await at.books.takeLeases([{ ...aGrant(), state: 'FROZEN' }]);
    bench.disk.restart();
    const again = await bench.start();
    await again.books.confirmLast(registerId, 45);
    await again.books.append(paperDrafts(1));
    expect(numberOf(again.state, 1)).toBeUndefined();

    await again.books.takeLeases([{ ...aGrant(), state: 'DEVICE' }]);
    bench.disk.restart();
    const opened = await bench.start();
    await opened.books.confirmLast(registerId, 45);
    await opened.books.append(paperDrafts(2));
    expect(numberOf(opened.state, 2)).toBe(46);
  });

  test('§9.5: a lease that the server has ended gives no number any more', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    await at.books.takeLeases([]);
    await at.books.append(paperDrafts(1));

    expect(numberOf(at.state, 1)).toBeUndefined();
    expect(at.books.heldCount()).toBe(0);
  });
});

describe('numbers on the holder', () => {
  test('§9.4: the same save that waits in base mode numbers here, in order', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    await at.books.append([...paperDrafts(1), ...paperDrafts(2)]);
    await at.books.append(paperDrafts(3));

    expect([1, 2, 3].map((n) => numberOf(at.state, n))).toEqual([46, 47, 48]);
    expect(at.state.heldBooks()).toMatchObject([{ next: 49, unsent: 3, lastDate: '2026-03-02' }]);
  });

  test('§9.4: after each start the first number waits for a look into the paper book', async () => {
    const bench = createHolderBench();
    const before = await bench.startHolding();
    await before.books.append(paperDrafts(1));
    bench.disk.restart();
    const at = await bench.start();
    await at.books.append(paperDrafts(2));
    expect(numberOf(at.state, 2)).toBeUndefined();
    expect(await at.books.list()).toMatchObject([{ lastNumber: 46, needsConfirmation: true }]);

    expect((await at.books.confirmLast(registerId, 45)).ok).toBe(false);
    expect((await at.books.confirmLast(registerId, 46)).ok).toBe(true);
    const waiting = paperDrafts(2).slice(1);
    expect(await at.books.serve(registerId, waiting)).toEqual({ ok: true, value: { given: 1 } });
    expect(numberOf(at.state, 2)).toBe(47);
  });

  test('I-9: a paper that has its number gets no second one, asked as often as you like', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    await at.books.append(paperDrafts(1));
    await bench.answer(at, at.state.pendingCount());
    const request = paperDrafts(1).slice(1);

    expect(await at.books.serve(registerId, [...request, ...request])).toMatchObject({
      value: { given: 0 },
    });
    expect(at.state.heldBooks()).toMatchObject([{ next: 47 }]);
  });

  test('I-13: an act that waited its turn is not saved as somebody else’s who signed in meanwhile', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    const saving = at.books.append(paperDrafts(1));
    bench.person.id = 'colleague';

    expect(await saving).toMatchObject({ error: { code: 'session.not-signed-in' } });
    expect(kindsOf(at)).toEqual(['cmd.confirmLease']);
  });

  test.each([
    ['serve', (at: Holder) => at.books.serve(registerId, paperDrafts(1).slice(1))],
    ['release', (at: Holder) => at.books.release(registerId)],
    ['confirmLast', (at: Holder) => at.books.confirmLast(registerId, 45)],
  ])('I-13: %s waits its turn and is not another person’s either', async (_name, ask) => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    const asked = ask(at);
    bench.person.id = 'colleague';

    expect(await asked).toMatchObject({ error: { code: 'session.not-signed-in' } });
    expect(kindsOf(at)).toEqual(['cmd.confirmLease']);
  });

  test('only a clerk confirms, serves and gives back', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    bench.person.isClerk = false;

    expect(await at.books.release(registerId)).toMatchObject({
      error: { code: 'register.not-allowed' },
    });
  });

  test('N-2, N-3: power cut at every step of the disk: no number is given twice, none that was shown is lost', async () => {
    const reference = createHolderBench();
    const whole = await reference.startHolding();
    const before = reference.disk.steps();
    await whole.books.append(paperDrafts(1));
    const steps = reference.disk.steps() - before;
    expect(steps).toBeGreaterThan(8);
    const numbersOfB = new Set<unknown>();
    for (let cut = 0; cut <= steps; cut++) {
      const bench = createHolderBench();
      const at = await bench.startHolding();
      const seen = bench.shown.length;
      bench.disk.cutAfter(cut);
      const saved = await at.books.append(paperDrafts(1)).catch(() => ({ ok: false }));
      const wasShown = bench.shown.length > seen;
      expect(wasShown).toBe(saved.ok);
      bench.disk.restart();

      const again = await bench.start();
      const first = numberOf(again.state, 1);
      if (wasShown) expect(first).toBe(46);
      const [book] = again.state.heldBooks();
      expect(book?.next).toBe(first === undefined ? 46 : 47);
      await again.books.confirmLast(registerId, (book?.next ?? 0) - 1);
      await again.books.append(paperDrafts(2));
      const second = numberOf(again.state, 2);
      expect(second).toBe(first === undefined ? 46 : 47);
      numbersOfB.add(second);
    }
    expect([...numbersOfB].map(Number).toSorted((a, b) => a - b)).toEqual([46, 47]);
  });

  test('N-17: behind the quota papers wait, and everything else is saved', async () => {
    const bench = createHolderBench();
    const at = await bench.start();
    await at.books.takeLeases([aGrant({ quota: 1 })]);
    await at.books.confirmLast(registerId, 45);
    await at.books.append(paperDrafts(1));
    expect(await at.books.list()).toMatchObject([{ isNearLimit: true }]);

    expect((await at.books.append(paperDrafts(2))).ok).toBe(true);
    expect([numberOf(at.state, 1), numberOf(at.state, 2)]).toEqual([46, undefined]);
    await bench.answer(at, at.state.pendingCount());
    await at.books.append(paperDrafts(3));
    expect(numberOf(at.state, 3)).toBe(47);
  });

  test('N-7: a clock that was set back gives no number, and the paper waits', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    bench.clock.wallMs = 0;
    await at.books.append(paperDrafts(1));

    expect(numberOf(at.state, 1)).toBeUndefined();
    expect(await at.books.list()).toMatchObject([{ problem: 'register.clock-not-trusted' }]);
  });

  test('N-7: the date is the server’s carried on, a night of sleep included, not the wall clock’s', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    at.time.learn(Date.parse('2026-03-02T10:00:00Z'));
    bench.clock.bootMs += 15 * 3_600_000;
    bench.clock.wallMs = Date.parse('2026-03-20T02:00:00Z');
    await at.books.append(paperDrafts(1));

    expect(at.state.heldBooks()).toMatchObject([{ lastDate: '2026-03-03' }]);
  });

  test('N-16: after midnight of 31 December the old year’s book gives none', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    bench.clock.wallMs = Date.parse('2026-12-31T17:00:00Z');
    at.time.learn(bench.clock.wallMs);
    await at.books.append(paperDrafts(1));

    expect(numberOf(at.state, 1)).toBeUndefined();
    expect(await at.books.list()).toMatchObject([{ problem: 'register.wrong-year' }]);
  });

  test('N-18: on a full disk no number is shown, and the next one that fits is the same', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    const seen = bench.shown.length;
    bench.disk.fill();

    expect(await at.books.append(paperDrafts(1))).toMatchObject({
      error: { code: 'journal.disk-full' },
    });
    expect(bench.shown.length).toBe(seen);
    bench.disk.restart();
    const again = await bench.start();
    await again.books.confirmLast(registerId, 45);
    await again.books.append(paperDrafts(2));
    expect(numberOf(again.state, 2)).toBe(46);
  });
});

describe('the anchors outside the profile', () => {
  test('N-8, N-10b: a profile restored from an image gives no number and is not given back', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    await at.books.append(paperDrafts(1));
    const restore = bench.disk.snapshot(PROFILE);
    await at.books.append(paperDrafts(2));
    restore();

    const again = await bench.start();
    await again.books.confirmLast(registerId, 46);
    await again.books.append(paperDrafts(3));
    expect(numberOf(again.state, 3)).toBeUndefined();
    expect(await again.books.list()).toMatchObject([{ problem: 'register.anchor-ahead' }]);
    expect(await again.books.release(registerId)).toMatchObject({
      error: { code: 'register.anchor-ahead' },
    });
  });

  test('N-10b: a lease that was given back does not come alive again', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    const restore = bench.disk.snapshot(PROFILE);
    expect((await at.books.release(registerId)).ok).toBe(true);
    expect(kindsOf(at).at(-1)).toBe('cmd.releaseLease');
    restore();

    const again = await bench.start();
    await again.books.confirmLast(registerId, 45);
    await again.books.append(paperDrafts(1));
    expect(numberOf(again.state, 1)).toBeUndefined();
  });

  test('the highest of the two wins: one that was lost or put back does not help', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    const restoreProfile = bench.disk.snapshot(PROFILE);
    const restoreMachine = bench.disk.snapshot(ANCHORS[0]);
    await at.books.append(paperDrafts(1));
    restoreProfile();
    restoreMachine();

    const again = await bench.start();
    await again.books.confirmLast(registerId, 45);
    await again.books.append(paperDrafts(2));
    expect(numberOf(again.state, 2)).toBeUndefined();
  });

  test('M-13: where no anchor can be written no number is shown', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    const target = anId(6, 1);
    bench.disk.refuse((path) => path.endsWith('.anchor.new'));
    // The first number finds the anchor of the grant in its place; its own cannot be written.
    const shown = bench.shown.length;
    const saved = await at.books.append(paperDrafts(1));
    expect(saved).toMatchObject({ error: { code: 'register.number-not-anchored' } });
    expect(numberOf(at.state, 1)).toBe(46);
    expect(bench.shown).toHaveLength(shown);
    await at.books.append(paperDrafts(2));
    expect(bench.shown).not.toContain(target);

    expect(numberOf(at.state, 2)).toBeUndefined();
    bench.disk.refuse(() => false);
    await at.books.append(paperDrafts(3));
    expect(numberOf(at.state, 3)).toBe(47);
    expect(bench.shown).toContain(target);
  });

  test('I-9, M-13: handed in again, what no anchor took is shown once one does, and never saved twice', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    bench.disk.refuse((path) => path.endsWith('.anchor.new'));
    await at.books.append(paperDrafts(1));
    const saved = at.state.lastN();

    expect(await at.books.append(paperDrafts(1))).toMatchObject({
      error: { code: 'register.number-not-anchored' },
    });
    bench.disk.refuse(() => false);
    expect((await at.books.append(paperDrafts(1))).ok).toBe(true);
    expect(bench.shown).toContain(anId(6, 1));
    expect(at.state.lastN()).toBe(saved);
    expect(at.state.heldBooks()).toMatchObject([{ next: 47, unsent: 1 }]);
  });

  test('a return that the journal has is on its way, though no anchor took its seal', async () => {
    const bench = createHolderBench();
    const at = await bench.startHolding();
    bench.disk.refuse((path) => path.endsWith('.anchor.new'));

    expect((await at.books.release(registerId)).ok).toBe(true);
    expect(kindsOf(at).at(-1)).toBe('cmd.releaseLease');
  });
});

test('release: sealed in the journal, behind every number that was given', async () => {
  const bench = createHolderBench();
  const at = await bench.startHolding();
  await at.books.append(paperDrafts(1));
  expect((await at.books.release(registerId)).ok).toBe(true);
  await at.books.append(paperDrafts(2));

  const release = at.state.pending().find(({ kind }) => kind === 'cmd.releaseLease');
  expect(release?.body).toMatchObject({ lastNumber: 46, epoch: aGrant().lease.epoch });
  expect(numberOf(at.state, 2)).toBeUndefined();
  expect(at.books.heldCount()).toBe(1);
  await bench.answer(at, at.state.pendingCount());
  expect(at.books.heldCount()).toBe(0);
});
