import { randomUUID } from 'node:crypto';
import {
  brotliDecompressSync,
  deflateRawSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
} from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { canonicalJson } from '@shared/kernel/canonical-json';
import { LocalDate } from '@shared/kernel/local-date';
import { PACKING, packingWords } from '@shared/protocol/packing';
import { limits, PROTOCOL_VERSION } from '@shared/protocol/version';
import type { OperationResult } from '@shared/sync/outcome';
import {
  contentHash,
  digestMark,
  EMPTY_DIGEST,
  officeScope,
  shiftDigest,
  userScope,
  type FeedEntry,
} from '@shared/sync/record';
import type { Server } from '../../sync-server/src/compose';
import { checkIntegrity } from '../../sync-server/src/features/health/integrity';
import { checkRegisters } from '../../sync-server/src/features/registers/check-registers';
import { checkAudit } from '../../sync-server/src/features/audit/audit-log';
import {
  aNumberRequest,
  aRegister,
  aRegistering,
  aSigningPair,
  aUser,
  codeOf,
  enrolTestDevice,
  overApp,
  PASSWORD,
  seedOffice,
  sha256,
  signedOperation,
  signIn,
  sync,
  today,
  trySync,
  type Post,
  type SeededOffice,
  type TestDevice,
} from '../support/builders';
import { aTestNode, createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let node: Omit<Server, 'stop'>;
let other: Omit<Server, 'stop'>;
/** Two nodes over one database. */
let post: Post;
let postOther: Post;
let seeded: SeededOffice;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await aTestNode(database);
  other = await aTestNode(database);
  post = overApp(node.app);
  postOther = overApp(other.app);
});
afterAll(() => database.drop());
beforeEach(async () => {
  seeded = await seedOffice(node.admin);
});

/** A workstation of the office with the clerk signed in. */
async function aWorkstation(of: SeededOffice = seeded) {
  const device = await enrolTestDevice(post, await node.admin.createActivationCode(of.office.id));
  const { accessToken } = await signIn(post, device, of.clerk);
  return { device, token: accessToken };
}

const outcomes = (results: readonly OperationResult[]) =>
  results.map((result) =>
    result.answer === 'final'
      ? result.outcome.status === 'rejected' || result.outcome.status === 'held'
        ? result.outcome.code
        : result.outcome.status
      : result.answer,
  );

/** Everything of the office's scope, by pages as a client reads it. */
async function readAll(device: TestDevice, token: string, via: Post = post) {
  const scope = officeScope(seeded.office.id);
  const entries: FeedEntry[] = [];
  let cursor = 0;
  for (;;) {
    const reply = await sync(via, device, { token, cursors: { [scope]: cursor } });
    const page = reply.pages[0];
    if (!page) return { entries, cursor };
    entries.push(...page.entries);
    cursor = page.next;
    if (page.digest) return { entries, cursor, digest: page.digest, head: page.head };
  }
}

const numberOf = (entries: readonly FeedEntry[], id: string) =>
  entries.find((entry) => entry.id === id)?.content?.['arrivalNumber'];

