import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJournalState } from '@shared/sync/journal-state';
import { operationHash, signedBytes } from '@shared/sync/operation';
import { projectRecord, serverStateOf, type ServerState } from '@shared/sync/project';
import { digestMark, EMPTY_DIGEST, shiftDigest } from '@shared/sync/record';
import type { Outcome } from '@shared/sync/outcome';
import {
  aChain,
  anId,
  anOperation,
  aRegistration,
  sample,
  sampleScope,
  sha256,
} from '../../../support/core-builders';

const reference = { type: 'incomingDocument', id: sample.documentId, scope: sampleScope } as const;
const server = (rev: number, content: object): ServerState => ({
  rev,
  seq: rev * 10,
  hash: `hash ${rev}`,
  mark: '00000000000000aa',
  counted: '',
  content: content as ServerState['content'],
});
const patchOf = (field: string, now: string, n = 1) =>
  anOperation({
    kind: 'patch',
    n,
    opId: anId(7, n),
    body: { set: { [field]: { was: null, now } } },
  });

describe('a row of the projection', () => {
  test('shows the server’s state when nothing is pending', () => {
    expect(projectRecord(reference, server(3, { subject: 'a' }), [])).toMatchObject({
      rev: 3,
      dirty: false,
      view: { subject: 'a' },
      srv: null,
    });
  });

  test('shows pending work upon the server’s state and keeps that state beside it', () => {
    const overlay = [{ operation: patchOf('subject', 'mine'), confirmedRev: null }];

    expect(projectRecord(reference, server(3, { subject: 'a', note: 'n' }), overlay)).toMatchObject(
      {
        dirty: true,
        view: { subject: 'mine', note: 'n' },
        srv: { subject: 'a', note: 'n' },
      },
    );
  });

  test('shows a paper that the server has never seen', () => {
    const row = projectRecord(reference, undefined, [
      { operation: anOperation(), confirmedRev: null },
    ]);

    expect(row).toMatchObject({ rev: 0, dirty: true, srv: null, view: { state: 'moiDen' } });
    expect(row && serverStateOf(row)).toBeUndefined();
  });

  test('is nothing where neither server nor pending work shows anything', () => {
    expect(projectRecord(reference, undefined, [])).toBeUndefined();
    const onNothing = [{ operation: patchOf('subject', 'mine'), confirmedRev: null }];
    expect(projectRecord(reference, undefined, onNothing)).toBeUndefined();
  });

  test('R-6: a confirmed act shows until the row holds its revision, then no longer', () => {
    const overlay = [{ operation: patchOf('subject', 'mine'), confirmedRev: 4 }];

    expect(projectRecord(reference, server(3, { subject: 'a' }), overlay)?.view).toMatchObject({
      subject: 'mine',
    });
    expect(projectRecord(reference, server(4, { subject: 'merged' }), overlay)).toMatchObject({
      dirty: false,
      view: { subject: 'merged' },
    });
  });

  test('gives back the server’s state it was made from, dirty or not', () => {
    const overlay = [{ operation: patchOf('subject', 'mine'), confirmedRev: null }];
    for (const operations of [[], overlay]) {
      const row = projectRecord(reference, server(3, { subject: 'a' }), operations);

      expect(row && serverStateOf(row)).toEqual(server(3, { subject: 'a' }));
    }
  });

  test('I-24: projected again from what it holds it is the same', () => {
    const fields = fc.constantFrom('subject', 'note', 'issuerName');
    const patches = fc.array(fc.tuple(fields, fc.constantFrom('x', 'y', 'z')), { maxLength: 5 });
    fc.assert(
      fc.property(patches, fc.nat({ max: 3 }), (changes, rev) => {
        const overlay = changes.map(([field, now], i) => ({
          operation: patchOf(field, now, i + 1),
          confirmedRev: i % 2 === 0 ? null : i,
        }));
        const state = rev === 0 ? undefined : server(rev, { subject: 's' });
        const row = projectRecord(reference, state, overlay);

        expect(projectRecord(reference, row && serverStateOf(row), overlay)).toEqual(row);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what the journal says', () => {
  const withChain = () => {
    const state = createJournalState(sha256);
    state.take({ t: 'chain', dev: sample.deviceId as never, inc: 1, n: 0, hash: '0'.repeat(64) });
    const operations = aChain([{}, { kind: 'patch', body: {} }, { kind: 'patch', body: {} }]);
    for (const op of operations) state.take({ t: 'op', op });
    return { state, operations };
  };
  const answer = (n: number, outcome: Outcome) => ({ t: 'outcome', inc: 1, n, outcome }) as const;
  const applied = (rev: number, seq = rev): Outcome => ({ status: 'applied', rev, seq });

  test('pending operations in order, and where the chain stands', () => {
    const { state, operations } = withChain();

    expect(state.pending()).toEqual(operations);
    expect(state.lastN()).toBe(3);
    expect(state.lastHash()).toBe(operationHash(operations[2] as never, sha256));
  });

  test('an answered operation is pending no more and still shapes the screen', () => {
    const { state } = withChain();
    state.take(answer(1, applied(1)));

    expect(state.pendingCount()).toBe(2);
    expect(state.overlayOf(sample.documentId).map(({ confirmedRev }) => confirmedRev)).toEqual([
      1,
      null,
      null,
    ]);
  });

  test('a refused operation waits for attention and leaves the screen', () => {
    const { state, operations } = withChain();
    state.take(answer(2, { status: 'rejected', code: 'incoming.clerk-only' }));

    expect(state.overlayOf(sample.documentId)).toHaveLength(2);
    expect(state.attention().map(({ operation }) => operation)).toEqual([operations[1]]);
    state.take({ t: 'dismissed', opId: operations[1]?.opId ?? '' });
    expect(state.attention()).toEqual([]);
  });

  test('I-5: an outcome that was journalled twice changes nothing', () => {
    const { state } = withChain();
    state.take(answer(1, applied(1)));
    state.take(answer(1, { status: 'rejected', code: 'incoming.clerk-only' }));

    expect(state.attention()).toEqual([]);
    expect(state.pendingCount()).toBe(2);
  });

  test('a landed act is forgotten for the person whose database holds it, and for nobody else', () => {
    const { state } = withChain();
    state.take(answer(1, applied(1)));
    const isHeld = ({ rev }: { readonly rev: number }) => rev <= 1;

    state.landed(anId(4, 99), isHeld);
    expect(state.overlayOf(sample.documentId)).toHaveLength(3);
    state.landed(sample.clerkId, isHeld);
    expect(state.overlayOf(sample.documentId)).toHaveLength(2);
  });

  test('§13.2: what a restore lost and its author sends again stands in the order in which it was made', () => {
    const { state, operations } = withChain();
    state.take(answer(1, applied(1)));
    state.landed(sample.clerkId, () => true);
    state.take({ t: 'reoffered', op: operations[0] as never });

    expect(state.overlayOf(sample.documentId).map(({ operation }) => operation.n)).toEqual([
      1, 2, 3,
    ]);
  });

  test('a target without local work is named no more', () => {
    const state = createJournalState(sha256);
    state.take({ t: 'op', op: anOperation() });
    expect(state.overlaidTargets()).toEqual([{ type: 'incomingDocument', id: sample.documentId }]);

    state.take(answer(1, applied(1)));
    state.landed(sample.clerkId, () => true);
    expect(state.overlaidTargets()).toEqual([]);
  });

  test('rows of an unfinished batch belong to their person and go when they are handed in', () => {
    const { state } = withChain();
    state.take({
      t: 'draftRow',
      user: sample.clerkId as never,
      rowId: 'r1',
      row: { subject: 'x' },
    });
    state.take({ t: 'draftRow', user: anId(4, 2) as never, rowId: 'r2', row: { subject: 'y' } });

    expect([...state.draftRows(sample.clerkId).keys()]).toEqual(['r1']);
    state.take({ t: 'draftRow', user: sample.clerkId as never, rowId: 'r1', row: null });
    expect(state.draftRows(sample.clerkId).size).toBe(0);
  });
});

describe('the digest of a scope', () => {
  test('I-7: does not depend on the order in which records came and went', () => {
    const marks = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 12 });
    fc.assert(
      fc.property(marks, marks, (first, second) => {
        const mark = (n: number) => digestMark(anId(6, n), n, `${n}`, sha256);
        const add = (numbers: readonly number[]) =>
          numbers.reduce((sum, n) => shiftDigest(sum, undefined, mark(n)), EMPTY_DIGEST);
        const all = [...first, ...second];
        const taken = second.reduce((sum, n) => shiftDigest(sum, mark(n), undefined), add(all));

        expect(taken).toEqual(add(first.toReversed()));
      }),
      { numRuns: 1_000 },
    );
  });

  test('tells another revision and another content', () => {
    const marks = [
      digestMark('a', 1, 'h', sha256),
      digestMark('a', 2, 'h', sha256),
      digestMark('a', 1, 'i', sha256),
    ];

    expect(new Set(marks).size).toBe(3);
  });
});

describe('an operation', () => {
  test('its signature covers everything but itself', () => {
    const operation = anOperation();

    expect(signedBytes({ ...operation, sig: 'f'.repeat(128) } as never)).toEqual(
      signedBytes(operation),
    );
    expect(signedBytes({ ...operation, base: 3 })).not.toEqual(signedBytes(operation));
    expect(signedBytes({ ...operation, body: aRegistration({ note: 'x' }) })).not.toEqual(
      signedBytes(operation),
    );
  });

  test('its chain hash covers the signature too', () => {
    const operation = anOperation();

    expect(operationHash({ ...operation, sig: 'f'.repeat(128) }, sha256)).not.toBe(
      operationHash(operation, sha256),
    );
  });
});
