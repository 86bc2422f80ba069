import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '@shared/protocol/version';
import { readPage } from '@shared/sync/feed';
import type { FeedStore } from '@shared/sync/intake-store';
import { EMPTY_DIGEST, type Digest, type FeedEntry, type Page } from '@shared/sync/record';
import { anEntry, anId, sample, sampleScope } from '../../../support/core-builders';

const digest: Digest = { sum: '00000000000000aa', count: 3 };

/** A feed in memory; `head` may lie beyond the last entry, for other scopes share the stream. */
const aFeed = (
  entries: readonly FeedEntry[],
  head = entries.at(-1)?.seq ?? 0,
  forgottenTo = 0,
): Pick<FeedStore, 'readAfter'> => ({
  readAfter: async (_officeId, _scope, after, limit) => ({
    head,
    digest,
    forgottenTo,
    rows: entries.filter(({ seq }) => seq > after).slice(0, limit),
  }),
});

/** Transactions of so many entries each, one after the other. */
function transactions(sizes: readonly number[], text = ''): readonly FeedEntry[] {
  let seq = 0;
  return sizes.flatMap((size) => {
    const tx = seq + 1;
    return Array.from({ length: size }, () => {
      seq += 1;
      return anEntry({ seq, tx, id: anId(6, seq), content: { text } });
    });
  });
}

const ask = (after: number, maxBytes: number) => ({
  officeId: sample.officeId,
  scope: sampleScope,
  after,
  maxBytes,
});
/** A page that there must be. */
async function pageOf(...args: Parameters<typeof readPage>): Promise<Page> {
  const page = await readPage(...args);
  if (!page) throw new Error('no page');
  return page;
}

const oneEntry = JSON.stringify(transactions([1])[0]).length + 4;

describe('a page of the feed', () => {
  test('holds everything when it fits, and stands at the head with the digest', async () => {
    const page = await pageOf(aFeed(transactions([1, 2])), ask(0, 10_000));

    expect(page).toMatchObject({ next: 3, head: 3, digest });
    expect(page.entries).toHaveLength(3);
  });

  test('stands at the head when other scopes have moved it on', async () => {
    expect(await pageOf(aFeed(transactions([1]), 40), ask(1, 10_000))).toMatchObject({
      entries: [],
      next: 40,
      head: 40,
      digest,
    });
  });

  test('is empty at an empty head', async () => {
    const page = await pageOf(
      { readAfter: async () => ({ head: 0, digest: EMPTY_DIGEST, forgottenTo: 0, rows: [] }) },
      ask(0, 10_000),
    );

    expect(page).toMatchObject({ entries: [], next: 0, head: 0, digest: EMPTY_DIGEST });
  });

  test('ends between two transactions and brings no digest while more is to come', async () => {
    const page = await pageOf(aFeed(transactions([2, 2])), ask(0, oneEntry * 3));

    expect(page.entries.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(page).toMatchObject({ next: 2, head: 4, digest: null });
  });

  test('holds at least one transaction, however small the page', async () => {
    const page = await pageOf(aFeed(transactions([3, 1])), ask(0, 0));

    expect(page.entries).toHaveLength(3);
  });

  test('I-22: is never larger than the limit, whatever is asked for', async () => {
    const feed = aFeed(
      transactions(
        Array.from({ length: 30 }, () => 1),
        'x'.repeat(50_000),
      ),
    );

    const page = await pageOf(feed, ask(0, Number.MAX_SAFE_INTEGER));
    expect(JSON.stringify(page.entries).length).toBeLessThan(limits.pageBytesMax + 1_000);
    expect(page.next).toBeLessThan(page.head);
  });

  test('does not split a transaction whose rest lies beyond what was read', async () => {
    const page = await pageOf(aFeed(transactions([999, 5])), ask(0, limits.pageBytesMax));

    expect(page.next).toBe(999);
  });

  test('a transaction larger than one read is given in parts', async () => {
    const feed = aFeed(transactions([1_200]));

    const first = await pageOf(feed, ask(0, limits.pageBytesMax));
    expect(first.next).toBe(1_000);
    expect((await pageOf(feed, ask(first.next, limits.pageBytesMax))).next).toBe(1_200);
  });

  test('I-3: page after page gives every entry once, in order, cut between transactions', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 0, max: 2_000 }), async (counts, maxBytes) => {
        const entries = transactions(counts);
        const feed = aFeed(entries);
        const given: FeedEntry[] = [];
        let after = 0;
        for (;;) {
          const page = await pageOf(feed, ask(after, maxBytes));
          given.push(...page.entries);
          const [last, next] = [page.entries.at(-1), entries[given.length]];
          expect(last === undefined || next === undefined || last.tx !== next.tx).toBe(true);
          if (page.next === page.head) break;
          expect(page.next).toBeGreaterThan(after);
          after = page.next;
        }

        expect(given).toEqual(entries);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a cursor behind removals that are forgotten (M-18, §6.6)', () => {
  const feed = aFeed(transactions([1]), 90, 86);

  test('gets no page, also when they were forgotten since the scope was looked at', async () => {
    expect(await readPage(feed, ask(82, 10_000))).toBeUndefined();
  });

  test('a cursor that has passed them, or holds nothing yet, gets its page', async () => {
    expect(await readPage(feed, ask(86, 10_000))).toBeDefined();
    expect(await readPage(feed, ask(0, 10_000))).toBeDefined();
  });
});
