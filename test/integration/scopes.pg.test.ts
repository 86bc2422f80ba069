import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { User } from '@shared/domain/organ/user';
import { FileHash } from '@shared/kernel/ids';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import type { SyncReply } from '@shared/protocol/sync-message';
import {
  bucketOf,
  dossierScope,
  officeScope,
  userScope,
  type FeedEntry,
} from '@shared/sync/record';
import type { OperationResult } from '@shared/sync/outcome';
import type { Server } from '../../sync-server/src/compose';
import { checkIntegrity } from '../../sync-server/src/features/health/integrity';
import { forgetRemovals } from '../../sync-server/src/features/sync/forget-removals';
import {
  anIncomingRegistration,
  aNumberRequest,
  aRegistering,
  aUser,
  enrolTestDevice,
  overApp,
  PASSWORD,
  seedOffice,
  sha256,
  signedOperation,
  signIn,
  sync,
  type OperationWish,
  type Post,
  type SeededOffice,
  type TestDevice,
} from '../support/builders';
import { anOutgoingDraft } from '../support/core-builders';
import { aTestNode, createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let node: Omit<Server, 'stop'>;
let post: Post;
let seeded: SeededOffice;
let expert: User;
let administrator: User;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await aTestNode(database);
  post = overApp(node.app);
});
afterAll(() => database.drop());
beforeEach(async () => {
  seeded = await seedOffice(node.admin);
  const { office, organ } = seeded;
  expert = aUser({ officeId: office.id }, [{ role: 'chuyenVien', organId: organ.id }]);
  administrator = aUser({ officeId: office.id }, [{ role: 'quanTri', organId: organ.id }]);
  for (const user of [expert, administrator]) await node.admin.createUser(user, PASSWORD);
});

interface Workstation {
  readonly user: User;
  readonly device: TestDevice;
  readonly token: string;
}

async function aWorkstation(user: User): Promise<Workstation> {
  const device = await enrolTestDevice(
    post,
    await node.admin.createActivationCode(seeded.office.id),
  );
  const { accessToken: token } = await signIn(post, device, user);
  return { user, device, token };
}

const codesOf = (results: readonly OperationResult[]) =>
  results.map((result) => {
    if (result.answer !== 'final') return result.answer;
    const { outcome } = result;
    return outcome.status === 'rejected' ? outcome.code : outcome.status;
  });

/** One act, and what the server said to it. */
async function act(at: Workstation, wish: Omit<OperationWish, 'actor'>): Promise<string> {
  const role = at.user.grants[0]?.role ?? 'chuyenVien';
  const ops = [signedOperation(at.device, { actor: at.user, role, ...wish })];
  const { results } = await sync(post, at.device, { token: at.token, ops });
  return codesOf(results)[0] ?? 'nothing';
}

const pull = (at: Workstation, over: object = {}): Promise<SyncReply> =>
  sync(post, at.device, { token: at.token, over });

const entriesOf = (reply: SyncReply, scope: string): readonly FeedEntry[] =>
  reply.pages.find((page) => page.scope === scope)?.entries ?? [];

const openDossier = async (at: Workstation, members: readonly User[]): Promise<string> => {
  const id = randomUUID();
  const said = await act(at, {
    kind: 'create',
    target: { type: 'dossier', id },
    body: {
      organId: seeded.organ.id,
      title: 'Hồ sơ đơn thư tố cáo',
      members: members.map((member) => member.id),
    },
  });
  expect(said).toBe('applied');
  return id;
};

/** A registered paper of the clerk's. */
async function aPaper(at: Workstation, over: object = {}): Promise<string> {
  const id = randomUUID();
  const ops = [aRegistering(at.device, seeded, over, id), aNumberRequest(at.device, seeded, id)];
  const { results } = await sync(post, at.device, { token: at.token, ops });
  expect(codesOf(results)).toEqual(['applied', 'applied']);
  return id;
}

const moveTo = (at: Workstation, id: string, dossierId: string) =>
  act(at, {
    kind: 'cmd.moveToDossier',
    target: { type: 'incomingDocument', id },
    body: { dossierId },
  });

const correction = (id: string, now: string) => ({
  kind: 'patch' as const,
  target: { type: 'incomingDocument' as const, id },
  body: { set: { note: { was: null, now } } },
});

