import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Role } from '@shared/domain/organ/user';
import { utf8 } from '@shared/kernel/bytes';
import { nameBasedId } from '@shared/kernel/name-based-id';
import { entryRecordId } from '@shared/sync/intake';
import { operationHash, type Operation } from '@shared/sync/operation';
import type { Outcome } from '@shared/sync/outcome';
import {
  aChain,
  aFile,
  anId,
  anOperation,
  aRegister,
  aRegistration,
  aUser,
  aUserWith,
  sample,
  sampleScope,
  sha256,
} from '../../../support/core-builders';
import { createQuietWorld, createServer } from '../../../support/quiet-world';

const device = { deviceId: sample.deviceId, inc: 1 };
const create = {};
const number = { kind: 'cmd.requestNumber', body: { registerId: sample.registerId } };
const patch = (set: object, rest: object = {}) => ({ kind: 'patch', body: { set }, ...rest });
const onDocument = (n: number) => ({ target: { type: 'incomingDocument', id: anId(6, n) } });

function setUp(today?: string) {
  const world = createQuietWorld();
  const server = createServer(world, today);
  const send = async (operations: readonly Operation[], as = device) => {
    const answer = await world.settle(server.intake.accept(as, operations));
    if (answer.status === 'refused') throw new Error(answer.code);
    return answer.results;
  };
  /** Outcomes of a chain of acts; every one must be final. */
  const decide = async (...parts: readonly object[]): Promise<readonly Outcome[]> =>
    (await send(aChain(parts))).map((result) => {
      if (result.answer !== 'final') throw new Error(result.answer);
      return result.outcome;
    });
  const content = (id: string = sample.documentId) =>
    server.database.records(sample.officeId).get(id)?.content;
  return { world, server, send, decide, content };
}

const rejected = (code: string) => ({ status: 'rejected', code });

test('I-13, I-16: nobody takes an id that can be foreseen: a book’s next row is free for its number', async () => {
  const { decide, content } = setUp();
  const row = entryRecordId({ sha256 }, sample.registerId, 1);

  const outcomes = await decide(
    { target: { type: 'incomingDocument', id: row }, body: aRegistration() },
    create,
    number,
  );
  expect(outcomes[0]).toEqual(rejected('operation.invalid-body'));
  expect(outcomes.slice(1).map(({ status }) => status)).toEqual(['applied', 'applied']);
  expect(content()).toMatchObject({ arrivalNumber: 1 });
});

describe('who may act', () => {
  const endOf = new Map<string, string>([
    ['vanThu', 'applied'],
    ['quanTri', 'held'],
  ]);
  test.each(Role.options)(
    'role %s registers, corrects and numbers only as văn thư',
    async (role) => {
      const { server, decide } = setUp();
      server.database.putUser(aUserWith(role));

      const outcomes = await decide(
        { role },
        { ...number, role },
        patch({ note: { was: null, now: 'x' } }, { role }),
      );
      const statuses = outcomes.map(({ status }) => status);
      expect(statuses).toEqual(
        Array(3).fill(
          // Who sees no content may be who lost the last role that did: nobody can tell, so it waits (§7.4).
          endOf.get(role) ?? 'rejected',
        ),
      );
    },
  );

  test.each([
    ['registering', [create], 0],
    ['numbering', [create, number], 1],
    ['correcting', [create, patch({ note: { was: null, now: 'x' } })], 1],
  ] as const)('%s in a role that the person does not hold is refused', async (_name, acts, at) => {
    const { decide } = setUp();
    const claimed = acts.map((act, i) => (i === at ? { ...act, role: 'chuTich' } : act));

    expect((await decide(...claimed))[at]).toEqual(rejected('incoming.clerk-only'));
  });

  test('I-13, I-15, §7.4: what a deactivated person had registered is not done, and waits whole for a colleague', async () => {
    const { server, decide, content } = setUp();
    server.database.putUser(aUser({ active: false }));

    const note = patch({ note: { was: null, now: 'x' } });
    const held3 = Array.from({ length: 3 }, () => ({ status: 'held', code: 'operation.held' }));
    expect(await decide(create, note, number)).toEqual(held3);
    expect(content()).toBeUndefined();
    const held = [...server.database.records(sample.officeId).values()].filter(
      ({ type }) => type === 'heldWork',
    );
    expect(held.map(({ scope }) => scope)).toEqual(Array(3).fill(sampleScope));
    expect(held[0]?.content).toMatchObject({
      targetId: sample.documentId,
      state: 'choTiepNhan',
      operation: { kind: 'create', actor: sample.clerkId, body: aRegistration() },
    });
  });

  test('I-13: a dossier that a deactivated person opened is refused: its name is for its members alone', async () => {
    const { server, decide } = setUp();
    server.database.putUser(aUser({ active: false }));
    const body = { organId: sample.organId, title: 'Đơn thư tố cáo', members: [] };

    const target = { type: 'dossier', id: anId(6, 7) };
    expect(await decide({ target, body })).toMatchObject([{ status: 'rejected' }]);
    expect(
      [...server.database.records(sample.officeId).values()].map(({ type }) => type),
    ).not.toContain('heldWork');
  });

  test('I-13: a role at another organ does not count for this organ’s paper', async () => {
    const { server, decide } = setUp();
    server.database.putUser(aUserWith('vanThu', sample.otherOrganId));

    expect(await decide(create)).toEqual([rejected('incoming.clerk-only')]);
  });
});

