import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fromHex } from '@shared/kernel/bytes';
import { AuthorityReply, DeliverReply, type Envelope } from '@shared/protocol/relay-message';
import { fromBase64 } from '@shared/kernel/bytes';
import { sealOperation } from '@shared/relay/envelope';
import { isDecided, readAuthority } from '@shared/relay/signed';
import type { Operation } from '@shared/sync/operation';
import { officeScope, userScope, type Scope } from '@shared/sync/record';
import type { Server } from '../../sync-server/src/compose';
import { relayCipher, sha256, verifyEd25519 } from '../../sync-server/src/platform';
import {
  aRegistering,
  aSigningPair,
  codeOf,
  enrolTestDevice,
  overApp,
  seedOffice,
  signedOperation,
  signIn,
  sync,
  type Post,
  type SeededOffice,
} from '../support/builders';
import { aTestNode, createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let node: Omit<Server, 'stop'>;
let post: Post;
let seeded: SeededOffice;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await aTestNode(database);
  post = overApp(node.app);
});
afterAll(() => database.drop());
beforeEach(async () => {
  seeded = await seedOffice(node.admin);
});

async function aWorkstation(of: SeededOffice = seeded) {
  const device = await enrolTestDevice(post, await node.admin.createActivationCode(of.office.id));
  const { accessToken } = await signIn(post, device, of.clerk);
  return { device, token: accessToken, ...(await authorityOf(accessToken)) };
}

async function authorityOf(token: string) {
  const response = await node.app.request('/relay/authority', {
    headers: { authorization: `Bearer ${token}` },
  });
  const reply = AuthorityReply.parse(await response.json());
  const keyOf = (scope: Scope, epoch = 1) => {
    const found = reply.keys.find((one) => one.scope === scope && one.epoch === epoch);
    if (!found) throw new Error(`no key of ${scope} ${epoch}`);
    return { scope, epoch, key: fromBase64(found.key) };
  };
  return { reply, keyOf };
}

type Station = Awaited<ReturnType<typeof aWorkstation>>;
const inEnvelope = ({ keyOf }: Station, operation: Operation, scope?: Scope): Envelope =>
  sealOperation(
    { cipher: relayCipher, sha256 },
    operation,
    keyOf(scope ?? officeScope(seeded.office.id)),
    randomBytes(12),
  );
const deliver = async (token: string, envelopes: readonly Envelope[]) =>
  DeliverReply.parse((await post('/relay/deliver', { envelopes }, { token })).body).results;