describe('operations', () => {
  test('I-5: the same operation again, also through another node, has one effect and the same outcome', async () => {
    const { device, token } = await aWorkstation();
    const id = randomUUID();
    const ops = [aRegistering(device, seeded, {}, id), aNumberRequest(device, seeded, id)];

    const first = await sync(post, device, { token, ops });
    const again = await sync(postOther, device, { token, ops });
    const third = await sync(post, device, { token, ops });

    expect(outcomes(first.results)).toEqual(['applied', 'applied']);
    expect(again.results).toEqual(first.results);
    expect(third.results).toEqual(first.results);
    const { entries } = await readAll(device, token);
    expect(entries.filter(({ type }) => type === 'incomingDocument')).toHaveLength(1);
    expect(entries.filter(({ type }) => type === 'registerEntry')).toHaveLength(1);
    expect(numberOf(entries, id)).toBe(1);
  });

  test('I-5: the same operation through two nodes at the same moment has one effect', async () => {
    const { device, token } = await aWorkstation();
    const ops = [aRegistering(device, seeded)];
    const twin = { ...device };

    const [one, two] = await Promise.all([
      sync(post, device, { token, ops }),
      sync(postOther, twin, { token, ops }),
    ]);

    expect(one.results).toEqual(two.results);
    const { rows } = await database.db.query(
      `select count(*)::int as count from record where office_id = $1 and type = 'incomingDocument'`,
      [seeded.office.id],
    );
    expect(rows).toEqual([{ count: 1 }]);
  });

  test('N-1: asking for the number again after a lost answer gives the same number', async () => {
    const { device, token } = await aWorkstation();
    const id = randomUUID();
    await sync(post, device, { token, ops: [aRegistering(device, seeded, {}, id)] });
    const request = aNumberRequest(device, seeded, id);
    await sync(post, device, { token, ops: [request] });

    await sync(postOther, device, { token, ops: [request] });
    const anew = await sync(post, device, { token, ops: [aNumberRequest(device, seeded, id)] });

    expect(outcomes(anew.results)).toEqual(['register.already-numbered']);
    const { entries } = await readAll(device, token);
    expect(numberOf(entries, id)).toBe(1);
    expect((await checkRegisters(database.db)).findings).toEqual([]);
  });

  test('I-6: a hole is answered with the number that is expected, and what lies behind it waits', async () => {
    const { device, token } = await aWorkstation();
    const ops = [aRegistering(device, seeded), aRegistering(device, seeded)];

    const ahead = await sync(post, device, { token, ops: ops.slice(1) });
    const whole = await sync(post, device, { token, ops });

    expect(ahead.results).toEqual([{ answer: 'expect', n: 2, expected: 1 }]);
    expect(outcomes(whole.results)).toEqual(['applied', 'applied']);
  });

  test('I-16: an operation that can never succeed is answered and does not stop the next', async () => {
    const { device, token } = await aWorkstation();
    const ops = [
      signedOperation(device, {
        actor: seeded.clerk,
        kind: 'create',
        target: { type: 'incomingDocument', id: randomUUID() },
        body: { subject: 'thiếu hết' },
      }),
      signedOperation(device, {
        actor: seeded.clerk,
        kind: 'cmd.flyToTheMoon',
        target: { type: 'incomingDocument', id: randomUUID() },
        body: {},
      }),
      signedOperation(device, {
        actor: seeded.clerk,
        kind: 'create',
        target: { type: 'user', id: randomUUID() },
        body: {},
      }),
      aRegistering(device, seeded),
    ];

    const reply = await sync(post, device, { token, ops });

    expect(outcomes(reply.results)).toEqual([
      'operation.invalid-body',
      'operation.unknown-kind',
      'operation.unknown-type',
      'applied',
    ]);
  });

  test('I-16: texts that no form makes and no database keeps are refused, and stop nothing', async () => {
    const { device, token } = await aWorkstation();
    const [nul, half] = [randomUUID(), randomUUID()];

    const reply = await sync(post, device, {
      token,
      ops: [
        aRegistering(device, seeded, { subject: 'Về việc \u0000 trong trích yếu' }, nul),
        aRegistering(device, seeded, { subject: 'Về việc \ud800 trong trích yếu' }, half),
        aRegistering(device, seeded),
      ],
    });

    expect(outcomes(reply.results)).toEqual([
      'operation.invalid-body',
      'operation.invalid-body',
      'applied',
    ]);
    const { entries } = await readAll(device, token);
    expect(entries.filter(({ id }) => id === nul || id === half)).toEqual([]);
    expect((await checkIntegrity(database.db)).findings).toEqual([]);
  });

  test('a broken chain means that the device was cloned or set back', async () => {
    const { device, token } = await aWorkstation();
    await sync(post, device, { token, ops: [aRegistering(device, seeded)] });
    device.prev = 'f'.repeat(64);

    const answer = await trySync(post, device, { token, ops: [aRegistering(device, seeded)] });

    expect(codeOf(answer)).toBe('device.forked');
  });

  test('the chain goes on over refused operations', async () => {
    const { device, token } = await aWorkstation();
    const refused = signedOperation(device, {
      actor: seeded.clerk,
      kind: 'patch',
      target: { type: 'incomingDocument', id: randomUUID() },
      body: {},
    });
    await sync(post, device, { token, ops: [refused] });

    const reply = await sync(post, device, { token, ops: [aRegistering(device, seeded)] });

    expect(outcomes(reply.results)).toEqual(['applied']);
  });

  test('I-8: two people who change the same field leave one value and a conflict with the other', async () => {
    const [first, second] = [await aWorkstation(), await aWorkstation()];
    const id = randomUUID();
    await sync(post, first.device, {
      token: first.token,
      ops: [aRegistering(first.device, seeded, {}, id)],
    });
    const patch = (device: TestDevice, now: string) =>
      signedOperation(device, {
        actor: seeded.clerk,
        kind: 'patch',
        target: { type: 'incomingDocument', id },
        base: 1,
        body: { set: { issuerName: { was: 'Sở Nội vụ', now } } },
      });

    const one = await sync(post, first.device, {
      token: first.token,
      ops: [patch(first.device, 'Sở Tài chính')],
    });
    const two = await sync(postOther, second.device, {
      token: second.token,
      ops: [patch(second.device, 'Sở Y tế')],
    });

    expect(outcomes(one.results)).toEqual(['applied']);
    expect(outcomes(two.results)).toEqual(['merged']);
    const { entries } = await readAll(first.device, first.token);
    expect(entries.find((entry) => entry.id === id)?.content?.['issuerName']).toBe('Sở Tài chính');
    expect(entries.find(({ type }) => type === 'conflict')?.content).toMatchObject({
      field: 'issuerName',
      kept: 'Sở Tài chính',
      losing: 'Sở Y tế',
      seen: 'Sở Nội vụ',
    });
  });
});