describe('registering', () => {
  test('a paper is moiDen and has no number until it is asked for', async () => {
    const { decide, content } = setUp();

    expect(await decide(create)).toEqual([{ status: 'applied', rev: 1, seq: 1 }]);
    expect(content()).toMatchObject({
      state: 'moiDen',
      arrivalNumber: null,
      registeredBy: sample.clerkId,
    });
  });

  test.each([
    [
      'VB003: an arrival in the future',
      { arrivalDate: '2026-03-03' },
      'incoming.arrival-in-future',
    ],
    [
      'a document dated later without a note',
      { issuedDate: '2026-03-05' },
      'incoming.document-date-needs-note',
    ],
    ['an answer due before the arrival', { dueDate: '2026-03-01' }, 'incoming.due-before-arrival'],
  ])('%s is refused', async (_name, overrides, code) => {
    const { decide, content } = setUp();

    expect(await decide({ body: aRegistration(overrides) })).toEqual([rejected(code)]);
    expect(content()).toBeUndefined();
  });

  test('VB003, I-17: today is the server’s, not the workstation’s', async () => {
    const { decide } = setUp('2026-03-03');
    const at = { ...anOperation().at, wall: Date.parse('1990-01-01T00:00:00Z') };

    expect(await decide({ body: aRegistration({ arrivalDate: '2026-03-03' }), at })).toMatchObject([
      { status: 'applied' },
    ]);
  });

  test('I-16: a workstation clock beyond every calendar does not stop the intake', async () => {
    const { decide, content } = setUp();
    const at = { ...anOperation().at, wall: -1e300 };

    expect(await decide({ at }, number)).toMatchObject([
      { status: 'applied' },
      { status: 'applied' },
    ]);
    expect(content()?.['registeredAt']).toBe('-271821-04-20T00:00:00.000Z');
  });

  test('the same id twice is refused and changes nothing', async () => {
    const { decide, content } = setUp();
    const second = { body: aRegistration({ subject: 'Một văn bản khác' }) };

    expect(await decide(create, second)).toEqual([
      { status: 'applied', rev: 1, seq: 1 },
      rejected('operation.target-exists'),
    ]);
    expect(content()?.['subject']).toBe(aRegistration().subject);
  });

  test.each([
    ['a body that is no registration', { body: { subject: 7 } }, 'operation.invalid-body'],
    ['a text with NUL', { body: aRegistration({ note: 'a\0b' }) }, 'operation.invalid-body'],
    [
      'half of a surrogate pair',
      { body: aRegistration({ note: '\ud800' }) },
      'operation.invalid-body',
    ],
    ['an unknown kind', { kind: 'cmd.fly' }, 'operation.unknown-kind'],
    [
      'a type that nobody writes',
      { target: { type: 'registerEntry', id: anId(6, 1) } },
      'operation.unknown-type',
    ],
    ['another office’s name on it', { office: anId(1, 2) }, 'operation.wrong-office'],
    ['an unknown person', { actor: anId(4, 77) }, 'operation.unknown-actor'],
    ['a wrong signature', { sig: 'a'.repeat(128) }, 'operation.bad-signature'],
  ])('I-16: %s is refused and what comes behind is taken', async (_name, part, code) => {
    const { decide } = setUp();

    expect(await decide(part, onDocument(2))).toEqual([
      rejected(code),
      { status: 'applied', rev: 1, seq: 1 },
    ]);
  });
});