test('I-13, §7.2: a document that moves into a dossier leaves the office without a word of its content', async () => {
  const clerk = await aWorkstation(seeded.clerk);
  const outsider = await aWorkstation(expert);
  const id = await aPaper(clerk);
  const dossierId = await openDossier(clerk, []);

  expect(await moveTo(clerk, id, dossierId)).toBe('applied');

  const seen = await pull(outsider);
  expect(seen.scopes).toEqual([officeScope(seeded.office.id), userScope(expert.id)]);
  const left = entriesOf(seen, officeScope(seeded.office.id)).find((entry) => entry.id === id);
  expect(left).toMatchObject({ kind: 'leave', content: null, hash: '' });
  const inside = entriesOf(await pull(clerk), dossierScope(dossierId));
  expect(inside.find((entry) => entry.id === id)).toMatchObject({
    kind: 'put',
    content: { arrivalNumber: 1 },
  });
  const entry = entriesOf(seen, officeScope(seeded.office.id)).find(
    ({ type }) => type === 'registerEntry',
  );
  expect(Object.keys(entry?.content ?? {}).toSorted()).toEqual(
    ['date', 'documentId', 'givenBy', 'keptFor', 'kind', 'note', 'number', 'registerId'].toSorted(),
  );
  expect((await checkIntegrity(database.db)).findings).toEqual([]);
});

test('I-13: a conflict about a document in a dossier is told to its members alone', async () => {
  const clerk = await aWorkstation(seeded.clerk);
  const outsider = await aWorkstation(expert);
  const id = await aPaper(clerk);
  const dossierId = await openDossier(clerk, []);
  await moveTo(clerk, id, dossierId);
  await act(clerk, correction(id, 'Bản kín thứ nhất'));

  expect(await act(clerk, correction(id, 'Bản kín thứ hai'))).toBe('merged');

  expect(JSON.stringify(await pull(outsider))).not.toContain('Bản kín');
  const inside = entriesOf(await pull(clerk), dossierScope(dossierId));
  expect(inside.find(({ type }) => type === 'conflict')).toMatchObject({
    content: { losing: 'Bản kín thứ hai' },
  });
});

test('§7.2: conflicts about a document go where it goes, and come back with it', async () => {
  const clerk = await aWorkstation(seeded.clerk);
  const outsider = await aWorkstation(expert);
  const id = await aPaper(clerk);
  await act(clerk, correction(id, 'Bản thứ nhất'));
  expect(await act(clerk, correction(id, 'Bản thứ hai'))).toBe('merged');
  const dossierId = await openDossier(clerk, []);
  const office = officeScope(seeded.office.id);

  await moveTo(clerk, id, dossierId);
  const hidden = entriesOf(await pull(outsider), office);
  expect(JSON.stringify(hidden)).not.toContain('Bản thứ hai');
  const target = { type: 'incomingDocument' as const, id };
  expect(await act(clerk, { kind: 'cmd.leaveDossier', target, body: {} })).toBe('applied');

  const back = entriesOf(await pull(outsider), office);
  expect(back.find((entry) => entry.id === id)?.kind).toBe('put');
  expect(JSON.stringify(back)).toContain('Bản thứ hai');
  expect((await checkIntegrity(database.db)).findings).toEqual([]);
});

test('§7.2: what is suspected of a state secret is sealed: nobody sees it or its file, and its number stays', async () => {
  const clerk = await aWorkstation(seeded.clerk);
  const member = await aWorkstation(expert);
  const id = await aPaper(clerk);
  const target = { type: 'incomingDocument' as const, id };
  await act(clerk, correction(id, 'Trích yếu thứ nhất'));
  expect(await act(clerk, correction(id, 'Trích yếu nghi lộ'))).toBe('merged');
  const office = officeScope(seeded.office.id);

  expect(await act(member, { kind: 'cmd.seal', target, body: {} })).toBe('dossier.not-allowed');
  expect(await act(clerk, { kind: 'cmd.seal', target, body: {} })).toBe('applied');

  for (const station of [clerk, member]) {
    const seen = await pull(station);
    expect(seen.scopes.filter((scope) => scope.startsWith('sealed:'))).toEqual([]);
    expect(entriesOf(seen, office).find((entry) => entry.id === id)).toMatchObject({
      kind: 'leave',
      content: null,
    });
    expect(JSON.stringify(seen)).not.toContain('nghi lộ');
  }
  // Work that comes late waits beside it, where nobody sees it either.
  expect(await act(clerk, correction(id, 'Sửa muộn'))).toBe('held');
  expect(JSON.stringify(await pull(clerk))).not.toContain('Sửa muộn');
  const { rows } = await database.db.query('select scope from record where id = $1', [id]);
  expect(rows).toEqual([{ scope: `sealed:${seeded.office.id}` }]);
  expect((await checkIntegrity(database.db)).findings).toEqual([]);
});

