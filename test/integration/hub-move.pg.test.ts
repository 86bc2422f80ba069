import { randomBytes } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toHex } from '@shared/kernel/bytes';
import { FileHash } from '@shared/kernel/ids';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import { CHUNK_BYTES } from '@shared/protocol/file-message';
import { SEAL_BYTES } from '@shared/relay/sealed-chunk';
import { hubFileRepository } from '../../sync-server/src/features/hub/hub-file-repository';
import { createHubFiles } from '../../sync-server/src/features/hub/hub-files';
import { createMoveWork } from '../../sync-server/src/features/hub/move-work';
import { postgresMailbox } from '../../sync-server/src/features/hub/postgres-mailbox';
import { sealedChunks } from '../../sync-server/src/features/hub/sealed-chunks';
import { sha256 } from '../../sync-server/src/platform';
import { aChain, anId, sample } from '../support/core-builders';
import { aDecision, office, sealed } from '../support/relay-office';
import { temporaryFolder } from '../support/temporary-folder';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let databases: TestDatabase[] = [];
let old: Hub;
let fresh: Hub;
let path: string;

beforeEach(async () => {
  [old, fresh] = [await aHub(1), await aHub(2)];
  path = join(temporaryFolder(), 'viec.tcvtram');
});
afterEach(async () => {
  await Promise.all(databases.map((database) => database.drop()));
  databases = [];
});

type Hub = Awaited<ReturnType<typeof aHub>>;

async function aHub(n: number) {
  const database = await createTestDatabase();
  databases.push(database);
  const { db } = database;
  const store = postgresMailbox({ db, mailbox: anId(9, n), nowMs: () => 0 });
  const repository = hubFileRepository(db);
  const chunks = sealedChunks(temporaryFolder());
  const files = createHubFiles({
    db,
    chunks,
    mailbox: store,
    authority: { get: () => expect.fail('nobody’s rights are asked for') },
    nowMs: () => 0,
    completed: () => undefined,
  });
  const moving = createMoveWork({ store, repository, files, timeline: () => sample.timeline });
  return { store, repository, chunks, files, moving };
}

const sealedBytes = [CHUNK_BYTES + SEAL_BYTES, 500 + SEAL_BYTES].map((size) => randomBytes(size));
const sizeBytes = CHUNK_BYTES + 500;
const nameOf = (n: number): FileHash => FileHash.parse(toHex(sha256(Uint8Array.of(n))));

const envelope = (n: number, files: readonly FileHash[] = []) => {
  const [operation] = aChain([{ dev: anId(5, n), opId: anId(7, n) }]);
  if (!operation) throw new Error('nothing made');
  return { ...sealed(operation), files };
};

async function* once(bytes: Uint8Array) {
  yield bytes;
}

async function putFile({ files }: Hub, sha: FileHash, epoch = 1, parts = sealedBytes) {
  const name = { sha256: sha, scope: office, epoch };
  await files.announce('itself', sha, { scope: office, epoch, sizeBytes });
  const frames = parts.map((bytes, i) => encodeChunk(i, bytes, sha256));
  await files.takeChunks('itself', { ...name, body: once(Buffer.concat(frames)) });
  await files.finish('itself', name);
}

const waitingAt = async ({ store }: Hub) =>
  (await store.undecidedAfter(sample.timeline, 0, 1_000)).map(({ envelope: one }) => one);

test('§20, I-5: what the province has not decided moves in its order with its sealed files, byte for byte; taken twice it is there once', async () => {
  const all = Array.from({ length: 450 }, (_, n) => envelope(n, n === 7 ? [nameOf(1)] : []));
  await old.store.keepEnvelopes(all, null);
  await old.store.keepDecisions([aDecision(all[0] ?? envelope(0))]);
  await putFile(old, nameOf(1));
  await putFile(old, nameOf(2));
  const saved = await old.moving.save(path);
  const taken = await fresh.moving.take(path);
  await fresh.moving.take(path);

  // The second file is named by nothing.
  expect(saved).toEqual({ ok: true, value: { lines: 449, files: 1 } });
  expect(taken).toEqual(saved);
  expect(await waitingAt(fresh)).toEqual(all.slice(1));
  const [file, ...more] = await fresh.repository.toCarry();
  if (!file) throw new Error('no file came');
  expect(more).toEqual([]);
  expect(await fresh.repository.nextToCarry([])).toEqual(file);
  // The other is there and named by nothing.
  expect(await old.repository.nextToCarry([file])).toBeUndefined();
  expect(file).toMatchObject({ sha256: nameOf(1), epoch: 1, sizeBytes, isComplete: true });
  for (const [i, bytes] of sealedBytes.entries())
    expect(Buffer.from((await fresh.chunks.read(file, i)) ?? [])).toEqual(bytes);
});

test('§20: of a file that was cut the whole lines are kept and it is said; another file is refused', async () => {
  const all = [envelope(1, [nameOf(1)]), envelope(2)];
  await old.store.keepEnvelopes(all, null);
  await putFile(old, nameOf(1));
  await old.moving.save(path);
  truncateSync(path, readFileSync(path).length - 100);
  const cut = await fresh.moving.take(path);
  const atCut = await fresh.repository.toCarry();
  await old.moving.save(path);
  const whole = await fresh.moving.take(path);
  const other = join(temporaryFolder(), 'khac.tcvtram');
  writeFileSync(other, '{"envelope":{}}\n');

  expect(cut).toEqual({ ok: false, error: { code: 'hub-host.file-damaged' } });
  expect(atCut).toEqual([]);
  expect(await waitingAt(fresh)).toEqual(all);
  expect(whole.ok && whole.value.files).toBe(1);
  for (const wrong of [other, `${other}.none`])
    expect(await fresh.moving.take(wrong)).toMatchObject({
      error: { code: 'hub-host.file-damaged' },
    });
  expect(await old.moving.save('/nonexistent/x')).toMatchObject({
    error: { code: 'hub-host.disk' },
  });
});

test('§20: a file that the new hub has under a newer key stays as it is', async () => {
  await old.store.keepEnvelopes([envelope(1, [nameOf(1)])], null);
  await fresh.store.keepEnvelopes([envelope(1, [nameOf(1)])], null);
  const newer = sealedBytes.map((bytes) => randomBytes(bytes.length));
  await putFile(old, nameOf(1), 1);
  await putFile(fresh, nameOf(1), 2, newer);
  await old.moving.save(path);

  const taken = await fresh.moving.take(path);

  expect(taken).toEqual({ ok: true, value: { lines: 1, files: 0 } });
  const [file] = await fresh.repository.toCarry();
  if (!file) throw new Error('the file is gone');
  expect(file.epoch).toBe(2);
  expect(Buffer.from((await fresh.chunks.read(file, 1)) ?? [])).toEqual(newer[1]);
});
