import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FileHash } from '@shared/kernel/ids';
import type { ScopeKey } from '@shared/relay/envelope';
import { dossierScope, officeScope } from '@shared/sync/record';
import {
  BundleHead,
  readBundle,
  writeBundle,
  type ReadBundle,
} from '../../../../src/main/features/relay/bundle-file';
import { nodeFiles, type FilePort } from '../../../../src/main/platform/file-port';
import { verifyEd25519 } from '../../../../src/main/platform/relay-cipher';
import { anOperation, sample } from '../../../support/core-builders';
import { sealed } from '../../../support/relay-office';
import { temporaryFolder } from '../../../support/temporary-folder';

const scope = officeScope(sample.officeId);
const keyOf = (epoch: number) => ({
  scope,
  epoch,
  key: createHash('sha256').update(`key ${epoch}`).digest(),
});
const pair = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' });
const hashOf = (bytes: Uint8Array): FileHash =>
  FileHash.parse(createHash('sha256').update(bytes).digest('hex'));

const draft = randomBytes(1_200_000);
const signed = Buffer.concat([draft, randomBytes(5_000)]);
const envelope = sealed(anOperation());

const aHead = (overrides: object = {}) =>
  BundleHead.parse({
    version: 1,
    bundleId: randomUUID(),
    by: sample.clerkId,
    dev: sample.deviceId,
    madeAt: 0,
    receiver: null,
    target: { type: 'outgoingDocument', id: sample.documentId },
    scope,
    base: null,
    envelopes: 1,
    heads: [],
    assumed: [],
    files: [{ sha256: hashOf(signed), sizeBytes: signed.length, base: null, isKnown: false }],
    ...overrides,
  });

interface Wish {
  readonly head?: BundleHead;
  readonly epoch?: number;
  readonly signer?: typeof pair;
  readonly bytes?: Uint8Array;
  readonly key?: ScopeKey;
  readonly files?: FilePort;
  readonly path?: string;
}
async function aBundle({
  head = aHead(),
  epoch = 2,
  signer = pair,
  bytes = signed,
  key = keyOf(epoch),
  files = nodeFiles,
  path = join(temporaryFolder(), 'goi.tcvgoi'),
}: Wish = {}) {
  const seen: number[] = [];
  await writeBundle({
    files,
    path,
    officeId: sample.officeId,
    key,
    head,
    envelopes: [envelope],
    read: async (_sha256, start, end) => bytes.subarray(start, end),
    sign: (text) => sign(null, text, signer.privateKey),
    progress: (done) => seen.push(done),
  });
  return { path, seen };
}

async function read(path: string, overrides: Partial<ReadBundle> = {}) {
  const files: Uint8Array[] = [];
  const result = await readBundle({
    files: nodeFiles,
    path,
    officeId: sample.officeId,
    keys: [keyOf(1), keyOf(2)],
    isSignedBy: ({ userId, deviceId }, text, signature) =>
      userId === sample.clerkId &&
      deviceId === sample.deviceId &&
      verifyEd25519(publicKey, text, signature),
    baseBytes: async (sha256) => (sha256 === hashOf(draft) ? draft : undefined),
    file: async (bytes) => void files.push(bytes),
    ...overrides,
  });
  return { code: result.ok ? 'read' : result.error.code, result, files };
}

