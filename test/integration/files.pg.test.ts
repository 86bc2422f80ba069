import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { FileHash } from '@shared/kernel/ids';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import { CHUNK_BYTES, FileManifest, FileState } from '@shared/protocol/file-message';
import { inTransaction } from '../../sync-server/src/db/transaction';
import { fileRepository } from '../../sync-server/src/features/files/file-repository';
import { decodeChunks, missingChunks } from '../../src/main/features/files/file-transfer';
import {
  anIncomingRegistration,
  aUser,
  enrolTestDevice,
  overApp,
  PASSWORD,
  seedOffice,
  sha256,
  signedOperation,
  signIn,
  sync,
  type SeededOffice,
  type TestDevice,
} from '../support/builders';
import { aTestNode, createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let node: Awaited<ReturnType<typeof aTestNode>>;
let office: SeededOffice;
let device: TestDevice;
let token: string;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await aTestNode(database);
  office = await seedOffice(node.admin);
  device = await enrolTestDevice(
    overApp(node.app),
    await node.admin.createActivationCode(office.office.id),
  );
  token = (await signIn(overApp(node.app), device, office.clerk)).accessToken;
});
afterAll(() => database.drop());

const hashOf = (bytes: Uint8Array) =>
  FileHash.parse(createHash('sha256').update(bytes).digest('hex'));

async function send(method: string, path: string, body?: Uint8Array | string, by = token) {
  const response = await node.app.request(`http://test${path}`, {
    method,
    headers: { authorization: `Bearer ${by}` },
    ...(body === undefined ? {} : { body: body as BodyInit }),
  });
  return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
}
const json = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString('utf8'));
const announce = (bytes: Uint8Array) =>
  send(
    'PUT',
    `/files/${hashOf(bytes)}`,
    JSON.stringify({ sizeBytes: bytes.length, mime: 'application/pdf', prefix: null }),
  );
const chunk = (bytes: Uint8Array, i: number) =>
  encodeChunk(i, bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES), sha256);

async function upload(bytes: Uint8Array): Promise<void> {
  await announce(bytes);
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  for (let i = 0; i < count; i++)
    await send('PUT', `/files/${hashOf(bytes)}/chunks`, chunk(bytes, i));
  await send('POST', `/files/${hashOf(bytes)}/finish`);
}

/** Registers a paper that names the file. @returns its id */
async function link(
  bytes: Uint8Array,
  { at = device, actor = office.clerk, by = token } = {},
): Promise<string> {
  const id = randomUUID();
  const file = {
    sha256: hashOf(bytes),
    name: 'a.pdf',
    sizeBytes: bytes.length,
    mime: 'application/pdf',
    role: 'chinh' as const,
  };
  const operation = signedOperation(at, {
    actor,
    kind: 'create',
    target: { type: 'incomingDocument', id },
    body: anIncomingRegistration(office, { files: [file] }),
    files: [file.sha256],
  });
  await sync(overApp(node.app), at, { token: by, ops: [operation] });
  return id;
}

test('I-19: an upload that is cut keeps its whole chunks and goes on from there', async () => {
  const bytes = randomBytes(CHUNK_BYTES * 3 + 500);
  await announce(bytes);
  const cut = Buffer.concat([chunk(bytes, 2), chunk(bytes, 0).subarray(0, 5000)]);
  const first = FileState.parse(
    json((await send('PUT', `/files/${hashOf(bytes)}/chunks`, cut)).bytes),
  );
  const again = FileState.parse(json((await announce(bytes)).bytes));

  expect(first).toEqual(again);
  expect(again.state === 'partial' && missingChunks(again.have, 4)).toEqual([0, 1, 3]);
});

test('I-18: a chunk whose bytes do not fit its hash is refused (M-16)', async () => {
  const bytes = randomBytes(1000);
  await announce(bytes);
  const frame = chunk(bytes, 0);
  frame[100] = (frame[100] ?? 0) ^ 1;

  const answer = await send('PUT', `/files/${hashOf(bytes)}/chunks`, frame);

  expect([answer.status, json(answer.bytes)]).toMatchObject([422, { code: 'files.damaged' }]);
});

