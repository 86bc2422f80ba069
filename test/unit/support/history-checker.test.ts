import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { HistoryEvent } from '../../support/headless/history';
import {
  checkHistory,
  type ServerOperation,
  type ServerTables,
} from '../../support/headless/history-checker';

const hash = (n: number): string => `hash ${n}`;

/** Device `a` registers a paper and gets its number; `b` corrects it twice, once past what it had seen. */
function aSoundHistory() {
  const applied = (rev: number, seq: number) => ({ status: 'applied', rev, seq }) as const;
  const operations: ServerOperation[] = [
    { ...name('a', 1), kind: 'create', body: { note: null }, outcome: applied(1, 1) },
    { ...name('a', 2), kind: 'cmd.requestNumber', body: {}, outcome: applied(2, 2) },
    { ...name('b', 1), kind: 'patch', body: patch(null, 'x'), outcome: applied(3, 3) },
    {
      ...name('b', 2),
      kind: 'patch',
      body: patch(null, 'y'),
      outcome: { status: 'merged', rev: 4, seq: 4, conflicts: ['conflict 1'] },
    },
  ];
  const tables = {
    operations,
    records: new Map<string, { rev: number; content: JsonObject }>([
      ['paper', { rev: 4, content: { note: 'x', arrivalNumber: 1 } }],
      ['conflict 1', { rev: 1, content: {} }],
    ]),
    entries: [{ registerId: 'book', number: 1, date: '2026-03-02', documentId: 'paper' }],
    nextNumbers: new Map([['book', 2]]),
  };
  const events: HistoryEvent[] = operations.flatMap(({ dev, inc, n, outcome }) => [
    { t: 'begun', dev, inc, n, hash: hash(n) } as const,
    { t: 'saved', dev, inc, n, hash: hash(n) } as const,
    { t: 'final', dev, inc, n, outcome } as const,
  ]);
  events.push(read('a', 2, 2), cursor('a', 2), read('a', 4, 4), cursor('a', 4));
  return { events, tables };
}

const name = (dev: string, n: number) => ({ dev, inc: 1, n, hash: hash(n), targetId: 'paper' });
const patch = (was: string | null, now: string) => ({ set: { note: { was, now } } });
const read = (dev: string, rev: number, seq: number, content = `content ${rev}`): HistoryEvent => ({
  t: 'read',
  dev,
  session: 's',
  id: 'paper',
  rev,
  seq,
  hash: content,
});
const cursor = (dev: string, seq: number): HistoryEvent => ({
  t: 'cursor',
  dev,
  session: 's',
  seq,
});

const rulesOf = (events: readonly HistoryEvent[], tables: ServerTables, isQuiet = true) => [
  ...new Set(checkHistory(events, tables, { isQuiet }).map(({ rule }) => rule)),
];

test('nothing is found in a sound history', () => {
  const { events, tables } = aSoundHistory();

  expect(checkHistory(events, tables, { isQuiet: true })).toEqual([]);
});