describe('numbering', () => {
  test('I-9: the number comes with a book entry and makes the paper daDangKy', async () => {
    const { decide, content, server } = setUp();

    expect(await decide(create, number)).toEqual([
      { status: 'applied', rev: 1, seq: 1 },
      { status: 'applied', rev: 2, seq: 2 },
    ]);
    expect(content()).toMatchObject({ state: 'daDangKy', arrivalNumber: 1 });
    expect(server.commits[1]?.registerEntries).toMatchObject([
      {
        number: 1,
        date: '2026-03-02',
        documentId: sample.documentId,
        kind: 'document',
        note: null,
      },
    ]);
    const records = [...server.database.records(sample.officeId).values()];
    expect(records.filter(({ type }) => type === 'registerEntry')).toHaveLength(1);
  });

  test('I-9: a paper gets one number for ever', async () => {
    const { decide } = setUp();

    expect((await decide(create, number, number))[2]).toEqual(
      rejected('register.already-numbered'),
    );
  });

  test('I-10: a refused request leaves no gap', async () => {
    const { decide, content } = setUp();
    await decide(create, number, number, onDocument(2), { ...number, ...onDocument(2) });

    expect(content(anId(6, 2))?.['arrivalNumber']).toBe(2);
  });

  test('I-11: a paper that came earlier is entered on the day of the newest entry, and the note says so', async () => {
    const { decide, server } = setUp();
    const early = { ...onDocument(2), body: aRegistration({ arrivalDate: '2026-02-27' }) };
    await decide(create, number, early, { ...number, ...onDocument(2) });

    expect(server.commits[3]?.registerEntries).toMatchObject([
      { number: 2, date: '2026-03-02', note: 'Đến ngày 2026-02-27' },
    ]);
  });

  test.each([
    ['an unknown book', { registerId: anId(3, 9) }, 'register.unknown'],
    ['no book', {}, 'operation.invalid-body'],
  ])('%s is refused', async (_name, body, code) => {
    const { decide } = setUp();

    expect((await decide(create, { ...number, body }))[1]).toEqual(rejected(code));
  });

  test('N-4: an incoming paper gets no number of a book of outgoing ones', async () => {
    const { decide, server } = setUp();
    const book = aRegister({ id: anId(3, 3), name: 'Sổ văn bản đi', direction: 'di' });
    server.database.addRegister(sample.officeId, book);

    const outcomes = await decide(
      { body: aRegistration({ registerId: anId(3, 3) }) },
      { ...number, body: { registerId: anId(3, 3) } },
    );

    expect(outcomes[1]).toEqual(rejected('register.unknown'));
  });

  test('another book than the paper’s is refused', async () => {
    const { decide, server } = setUp();
    server.database.addRegister(sample.officeId, aRegister({ id: anId(3, 2), name: 'Sổ đơn thư' }));

    expect((await decide(create, { ...number, body: { registerId: anId(3, 2) } }))[1]).toEqual(
      rejected('register.unknown'),
    );
  });

  test.each([
    ['a closed book', { status: 'daDong' }, 'register.closed'],
    ['the book of another year', { year: 2025 }, 'register.wrong-year'],
  ])('%s gives no number', async (_name, overrides, code) => {
    const { decide, server } = setUp();
    server.database.addRegister(sample.officeId, aRegister(overrides));

    expect((await decide(create, number))[1]).toEqual(rejected(code));
  });

  test('a paper that nobody registered gets none', async () => {
    const { decide } = setUp();

    expect(await decide(number)).toEqual([rejected('operation.target-missing')]);
  });
});