test('I-18: chunks that are right one by one but are another file never become complete (M-17)', async () => {
  const claimed = randomBytes(1000);
  const other = randomBytes(1000);
  await announce(claimed);
  await send('PUT', `/files/${hashOf(claimed)}/chunks`, chunk(other, 0));

  const finished = await send('POST', `/files/${hashOf(claimed)}/finish`);

  expect([finished.status, json(finished.bytes)]).toMatchObject([422, { code: 'files.damaged' }]);
  const state = FileState.parse(json((await announce(claimed)).bytes));
  expect(state.state === 'partial' && missingChunks(state.have, 1)).toEqual([0]);
});

test('a file is read back chunk by chunk with its manifest, once a record names it', async () => {
  const bytes = randomBytes(CHUNK_BYTES + 77);
  await upload(bytes);
  await link(bytes);

  const manifest = FileManifest.parse(
    json((await send('GET', `/files/${hashOf(bytes)}/manifest`)).bytes),
  );
  const read = await send('GET', `/files/${hashOf(bytes)}/chunks?i=0,1`);

  expect(manifest.chunks).toHaveLength(2);
  const chunks = decodeChunks(read.bytes);
  expect(Buffer.concat(chunks.map((part) => part.bytes)).equals(bytes)).toBe(true);
});

test('I-13: a hash alone gives nothing: not to this office without a record, not to another office', async () => {
  const bytes = randomBytes(2000);
  await upload(bytes);
  const unlinked = await send('GET', `/files/${hashOf(bytes)}/manifest`);
  await link(bytes);
  const other = await seedOffice(node.admin);
  const stranger = await enrolTestDevice(
    overApp(node.app),
    await node.admin.createActivationCode(other.office.id),
  );
  const strangerToken = (await signIn(overApp(node.app), stranger, other.clerk)).accessToken;
  const foreign = await send('GET', `/files/${hashOf(bytes)}/manifest`, undefined, strangerToken);

  expect([unlinked.status, foreign.status]).toEqual([403, 403]);
  expect((await send('GET', `/files/${hashOf(bytes)}/manifest`)).status).toBe(200);
});

test('I-5: announcing, sending and finishing twice is harmless', async () => {
  const bytes = randomBytes(CHUNK_BYTES);
  await upload(bytes);
  await upload(bytes);

  expect(json((await announce(bytes)).bytes)).toEqual({ state: 'complete' });
});

test('a name that is no hash, a file of 0 or of over 200 MB, and rubbish are refused', async () => {
  const notHash = await send('PUT', '/files/abc', '{}');
  const empty = await send(
    'PUT',
    `/files/${hashOf(randomBytes(5))}`,
    JSON.stringify({ sizeBytes: 0, mime: 'x', prefix: null }),
  );
  const huge = await send(
    'PUT',
    `/files/${hashOf(randomBytes(5))}`,
    JSON.stringify({ sizeBytes: 210 * 1024 * 1024, mime: 'x', prefix: null }),
  );
  const unknown = await send('PUT', `/files/${hashOf(randomBytes(5))}/chunks`, Buffer.alloc(50));

  expect([notHash.status, empty.status, huge.status, unknown.status]).toEqual([400, 400, 400, 404]);
});

