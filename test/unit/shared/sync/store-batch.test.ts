import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HeldRecord, ProjectionBatch } from '@shared/sync/project';
import {
  bucketOf,
  digestMark,
  dossierScope,
  EMPTY_DIGEST,
  shiftDigest,
  type Digest,
  type FeedEntry,
  type LoadProgress,
  type Page,
  type Scope,
  type ScopeCursor,
} from '@shared/sync/record';
import { confirmedFiles, storeBatch, type ProjectionStore } from '@shared/sync/store-batch';
import {
  anEntry,
  anId,
  anOperation,
  aPage,
  marksOf,
  sampleScope,
  sha256,
} from '../../../support/core-builders';

/** A database in memory that fails at its k-th write, when it is told to; what was written before stays. */
function aStore({ canSum = true } = {}) {
  const rows = new Map<string, HeldRecord>();
  const cursors = new Map<string, ScopeCursor>();
  const calls: string[] = [];
  let writesLeft = Number.POSITIVE_INFINITY;
  const write = (effect: () => void): void => {
    if (writesLeft <= 0) throw new Error('QuotaExceededError');
    writesLeft -= 1;
    effect();
  };
  const store: ProjectionStore = {
    readRows: async (references) => {
      calls.push('readRows');
      return new Map(
        references.flatMap(({ id }) => (rows.has(id) ? [[id, rows.get(id) as HeldRecord]] : [])),
      );
    },
    writeRows: async (items) => {
      calls.push('writeRows');
      for (const row of items) write(() => rows.set(row.id, row));
    },
    removeRows: async (items) => {
      calls.push('removeRows');
      for (const { id } of items) write(() => rows.delete(id));
    },
    readCursor: async (scope) => cursors.get(scope),
    writeCursor: async (scope, cursor) => {
      calls.push('writeCursor');
      write(() => cursors.set(scope, cursor));
    },
    readBehind: async () => [...rows.values()],
    purgeScope: async (scope) => {
      calls.push('purgeScope');
      const gone = [...rows.values()];
      write(() => {
        cursors.delete(scope);
        rows.clear();
      });
      return gone.flatMap(confirmedFiles);
    },
    readMarks: async (scope) => {
      if (!canSum) throw new Error('nobody asked for the marks of the rows');
      return [...rows.values()].filter((row) => row.scope === scope && row.rev > 0);
    },
  };
  return {
    store,
    rows,
    cursors,
    calls,
    failAfter: (writes: number) => {
      writesLeft = writes;
    },
  };
}

const digestOf = (rows: Iterable<{ id: string; rev: number; hash: string }>): Digest => {
  let digest = EMPTY_DIGEST;
  for (const { id, rev, hash } of rows) {
    if (rev > 0) digest = shiftDigest(digest, undefined, digestMark(id, rev, hash, sha256));
  }
  return digest;
};

const batchOf = (
  page: Page | null,
  overlays: ProjectionBatch['overlays'] = [],
): ProjectionBatch => ({
  batchId: 1,
  purge: [],
  page: page && { page, marks: marksOf(page) },
  overlays,
});

const entry = (n: number, seq: number, rev = 1): FeedEntry =>
  anEntry({ id: anId(6, n), seq, rev, content: { subject: `paper ${n} rev ${rev}` } });

const overlay = (n: number, confirmedRev: number | null = null) => ({
  type: 'incomingDocument' as const,
  id: anId(6, n),
  scope: sampleScope,
  operations: [
    {
      operation: anOperation({
        kind: 'patch',
        target: { type: 'incomingDocument', id: anId(6, n) },
        body: { set: { subject: { was: null, now: 'mine' } } },
      }),
      confirmedRev,
    },
  ],
});

