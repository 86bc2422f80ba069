import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { createConverters, type VersionedBody } from '@shared/sync/schema-steps';
import { fromZero } from '../../../support/older-schema';

const converters = createConverters([fromZero]);
const aBody = (over: Partial<VersionedBody>): VersionedBody => ({
  kind: 'create',
  target: { type: 'incomingDocument' },
  schema: 0,
  body: {},
  ...over,
});

describe('converters between schemas (sync §11, I-20)', () => {
  test('a creation of the older schema comes out in today’s shape', () => {
    const body = { issuer: 'H26.15 · UBND tỉnh', copies: '3', subject: 'V/v' };

    expect(converters.bodyUp(aBody({ body }))).toEqual({
      issuerCode: 'H26.15',
      issuerName: 'UBND tỉnh',
      copies: 3,
      subject: 'V/v',
    });
  });

  test('a patch keeps what its author saw beside what they wanted', () => {
    const body = {
      set: { copies: { was: '', now: '2' }, note: { was: null, now: 'x' } },
      add: { files: ['f1'] },
    };

    expect(converters.bodyUp(aBody({ kind: 'patch', body }))).toEqual({
      set: { copies: { was: null, now: 2 }, note: { was: null, now: 'x' } },
      add: { files: ['f1'] },
    });
  });

  test('a field that became two is patched as two', () => {
    const body = { set: { issuer: { was: 'A · Sở A', now: 'B · Sở B' } } };

    expect(converters.bodyUp(aBody({ kind: 'patch', body }))).toEqual({
      set: {
        issuerCode: { was: 'A', now: 'B' },
        issuerName: { was: 'Sở A', now: 'Sở B' },
      },
    });
  });

  test('a command of the older schema is asked with today’s arguments', () => {
    const body = { book: 'r1', reason: 'x' };

    expect(converters.bodyUp(aBody({ kind: 'cmd.requestNumber', body }))).toEqual({
      registerId: 'r1',
      reason: 'x',
    });
  });

  test('today’s bodies, other types and other commands pass as they are', () => {
    const body = { issuer: 'A · Sở A', book: 'r1' };

    expect(converters.bodyUp(aBody({ schema: 1, body }))).toBe(body);
    expect(converters.bodyUp(aBody({ target: { type: 'register' }, body }))).toBe(body);
    expect(converters.bodyUp(aBody({ kind: 'cmd.present', body }))).toBe(body);
  });

  const older = fc.record({
    issuer: fc.tuple(fc.stringMatching(/^[A-Z0-9.]{0,8}$/), fc.string()).map((p) => p.join(' · ')),
    copies: fc.oneof(fc.constant(''), fc.integer({ min: 0, max: 999 }).map(String)),
  });
  const unknown = fc.dictionary(fc.stringMatching(/^_x[a-z]{1,5}$/), fc.jsonValue(), {
    maxKeys: 4,
  }) as fc.Arbitrary<JsonObject>;

  test('M-22: whatever a converter does not know is carried through, both ways', () => {
    fc.assert(
      fc.property(older, unknown, (known, others) => {
        const up = converters.recordUp('incomingDocument', 0, { ...known, ...others });
        const down = converters.recordDown('incomingDocument', 0, up);

        for (const content of [up, down]) expect(content).toMatchObject(others);
      }),
      { numRuns: 1000 },
    );
  });

  test('§11: down and up again keeps every field that the older version knows', () => {
    fc.assert(
      fc.property(older, unknown, (known, others) => {
        const up = converters.recordUp('incomingDocument', 0, { ...known, ...others });
        const down = converters.recordDown('incomingDocument', 0, up);

        expect(down).toEqual({ ...known, ...others });
        expect(converters.recordUp('incomingDocument', 0, down)).toEqual(up);
      }),
      { numRuns: 1000 },
    );
  });

  test('converters are total: any body of any shape comes out', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>,
        fc.constantFrom<VersionedBody['kind']>('create', 'patch', 'cmd.requestNumber'),
        (body, kind) => {
          converters.bodyUp(aBody({ kind, body }));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