test('I-13: only the owner says who the members are, and nobody moves into a dossier unseen', async () => {
  const clerk = await aWorkstation(seeded.clerk);
  const member = await aWorkstation(expert);
  const dossierId = await openDossier(clerk, [expert]);
  const closed = await openDossier(clerk, []);
  const id = await aPaper(clerk);
  const target = { type: 'dossier' as const, id: dossierId };

  expect(await act(member, { kind: 'cmd.setMembers', target, body: { members: [] } })).toBe(
    'dossier.owner-only',
  );
  expect(await moveTo(member, id, closed)).toBe('dossier.unknown');
  expect(await act(clerk, { kind: 'cmd.setMembers', target, body: { members: [] } })).toBe(
    'applied',
  );
  expect((await pull(clerk)).scopes).toContain(dossierScope(dossierId));
  expect((await pull(member)).scopes).not.toContain(dossierScope(dossierId));
});

test('I-15: work on what was withdrawn is held whole beside its target, and a member takes it over', async () => {
  const clerk = await aWorkstation(seeded.clerk);
  const colleague = await aWorkstation(
    await (async () => {
      const user = aUser({ officeId: seeded.office.id }, [
        { role: 'vanThu', organId: seeded.organ.id },
      ]);
      await node.admin.createUser(user, PASSWORD);
      return user;
    })(),
  );
  const id = await aPaper(clerk);
  const dossierId = await openDossier(clerk, []);
  await moveTo(clerk, id, dossierId);

  expect(await act(colleague, correction(id, 'Viết khi mất mạng'))).toBe('held');

  const inside = entriesOf(await pull(clerk), dossierScope(dossierId));
  const work = inside.find(({ type }) => type === 'heldWork');
  expect(work?.content).toMatchObject({
    state: 'choTiepNhan',
    operation: { actor: colleague.user.id, body: { set: { note: { now: 'Viết khi mất mạng' } } } },
  });
  expect(inside.find((entry) => entry.id === id)?.content?.['note']).toBeNull();
  const target = { type: 'heldWork' as const, id: work?.id ?? '' };
  expect(await act(colleague, { kind: 'cmd.acceptHeld', target, body: {} })).toBe('held');
  expect(await act(clerk, { kind: 'cmd.returnHeld', target, body: { reason: ' ' } })).toBe(
    'held.reason-missing',
  );
  expect(await act(clerk, { kind: 'cmd.acceptHeld', target, body: {} })).toBe('applied');
  expect(await act(clerk, { kind: 'cmd.acceptHeld', target, body: {} })).toBe(
    'held.already-decided',
  );
  const after = entriesOf(await pull(clerk), dossierScope(dossierId));
  expect(after.find((entry) => entry.id === id)?.content?.['note']).toBe('Viết khi mất mạng');
  const theirs = await pull(colleague);
  expect(JSON.stringify(theirs.pages)).not.toContain('Viết khi mất mạng');
  const told = entriesOf(theirs, userScope(colleague.user.id));
  expect(told.map(({ type, content }) => ({ type, content }))).toEqual([
    {
      type: 'heldWork',
      content: {
        opId: (work?.content?.['operation'] as { opId?: string } | undefined)?.opId,
        state: 'daTiepNhan',
        reason: null,
        decidedAt: expect.any(String),
      },
    },
  ]);
  const upon = { kind: 'cmd.returnHeld' as const, body: { reason: 'thử' } };
  expect(
    await act(colleague, { ...upon, target: { type: 'heldWork', id: told[0]?.id ?? '' } }),
  ).toBe('operation.target-missing');
});

test('I-15, §7.4: a paper of who was disabled meanwhile waits with its corrections, and a colleague takes both over', async () => {
  const gone = aUser({ officeId: seeded.office.id }, [
    { role: 'vanThu', organId: seeded.organ.id },
  ]);
  await node.admin.createUser(gone, PASSWORD);
  const [theirs, clerk] = [await aWorkstation(gone), await aWorkstation(seeded.clerk)];
  await node.admin.updateUser({ ...gone, active: false });
  const id = randomUUID();
  const register = aRegistering(theirs.device, { ...seeded, clerk: gone }, {}, id);
  const { results } = await sync(post, theirs.device, { token: theirs.token, ops: [register] });
  expect(codesOf(results)).toEqual(['held']);
  expect(await act(theirs, correction(id, 'Viết trước khi nghỉ'))).toBe('held');

  const office = officeScope(seeded.office.id);
  const waiting = entriesOf(await pull(clerk), office).filter(({ type }) => type === 'heldWork');
  expect(waiting).toHaveLength(2);
  for (const { id: held } of waiting.toSorted((a, b) => a.seq - b.seq)) {
    const target = { type: 'heldWork' as const, id: held };
    expect(await act(clerk, { kind: 'cmd.acceptHeld', target, body: {} })).toBe('applied');
  }
  const paper = entriesOf(await pull(clerk), office).find((entry) => entry.id === id);
  expect(paper?.content).toMatchObject({
    registeredBy: seeded.clerk.id,
    note: 'Viết trước khi nghỉ',
  });
});