describe('correcting', () => {
  test('a change that the other side did not make is taken', async () => {
    const { decide, content } = setUp();

    expect((await decide(create, patch({ note: { was: null, now: 'Chuyển' } })))[1]).toEqual({
      status: 'applied',
      rev: 2,
      seq: 2,
    });
    expect(content()?.['note']).toBe('Chuyển');
  });

  test('I-8: two values for one field give a conflict record that keeps both', async () => {
    const { decide, content, server } = setUp();
    const outcomes = await decide(
      create,
      patch({ note: { was: null, now: 'một' } }),
      patch({ note: { was: null, now: 'hai' } }),
    );

    expect(outcomes[2]).toMatchObject({
      status: 'merged',
      rev: 3,
      conflicts: [expect.any(String)],
    });
    expect(content()?.['note']).toBe('một');
    const conflict = [...server.database.records(sample.officeId).values()].find(
      ({ type }) => type === 'conflict',
    );
    expect(conflict?.content).toMatchObject({
      field: 'note',
      kept: 'một',
      losing: 'hai',
      seen: null,
      targetId: sample.documentId,
      author: sample.clerkId,
      state: 'open',
    });
  });

  test('I-8: conflicts of two operations with one opId are two records', async () => {
    const { decide } = setUp();
    const clash = (now: string) => patch({ note: { was: 'x', now } }, { opId: anId(7, 50) });

    const outcomes = await decide(
      create,
      patch({ note: { was: null, now: 'a' } }),
      clash('b'),
      clash('c'),
    );
    const ids = outcomes.flatMap((outcome) =>
      outcome.status === 'merged' ? outcome.conflicts : [],
    );
    expect(new Set(ids).size).toBe(2);
  });

  test.each([
    ['its number', patch({ arrivalNumber: { was: null, now: 5 } }), 'operation.field-not-editable'],
    [
      'its state',
      patch({ state: { was: 'moiDen', now: 'daLuu' } }),
      'operation.field-not-editable',
    ],
    [
      'its arrival date',
      patch({ arrivalDate: { was: '2026-03-02', now: '2026-03-01' } }),
      'operation.field-not-editable',
    ],
    [
      'its book',
      patch({ registerId: { was: sample.registerId, now: anId(3, 2) } }),
      'operation.field-not-editable',
    ],
    ['priority 9', patch({ priority: { was: 0, now: 9 } }), 'operation.invalid-body'],
    [
      'no subject',
      patch({ subject: { was: aRegistration().subject, now: null } }),
      'operation.invalid-body',
    ],
    ['a body of no shape', { kind: 'patch', body: { set: 'x' } }, 'operation.invalid-body'],
    [
      'VB-106: a date after arrival without a note',
      patch({ issuedDate: { was: '2026-02-27', now: '2026-03-05' } }),
      'incoming.document-date-needs-note',
    ],
    [
      'VB-107: a due date before arrival',
      patch({ dueDate: { was: null, now: '2026-03-01' } }),
      'incoming.due-before-arrival',
    ],
    [
      'I-22: a body of over 256 KiB',
      patch({ note: { was: null, now: 'x'.repeat(260 * 1024) } }),
      'operation.invalid-body',
    ],
    [
      'a paper that is not there',
      patch({ note: { was: null, now: 'x' } }, onDocument(9)),
      'operation.target-missing',
    ],
  ])('%s cannot be patched', async (_name, part, code) => {
    const { decide } = setUp();

    expect((await decide(create, part))[1]).toEqual(rejected(code));
  });

  test('files are a set', async () => {
    const { decide, content } = setUp();
    const files = (...names: readonly string[]) => names.map(aFile);
    await decide(
      { body: aRegistration({ files: files('a.pdf') }) },
      { kind: 'patch', body: { add: { files: files('b.pdf', 'b.pdf') } } },
      { kind: 'patch', body: { remove: { files: files('a.pdf') } } },
    );

    expect(content()?.['files']).toEqual(files('b.pdf'));
  });
});

