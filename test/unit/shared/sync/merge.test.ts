import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type Json, type JsonObject } from '@shared/kernel/canonical-json';
import type { FieldPolicy } from '@shared/domain/document/field-class';
import { additionsSeen, mergePatch, previewPatch, type Merge } from '@shared/sync/merge';

const policy: FieldPolicy = { subject: 'scalar', note: 'text', files: 'set', opinions: 'log' };

const merged = (merge: Merge): Extract<Merge, { ok: true }> => {
  if (!merge.ok) throw new Error(`refused: ${merge.field}`);
  return merge;
};
const value = fc.constantFrom<Json>(null, 'a', 'b', 'c', 1, { k: 'v' });
const elements = fc.uniqueArray(fc.constantFrom('f1', 'f2', 'f3', 'f4', 'f5'), { maxLength: 4 });
/** What a screen shows: sets have no order, and their marks are not shown. */
const shownOf = ({ files, additions: _marks, ...rest }: JsonObject) => ({
  ...rest,
  files: asSet(files),
});
const asSet = (held: Json | undefined) => (held as readonly string[]).toSorted();

describe('single fields', () => {
  test('I-8: every run keeps the value that lost and what its author had seen', () => {
    fc.assert(
      fc.property(value, value, value, (held, was, now) => {
        const { content, conflicts } = merged(
          mergePatch({ subject: held }, { set: { subject: { was, now } } }, policy, 'me'),
        );
        const [same, wanted, seen] = [held, now, was].map((v) => canonicalJson(v));

        if (same === wanted || same === seen) {
          expect(content['subject']).toEqual(now);
          expect(conflicts).toEqual([]);
        } else {
          expect(content['subject']).toEqual(held);
          expect(conflicts).toEqual([
            { field: 'subject', kind: 'scalar', kept: held, losing: now, seen: was },
          ]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('a field that was never set counts as null', () => {
    const { content, conflicts } = merged(
      mergePatch({}, { set: { note: { was: null, now: 'x' } } }, policy, 'me'),
    );

    expect(content).toEqual({ note: 'x' });
    expect(conflicts).toEqual([]);
  });

  test('two of three fields can be taken while the third is in conflict', () => {
    const set = { subject: { was: 'old', now: 'new' }, note: { was: 'seen', now: 'mine' } };
    const { content, conflicts } = merged(
      mergePatch({ subject: 'old', note: 'theirs' }, { set }, policy, 'me'),
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
          merged(mergePatch(start, { add: { files: add } }, policy, 'me')).content;
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
          merged(
            mergePatch(
              merged(mergePatch(start, first, policy, 'me')).content,
              second,
              policy,
              'me',
            ),
          ).content;

        expect(asSet(both(add, without)['files'])).toEqual(asSet(both(without, add)['files']));
      }),
      { numRuns: 1_000 },
    );
  });

  /** People who add and remove, each knowing what the server had after so many of the others' patches. */
  test('sync §8: an addition stays unless the person who removes it had seen it, in every order', () => {
    const step = fc.record({
      kind: fc.constantFrom('add' as const, 'remove' as const),
      element: fc.constantFrom('f1', 'f2'),
      behind: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const states: JsonObject[] = [{ files: ['f1'] }];
        /** By element: additions that nobody has removed knowingly. */
        const standing = new Map<string, ReadonlySet<number>>([['f1', new Set([0])]]);
        steps.forEach(({ kind, element, behind }, index) => {
          const at = Math.max(0, states.length - 1 - behind);
          const seen = states[at] ?? {};
          const now = states.at(-1) ?? {};
          const body =
            kind === 'add'
              ? { add: { files: [element] } }
              : {
                  remove: { files: [element] },
                  seen: { files: additionsSeen(seen, 'files', [element]) },
                };
          const known = standing.get(element) ?? new Set();
          standing.set(
            element,
            kind === 'add'
              ? new Set([...known, index + 1])
              : new Set([...known].filter((made) => made > at)),
          );
          states.push(merged(mergePatch(now, body, policy, `op${index + 1}`)).content);
          const expected = [...standing].filter(([, made]) => made.size > 0).map(([name]) => name);
          expect(asSet(states.at(-1)?.['files'])).toEqual(expected.toSorted());
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test('I-8: a removal that an unseen addition beat is recorded with the element', () => {
    const { content } = merged(
      mergePatch({ files: ['f1'] }, { add: { files: ['f1'] } }, policy, 'a'),
    );
    const late = mergePatch(
      content,
      { remove: { files: ['f1'] }, seen: { files: [] } },
      policy,
      'b',
    );

    expect(merged(late).content['files']).toEqual(['f1']);
    expect(merged(late).conflicts).toEqual([
      { field: 'files', kind: 'set', kept: 'f1', losing: null, seen: 'f1' },
    ]);
  });

  test('R-6: one’s own earlier addition is seen in the preview and goes with the element', () => {
    const own = previewPatch({ files: [] }, { add: { files: ['f1'] } }, policy, 'own');
    const seen = { files: additionsSeen(own, 'files', ['f1']) };
    const { content } = merged(mergePatch({}, { add: { files: ['f1'] } }, policy, 'own'));

    const removed = merged(mergePatch(content, { remove: { files: ['f1'] }, seen }, policy, 'b'));
    expect(removed.conflicts).toEqual([]);
    expect(removed.content).toEqual({ files: [] });
  });

  test('a program that cannot say what it saw removes as it always did', () => {
    const { content } = merged(mergePatch({}, { add: { files: ['f1'] } }, policy, 'a'));

    const removed = merged(mergePatch(content, { remove: { files: ['f1'] } }, policy, 'b'));
    expect(removed.content).toEqual({ files: [] });
  });

  test('in one patch an addition beats the removal of the same element', () => {
    const patch = { add: { files: ['f1'] }, remove: { files: ['f1', 'f2'] } };

    expect(
      merged(mergePatch({ files: ['f1', 'f2'] }, patch, policy, 'me')).content['files'],
    ).toEqual(['f1']);
  });

  test('an element that one patch names twice is held once', () => {
    const patch = { add: { files: ['f1', 'f1'] } };

    expect(merged(mergePatch({}, patch, policy, 'me')).content['files']).toEqual(['f1']);
  });

  test('elements are compared by value, whatever the order of their members', () => {
    const patch = { add: { files: [{ name: 'a', size: 1 }] }, remove: { files: [{ b: 2, a: 1 }] } };
    const start = {
      files: [
        { size: 1, name: 'a' },
        { a: 1, b: 2 },
      ],
    };

    expect(merged(mergePatch(start, patch, policy, 'me')).content['files']).toHaveLength(1);
  });
});

describe('logs', () => {
  test('entries are united by their id', () => {
    const patch = { append: { opinions: [{ id: '1', text: 'again' }, { id: '2' }, { id: '2' }] } };

    expect(
      merged(mergePatch({ opinions: [{ id: '1' }] }, patch, policy, 'me')).content['opinions'],
    ).toEqual([{ id: '1' }, { id: '2' }]);
  });

  test('I-8: entries without an id are all kept', () => {
    const patch = { append: { opinions: [{ text: 'b' }, { text: 'c' }] } };

    expect(
      merged(mergePatch({ opinions: [{ text: 'a' }] }, patch, policy, 'me')).content['opinions'],
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
    expect(mergePatch({ subject: 'a' }, patch, policy, 'me').ok).toBe(false);
  });
});

describe('the preview', () => {
  test('shows the author their own values whatever the server may say', () => {
    const set = { subject: { was: 'long ago', now: 'mine' } };

    expect(previewPatch({ subject: 'theirs', note: 'kept' }, { set }, policy, 'me')).toEqual({
      subject: 'mine',
      note: 'kept',
    });
  });

  test('shows nothing of a patch that will be refused', () => {
    const current = { subject: 'a' };

    expect(previewPatch(current, { set: { number: { was: null, now: 1 } } }, policy, 'me')).toBe(
      current,
    );
  });

  test('shown twice it is the same', () => {
    fc.assert(
      fc.property(elements, elements, value, (add, remove, now) => {
        const patch = {
          set: { subject: { was: null, now } },
          add: { files: add },
          remove: { files: remove },
        };
        const once = previewPatch({ files: ['f1'] }, patch, policy, 'me');

        const twice = previewPatch(once, patch, policy, 'me');
        expect(shownOf(twice)).toEqual(shownOf(once));
      }),
      { numRuns: 1_000 },
    );
  });
});