describe('the file of a bundle (§20)', () => {
  test('§20: what was written comes out again, whatever the reader’s keys besides', async () => {
    const head = aHead();
    const { path, seen } = await aBundle({ head });
    const { result, files } = await read(path);

    expect(result).toEqual({ ok: true, value: { head, envelopes: [envelope] } });
    expect(files.map((bytes) => hashOf(bytes))).toEqual([hashOf(signed)]);
    expect(seen.at(-1)).toBe(signed.length);
  });

  test('I-14: a key that the scope has left behind opens nothing that was sealed since', async () => {
    const { path } = await aBundle({ epoch: 3 });
    expect((await read(path)).code).toBe('bundle.no-key');
    expect((await read(path, { keys: [] })).code).toBe('bundle.no-key');
    expect((await read(path, { keys: [keyOf(3)] })).code).toBe('read');
  });

  test('§20: somebody who holds the key makes no bundle in another’s name', async () => {
    const { path } = await aBundle({ signer: stranger });
    expect((await read(path)).code).toBe('bundle.unknown-author');
    const other = await aBundle({ head: aHead({ dev: randomUUID() }) });
    expect((await read(other.path)).code).toBe('bundle.unknown-author');
  });

  test('§20: of a file that only grew no more than its end travels, and without its front nothing is made of it', async () => {
    const base = { sha256: hashOf(draft), sizeBytes: draft.length };
    const files = [{ sha256: hashOf(signed), sizeBytes: signed.length, base, isKnown: false }];
    const { path } = await aBundle({ head: aHead({ files }) });

    expect(readFileSync(path).length).toBeLessThan(10_000);
    expect((await read(path)).files.map(hashOf)).toEqual([hashOf(signed)]);
    const none = await read(path, { baseBytes: async () => undefined });
    expect([none.code, none.files]).toEqual(['bundle.needs-earlier', []]);
  });

  test('§20: crafted bundles: bytes that are not the file, too many or too few parts, another scope, no head', async () => {
    const wrong = await aBundle({ bytes: randomBytes(signed.length) });
    expect((await read(wrong.path)).code).toBe('bundle.damaged');
    for (const head of [
      aHead({ envelopes: 2 }),
      aHead({ envelopes: 0 }),
      aHead({ scope: officeScope(randomUUID()) }),
      { ...aHead(), version: 2 } as unknown as BundleHead,
    ]) {
      const { path } = await aBundle({ head });
      expect((await read(path)).code).toBe('bundle.damaged');
    }
    const huge = {
      sha256: hashOf(signed),
      sizeBytes: 201 * 1024 * 1024,
      base: null,
      isKnown: false,
    };
    const { path } = await aBundle({
      head: { ...aHead(), files: [huge] },
      bytes: Buffer.alloc(201 * 1024 * 1024),
    });
    const { code, files } = await read(path);
    expect([code, files]).toEqual(['bundle.damaged', []]);
  });

  test('§20: one changed or missing byte anywhere is found', async () => {
    const { path } = await aBundle({ head: aHead({ files: [] }) });
    const bytes = readFileSync(path);
    const codes = new Set<string>();
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x40;
      writeFileSync(path, changed);
      codes.add((await read(path)).code);
      writeFileSync(path, bytes.subarray(0, at));
      codes.add((await read(path)).code);
    }
    expect(codes).not.toContain('read');
    writeFileSync(path, bytes);
    expect((await read(path)).code).toBe('read');
    writeFileSync(path, Buffer.concat([bytes, bytes]));
    expect((await read(path)).code).toBe('read');
  });

  test('I-13: the bundle of a restricted record is opened by none who has the office’s key alone', async () => {
    const dossier = dossierScope(sample.documentId);
    const key = { scope: dossier, epoch: 1, key: createHash('sha256').update('dossier').digest() };
    const { path } = await aBundle({ head: aHead({ scope: dossier }), key });

    expect((await read(path)).code).toBe('bundle.no-key');
    expect((await read(path, { keys: [keyOf(1), key, keyOf(2)] })).code).toBe('read');
  });

  test('§20: a stick that fills up while the bundle is written keeps what it had, and no half beside it', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'goi.tcvgoi');
    writeFileSync(path, 'gói trước');
    const full: FilePort = {
      ...nodeFiles,
      create: async (at) => ({
        ...(await nodeFiles.create(at)),
        flush: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
      }),
    };

    await expect(aBundle({ files: full, path })).rejects.toThrow('full');
    expect(readdirSync(folder)).toEqual(['goi.tcvgoi']);
    expect(readFileSync(path, 'utf8')).toBe('gói trước');
  });
});