describe('I-13: the server decides from its own state', () => {
  test.each([
    [
      'an operation that names another office',
      'operation.wrong-office',
      (device: TestDevice) =>
        signedOperation(device, {
          actor: seeded.clerk,
          kind: 'create',
          target: { type: 'incomingDocument', id: randomUUID() },
          body: {},
          office: aUserOffice(),
        }),
    ],
    [
      'a signature by another key',
      'operation.bad-signature',
      (device: TestDevice) =>
        signedOperation(device, {
          actor: seeded.clerk,
          kind: 'create',
          target: { type: 'incomingDocument', id: randomUUID() },
          body: {},
          signWith: aSigningPair(),
        }),
    ],
    [
      'an actor who never signed in on the device',
      'operation.unknown-actor',
      (device: TestDevice) =>
        signedOperation(device, {
          actor: seeded.chairman,
          kind: 'create',
          target: { type: 'incomingDocument', id: randomUUID() },
          body: {},
        }),
    ],
    [
      'a role that the actor does not hold',
      'incoming.clerk-only',
      (device: TestDevice) => {
        const { body, target } = aRegistering({ ...device }, seeded);
        return signedOperation(device, {
          actor: seeded.clerk,
          role: 'chuTich',
          kind: 'create',
          target,
          body,
        });
      },
    ],
  ])('%s is refused', async (_what, code, make) => {
    const { device, token } = await aWorkstation();

    const reply = await sync(post, device, { token, ops: [make(device)] });

    expect(outcomes(reply.results)).toEqual([code]);
    expect((await readAll(device, token)).entries.map(({ type }) => type)).not.toContain(
      'incomingDocument',
    );
  });

  test('a body changed after signing is refused', async () => {
    const { device, token } = await aWorkstation();
    const honest = aRegistering(device, seeded);
    const changed = { ...honest, body: { ...honest.body, subject: 'Nội dung đã bị sửa' } };

    const reply = await sync(post, device, { token, ops: [changed] });

    expect(outcomes(reply.results)).toEqual(['operation.bad-signature']);
  });

  test('someone of another office is unknown here, whatever key they have', async () => {
    const elsewhere = await seedOffice(node.admin);
    const { device, token } = await aWorkstation();
    device.userKeys.set(elsewhere.clerk.id, aSigningPair());

    const reply = await sync(post, device, {
      token,
      ops: [
        signedOperation(device, {
          actor: elsewhere.clerk,
          kind: 'create',
          target: { type: 'incomingDocument', id: randomUUID() },
          body: {},
        }),
      ],
    });

    expect(outcomes(reply.results)).toEqual(['operation.unknown-actor']);
  });

  test('I-15: work of a person disabled in the meantime is held, not lost', async () => {
    const { device, token } = await aWorkstation();
    const op = aRegistering(device, seeded);
    await node.admin.updateUser({ ...seeded.clerk, active: false });

    const reply = await sync(post, device, { token, ops: [op] });

    expect(outcomes(reply.results)).toEqual(['operation.held']);
    const { rows } = await database.db.query('select body from op where dev = $1', [
      device.deviceId,
    ]);
    expect(canonicalJson((rows[0] as { body: unknown }).body)).toBe(canonicalJson(op));
  });

  test('a cursor for a scope of another office brings nothing of it', async () => {
    const elsewhere = await seedOffice(node.admin);
    const { device, token } = await aWorkstation();

    const reply = await sync(post, device, {
      token,
      cursors: { [officeScope(elsewhere.office.id)]: 0 },
    });

    expect(reply.scopes).toEqual([officeScope(seeded.office.id), userScope(seeded.clerk.id)]);
    expect(reply.pages.map(({ scope }) => scope)).toEqual([officeScope(seeded.office.id)]);
    expect(canonicalJson(reply)).not.toContain(elsewhere.office.id);
  });

  test('a token of one device does not speak for another', async () => {
    const [mine, theirs] = [await aWorkstation(), await aWorkstation()];

    const answer = await trySync(post, theirs.device, { token: mine.token });

    expect(codeOf(answer)).toBe('device.not-enrolled');
  });
});