test('I-13: a modified client that names the hash of a file which it may not see gets it by no act and no request', async () => {
  const secret = randomBytes(CHUNK_BYTES + 900);
  const sha256Of = hashOf(secret);
  await upload(secret);
  const documentId = await link(secret);
  const dossierId = randomUUID();
  const asClerk = { actor: office.clerk };
  const hidden = await sync(overApp(node.app), device, {
    token,
    ops: [
      signedOperation(device, {
        ...asClerk,
        kind: 'create',
        target: { type: 'dossier', id: dossierId },
        body: { organId: office.organ.id, title: 'Hồ sơ đơn thư tố cáo', members: [] },
      }),
      signedOperation(device, {
        ...asClerk,
        kind: 'cmd.moveToDossier',
        target: { type: 'incomingDocument', id: documentId },
        body: { dossierId },
      }),
    ],
  });
  expect(hidden.results).toMatchObject([
    { outcome: { status: 'applied' } },
    { outcome: { status: 'applied' } },
  ]);
  const curious = aUser({ officeId: office.office.id }, [
    { role: 'vanThu', organId: office.organ.id },
  ]);
  await node.admin.createUser(curious, PASSWORD);
  const post = overApp(node.app);
  const own = await enrolTestDevice(post, await node.admin.createActivationCode(office.office.id));
  const { accessToken: by } = await signIn(post, own, curious);
  const readAs = () => send('GET', `/files/${sha256Of}/manifest`, undefined, by);
  const stateAs = async (method: string, path: string, body?: Uint8Array | string) =>
    json((await send(method, `/files/${path}`, body, by)).bytes);
  const nothing = { state: 'partial', have: Buffer.alloc(1).toString('base64') };

  expect(await link(secret, { at: own, actor: curious, by })).toBeDefined();
  expect((await readAs()).status).toBe(403);
  const announced = { sizeBytes: secret.length, mime: 'application/pdf', prefix: null };
  expect(await stateAs('PUT', sha256Of, JSON.stringify(announced))).toEqual(nothing);
  expect(await stateAs('POST', `${sha256Of}/finish`)).toEqual(nothing);
  const invented = encodeChunk(0, randomBytes(CHUNK_BYTES), sha256);
  expect(await stateAs('PUT', `${sha256Of}/chunks`, invented)).toEqual(nothing);
  const longer = hashOf(randomBytes(8));
  const prefix = { sha256: sha256Of, sizeBytes: secret.length };
  const behind = { ...announced, sizeBytes: secret.length + 10, prefix };
  expect(await stateAs('PUT', longer, JSON.stringify(behind))).toEqual(nothing);
  expect((await readAs()).status).toBe(403);

  // Who has the bytes shows them, before or after the act, and the same act counts.
  for (const i of [0, 1]) await stateAs('PUT', `${sha256Of}/chunks`, chunk(secret, i));
  expect(await stateAs('POST', `${sha256Of}/finish`)).toEqual({ state: 'complete' });
  expect((await readAs()).status).toBe(200);
});

test('I-13: whoever stages a chunk beside another device has shown nothing by the chunks of that one', async () => {
  const bytes = randomBytes(CHUNK_BYTES * 2);
  const post = overApp(node.app);
  const other = await enrolTestDevice(
    post,
    await node.admin.createActivationCode(office.office.id),
  );
  const { accessToken: by } = await signIn(post, other, office.clerk);
  await announce(bytes);
  await send('PUT', `/files/${hashOf(bytes)}/chunks`, chunk(bytes, 0));

  const invented = encodeChunk(0, randomBytes(CHUNK_BYTES), sha256);
  await send('PUT', `/files/${hashOf(bytes)}/chunks`, invented, by);
  await send('PUT', `/files/${hashOf(bytes)}/chunks`, chunk(bytes, 1));
  const finished = await send('POST', `/files/${hashOf(bytes)}/finish`, undefined, by);

  expect(json(finished.bytes)).toEqual({
    state: 'partial',
    have: Buffer.alloc(1).toString('base64'),
  });
  expect(json((await announce(bytes)).bytes)).toEqual({ state: 'complete' });
});

/** Another machine of the office. @returns its token */
async function anotherDevice(): Promise<string> {
  const post = overApp(node.app);
  const other = await enrolTestDevice(
    post,
    await node.admin.createActivationCode(office.office.id),
  );
  return (await signIn(post, other, office.clerk)).accessToken;
}

