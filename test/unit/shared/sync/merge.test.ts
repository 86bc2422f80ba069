import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type Json, type JsonObject } from '@shared/kernel/canonical-json';
import { mergePatch, previewPatch, type FieldPolicy, type Merge } from '@shared/sync/merge';

const policy: FieldPolicy = { subject: 'scalar', note: 'text', files: 'set', opinions: 'log' };

const merged = (merge: Merge): Extract<Merge, { ok: true }> => {
  if (!merge.ok) throw new Error(`refused: ${merge.field}`);
  return merge;
};
const value = fc.constantFrom<Json>(null, 'a', 'b', 'c', 1, { k: 'v' });
const elements = fc.uniqueArray(fc.constantFrom('f1', 'f2', 'f3', 'f4', 'f5'), { maxLength: 4 });
const asSet = (held: Json | undefined) => (held as readonly string[]).toSorted();

describe('single fields', () => {
  test('I-8: every run keeps the value that lost and what its author had seen', () => {
    fc.assert(
      fc.property(value, value, value, (held, was, now) => {
        const { content, conflicts } = merged(
          mergePatch({ subject: held }, { set: { subject: { was, now } } }, policy),
        );
        const [same, wanted, seen] = [held, now, was].map((v) => canonicalJson(v));

        if (same === wanted || same === seen) {
          expect(content['subject']).toEqual(now);
          expect(conflicts).toEqual([]);
        } else {
          expect(content['subject']).toEqual(held);
          expect(conflicts).toEqual([{ field: 'subject', kept: held, losing: now, seen: was }]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('a field that was never set counts as null', () => {
    const { content, conflicts } = merged(
      mergePatch({}, { set: { note: { was: null, now: 'x' } } }, policy),
    );

    expect(content).toEqual({ note: 'x' });
    expect(conflicts).toEqual([]);
  });

  test('two of three fields can be taken while the third is in conflict', () => {
    const set = { subject: { was: 'old', now: 'new' }, note: { was: 'seen', now: 'mine' } };
    const { content, conflicts } = merged(
      mergePatch({ subject: 'old', note: 'theirs' }, { set }, policy),
    );

    expect(content).toEqual({ subject: 'new', note: 'theirs' });
    expect(conflicts).toHaveLength(1);
  });
});

describe('sets', () => {
  test('additions of two people commute', () => {
    fc.assert(
      fc.property(elements, elements, elements, (held, first, second) => {
        const apply = (start: JsonObject, add: readonly string[]) =>
          merged(mergePatch(start, { add: { files: add } }, policy)).content;
        const start = { files: held };

        const one = apply(apply(start, first), second);
        const other = apply(apply(start, second), first);
        expect(asSet(one['files'])).toEqual(asSet(other['files']));
        expect(asSet(one['files'])).toEqual(
          [...new Set([...held, ...first, ...second])].toSorted(),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test('an addition and a removal of different elements commute', () => {
    fc.assert(
      fc.property(elements, elements, elements, (held, added, taken) => {
        const remove = taken.filter((element) => !added.includes(element));
        const start = { files: held };
        const add = { add: { files: added } };
        const without = { remove: { files: remove } };
        const both = (first: object, second: object) =>
          merged(mergePatch(merged(mergePatch(start, first, policy)).content, second, policy))
            .content;

        expect(asSet(both(add, without)['files'])).toEqual(asSet(both(without, add)['files']));
      }),
      { numRuns: 1_000 },
    );
  });

  test('in one patch an addition beats the removal of the same element', () => {
    const patch = { add: { files: ['f1'] }, remove: { files: ['f1', 'f2'] } };

    expect(merged(mergePatch({ files: ['f1', 'f2'] }, patch, policy)).content['files']).toEqual([
      'f1',
    ]);
  });

  test('an element that one patch names twice is held once', () => {
    const patch = { add: { files: ['f1', 'f1'] } };

    expect(merged(mergePatch({}, patch, policy)).content['files']).toEqual(['f1']);
  });

  test('elements are compared by value, whatever the order of their members', () => {
    const patch = { add: { files: [{ name: 'a', size: 1 }] }, remove: { files: [{ b: 2, a: 1 }] } };
    const start = {
      files: [
        { size: 1, name: 'a' },
        { a: 1, b: 2 },
      ],
    };

    expect(merged(mergePatch(start, patch, policy)).content['files']).toHaveLength(1);
  });
});

describe('logs', () => {
  test('entries are united by their id', () => {
    const patch = { append: { opinions: [{ id: '1', text: 'again' }, { id: '2' }, { id: '2' }] } };

    expect(
      merged(mergePatch({ opinions: [{ id: '1' }] }, patch, policy)).content['opinions'],
    ).toEqual([{ id: '1' }, { id: '2' }]);
  });

  test('I-8: entries without an id are all kept', () => {
    const patch = { append: { opinions: [{ text: 'b' }, { text: 'c' }] } };

    expect(
      merged(mergePatch({ opinions: [{ text: 'a' }] }, patch, policy)).content['opinions'],
    ).toHaveLength(3);
  });
});

describe('a field outside the policy', () => {
  test.each([
    ['set', { set: { number: { was: null, now: 1 } } }],
    ['set of a set', { set: { files: { was: null, now: [] } } }],
    ['add to a scalar', { add: { subject: ['x'] } }],
    ['remove from a log', { remove: { opinions: ['x'] } }],
    ['append to a set', { append: { files: [{ id: '1' }] } }],
    ['a name of every object', { set: { constructor: { was: null, now: 1 } } }],
    [
      'an addition beside a good change',
      { set: { note: { was: null, now: 'x' } }, add: { x: [] } },
    ],
  ])('refuses the whole patch: %s', (_name, patch) => {
    expect(mergePatch({ subject: 'a' }, patch, policy).ok).toBe(false);
  });
});

describe('the preview', () => {
  test('shows the author their own values whatever the server may say', () => {
    const set = { subject: { was: 'long ago', now: 'mine' } };

    expect(previewPatch({ subject: 'theirs', note: 'kept' }, { set }, policy)).toEqual({
      subject: 'mine',
      note: 'kept',
    });
  });

  test('shows nothing of a patch that will be refused', () => {
    const current = { subject: 'a' };

    expect(previewPatch(current, { set: { number: { was: null, now: 1 } } }, policy)).toBe(current);
  });

  test('shown twice it is the same', () => {
    fc.assert(
      fc.property(elements, elements, value, (add, remove, now) => {
        const patch = {
          set: { subject: { was: null, now } },
          add: { files: add },
          remove: { files: remove },
        };
        const once = previewPatch({ files: ['f1'] }, patch, policy);

        const twice = previewPatch(once, patch, policy);
        expect({ ...twice, files: asSet(twice['files']) }).toEqual({
          ...once,
          files: asSet(once['files']),
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
