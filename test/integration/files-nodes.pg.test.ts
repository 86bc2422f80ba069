import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { FileHash } from '@shared/kernel/ids';
import { ok, type Result } from '@shared/kernel/result';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import { CHUNK_BYTES, chunkCount } from '@shared/protocol/file-message';
import { createContentStore } from '../../src/main/features/files/content-store';
import { createFileTransfer } from '../../src/main/features/files/file-transfer';
import { createPartialStore } from '../../src/main/features/files/partial-store';
import { createBox } from '../../src/main/platform/keyring';
import { createServerClient } from '../../src/main/platform/server-client';
import { parseS3Url, s3Objects } from '../../sync-server/src/storage/s3-objects';
import {
  anIncomingRegistration,
  enrolTestDevice,
  overApp,
  seedOffice,
  sha256 as sha256Of,
  signedOperation,
  signIn,
  sync,
  type SeededOffice,
  type TestDevice,
} from '../support/builders';
import { startCuttingProxy } from '../support/cutting-proxy';
import { aListeningNode, type ListeningNode } from '../support/listening-node';
import { startS3 } from '../support/s3-server';
import { temporaryFolder } from '../support/temporary-folder';
import {
  createTestDatabase,
  type TestDatabase,
  type TestNodeOptions,
} from '../support/test-database';

let database: TestDatabase;
let s3: Awaited<ReturnType<typeof startS3>>;
let nodes: ListeningNode[];
let seeded: SeededOffice;
let device: TestDevice;
let token: string;
let serverNow = Date.now();

const aNode = (): Promise<ListeningNode> => {
  const place = parseS3Url(s3.url);
  const options: TestNodeOptions = {
    nowMs: () => serverNow,
    ...(place && { objects: s3Objects(place) }),
  };
  return aListeningNode(database, options);
};

beforeAll(async () => {
  database = await createTestDatabase();
  s3 = await startS3();
  nodes = [await aNode(), await aNode()];
  const [node] = nodes;
  if (!node) throw new Error('no node');
  seeded = await seedOffice(node.admin);
  const post = overApp(node.app);
  device = await enrolTestDevice(post, await node.admin.createActivationCode(seeded.office.id));
  token = (await signIn(post, device, seeded.clerk)).accessToken;
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.die()));
  await database.drop();
  await s3.stop();
});

const hashOf = (bytes: Uint8Array): FileHash =>
  FileHash.parse(createHash('sha256').update(bytes).digest('hex'));

/** The files of one workstation, which knows the server by one address. */
function aStation(baseUrl: string) {
  const folder = temporaryFolder();
  const key = randomBytes(32);
  const store = createContentStore(join(folder, 'files'), key);
  const transfer = createFileTransfer({
    client: createServerClient(() => ({ baseUrl })),
    token: async () => ok(token),
    store,
    partials: createPartialStore(join(folder, 'partial'), createBox(key)),
    monotonicMs: () => 0,
    giveWay: async () => undefined,
  });
  return { store, transfer };
}

/** A record names the file: now people of the office may read it. */
async function link(sha256: FileHash, sizeBytes: number): Promise<void> {
  const mime = 'application/pdf';
  const file = { sha256, name: 'a.pdf', sizeBytes, mime, role: 'chinh' as const };
  const operation = signedOperation(device, {
    actor: seeded.clerk,
    kind: 'create',
    target: { type: 'incomingDocument', id: randomUUID() },
    body: anIncomingRegistration(seeded, { files: [file] }),
    files: [sha256],
  });
  const [node] = nodes;
  if (node) await sync(overApp(node.app), device, { token, ops: [operation] });
}

/** A node that was cut off still stores what it had received; on a real line it has done so long before. */
async function settled(): Promise<void> {
  for (let before = -1; ;) {
    const { rows } = await database.db.query('select count(*)::int as n from file_chunk');
    const { n } = rows[0] as { n: number };
    if (n === before) return;
    before = n;
    await sleep(60);
  }
}

/** Tries until it is done. @returns how many tries were cut */
async function persist(work: () => Promise<Result<void>>): Promise<number> {
  for (let failed = 0; failed < 400; failed++) {
    if ((await work()).ok) return failed;
    await settled();
  }
  throw new Error('the transfer never came to its end');
}

/** Of one request: its frames' headers, and what HTTP says around it. */
const OVERHEAD = 3_000;

test.each([
  ['a letter of 300 KB', 300_000, [20_000, 200_000]],
  ['a scan of 50 MB', 50_000_000, [200_000, 6_000_000]],
] as const)(
  'T-9, I-19: %s over two nodes, cut at any byte, repeats at most a chunk a cut',
  async (_name, sizeBytes, [least, most]) => {
    const proxy = await startCuttingProxy(
      () => nodes.map(({ port }) => port),
      () => randomInt(least, most),
    );
    onTestFinished(() => proxy.stop());
    const bytes = randomBytes(sizeBytes);
    const station = aStation(proxy.address);
    await station.store.put(bytes);

    const uploads = await persist(() => station.transfer.upload(hashOf(bytes)));
    const [sent, sendCuts] = [proxy.sentBytes(), proxy.cuts()];
    await link(hashOf(bytes), sizeBytes);
    const reader = aStation(proxy.address);
    const receivedBefore = proxy.receivedBytes();
    await persist(() => reader.transfer.download(hashOf(bytes)));

    expect(await reader.store.verify(hashOf(bytes))).toBe(true);
    expect(sendCuts).toBeGreaterThan(0);
    expect(uploads).toBeGreaterThan(0);
    const frames = chunkCount(sizeBytes) * 40;
    const fair = (cuts: number): number =>
      sizeBytes +
      frames +
      (cuts + 2) * (CHUNK_BYTES + 40) +
      2 * (chunkCount(sizeBytes) + cuts) * OVERHEAD;
    expect(sent).toBeLessThan(fair(sendCuts));
    expect(proxy.receivedBytes() - receivedBefore).toBeLessThan(fair(proxy.cuts() - sendCuts));
  },
  300_000,
);