describe('storing a batch', () => {
  test('I-4: the cursor is the last write, after rows that were read back', async () => {
    const { store, calls } = aStore();

    await storeBatch(store, batchOf(aPage([entry(1, 1), entry(2, 2)])));
    // The first cursor stands at nothing: a scope whose rows may be here can be withdrawn (I-14).
    const first = ['readRows', 'writeCursor'];
    expect(calls).toEqual([...first, 'writeRows', 'removeRows', 'readRows', 'writeCursor']);
  });

  test('I-14: a purge comes before everything else', async () => {
    const { store, calls, rows } = aStore();
    await storeBatch(store, batchOf(aPage([entry(1, 1)])));
    calls.length = 0;

    await storeBatch(store, { ...batchOf(null), purge: [sampleScope] });
    expect(calls[0]).toBe('purgeScope');
    expect(rows.size).toBe(0);
  });

  test('I-14: a scope that cannot be purged keeps no other one, and the batch counts as not stored', async () => {
    const { store } = aStore();
    const purged: Scope[] = [];
    const purgeScope = (scope: Scope) => {
      purged.push(scope);
      return purged.length === 1
        ? Promise.reject(new Error('the disk is full'))
        : Promise.resolve([]);
    };
    const purge = [dossierScope('a'), sampleScope];

    const stored = storeBatch({ ...store, purgeScope }, { ...batchOf(null), purge });

    await expect(stored).rejects.toThrow('the disk is full');
    expect(purged).toEqual(purge);
  });

  test('the cursor stands where the page says, with the digest of what is held', async () => {
    const { store, rows } = aStore();
    const page = aPage([entry(1, 1), entry(2, 4)], { next: 9, head: 9 });

    const stored = await storeBatch(store, batchOf(page));
    expect(stored.cursor?.seq).toBe(9);
    expect(stored.cursor?.digest).toEqual(digestOf(rows.values()));
  });

  test('a batch of local work alone moves no cursor', async () => {
    const { store, cursors, rows } = aStore();
    await storeBatch(store, batchOf(aPage([entry(1, 1)])));

    expect((await storeBatch(store, batchOf(null, [overlay(1)]))).cursor).toBeNull();
    expect(cursors.get(sampleScope)?.seq).toBe(1);
    expect(rows.get(anId(6, 1))).toMatchObject({ dirty: true, view: { subject: 'mine' } });
  });

  test('local work that is gone leaves the server’s state, and nothing where the server has none', async () => {
    const { store, rows } = aStore();
    await storeBatch(store, batchOf(aPage([entry(1, 1)]), [overlay(1)]));
    const empty = { ...overlay(1), operations: [] };

    await storeBatch(store, batchOf(null, [empty, { ...empty, id: anId(6, 2) }]));
    expect(rows.get(anId(6, 1))).toMatchObject({
      dirty: false,
      srv: null,
      view: { subject: 'paper 1 rev 1' },
    });
    expect(rows.has(anId(6, 2))).toBe(false);
  });

  test('what left the scope leaves the rows and the digest', async () => {
    const { store, rows } = aStore();
    await storeBatch(store, batchOf(aPage([entry(1, 1), entry(2, 2)])));
    const leave = anEntry({ id: anId(6, 1), seq: 3, kind: 'leave', content: null });

    const stored = await storeBatch(store, batchOf(aPage([leave])));
    expect([...rows.keys()]).toEqual([anId(6, 2)]);
    expect(stored.cursor?.digest).toEqual(digestOf(rows.values()));
  });

  test('M-9: files of a record that left are named, of its newest work too, and no others', async () => {
    const { store } = aStore();
    const naming = (n: number, seq: number, digit: string) =>
      anEntry({ id: anId(6, n), seq, content: { files: [{ sha256: digit.repeat(64) }] } });
    const first = await storeBatch(store, batchOf(aPage([naming(1, 1, 'a'), naming(2, 2, 'b')])));
    const leave = anEntry({ id: anId(6, 1), seq: 3, kind: 'leave', content: null });
    const left = await storeBatch(store, batchOf(aPage([leave])));

    expect([first.dropped, left.dropped]).toEqual([[], ['a'.repeat(64)]]);
    const repair = {
      repair: { scope: sampleScope, buckets: [bucketOf(anId(6, 2))], entries: [] },
      marks: [],
      overlays: [],
      seq: 4,
    };
    const repaired = await storeBatch(store, { ...batchOf(null), repair });
    expect(repaired.dropped).toEqual(['b'.repeat(64)]);
  });

  test('F-8, I-14: files that the rows of a withdrawn scope named are told with its purge', async () => {
    const { store } = aStore();
    const content = { files: [{ sha256: 'a'.repeat(64) }] };
    await storeBatch(store, batchOf(aPage([anEntry({ id: anId(6, 1), seq: 1, content })])));

    const purged = await storeBatch(store, { ...batchOf(null), purge: [sampleScope] });
    expect(purged.dropped).toEqual(['a'.repeat(64)]);
  });

  test('M-9: refused work that the server never had keeps its files', async () => {
    const { store, rows } = aStore();
    const sha256 = 'c'.repeat(64);
    const row = { ...overlay(1), rev: 0, seq: 0, hash: '', mark: '', counted: '', dirty: true };
    await store.writeRows([{ ...row, view: { files: [{ sha256 }] }, srv: null }]);

    const stored = await storeBatch(store, batchOf(null, [{ ...overlay(1), operations: [] }]));
    expect([rows.size, stored.dropped]).toEqual([0, []]);
  });

  test('I-4: a row that reads back as another one stops the batch', async () => {
    const { store, cursors } = aStore();
    const lying: ProjectionStore = { ...store, writeRows: async () => {} };

    await expect(storeBatch(lying, batchOf(aPage([entry(1, 1)])))).rejects.toThrow('reads back');
    expect(cursors.get(sampleScope)?.seq).toBe(0);
  });
});

