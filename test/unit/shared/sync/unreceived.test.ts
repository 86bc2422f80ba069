import { expect, test } from 'vitest';
import type { JournalRecord } from '@shared/sync/journal-record';
import { createJournalState } from '@shared/sync/journal-state';
import { CHAIN_START } from '@shared/sync/operation';
import { standingsOf, traceOf } from '@shared/sync/unreceived';
import { aChain, anId, sha256 } from '../../../support/core-builders';

const aPaper = (n: number, over: object = {}) => ({
  target: { type: 'incomingDocument', id: anId(6, n) },
  ...over,
});
const traces = (operations: ReturnType<typeof aChain>) =>
  operations.map((operation) => traceOf(operation, sha256));

test('§13.3: what another copy sent is known by its chain hash, or by content and document', () => {
  const note = { kind: 'patch', body: { set: { note: { was: null, now: 'a' } } } };
  const here = aChain([aPaper(1), aPaper(2), aPaper(3), aPaper(4, note)]);
  const there = aChain([aPaper(2, { inc: 2 }), aPaper(9, { inc: 2 }), aPaper(5, { inc: 2 })]);
  const received = traces([...here.slice(0, 1), ...there.slice(0, 2)]);

  expect(standingsOf(traces(here), received)).toEqual(['received', 'received', 'alike', 'missing']);
});

test('§13.3: who did the same thing twice, and had it taken in once, has one left', () => {
  const twice = traces(aChain([aPaper(1), aPaper(1)]));
  const received = traces(aChain([aPaper(1, { inc: 2 })]));

  expect(standingsOf(twice, received)).toEqual(['received', 'missing']);
});

test('§13.3, I-1: a new incarnation leaves what waited to a person, and sends none of it by itself', () => {
  const state = createJournalState(sha256);
  const [done, open] = aChain([aPaper(1), aPaper(2)]);
  if (!done || !open) throw new Error('two operations');
  const chain = (inc: number): JournalRecord => ({
    t: 'chain',
    dev: done.dev,
    inc,
    n: 0,
    hash: CHAIN_START,
  });
  const outcome = { status: 'applied', rev: 1, seq: 1 } as const;
  const records: readonly JournalRecord[] = [
    chain(1),
    { t: 'op', op: done },
    { t: 'op', op: open },
    { t: 'outcome', inc: 1, n: 1, outcome },
    chain(2),
  ];
  for (const record of records) state.take(record);

  expect(state.pending()).toEqual([]);
  expect(state.attention()).toEqual([
    { operation: open, outcome: { status: 'rejected', code: 'device.forked' } },
  ]);
  expect(state.overlayOf(open.target.id)).toEqual([]);
  expect([state.lastN(), state.lastHash()]).toEqual([0, CHAIN_START]);
});

test('§13.3, I-6: a number that the journal lost at its very end is not given again, so that the server sees the hole', () => {
  const state = createJournalState(sha256);
  const [kept] = aChain([aPaper(1), aPaper(2)]);
  if (!kept) throw new Error('an operation');
  const contact = { ticket: '7.x', timeline: anId(1, 1), serverTime: 1, wall: 1 };
  state.take({ t: 'chain', dev: kept.dev, inc: 1, n: 0, hash: CHAIN_START });
  state.take({ t: 'op', op: kept });
  const hash = state.lastHash();
  // The second operation was there when this was written, and is not any more.
  state.take({ t: 'contact', ...contact, n: 2 });

  expect([state.lastN(), state.lastHash()]).toEqual([2, hash]);
  state.take({ t: 'chain', dev: kept.dev, inc: 2, n: 0, hash: CHAIN_START });
  state.take({ t: 'contact', ...contact });
  expect(state.lastN()).toBe(0);
});