const aUserOffice = () =>
  aUser({ officeId: seeded.office.id }).id as unknown as SeededOffice['office']['id'];

describe('registers', () => {
  test('N-4, I-9: two clerks who ask at the same time get two consecutive numbers', async () => {
    const [first, second] = [await aWorkstation(), await aWorkstation()];
    const ids = [randomUUID(), randomUUID()];
    const [a = '', b = ''] = ids;
    await sync(post, first.device, {
      token: first.token,
      ops: [aRegistering(first.device, seeded, {}, a)],
    });
    await sync(post, second.device, {
      token: second.token,
      ops: [aRegistering(second.device, seeded, {}, b)],
    });

    await Promise.all([
      sync(post, first.device, {
        token: first.token,
        ops: [aNumberRequest(first.device, seeded, a)],
      }),
      sync(postOther, second.device, {
        token: second.token,
        ops: [aNumberRequest(second.device, seeded, b)],
      }),
    ]);

    const { entries } = await readAll(first.device, first.token);
    expect(new Set(ids.map((id) => numberOf(entries, id)))).toEqual(new Set([1, 2]));
  });

  test('I-9: one document asked for by two clerks at once gets one number', async () => {
    const [first, second] = [await aWorkstation(), await aWorkstation()];
    const id = randomUUID();
    await sync(post, first.device, {
      token: first.token,
      ops: [aRegistering(first.device, seeded, {}, id)],
    });

    const replies = await Promise.all([
      sync(post, first.device, {
        token: first.token,
        ops: [aNumberRequest(first.device, seeded, id)],
      }),
      sync(postOther, second.device, {
        token: second.token,
        ops: [aNumberRequest(second.device, seeded, id)],
      }),
    ]);

    expect(replies.flatMap(({ results }) => outcomes(results)).toSorted()).toEqual([
      'applied',
      'register.already-numbered',
    ]);
  });

  test('I-10: eight clerks with twenty papers each fill 1 to 160 without a gap, every entry a document', async () => {
    const stations = await Promise.all(Array.from({ length: 8 }, () => aWorkstation()));

    await Promise.all(
      stations.map(async ({ device, token }, index) => {
        const ops = Array.from({ length: 20 }, () => {
          const id = randomUUID();
          return [aRegistering(device, seeded, {}, id), aNumberRequest(device, seeded, id)];
        }).flat();
        for (let pending = ops; pending.length > 0;) {
          const { results } = await sync(index % 2 ? post : postOther, device, {
            token,
            ops: pending,
          });
          pending = pending.slice(results.filter(({ answer }) => answer === 'final').length);
        }
      }),
    );

    const { rows } = await database.db.query(
      'select number from register_entry where office_id = $1 order by number',
      [seeded.office.id],
    );
    expect(rows.map((row) => (row as { number: number }).number)).toEqual(
      Array.from({ length: 160 }, (_, i) => i + 1),
    );
    expect((await checkRegisters(database.db)).findings).toEqual([]);
    expect((await checkIntegrity(database.db)).findings).toEqual([]);
  });

  test('I-11: a paper that waited for its number is entered on the day of the newest entry', async () => {
    const { device, token } = await aWorkstation();
    const yesterday = LocalDate.parse(
      new Date(Date.parse(`${today()}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10),
    );
    const [late, early] = [randomUUID(), randomUUID()];

    await sync(post, device, {
      token,
      ops: [
        aRegistering(device, seeded, {}, late),
        aNumberRequest(device, seeded, late),
        aRegistering(device, seeded, { arrivalDate: yesterday, issuedDate: yesterday }, early),
        aNumberRequest(device, seeded, early),
      ],
    });

    const { rows } = await database.db.query(
      'select number, date, note from register_entry where office_id = $1 order by number',
      [seeded.office.id],
    );
    expect(rows).toEqual([
      { number: 1, date: today(), note: null },
      { number: 2, date: today(), note: `Đến ngày ${yesterday}` },
    ]);
  });

  test('a closed register and a register of another office give no number', async () => {
    const elsewhere = await seedOffice(node.admin);
    const closed = aRegister({ organId: seeded.organ.id, name: 'Sổ đã đóng', status: 'daDong' });
    await node.admin.openRegister(seeded.office.id, closed);
    const { device, token } = await aWorkstation();
    const [a, b] = [randomUUID(), randomUUID()];

    const reply = await sync(post, device, {
      token,
      ops: [
        aRegistering(device, { ...seeded, register: closed }, {}, a),
        aNumberRequest(device, { ...seeded, register: closed }, a),
        aRegistering(device, { ...seeded, register: elsewhere.register }, {}, b),
        aNumberRequest(device, { ...seeded, register: elsewhere.register }, b),
      ],
    });

    expect(outcomes(reply.results)).toEqual([
      'applied',
      'register.closed',
      'applied',
      'register.unknown',
    ]);
  });

  test('the check finds a gap, a date that goes back and a document without its number', async () => {
    const own = await createTestDatabase();
    const there = await aTestNode(own);
    const office = await seedOffice(there.admin);
    const through = overApp(there.app);
    const device = await enrolTestDevice(
      through,
      await there.admin.createActivationCode(office.office.id),
    );
    const { accessToken } = await signIn(through, device, office.clerk);
    const ids = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await sync(through, device, {
      token: accessToken,
      ops: ids.flatMap((id) => [
        aRegistering(device, office, {}, id),
        aNumberRequest(device, office, id),
      ]),
    });

    // Nobody can do this through the server, nor by SQL while the triggers stand.
    await expect(own.db.query('delete from register_entry')).rejects.toThrow('append-only');
    await own.db.query('alter table register_entry disable trigger all');
    await own.db.query('delete from register_entry where number = 2');
    await own.db.query(`update register_entry set date = '2026-01-01' where number = 4`);
    const report = await checkRegisters(own.db);
    await own.drop();

    expect(report.findings.map(({ problem, number }) => [problem, number])).toEqual(
      expect.arrayContaining([
        ['gap', 2],
        ['number-without-entry', 2],
        ['date-goes-back', 4],
      ]),
    );
  });
});

describe('the feed', () => {
  test('reference data reaches workstations as records, and a change moves to the end', async () => {
    const { device, token } = await aWorkstation();
    const before = await readAll(device, token);

    await node.admin.updateUser({ ...seeded.chairman, position: 'Chủ tịch UBND xã' });
    const scope = officeScope(seeded.office.id);
    const reply = await sync(post, device, { token, cursors: { [scope]: before.cursor } });

    expect(before.entries.map(({ type }) => type)).toEqual([
      'office',
      'organ',
      'user',
      'user',
      'register',
    ]);
    expect(before.entries.find(({ id }) => id === seeded.clerk.id)?.content).toEqual(seeded.clerk);
    expect(before.entries.find(({ type }) => type === 'register')?.content).toEqual(
      seeded.register,
    );
    expect(canonicalJson(before.entries)).not.toMatch(/argon2|password/i);
    expect(reply.pages[0]?.entries).toMatchObject([
      { id: seeded.chairman.id, rev: 2, content: { position: 'Chủ tịch UBND xã' } },
    ]);
  });

  test('seeding the same again changes nothing', async () => {
    const { device, token } = await aWorkstation();
    const before = await readAll(device, token);

    await node.admin.upsertOffice(seeded.office);
    await node.admin.upsertOrgan(seeded.organ);
    await node.admin.createUser(seeded.clerk, PASSWORD);
    await node.admin.openRegister(seeded.office.id, seeded.register);

    expect((await readAll(device, token)).cursor).toBe(before.cursor);
  });

  test('I-7: the digest of a page at the head is that of the records received', async () => {
    const { device, token } = await aWorkstation();
    const ids = Array.from({ length: 30 }, () => randomUUID());
    await sync(post, device, {
      token,
      ops: ids.flatMap((id) => [
        aRegistering(device, seeded, {}, id),
        aNumberRequest(device, seeded, id),
      ]),
    });

    const { entries, digest } = await readAll(device, token);

    let own = EMPTY_DIGEST;
    for (const entry of entries) {
      expect(entry.hash).toBe(contentHash(entry.content ?? {}, sha256));
      own = shiftDigest(own, undefined, digestMark(entry.id, entry.rev, entry.hash, sha256));
    }
    expect(digest).toEqual(own);
    expect((await checkIntegrity(database.db)).findings).toEqual([]);
  });

  test('the start check finds a digest and a feed row that were changed behind the back of the server', async () => {
    const own = await createTestDatabase();
    const there = await aTestNode(own);
    const { office, register } = await seedOffice(there.admin);
    await own.db.query('update feed set rev = rev + 1 where id = $1', [register.id]);

    const { findings } = await checkIntegrity(own.db);
    await own.drop();

    expect(findings).toEqual([
      { problem: 'digest-differs', officeId: office.id, scope: officeScope(office.id) },
      { problem: 'feed-differs', officeId: office.id, id: register.id },
    ]);
  });

  test('pages are cut between transactions and join without hole or double', async () => {
    const { device, token } = await aWorkstation();
    const ops = Array.from({ length: 20 }, () => {
      const id = randomUUID();
      return [aRegistering(device, seeded, {}, id), aNumberRequest(device, seeded, id)];
    }).flat();
    await sync(post, device, { token, ops });
    const scope = officeScope(seeded.office.id);
    const entries: FeedEntry[] = [];
    let pages = 0;

    for (let cursor = 0; ; pages++) {
      const reply = await sync(post, device, {
        token,
        cursors: { [scope]: cursor },
        over: { want: limits.pageBytesMin },
      });
      const page = reply.pages[0];
      if (!page) break;
      entries.push(...page.entries);
      cursor = page.next;
      if (cursor === page.head) break;
    }

    expect(pages).toBeGreaterThan(1);
    const whole = await readAll(device, token);
    expect(entries).toEqual(whole.entries);
  });

  test('I-23: a cursor beyond the head and another timeline mean that the server went back', async () => {
    const { device, token } = await aWorkstation();
    const scope = officeScope(seeded.office.id);

    const beyond = await trySync(post, device, { token, cursors: { [scope]: 999_999 } });
    const { ticket } = device;
    const timeline = await trySync(post, device, { token, over: { timeline: randomUUID() } });

    expect(codeOf(beyond)).toBe('server.went-back');
    expect(codeOf(timeline)).toBe('server.went-back');
    expect(device.ticket).toBe(ticket);
  });
});

describe('tickets', () => {
  test('the ticket before the newest is accepted, as often as answers are lost; an older one is a fork', async () => {
    const { device, token } = await aWorkstation();
    const oldest = device.ticket;
    await sync(post, device, { token });
    const held = device.ticket;
    await trySync(post, { ...device }, { token });
    await trySync(post, { ...device }, { token });

    const afterLostAnswers = await trySync(post, device, { token });
    const stale = await trySync(post, device, { token, over: { ticket: oldest } });
    const goneOn = await trySync(post, device, { token });

    expect(held).not.toBe(oldest);
    expect(afterLostAnswers.status).toBe(200);
    expect(codeOf(stale)).toBe('device.forked');
    expect(goneOn.status).toBe(200);
  });

  test('N-9: of two copies of a device the second to come is fenced', async () => {
    const { device, token } = await aWorkstation();
    await sync(post, device, { token });
    const copy: TestDevice = { ...device };

    await sync(post, device, { token });
    await sync(post, device, { token });
    const second = await trySync(postOther, copy, { token });

    expect(codeOf(second)).toBe('device.forked');
  });
});

test('I-1, I-23: other work under a number that was answered already is a fork, not a repetition', async () => {
  const { device, token } = await aWorkstation();
  const image: TestDevice = { ...device };
  await sync(post, device, { token, ops: [aRegistering(device, seeded)] });

  // The disk as it was one contact ago: its ticket is still good.
  const answer = await trySync(post, image, { token, ops: [aRegistering(image, seeded)] });

  expect(codeOf(answer)).toBe('device.forked');
});

describe('limits', () => {
  test('I-22: a body of more than 1 MB is refused, plain or unpacked', async () => {
    const { token } = await aWorkstation();
    const big = JSON.stringify({ text: 'x'.repeat(limits.requestBytes) });

    const plain = await post('/sync', big, { token });
    const zipped = await post('/sync', gzipSync(big), {
      token,
      headers: { 'content-encoding': 'gzip' },
    });
    const packed = await post('/sync', deflateRawSync(big, { dictionary: packingWords() }), {
      token,
      headers: { 'content-encoding': PACKING },
    });

    expect(codeOf(plain)).toBe('http.too-large');
    expect(codeOf(zipped)).toBe('http.too-large');
    expect(codeOf(packed)).toBe('http.too-large');
  });

  test.each([
    ['no JSON', '{"proto":'],
    ['no object', '[]'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['an abyss', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['too many operations', JSON.stringify({ ops: Array.from({ length: 101 }, () => ({})) })],
  ])('%s is refused as an invalid body', async (_what, body) => {
    const { token } = await aWorkstation();

    expect(codeOf(await post('/sync', body, { token }))).toBe('http.invalid-body');
  });

  test('an id in capital letters is no id', async () => {
    const { device, token } = await aWorkstation();
    const op = aRegistering(device, seeded, {}, 'ABCDEF01-2345-4789-ABCD-EF0123456789');

    expect(codeOf(await trySync(post, device, { token, ops: [op] }))).toBe('http.invalid-body');
  });

  test('a gzip request is understood and an answer is packed as the client accepts it', async () => {
    const { device, token } = await aWorkstation();
    const question = Buffer.from(
      JSON.stringify({
        proto: PROTOCOL_VERSION,
        dev: device.deviceId,
        inc: device.inc,
        ticket: device.ticket,
        timeline: null,
        ops: [],
        cursors: {},
        digests: {},
        // Small enough for the answer to be packed against its question.
        want: limits.pageBytesMin,
      }),
    );
    const body = gzipSync(question);
    const ask = async (accept: string) => {
      const response = await node.app.request('/sync', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-encoding': 'gzip',
          'accept-encoding': accept,
        },
        body,
      });
      return {
        encoding: response.headers.get('content-encoding'),
        bytes: Buffer.from(await response.arrayBuffer()),
      };
    };

    const brotli = await ask('gzip, br');
    const gzip = await ask('gzip');
    const packed = await ask(`br, ${PACKING}`);

    expect(brotli.encoding).toBe('br');
    expect(JSON.parse(brotliDecompressSync(brotli.bytes).toString())).toHaveProperty('pages');
    expect(gzip.encoding).toBe('gzip');
    expect(JSON.parse(gunzipSync(gzip.bytes).toString())).toHaveProperty('pages');
    expect(packed.encoding).toBe(PACKING);
    const text = inflateRawSync(packed.bytes, { dictionary: packingWords(question) }).toString();
    expect(JSON.parse(text)).toHaveProperty('pages');
  });

  test('a protocol of the future is refused by its own code', async () => {
    const { device, token } = await aWorkstation();

    const answer = await trySync(post, device, {
      token,
      over: { proto: PROTOCOL_VERSION + 1 },
    });

    expect(codeOf(answer)).toBe('http.unsupported-protocol');
    expect(answer.status).toBe(426);
  });

  test('I-22: a device that asks too often waits, others do not', async () => {
    const slow = await aTestNode(database, { rate: { burst: 3, perSecond: 0.1 } });
    const through = overApp(slow.app);
    const [greedy, calm] = [await aWorkstation(), await aWorkstation()];
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) {
      codes.push(codeOf(await trySync(through, greedy.device, { token: greedy.token })));
    }

    const other = await trySync(through, calm.device, { token: calm.token });

    expect(codes).toEqual([undefined, undefined, undefined, 'http.too-many-requests']);
    expect(other.status).toBe(200);
  });

  test('an unknown path, and every failure, answers a code and the request id', async () => {
    const answer = await post('/khong/co', {}, { headers: { 'x-request-id': 'yeu-cau-123' } });

    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ code: 'http.not-found', requestId: 'yeu-cau-123' });
    expect(answer.headers.get('x-request-id')).toBe('yeu-cau-123');
  });

  test('a lock that is not had in time is answered with wait, and nothing is consumed', async () => {
    const { device, token } = await aWorkstation();
    const op = aRegistering(device, seeded);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let taken: () => void = () => undefined;
    const isTaken = new Promise<void>((resolve) => {
      taken = resolve;
    });
    const blocker = database.connectAgain().withConnection(async (connection) => {
      await connection.query('begin');
      await connection.query('select head from stream where office_id = $1 for update', [
        seeded.office.id,
      ]);
      taken();
      await held;
      await connection.query('rollback');
    });

    await isTaken;
    const waiting = await sync(post, device, { token, ops: [op] });
    release();
    await blocker;
    const later = await sync(post, device, { token, ops: [op] });

    expect(waiting.results).toEqual([{ answer: 'wait', n: 1 }]);
    expect(outcomes(later.results)).toEqual(['applied']);
  });
});

describe('the audit trail', () => {
  test('is a chain that nobody shortens or rewrites unseen', async () => {
    const own = await createTestDatabase();
    const there = await aTestNode(own);
    const { office } = await seedOffice(there.admin);
    await there.admin.createActivationCode(office.id);
    const whole = await checkAudit(own.db);

    await expect(own.db.query('update audit set actor = null')).rejects.toThrow('append-only');
    await own.db.query('alter table audit disable trigger all');
    await own.db.query(`update audit set detail = '{}' where n = 2`);
    const changed = await checkAudit(own.db);
    await own.db.query('delete from audit where n > 3');
    const cut = await checkAudit(own.db);
    await own.drop();

    expect(whole).toEqual({ entries: 6, findings: [] });
    expect(changed.findings).toEqual([{ officeId: office.id, n: 2, problem: 'changed' }]);
    expect(cut.findings).toContainEqual({ officeId: office.id, n: 3, problem: 'cut-off' });
  });
});