describe('a batch that was cut', () => {
  /** Pages over few papers, each page with newer revisions than the one before. */
  const histories = fc
    .array(fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 5,
    })
    .map((pages) => {
      const revs = new Map<number, number>();
      let seq = 0;
      return pages.map((papers) =>
        aPage(
          papers.map((n) => {
            revs.set(n, (revs.get(n) ?? 0) + 1);
            seq += 1;
            return entry(n, seq, revs.get(n));
          }),
        ),
      );
    });

  test('I-4: cut at any write and stored again it gives the same rows and the same digest', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat({ max: 12 }), async (pages, cut) => {
        const straight = aStore({ canSum: false });
        const broken = aStore({ canSum: false });
        for (const page of pages) {
          await storeBatch(straight.store, batchOf(page));
          broken.failAfter(cut);
          await storeBatch(broken.store, batchOf(page)).catch(() => {});
          broken.failAfter(Number.POSITIVE_INFINITY);
          await storeBatch(broken.store, batchOf(page));
        }

        const shown = ({ rows }: typeof broken) =>
          [...rows.values()]
            .map(({ id, rev, hash, view, dirty }) => ({ id, rev, hash, view, dirty }))
            .toSorted((a, b) => (a.id < b.id ? -1 : 1));
        expect(shown(broken)).toEqual(shown(straight));
        expect(broken.cursors).toEqual(straight.cursors);
      }),
      { numRuns: 1_000 },
    );
  });

  test('I-4: the cursor never stands ahead of the rows, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat({ max: 30 }), async (pages, cut) => {
        const { store, rows, cursors, failAfter } = aStore();
        failAfter(cut);
        for (const page of pages) await storeBatch(store, batchOf(page)).catch(() => {});

        const reached = cursors.get(sampleScope)?.seq ?? 0;
        const newest = new Map<string, number>();
        for (const page of pages) {
          if (page.next > reached) break;
          for (const { id, rev } of page.entries) newest.set(id, rev);
        }
        for (const [id, rev] of newest) expect(rows.get(id)?.rev).toBeGreaterThanOrEqual(rev);
      }),
      { numRuns: 1_000 },
    );
  });

  test('I-7: a record that moves to a later page after the cut is counted once', async () => {
    const { store, rows, failAfter } = aStore();
    failAfter(2);
    await storeBatch(store, batchOf(aPage([entry(1, 1), entry(2, 2)]))).catch(() => {});
    failAfter(Number.POSITIVE_INFINITY);
    await storeBatch(store, batchOf(aPage([entry(2, 2)], { head: 3 })));
    const newest = entry(1, 3, 2);
    const digest = digestOf([newest, entry(2, 2)]);

    const stored = await storeBatch(store, batchOf(aPage([newest], { digest })));
    expect(stored.cursor?.digest).toEqual(digest);
    expect(digestOf(rows.values())).toEqual(digest);
  });

  test('I-7: rows that really differ from the server’s keep another digest than the server’s', async () => {
    const { store } = aStore();
    const digest = digestOf([entry(1, 1), entry(2, 2)]);

    const stored = await storeBatch(store, batchOf(aPage([entry(2, 2)], { digest })));
    expect(stored.cursor?.digest).not.toEqual(digest);
  });
});