test('M-18: a cursor from before removals that are no longer kept is asked to compare, and bucket by bucket it is told', async () => {
  const clerk = await aWorkstation(seeded.clerk);
  const outsider = await aWorkstation(expert);
  const office = officeScope(seeded.office.id);
  const id = await aPaper(clerk);
  const cursors = { [office]: (await pull(outsider)).heads[office] ?? 0 };
  await moveTo(clerk, id, await openDossier(clerk, []));
  expect(await forgetRemovals(database.db)).toBe(0);
  await database.db.query(
    `update feed set written_at = now() - interval '401 days' where office_id = $1`,
    [seeded.office.id],
  );
  expect(await forgetRemovals(database.db)).toBe(1);

  const asked = await pull(outsider, { cursors });
  expect(asked.pages.map(({ scope }) => scope)).not.toContain(office);
  expect(asked.notices).toMatchObject([{ kind: 'rescan', scope: office }]);
  const bucket = bucketOf(id);
  const told = await pull(outsider, { cursors, rescan: { [office]: [bucket] } });
  expect(told.repairs).toMatchObject([{ scope: office, buckets: [bucket] }]);
  expect(told.repairs[0]?.entries.map((entry) => entry.id)).not.toContain(id);
  expect((await checkIntegrity(database.db)).findings).toEqual([]);
});

test('§6.6, I-8: a draft that is deleted leaves no content, and an edit that comes late brings it back on record', async () => {
  const drafter = await aWorkstation(expert);
  const second = await aWorkstation(expert);
  const office = officeScope(seeded.office.id);
  const target = { type: 'outgoingDocument' as const, id: randomUUID() };
  const body = anOutgoingDraft({ organId: seeded.organ.id });
  expect(await act(drafter, { kind: 'create', target, body })).toBe('applied');

  expect(await act(drafter, { kind: 'cmd.deleteDraft', target, body: {} })).toBe('applied');
  const gone = entriesOf(await pull(second), office).find((entry) => entry.id === target.id);
  expect(gone).toMatchObject({ kind: 'delete', content: null, hash: '' });
  expect(await act(second, { kind: 'create', target, body })).toBe('operation.target-exists');
  expect(await act(second, { kind: 'cmd.submitDraft', target, body: {} })).toBe(
    'operation.target-missing',
  );
  expect((await checkIntegrity(database.db)).findings).toEqual([]);

  const set = { note: { was: null, now: 'Viết trên máy khác' } };
  expect(await act(second, { kind: 'patch', target, body: { set } })).toBe('merged');
  const back = entriesOf(await pull(drafter), office);
  expect(back.find((entry) => entry.id === target.id)).toMatchObject({
    kind: 'put',
    content: { note: 'Viết trên máy khác' },
  });
  expect(back.find(({ type }) => type === 'conflict')?.content).toMatchObject({
    field: 'isDeleted',
    targetId: target.id,
  });
  expect((await checkIntegrity(database.db)).findings).toEqual([]);
});

// ── Files ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const hashOf = (bytes: Uint8Array) =>
  FileHash.parse(createHash('sha256').update(bytes).digest('hex'));

async function askFor(at: Workstation, hash: string): Promise<number> {
  const headers = { authorization: `Bearer ${at.token}` };
  const response = await node.app.request(`http://test/files/${hash}/manifest`, { headers });
  return response.status;
}

