import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedStore } from '@shared/sync/intake-store';
import { readLoadPage } from '@shared/sync/load';
import { loadClassOf, WORK_CLASS } from '@shared/sync/load-class';
import { EMPTY_DIGEST, type FeedEntry, type LoadProgress } from '@shared/sync/record';
import { anEntry, anId, sample, sampleScope } from '../../../support/core-builders';

interface Held {
  readonly entry: FeedEntry;
  readonly loadClass: number;
}

/** A feed in memory that may change between two pages; places up to `settledTo` are old. */
function aFeed(held: Map<string, Held>, settledTo: number) {
  const all = () => [...held.values()];
  const headOf = () => Math.max(0, ...all().map(({ entry }) => entry.seq));
  const feed: Pick<FeedStore, 'readAfter' | 'readClasses' | 'beginLoad'> = {
    beginLoad: async () => ({ head: headOf(), settledTo, totals: [0, 0, 0] }),
    readAfter: async (_officeId, _scope, after, limit) => ({
      head: headOf(),
      digest: EMPTY_DIGEST,
      forgottenTo: 0,
      rows: all()
        .map(({ entry }) => entry)
        .filter(({ seq }) => seq > after)
        .toSorted((a, b) => a.seq - b.seq)
        .slice(0, limit),
    }),
    readClasses: async (_officeId, _scope, { settledTo: to, lowest, below }, limit) =>
      all()
        .filter(({ entry, loadClass }) => {
          const isBelow =
            loadClass < below.loadClass || (loadClass === below.loadClass && entry.seq < below.seq);
          return entry.kind === 'put' && entry.seq <= to && loadClass >= lowest && isBelow;
        })
        .toSorted((a, b) => b.loadClass - a.loadClass || b.entry.seq - a.entry.seq)
        .slice(0, limit),
  };
  return { feed, headOf };
}

const ask = (progress: LoadProgress | undefined, maxBytes: number) => ({
  officeId: sample.officeId,
  scope: sampleScope,
  progress,
  nowMs: 0,
  maxBytes,
});

const record = (n: number, seq: number, loadClass: number): [string, Held] => {
  const id = anId(7, n);
  return [id, { loadClass, entry: anEntry({ seq, tx: seq, id, content: { n } }) }];
};

/** All pages of a load; `between` happens after each. */
async function loadAll(
  { feed }: ReturnType<typeof aFeed>,
  maxBytes: number,
  between: (page: number) => void = () => undefined,
) {
  const entries: FeedEntry[] = [];
  let progress: LoadProgress | undefined;
  for (let number = 1; ; number++) {
    const page = await readLoadPage(feed, ask(progress, maxBytes));
    entries.push(...page.entries);
    if (!page.load) return { entries, next: page.next, pages: number };
    expect(page.next).toBe(0);
    progress = page.load;
    between(number);
  }
}

describe('a first load in three passes (§6.3)', () => {
  test('open work comes first, then what changed of late, then years, newest first', async () => {
    const held = new Map([
      record(1, 1, 2024),
      record(2, 2, WORK_CLASS),
      record(3, 3, 2026),
      record(4, 4, 2025),
      record(5, 5, WORK_CLASS),
      record(6, 6, 2026),
      record(7, 7, 2024),
      record(8, 8, 2026),
    ]);

    const { entries, next } = await loadAll(aFeed(held, 6), 1);

    expect(entries.map(({ seq }) => seq)).toEqual([5, 2, 7, 8, 6, 3, 4, 1]);
    expect(next).toBe(8);
  });

  test('removals are not told to who holds nothing', async () => {
    const held = new Map([record(1, 1, 2024), record(2, 2, 2026)]);
    const gone = anEntry({ seq: 3, tx: 3, id: anId(7, 3), kind: 'delete', content: null });
    held.set(gone.id, { loadClass: 0, entry: gone });

    const { entries, next } = await loadAll(aFeed(held, 1), 10_000);

    expect(entries.map(({ seq }) => seq)).toEqual([2, 1]);
    expect(next).toBe(3);
  });

  test('I-3: whatever changes between pages, all that did not change comes exactly once', async () => {
    const record0 = fc.record({
      loadClass: fc.constantFrom(WORK_CLASS, 2026, 2025, 2019, 0),
      isGone: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record0, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(39), { maxLength: 20 }),
        fc.integer({ min: 1, max: 900 }),
        fc.nat(40),
        async (records, changes, maxBytes, settledTo) => {
          const held = new Map<string, Held>();
          for (const [index, { loadClass, isGone }] of records.entries()) {
            const [id, one] = record(index + 1, index + 1, loadClass);
            const entry: FeedEntry = isGone
              ? { ...one.entry, kind: 'leave', content: null }
              : one.entry;
            held.set(id, { ...one, entry });
          }
          const office = aFeed(held, Math.min(settledTo, records.length));
          const head = office.headOf();
          const left = [...changes];

          const { entries, next } = await loadAll(office, maxBytes, () => {
            const id = anId(7, (left.pop() ?? -1) + 1);
            const before = held.get(id);
            if (!before) return;
            held.set(id, { ...before, entry: { ...before.entry, seq: office.headOf() + 1 } });
          });

          const unchanged = [...held.values()].filter(
            ({ entry }) => entry.kind === 'put' && entry.seq <= head,
          );
          const ids = entries.map(({ id }) => id);
          expect(next).toBe(head);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids).toEqual(expect.arrayContaining(unchanged.map(({ entry }) => entry.id)));
          expect(entries.every(({ seq }) => seq <= head)).toBe(true);
        },
      ),
    );
  });
});

describe('what a record is wanted for', () => {
  test.each([
    ['incomingDocument', { state: 'daChiDao', arrivalDate: '2024-03-01' }, WORK_CLASS],
    ['incomingDocument', { state: 'hoanThanh', arrivalDate: '2024-03-01' }, 2024],
    ['outgoingDocument', { state: 'daPhatHanh', issuedDate: '2025-03-01' }, 2025],
    ['outgoingDocument', { state: 'huyDuThao', issuedDate: null }, 0],
    ['registerEntry', { date: '2026-01-05' }, 2026],
    ['delivery', { state: 'daVaoSo', sentAt: '2025-12-31T01:00:00.000Z' }, 2025],
    ['conflict', { state: 'open' }, WORK_CLASS],
    ['conflict', { state: 'closed', at: '2023-05-05T00:00:00.000Z' }, 2023],
    ['user', { active: false }, WORK_CLASS],
  ] as const)('%s %j', (type, content, expected) => {
    expect(loadClassOf(type, content)).toBe(expected);
  });
});