describe('each planted error is found, under its rule', () => {
  type History = ReturnType<typeof aSoundHistory>;
  const swap = (history: History, index: number, over: Partial<ServerOperation>): void => {
    const operation = history.tables.operations[index];
    if (operation) history.tables.operations[index] = { ...operation, ...over };
  };
  const planted: readonly [rule: string, what: string, plant: (history: History) => void][] = [
    [
      'I-1',
      'a saved act is not on the server',
      ({ events }) => {
        events.push({ t: 'saved', dev: 'a', inc: 1, n: 3, hash: hash(3) });
      },
    ],
    [
      'I-1',
      'another act stands under a saved one’s number',
      (history) => swap(history, 3, { hash: 'other' }),
    ],
    [
      'I-2',
      'an answered act is not stored',
      ({ events }) => {
        events.push({
          t: 'final',
          dev: 'c',
          inc: 1,
          n: 1,
          outcome: { status: 'applied', rev: 1, seq: 9 },
        });
      },
    ],
    [
      'I-5',
      'two answers to one act',
      ({ events }) => {
        events.push({
          t: 'final',
          dev: 'a',
          inc: 1,
          n: 1,
          outcome: { status: 'applied', rev: 1, seq: 8 },
        });
      },
    ],
    [
      'I-5',
      'one act is stored twice',
      ({ tables }) => {
        tables.operations.push(...tables.operations.slice(3));
      },
    ],
    [
      'I-5',
      'an act took effect twice',
      ({ tables }) => {
        tables.records.set('paper', { rev: 5, content: { note: 'x', arrivalNumber: 1 } });
      },
    ],
    [
      'I-5',
      'an act that nobody made',
      ({ tables }) => {
        tables.operations.push({
          ...name('c', 1),
          targetId: 'ghost',
          kind: 'create',
          body: {},
          outcome: { status: 'rejected', code: 'operation.invalid-body' },
        });
      },
    ],
    [
      'I-6',
      'a later act took effect first',
      (history) => {
        swap(history, 0, { outcome: { status: 'applied', rev: 1, seq: 7 } });
      },
    ],
    [
      'I-6',
      'an act was skipped',
      ({ tables }) => {
        tables.operations.splice(0, 1);
      },
    ],
    ['I-3', 'a record appears behind the cursor', ({ events }) => events.push(read('a', 4, 3))],
    ['I-3', 'a cursor goes back', ({ events }) => events.push(cursor('a', 1))],
    ['I-3', 'a record goes back', ({ events }) => events.push(read('a', 3, 9))],
    ['I-3', 'two contents of one revision', ({ events }) => events.push(read('b', 4, 4, 'other'))],
    [
      'I-8',
      'a value disappears under another without a conflict',
      (history) => {
        swap(history, 3, { outcome: { status: 'applied', rev: 4, seq: 4 } });
      },
    ],
    [
      'I-8',
      'the last value is not the stored one',
      ({ tables }) => {
        tables.records.set('paper', { rev: 4, content: { note: 'lost', arrivalNumber: 1 } });
      },
    ],
    [
      'I-8',
      'a conflict record is missing',
      ({ tables }) => {
        tables.records.delete('conflict 1');
      },
    ],
    [
      'I-9',
      'a number is given twice',
      ({ tables }) => {
        tables.entries.push({
          registerId: 'book',
          number: 1,
          date: '2026-03-02',
          documentId: 'other',
        });
      },
    ],
    [
      'I-9',
      'a document shows another number',
      ({ tables }) => {
        tables.records.set('paper', { rev: 4, content: { note: 'x', arrivalNumber: 5 } });
      },
    ],
    [
      'I-9',
      'an outgoing document shows another number',
      ({ tables }) => {
        tables.records.set('paper', { rev: 4, content: { note: 'x', codeNumber: 5 } });
      },
    ],
    [
      'I-10',
      'a number is missing',
      ({ tables }) => {
        tables.nextNumbers.set('book', 3);
      },
    ],
    [
      'I-11',
      'a date goes back',
      ({ tables }) => {
        tables.records.set('later', { rev: 1, content: { arrivalNumber: 2 } });
        tables.entries.push({
          registerId: 'book',
          number: 2,
          date: '2026-03-01',
          documentId: 'later',
        });
        tables.nextNumbers.set('book', 3);
      },
    ],
  ];

  test.each(planted)('%s: %s', (rule, _what, plant) => {
    const history = aSoundHistory();
    plant(history);

    expect(rulesOf(history.events, history.tables)).toContain(rule);
  });
});

test('work that is still on its way is no finding while people work', () => {
  const { events, tables } = aSoundHistory();
  events.push(
    { t: 'begun', dev: 'a', inc: 1, n: 3, hash: hash(3) },
    { t: 'saved', dev: 'a', inc: 1, n: 3, hash: hash(3) },
  );

  expect(rulesOf(events, tables, false)).toEqual([]);
});