async function upload(at: Workstation, bytes: Uint8Array): Promise<FileHash> {
  const hash = hashOf(bytes);
  const headers = { authorization: `Bearer ${at.token}` };
  const send = (method: string, path: string, body?: BodyInit) =>
    node.app.request(`http://test/files/${hash}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
  const announced = { sizeBytes: bytes.length, mime: 'application/pdf', prefix: null };
  await send('PUT', '', JSON.stringify(announced));
  await send('PUT', '/chunks', encodeChunk(0, bytes, sha256) as BodyInit);
  await send('POST', '/finish');
  return hash;
}

async function aPaperWithFile(at: Workstation): Promise<{ id: string; hash: FileHash }> {
  const hash = await upload(at, randomBytes(300));
  const file = {
    sha256: hash,
    name: 'a.pdf',
    sizeBytes: 300,
    mime: 'application/pdf',
    role: 'chinh' as const,
  };
  const id = randomUUID();
  const said = await act(at, {
    kind: 'create',
    target: { type: 'incomingDocument', id },
    body: anIncomingRegistration(seeded, { files: [file] }),
    files: [hash],
  });
  expect(said).toBe('applied');
  return { id, hash };
}

test('I-13: a file is read only by who may read its document: no outsider, no administrator who knows the hash', async () => {
  const clerk = await aWorkstation(seeded.clerk);
  const outsider = await aWorkstation(expert);
  const it = await aWorkstation(administrator);
  const { id, hash } = await aPaperWithFile(clerk);
  expect([await askFor(outsider, hash), await askFor(it, hash)]).toEqual([200, 403]);

  await moveTo(clerk, id, await openDossier(clerk, []));

  expect(await Promise.all([clerk, outsider, it].map((at) => askFor(at, hash)))).toEqual([
    200, 403, 403,
  ]);
});

// ── T-14 ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The same draws for the same seed (mulberry32). */
function aDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test('T-14: a modified client that asks for every scope, cursor, bucket and file gets nothing extra', async () => {
  const roll = aDice(14);
  const clerk = await aWorkstation(seeded.clerk);
  const others = await Promise.all([expert, seeded.chairman, administrator].map(aWorkstation));
  const dossiers = [await openDossier(clerk, []), await openDossier(clerk, [])];
  const members = new Map<string, readonly User[]>(dossiers.map((id) => [id, []]));
  const papers = [await aPaperWithFile(clerk), await aPaperWithFile(clerk)];
  const placeOf = new Map<string, string | undefined>();
  const everything = [
    officeScope(seeded.office.id),
    ...dossiers.map(dossierScope),
    ...[clerk, ...others].map(({ user }) => userScope(user.id)),
  ];
  const everyBucket = Array.from({ length: 256 }, (_, bucket) => bucket);

  for (let round = 0; round < 40; round++) {
    const dossierId = dossiers[roll(2)] ?? '';
    const paper = papers[roll(2)] ?? papers[0];
    if (!paper) throw new Error('there are two papers');
    const target = { type: 'incomingDocument' as const, id: paper.id };
    if (roll(2) === 0) {
      const named = others.map(({ user }) => user).filter(() => roll(2) === 0);
      const body = { members: named.map(({ id }) => id) };
      const dossier = { type: 'dossier' as const, id: dossierId };
      expect(await act(clerk, { kind: 'cmd.setMembers', target: dossier, body })).toBe('applied');
      members.set(dossierId, named);
    } else if (roll(3) > 0) {
      expect(await moveTo(clerk, paper.id, dossierId)).toBe('applied');
      placeOf.set(paper.id, dossierId);
    } else if (placeOf.get(paper.id) !== undefined) {
      expect(await act(clerk, { kind: 'cmd.leaveDossier', target, body: {} })).toBe('applied');
      placeOf.set(paper.id, undefined);
    }

    for (const at of others) {
      const sees = (place: string | undefined): boolean =>
        at.user !== administrator &&
        (place === undefined || (members.get(place) ?? []).includes(at.user));
      const digests = Object.fromEntries(
        everything.map((scope) => [scope, { seq: 0, digest: { sum: '0'.repeat(16), count: 0 } }]),
      );
      const rescan = Object.fromEntries(everything.map((scope) => [scope, everyBucket]));
      const greedy = [await pull(at, { digests }), await pull(at, { rescan })];
      const shown = JSON.stringify(greedy.map(({ pages, repairs }) => [pages, repairs]));
      const told = new Set(greedy.flatMap((reply) => reply.scopes));

      for (const id of dossiers) expect(told.has(dossierScope(id))).toBe(sees(id));
      for (const { id, hash } of papers) {
        const isSeen = sees(placeOf.get(id));
        expect(shown.includes(hash), `${at.user.login} and ${hash}`).toBe(isSeen);
        expect(await askFor(at, hash)).toBe(isSeen ? 200 : 403);
      }
    }
  }
  expect((await checkIntegrity(database.db)).findings).toEqual([]);
});