describe('what an office needs without the province (§20)', () => {
  test('its people, machines and keys, signed and dated, and nobody else’s', async () => {
    const { reply, device } = await aWorkstation();
    const publicKey = fromBase64(reply.publicKey);
    const officeId = seeded.office.id;
    const authority = readAuthority(verifyEd25519, { publicKey, officeId }, reply.authority);
    expect(authority?.users.map(({ id }) => id)).toContain(seeded.clerk.id);
    expect(authority?.devices.map(({ deviceId }) => deviceId)).toContain(device.deviceId);
    expect(authority?.userKeys.some(({ userId }) => userId === seeded.clerk.id)).toBe(true);
    expect(authority && authority.validUntil - authority.issuedAt).toBe(30 * 86_400_000);

    const changed = { ...reply.authority, text: reply.authority.text.replace('vanThu', 'chuTich') };
    expect(readAuthority(verifyEd25519, { publicKey, officeId }, changed)).toBeUndefined();
    const other = { publicKey, officeId: crypto.randomUUID() };
    expect(readAuthority(verifyEd25519, other, reply.authority)).toBeUndefined();
  });

  test('I-13: a person gets the keys of their own scopes, a hub none', async () => {
    const { reply } = await aWorkstation();
    const scopes = new Set(reply.keys.map(({ scope }) => scope));
    expect(scopes).toContain(officeScope(seeded.office.id));
    expect(scopes).toContain(userScope(seeded.clerk.id));
    expect([...scopes].filter((scope) => scope.startsWith('user:'))).toHaveLength(1);

    const code = await node.admin.createActivationCode(seeded.office.id, 1, {}, 'hub');
    const hub = await enrolTestDevice(post, code);
    const { accessToken } = await signIn(post, hub, seeded.clerk);
    expect((await authorityOf(accessToken)).reply.keys).toEqual([]);
  });

  test('I-14: who has left a scope has no key of what is sealed from then on', async () => {
    const before = await aWorkstation();
    const scope = officeScope(seeded.office.id);
    expect(before.reply.keys.filter((one) => one.scope === scope)).toHaveLength(1);
    await database.db.query(
      `insert into relay_scope (office_id, scope, epoch, members) values ($1, $2, 1, $3::uuid[])
       on conflict (office_id, scope) do update set members = excluded.members`,
      [seeded.office.id, scope, [seeded.clerk.id, crypto.randomUUID()]],
    );
    const { reply } = await authorityOf(before.token);
    const keys = reply.keys.filter((one) => one.scope === scope);
    expect(keys.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(keys[0]?.key).not.toBe(keys[1]?.key);
    // Nobody has left since.
    const again = await authorityOf(before.token);
    expect(again.reply.keys.filter((one) => one.scope === scope)).toHaveLength(2);
  });
});

describe('work that came around the line (§20)', () => {
  test('I-5, M-25: brought by another machine, and twice, and sent by its author: one outcome', async () => {
    const author = await aWorkstation();
    const bearer = await aWorkstation();
    const ops = [aRegistering(author.device, seeded), aRegistering(author.device, seeded)];
    const envelopes = ops.map((operation) => inEnvelope(author, operation));
    const first = await deliver(bearer.token, envelopes);
    expect(await deliver(author.token, envelopes)).toEqual(first);

    const own = await sync(post, author.device, { token: author.token, ops });
    const key = { publicKey: fromBase64(author.reply.publicKey), officeId: seeded.office.id };
    for (const [at, result] of first.entries()) {
      if (result.answer !== 'final') throw new Error(result.answer);
      expect(isDecided(verifyEd25519, key, result.decision)).toBe(true);
      expect(own.results[at]).toMatchObject({ outcome: result.decision.outcome });
      const forged = { ...result.decision, n: result.decision.n + 1 };
      expect(isDecided(verifyEd25519, key, forged)).toBe(false);
    }
    const { rows } = await database.db.query(
      `select count(*)::int as count from record where office_id = $1 and type = 'incomingDocument'`,
      [seeded.office.id],
    );
    expect(rows).toEqual([{ count: 2 }]);
  });

  test('I-13: what is forged, sealed otherwise or of another office is refused and uses up nothing', async () => {
    const author = await aWorkstation();
    const forged = signedOperation(
      { ...author.device },
      {
        actor: seeded.clerk,
        kind: 'create',
        target: { type: 'incomingDocument', id: '00000000-0000-4000-8000-000000000001' },
        body: {},
        signWith: aSigningPair(),
      },
    );
    const ops = [aRegistering(author.device, seeded)];
    const [good] = ops.map((operation) => inEnvelope(author, operation));
    if (!good) throw new Error('nothing made');
    const bad = { ...good, sealed: `AAAA${good.sealed.slice(4)}` };
    expect(await deliver(author.token, [inEnvelope(author, forged), bad])).toEqual([
      { answer: 'refused' },
      { answer: 'refused' },
    ]);
    const stranger = await aWorkstation(await seedOffice(node.admin));
    expect(await deliver(stranger.token, [good])).toEqual([{ answer: 'refused' }]);
    expect(codeOf(await post('/relay/deliver', { envelopes: [good] }, { token: 'none' }))).toBe(
      'session.not-signed-in',
    );
    const own = await sync(post, author.device, { token: author.token, ops });
    expect(own.results[0]).toMatchObject({ outcome: { status: 'applied' } });
  });

  test('an effect that comes before its cause of another machine’s chain is asked for again', async () => {
    const author = await aWorkstation();
    const ops = [aRegistering(author.device, seeded), aRegistering(author.device, seeded)];
    const envelopes = ops.map((operation) => inEnvelope(author, operation));
    const [, second] = await deliver(author.token, envelopes.slice(1).concat(envelopes[0] ?? []));
    expect(second).toMatchObject({ answer: 'final' });
    const [late] = await deliver(author.token, envelopes.slice(1));
    expect(late).toMatchObject({ answer: 'final', decision: { outcome: { status: 'applied' } } });
    expect(fromHex(ops[0]?.sig ?? '')).toHaveLength(64);
  });

  test('§20, I-16: work of a machine that is disabled or fenced meanwhile gets a final word, and what was decided before stands', async () => {
    const author = await aWorkstation();
    const bearer = await aWorkstation();
    const ops = [1, 2, 3].map(() => aRegistering(author.device, seeded));
    const envelopes = ops.map((operation) => inEnvelope(author, operation));
    const [before] = await deliver(bearer.token, envelopes.slice(0, 1));
    const stopped = { status: 'rejected', code: 'operation.device-stopped' };
    const { deviceId } = author.device;
    for (const stop of [
      () => database.db.query(`update device set state = 'fenced' where id = $1`, [deviceId]),
      () => node.admin.disableDevice(seeded.office.id, deviceId),
    ]) {
      await stop();
      // Also what stands behind a hole: nothing of that incarnation will ever fill it.
      const [first, ...later] = await deliver(bearer.token, [
        ...envelopes.slice(0, 1),
        ...envelopes.slice(2),
        ...envelopes.slice(1, 2),
      ]);
      expect(first).toEqual(before);
      expect(later.map((one) => one.answer === 'final' && one.decision.outcome)).toEqual([
        stopped,
        stopped,
      ]);
      const key = { publicKey: fromBase64(author.reply.publicKey), officeId: seeded.office.id };
      const signed = later.map(
        (one) => one.answer === 'final' && isDecided(verifyEd25519, key, one.decision),
      );
      expect(signed).toEqual([true, true]);
    }
  });
});