test('T-9: a node dies in the middle of an upload; another goes on where it was', async () => {
  const bytes = randomBytes(3_000_000);
  const [first] = nodes;
  const doomed = await aNode();
  let ports = [doomed.port];
  const proxy = await startCuttingProxy(
    () => ports,
    () => 1_500_000,
  );
  onTestFinished(() => proxy.stop());
  const station = aStation(proxy.address);
  await station.store.put(bytes);
  await station.transfer.upload(hashOf(bytes));
  await settled();
  await doomed.die();
  ports = first ? [first.port] : [];
  const before = proxy.sentBytes();

  await persist(() => station.transfer.upload(hashOf(bytes)));

  expect(before).toBeGreaterThan(1_000_000);
  expect(proxy.sentBytes() - before).toBeLessThan(bytes.length - before + 3 * CHUNK_BYTES);
});

test('I-5, I-18: two nodes that finish one file at once both say complete, and it is whole', async () => {
  const [one, other] = nodes;
  if (!one || !other) throw new Error('two nodes are needed');
  for (let round = 0; round < 5; round++) {
    const bytes = randomBytes(6 * CHUNK_BYTES);
    const sha256 = hashOf(bytes);
    const session = {
      deviceId: device.deviceId,
      inc: 1,
      officeId: seeded.office.id,
      user: seeded.clerk,
    };
    const announcement = { sizeBytes: bytes.length, mime: 'application/pdf', prefix: null };
    await one.files.announce(session, sha256, announcement);
    for (let i = 0; i < 6; i++) {
      const part = bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES);
      const sent = Readable.from([encodeChunk(i, part, sha256Of)]);
      await one.files.takeChunks(session, sha256, sent);
    }

    const answers = await Promise.all([
      one.files.finish(session, sha256),
      sleep(round * 3).then(() => other.files.finish(session, sha256)),
      one.files.finish(session, sha256),
    ]);

    expect(answers).toEqual([1, 2, 3].map(() => ok({ state: 'complete' })));
    const { rows } = await database.db.query('select 1 from file_chunk where sha256 = $1', [
      sha256,
    ]);
    expect(rows).toEqual([]);
  }
});

test('§10.2: staging without progress for 60 days is forgotten, one with progress is not', async () => {
  const [node] = nodes;
  if (!node) throw new Error('no node');
  const day = 24 * 3_600_000;
  const bytes = randomBytes(2 * CHUNK_BYTES);
  const old = randomBytes(2 * CHUNK_BYTES);
  const announce = (content: Uint8Array) =>
    fetch(`${node.address}/files/${hashOf(content)}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ sizeBytes: content.length, mime: 'x', prefix: null }),
    });
  const started = serverNow;
  onTestFinished(() => {
    serverNow = started;
  });
  await announce(bytes);
  await announce(old);
  const count = async (content: Uint8Array): Promise<number> =>
    (await database.db.query('select 1 from file where sha256 = $1', [hashOf(content)])).rowCount;

  await database.db.query('update file set announced_at = $2 where sha256 = $1', [
    hashOf(old),
    new Date(serverNow - 60 * day - 1000).toISOString(),
  ]);
  await database.db.query('update file set announced_at = $2 where sha256 = $1', [
    hashOf(bytes),
    new Date(serverNow - 60 * day + 60_000).toISOString(),
  ]);
  await node.files.expireStaging();

  expect([await count(old), await count(bytes)]).toEqual([0, 1]);
});

test('I-13, §10: an announced beginning counts only when this office holds it whole', async () => {
  const [node] = nodes;
  if (!node) throw new Error('no node');
  const base = randomBytes(4 * CHUNK_BYTES + 10);
  const longer = Buffer.concat([base, randomBytes(500)]);
  const other = await seedOffice(node.admin);
  const session = {
    deviceId: device.deviceId,
    inc: 1,
    officeId: seeded.office.id,
    user: undefined,
  };
  const stranger = { ...session, officeId: other.office.id };
  const prefix = { sha256: hashOf(base), sizeBytes: base.length };
  const announcement = { sizeBytes: longer.length, mime: 'application/pdf', prefix };
  const empty = ok({ state: 'partial', have: 'AA==' });

  const before = await node.files.announce(session, hashOf(longer), announcement);
  const station = aStation(node.address);
  await station.store.put(base);
  await station.transfer.upload(hashOf(base));
  const foreign = await node.files.announce(stranger, hashOf(longer), announcement);
  const wrongSize = { ...announcement, prefix: { ...prefix, sizeBytes: base.length - 1 } };
  const wrong = await node.files.announce(session, hashOf(longer), wrongSize);
  const known = await node.files.announce(session, hashOf(longer), announcement);

  expect([before, foreign, wrong]).toEqual([empty, empty, empty]);
  // Four whole chunks of five.
  expect(known).toEqual(ok({ state: 'partial', have: Buffer.of(0xf0).toString('base64') }));
});
