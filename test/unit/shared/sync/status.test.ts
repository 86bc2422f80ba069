import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadStatusOf, statusHeadline, SyncStatus } from '@shared/sync/status';

const quiet: SyncStatus = {
  pendingOperations: 0,
  pendingFiles: 0,
  pendingFileBytes: 0,
  attention: 0,
  connection: 'online',
  connectionProblem: null,
  offlineSince: null,
  lastContactAt: '2026-03-02T02:00:00.000Z',
  matchedAt: '2026-03-02T02:00:00.000Z',
  behind: 0,
  clockDifferenceMs: 0,
  freeBytes: 10 * 1024 ** 3,
  heldFile: null,
};

describe('the status line', () => {
  test('says received when all is answered and the digest matched', () => {
    expect(statusHeadline(quiet, 0)).toBe('received');
  });

  test.each([
    ['heldFile', { heldFile: '00000001.jnl' }],
    ['attention', { attention: 1 }],
    ['storage', { freeBytes: 1024 ** 3 }],
    ['clock', { clockDifferenceMs: -5 * 60_000 - 1 }],
    ['offline', { connection: 'offline' }],
    ['offline', { connection: 'notConfigured' }],
    ['initialLoad', { behind: 501 }],
    ['sending', { pendingOperations: 1 }],
    ['sending', { pendingFiles: 1 }],
    ['pending', { pendingOperations: 1, connection: 'connecting' }],
    ['pending', { matchedAt: null }],
  ] as const)('says %s for %o', (headline, change) => {
    expect(statusHeadline({ ...quiet, ...change }, 0)).toBe(headline);
  });

  test('speaks of open conflicts only when nothing worse is the matter', () => {
    expect(statusHeadline(quiet, 2)).toBe('conflict');
    expect(statusHeadline({ ...quiet, attention: 1 }, 2)).toBe('attention');
  });

  test('names the worst first', () => {
    const all = { attention: 1, freeBytes: 0, clockDifferenceMs: 9e9, pendingOperations: 3 };

    expect(statusHeadline({ ...quiet, ...all }, 1)).toBe('attention');
    expect(statusHeadline({ ...quiet, ...all, attention: 0 }, 1)).toBe('storage');
  });

  test('what is not known is not complained about', () => {
    expect(statusHeadline({ ...quiet, freeBytes: null, clockDifferenceMs: null }, 0)).toBe(
      'received',
    );
  });

  test('I-21: received is never said while a saved act or a file waits, or nothing was compared', () => {
    const count = fc.nat({ max: 3 });
    const status = fc.record({
      pendingOperations: count,
      pendingFiles: count,
      attention: count,
      behind: fc.nat({ max: 900 }),
      connection: fc.constantFrom('online', 'offline', 'connecting', 'notConfigured'),
      matchedAt: fc.constantFrom(null, '2026-03-02T02:00:00.000Z'),
      clockDifferenceMs: fc.constantFrom(null, 0, 400_000),
    });
    fc.assert(
      fc.property(status, count, (change, conflicts) => {
        const open = change.pendingOperations + change.pendingFiles + change.attention;

        const headline = statusHeadline(SyncStatus.parse({ ...quiet, ...change }), conflicts);
        if (open > 0 || change.matchedAt === null) expect(headline).not.toBe('received');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a first load (§6.3)', () => {
  const load = (totals: [number, number, number], done: number) => ({
    load: {
      head: 9,
      settledTo: 5,
      year: 2026,
      totals,
      done,
      at: { stage: 'years', loadClass: 2026, seq: 3 } as const,
    },
  });

  test('is counted pass by pass, all scopes together', () => {
    expect(loadStatusOf([load([10, 50, 20], 41), load([10, 0, 0], 10), {}])).toEqual({
      year: 2026,
      passes: [
        { name: 'work', percent: 100 },
        { name: 'year', percent: 62 },
        { name: 'earlier', percent: 0 },
      ],
    });
  });

  test('says so, until none is under way', () => {
    const status = loadStatusOf([load([1, 0, 0], 0)]);
    expect(statusHeadline({ ...quiet, ...(status ? { load: status } : {}) }, 0)).toBe(
      'initialLoad',
    );
    expect(loadStatusOf([{}])).toBeUndefined();
  });
});