describe('taking operations in order', () => {
  test('I-5: the same operation sent again has its effect once and its outcome again', async () => {
    const { send, server } = setUp();
    const chain = aChain([create, number]);
    const first = await send(chain);

    expect(await send(chain)).toEqual(first);
    expect(server.commits).toHaveLength(2);
    expect(server.database.records(sample.officeId).get(sample.documentId)?.rev).toBe(2);
  });

  test('I-5: sent any number of times at once it has its effect once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        async (lengths, seed) => {
          const world = createQuietWorld(String(seed));
          const server = createServer(world);
          const chain = aChain([create, number, patch({ note: { was: null, now: 'x' } })]);

          const answers = await world.settle(
            Promise.all(
              lengths.map((length) => server.intake.accept(device, chain.slice(0, length))),
            ),
          );
          const told = new Map<number, Set<string>>();
          for (const answer of answers) {
            if (answer.status === 'refused') throw new Error(answer.code);
            for (const result of answer.results) {
              if (result.answer !== 'final') throw new Error(result.answer);
              told.set(
                result.n,
                (told.get(result.n) ?? new Set()).add(JSON.stringify(result.outcome)),
              );
            }
          }
          const longest = Math.max(...lengths);
          expect(server.commits.map(({ operation }) => operation.n)).toEqual(
            [1, 2, 3].slice(0, longest),
          );
          for (const outcomes of told.values()) expect(outcomes.size).toBe(1);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('I-6: a hole is answered with what is expected, and nothing behind it is taken', async () => {
    const { send, server } = setUp();
    const chain = aChain([create, number, number]);

    expect(await send(chain.slice(1))).toEqual([{ answer: 'expect', n: 2, expected: 1 }]);
    expect(server.commits).toEqual([]);
  });

  test('I-23: an operation that does not continue the chain refuses the device', async () => {
    const { send } = setUp();
    await send(aChain([create]));
    const other = anOperation({ n: 2, opId: anId(7, 9), prev: 'a'.repeat(64), ...number });

    await expect(send([other])).rejects.toThrow('device.forked');
  });

  test('I-1, I-23: another operation under an answered number is refused, never answered with the old outcome', async () => {
    const { send } = setUp();
    await send(aChain([create]));

    await expect(send([anOperation({ body: aRegistration({ note: 'khác' }) })])).rejects.toThrow(
      'device.forked',
    );
  });

  test('work signed before a change of password is taken with the older key', async () => {
    const { server, decide } = setUp();
    server.database.addKey(sample.deviceId, sample.clerkId, utf8('the key of the new password'));

    expect(await decide(create)).toMatchObject([{ status: 'applied' }]);
  });

  test('I-13: a device cannot act in the name of another one, nor move it', async () => {
    const { send, server, decide } = setUp();
    const stolen = anOperation({ dev: anId(5, 2) });

    await expect(send([stolen])).rejects.toThrow('device.not-enrolled');
    expect(server.database.storedCount()).toBe(0);
    expect(await decide(create)).toMatchObject([{ status: 'applied' }]);
  });

  test('an unknown incarnation is refused', async () => {
    const { send } = setUp();

    await expect(send([anOperation({ inc: 2 })], { ...device, inc: 2 })).rejects.toThrow(
      'device.not-enrolled',
    );
  });

  test('a lock that is not had in time consumes nothing and ends the answer', async () => {
    const { world, send, server } = setUp();
    world.arm('lockTimeout');
    const chain = aChain([create, number]);

    expect(await send(chain)).toEqual([{ answer: 'wait', n: 1 }]);
    expect(server.commits).toEqual([]);
    expect(await send(chain)).toMatchObject([{ answer: 'final' }, { answer: 'final' }]);
  });

  test('I-16: a refusal is stored with the operation and consumes its number', async () => {
    const { send, server } = setUp();
    const [poison, behind] = aChain([{ kind: 'cmd.fly' }, create]) as [Operation, Operation];
    await send([poison]);

    expect(server.database.stored(sample.deviceId, 1)?.outcome).toEqual(
      rejected('operation.unknown-kind'),
    );
    expect(behind.prev).toBe(operationHash(poison, sha256));
    expect(await send([behind])).toMatchObject([
      { answer: 'final', outcome: { status: 'applied' } },
    ]);
  });

  test('I-7: the scope’s digest counts every record once, at its newest revision', async () => {
    const { decide, server } = setUp();
    await decide(create, number, patch({ note: { was: null, now: 'x' } }), onDocument(2));

    const { count } = server.database.scopeOf(sampleScope).digest;
    expect(count).toBe(server.database.records(sample.officeId).size);
    expect(server.database.headOf(sample.officeId)).toBe(5);
  });
});

test('a name gives one id on every node, in the layout of RFC 9562 version 8', () => {
  const id = nameBasedId('dev/1/1:registerEntry', sha256);

  expect(id).toBe(nameBasedId('dev/1/1:registerEntry', sha256));
  expect(id).not.toBe(nameBasedId('dev/1/2:registerEntry', sha256));
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