test('I-16, I-19: a chunk of another file that somebody staged keeps nobody’s file out', async () => {
  const bytes = randomBytes(CHUNK_BYTES * 2 + 9);
  const path = `/files/${hashOf(bytes)}`;
  const by = await anotherDevice();
  await announce(bytes);
  await send('PUT', `${path}/chunks`, encodeChunk(0, randomBytes(CHUNK_BYTES), sha256), by);
  const put = async (i: number): Promise<readonly number[]> => {
    const { bytes: answer } = await send('PUT', `${path}/chunks`, chunk(bytes, i));
    const state = FileState.parse(json(answer));
    return state.state === 'partial' ? missingChunks(state.have, 3) : [];
  };

  expect(await put(0)).toEqual([0, 1, 2]);
  await put(1);
  expect(await put(2)).toEqual([0]);
  // Every chunk is staged now, and the whole is not what its name says: all is asked for again.
  expect(await put(0)).toEqual([0, 1, 2]);
  for (const i of [0, 1, 2]) await put(i);
  const finished = await send('POST', `${path}/finish`);

  expect(json(finished.bytes)).toEqual({ state: 'complete' });
});

test('I-16: a wrong size that somebody announced keeps nobody’s file out; the size of who has sent bytes stays', async () => {
  const bytes = randomBytes(1000);
  const path = `/files/${hashOf(bytes)}`;
  const by = await anotherDevice();
  const wrong = JSON.stringify({ sizeBytes: 999, mime: 'application/pdf', prefix: null });
  expect((await send('PUT', path, wrong, by)).status).toBe(200);

  const told = await announce(bytes);

  expect(FileState.parse(json(told.bytes)).state).toBe('partial');
  await send('PUT', `${path}/chunks`, chunk(bytes, 0));
  expect((await send('PUT', path, wrong, by)).status).not.toBe(200);
  const finished = await send('POST', `${path}/finish`);
  expect(json(finished.bytes)).toEqual({ state: 'complete' });
  expect((await send('PUT', path, wrong, by)).status).not.toBe(200);
});

test('I-13: who may read a file and is told that it is complete counts as having it, also when the right has gone', async () => {
  const bytes = randomBytes(CHUNK_BYTES * 9 + 5);
  await upload(bytes);
  await link(bytes);
  const post = overApp(node.app);
  const other = await enrolTestDevice(
    post,
    await node.admin.createActivationCode(office.office.id),
  );
  const { accessToken: by } = await signIn(post, other, office.clerk);
  const announced = { sizeBytes: bytes.length, mime: 'application/pdf', prefix: null };

  const told = await send('PUT', `/files/${hashOf(bytes)}`, JSON.stringify(announced), by);

  expect(json(told.bytes)).toEqual({ state: 'complete' });
  const files = fileRepository(database.db);
  const proven = await files.provenChunks(office.office.id, hashOf(bytes), other.deviceId);
  expect([...proven].length).toBe(10);
});

test('I-13: false bytes are not removed between the staging of a chunk and its proof', async () => {
  const bytes = randomBytes(1000);
  const invented = randomBytes(1000);
  await announce(bytes);
  await send('PUT', `/files/${hashOf(bytes)}/chunks`, encodeChunk(0, invented, sha256));
  const proof = { officeId: office.office.id, sha256: hashOf(bytes), deviceId: device.deviceId };

  const removal = await inTransaction(database.db, async (tx) => {
    const files = fileRepository(tx);
    await files.keepStaging(proof.officeId, proof.sha256, bytes.length);
    expect(await files.keepChunk(proof.officeId, proof.sha256, 0, invented)).toBe(true);
    const finished = send('POST', `/files/${proof.sha256}/finish`);
    await vi.waitFor(async () => {
      const { rows } = await database.db.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      expect(rows.length).toBe(1);
    });
    await files.prove(proof, 0, 1);
    return { finished };
  });

  expect((await removal.finished).status).toBe(422);
  const files = fileRepository(database.db);
  const proven = await files.provenChunks(proof.officeId, proof.sha256, proof.deviceId);
  expect([await files.readChunk(proof.officeId, proof.sha256, 0), proven.size]).toEqual([
    undefined,
    0,
  ]);
});