describe('pages of a first load (§6.3)', () => {
  const progress = (done: number): LoadProgress => ({
    head: 9,
    settledTo: 5,
    year: 2026,
    totals: [3, 0, 0],
    done,
    at: { stage: 'work', loadClass: 10_000, seq: 1 },
  });
  const first = { ...aPage([entry(3, 3), entry(1, 1)]), next: 0, load: progress(2) };
  const last = { ...aPage([entry(2, 8)]), next: 9, load: null };

  test('I-4: the cursor stays at 0 with the progress until the last page is stored', async () => {
    const { store, cursors, calls } = aStore();

    await storeBatch(store, batchOf(first));
    const soFar = digestOf([entry(1, 1), entry(3, 3)]);
    expect(cursors.get(sampleScope)).toEqual({ seq: 0, digest: soFar, load: progress(2) });
    expect(calls.slice(0, calls.indexOf('writeRows'))).not.toContain('readRows');

    const stored = await storeBatch(store, batchOf(last));
    const digest = digestOf([entry(1, 1), entry(2, 8), entry(3, 3)]);
    expect(stored.cursor).toEqual({ scope: sampleScope, seq: 9, digest });
  });

  test('§6.3: the digest goes along with the pages, and rows are not read again where it is the server’s', async () => {
    const { store } = aStore({ canSum: false });
    const digest = digestOf([entry(1, 1), entry(2, 8), entry(3, 3)]);

    await storeBatch(store, batchOf(first));
    const stored = await storeBatch(store, batchOf({ ...last, digest }));

    expect(stored.cursor).toEqual({ scope: sampleScope, seq: 9, digest });
  });

  test('I-7: where it is not the server’s, the rows themselves tell', async () => {
    const { store, rows } = aStore();
    await storeBatch(store, batchOf(first));
    const lost = anId(6, 1);
    rows.delete(lost);

    const told = digestOf([entry(1, 1), entry(2, 8), entry(3, 3), entry(4, 9)]);
    const stored = await storeBatch(store, batchOf({ ...last, digest: told }));

    expect(stored.cursor?.digest).toEqual(digestOf([entry(2, 8), entry(3, 3)]));
  });

  test('I-4: cut at any write and asked for again, it holds the same rows and digest', async () => {
    for (let cut = 0; cut < 8; cut++) {
      const broken = aStore();
      broken.failAfter(cut);
      for (const page of [first, last]) {
        await storeBatch(broken.store, batchOf(page)).catch(() => {});
        broken.failAfter(Number.POSITIVE_INFINITY);
        await storeBatch(broken.store, batchOf(page));
      }
      expect(broken.cursors.get(sampleScope)).toEqual({
        seq: 9,
        digest: digestOf(broken.rows.values()),
      });
      expect(broken.rows.size).toBe(3);
    }
  });

  test('I-3: a record that changed behind the head is counted once when the feed tells it', async () => {
    const { store, rows } = aStore();
    await storeBatch(store, batchOf({ ...first, next: 9, load: null }));

    const stored = await storeBatch(store, batchOf(aPage([entry(1, 12, 2)])));

    expect(stored.cursor?.digest).toEqual(digestOf(rows.values()));
  });
});
