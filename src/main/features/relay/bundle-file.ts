import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { concatBytes, equalBytes, fromHex, fromUtf8, utf8 } from '@shared/kernel/bytes';
import { FileHash, UserId } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { MAX_FILE_BYTES } from '@shared/protocol/file-message';
import { Envelope, OperationPlace } from '@shared/protocol/relay-message';
import type { ScopeKey } from '@shared/relay/envelope';
import { TargetType } from '@shared/sync/operation';
import { LentState, Scope } from '@shared/sync/record';
import type { FilePort, OpenFile } from '../../platform/file-port';
import {
  DamagedFrame,
  readFrames,
  writeFrames,
  type Frame,
  type FrameSealing,
} from '../../platform/frame-file';

/**
 * A hand-over bundle, `*.tcvgoi` (sync §20): frames of `frame-file.ts` behind
 *
 *     magic        8 bytes   "TCVGOI" and two digits of version, "01"
 *     office      16 bytes   id of the office
 *     salt        16 bytes   random
 *     label        8 bytes   tells those who hold the right key that they do, and others nothing
 *     file nonce   8 bytes   random
 *
 * Key (32 bytes) and label are HKDF-SHA256 of the relay key of the record's scope with the salt: who may see the record may
 * open the bundle. Order of the frames: `head`, each `envelope`, the bytes of each file in the order of the head, `sign`.
 */
const KIND = utf8('TCVGOI');
const MAGIC = utf8('TCVGOI01');
const HEADER_BYTES = 56;
const kinds = ['head', 'envelope', 'bytes', 'sign', 'end'] as const;
type BundleFrame = Frame<Exclude<(typeof kinds)[number], 'end'>>;
const PART_BYTES = 1024 * 1024;

const BundledFile = z
  .object({
    sha256: FileHash,
    sizeBytes: z.int().min(1).max(MAX_FILE_BYTES),
    /** How many bytes are missing in front, and of which file that the receiver has they are. */
    base: z
      .object({ sha256: FileHash, sizeBytes: z.int().min(1) })
      .readonly()
      .nullable(),
    /** The receiver has it: no bytes come. */
    isKnown: z.boolean(),
  })
  .readonly()
  .refine(({ base, sizeBytes }) => !base || base.sizeBytes < sizeBytes);
export type BundledFile = z.infer<typeof BundledFile>;

export const BundleHead = z
  .object({
    version: z.literal(1),
    bundleId: z.uuid(),
    by: UserId,
    /** The machine that it was made on. */
    dev: z.uuid(),
    /** Milliseconds since the epoch by that machine's wall clock. */
    madeAt: z.number(),
    /** Whom it was made for; null for everybody of the office who may see the record. */
    receiver: UserId.nullable(),
    target: z.object({ type: TargetType, id: z.uuid() }).readonly(),
    scope: Scope,
    base: LentState.nullable(),
    envelopes: z.int().nonnegative().max(20_000),
    /** The newest work of each machine that the maker has, in here or `assumed`. */
    heads: z.array(OperationPlace).max(1000).readonly(),
    /** Left out, for the receiver has it: without it the rest is worth nothing. */
    assumed: z.array(OperationPlace).max(1000).readonly(),
    files: z.array(BundledFile).max(500).readonly(),
  })
  .readonly();
export type BundleHead = z.infer<typeof BundleHead>;

export interface WriteBundle {
  readonly files: FilePort;
  readonly path: string;
  readonly officeId: string;
  readonly key: ScopeKey;
  readonly head: BundleHead;
  readonly envelopes: readonly Envelope[];
  /** A range of a file of the head; throws when it is not there. */
  readonly read: (sha256: FileHash, start: number, end: number) => Promise<Uint8Array>;
  /** Ed25519 by the maker's operation key. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
  readonly progress: (bytes: number) => void;
}

/** Under the name there is a whole bundle or none. Throws as the disk does. */
export async function writeBundle(bundle: WriteBundle): Promise<void> {
  const start = concatBytes(MAGIC, idBytes(bundle.officeId), randomBytes(16));
  const { key, label } = keyFor(bundle.key.key, start.subarray(24));
  const header = concatBytes(start, label, randomBytes(8));
  await writeFrames(bundle.files, bundle.path, { key, header, kinds }, framesOf(bundle));
}

async function* framesOf(bundle: WriteBundle): AsyncGenerator<BundleFrame> {
  const digest = createDigest();
  const counted = (frame: BundleFrame): BundleFrame => {
    digest.add(frame);
    return frame;
  };
  yield counted({ kind: 'head', payload: utf8(JSON.stringify(bundle.head)) });
  for (const envelope of bundle.envelopes)
    yield counted({ kind: 'envelope', payload: utf8(JSON.stringify(envelope)) });
  let written = 0;
  for (const { sha256, sizeBytes, base, isKnown } of bundle.head.files) {
    if (isKnown) continue;
    for (let at = base?.sizeBytes ?? 0; at < sizeBytes; at += PART_BYTES) {
      const payload = await bundle.read(sha256, at, Math.min(at + PART_BYTES, sizeBytes));
      yield counted({ kind: 'bytes', payload });
      bundle.progress((written += payload.length));
    }
  }
  yield { kind: 'sign', payload: bundle.sign(signedText(bundle.officeId, digest.value())) };
}

export type ReadBundleFailure = {
  readonly code:
    | 'bundle.not-ours'
    | 'bundle.newer'
    | 'bundle.other-office'
    | 'bundle.no-key'
    | 'bundle.damaged'
    | 'bundle.unknown-author'
    | 'bundle.needs-earlier';
};

export interface ReadBundle {
  readonly files: FilePort;
  readonly path: string;
  readonly officeId: string;
  /** Every relay key of the reader, newest last. */
  readonly keys: readonly ScopeKey[];
  readonly isSignedBy: (
    who: { readonly userId: string; readonly deviceId: string },
    bytes: Uint8Array,
    signature: Uint8Array,
  ) => boolean;
  /** The bytes of a file that is here; undefined for one that is not. */
  readonly baseBytes: (sha256: FileHash) => Promise<Uint8Array | undefined>;
  /** A whole file whose bytes fit its name; its author's signature over the bundle has not been seen yet. */
  readonly file: (bytes: Uint8Array) => Promise<void>;
}

export interface OpenedBundle {
  readonly head: BundleHead;
  readonly envelopes: readonly Envelope[];
}

class Unreadable extends Error {
  readonly code: ReadBundleFailure['code'];
  constructor(code: ReadBundleFailure['code']) {
    super(code);
    this.code = code;
  }
}

/** Reads a bundle from its header to its author's signature; whatever does not fit is a failure of the whole. */
export async function readBundle(
  reading: ReadBundle,
): Promise<Result<OpenedBundle, ReadBundleFailure>> {
  const file = await reading.files.openToRead(reading.path);
  if (!file) return err({ code: 'bundle.not-ours' });
  try {
    const { key, header, scope } = await openHeader(file, reading);
    return ok(await readContent(file, { key, header, kinds }, { ...reading, scope }));
  } catch (cause) {
    if (cause instanceof Unreadable) return err({ code: cause.code });
    if (cause instanceof DamagedFrame) return err({ code: 'bundle.damaged' });
    throw cause;
  } finally {
    await file.close();
  }
}

async function openHeader(file: OpenFile, { officeId, keys }: ReadBundle) {
  const header = (await file.readAt(0, HEADER_BYTES)).slice();
  if (!equalBytes(header.subarray(0, KIND.length), KIND)) throw new Unreadable('bundle.not-ours');
  if (!equalBytes(header.subarray(0, MAGIC.length), MAGIC)) throw new Unreadable('bundle.newer');
  if (header.length < HEADER_BYTES) throw new Unreadable('bundle.damaged');
  if (!equalBytes(header.subarray(8, 24), idBytes(officeId)))
    throw new Unreadable('bundle.other-office');
  for (const { scope, key: scopeKey } of keys.toReversed()) {
    const { key, label } = keyFor(scopeKey, header.subarray(24, 40));
    if (equalBytes(label, header.subarray(40, 48))) return { key, header, scope };
  }
  throw new Unreadable('bundle.no-key');
}

async function readContent(
  file: OpenFile,
  sealing: FrameSealing<BundleFrame['kind']>,
  reading: ReadBundle & { readonly scope: Scope },
): Promise<OpenedBundle> {
  const frames = readFrames(file, sealing);
  const digest = createDigest();
  const next = async (kind: BundleFrame['kind']): Promise<Uint8Array> => {
    const frame = await frames.next();
    if (frame.done || frame.value.kind !== kind) throw new Unreadable('bundle.damaged');
    if (kind !== 'sign') digest.add(frame.value);
    return frame.value.payload;
  };
  const head = parse(BundleHead, await next('head'));
  if (head.scope !== reading.scope) throw new Unreadable('bundle.damaged');
  const envelopes: Envelope[] = [];
  while (envelopes.length < head.envelopes) envelopes.push(parse(Envelope, await next('envelope')));
  for (const one of head.files) {
    if (!one.isKnown) await reading.file(await readFile(one, reading, () => next('bytes')));
  }
  const signed = signedText(reading.officeId, digest.value());
  const signature = await next('sign');
  if (!(await frames.next()).done) throw new Unreadable('bundle.damaged');
  if (!reading.isSignedBy({ userId: head.by, deviceId: head.dev }, signed, signature))
    throw new Unreadable('bundle.unknown-author');
  return { head, envelopes };
}

async function readFile(
  { sha256, sizeBytes, base }: BundledFile,
  { baseBytes }: ReadBundle,
  next: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  let at = base?.sizeBytes ?? 0;
  if (base) {
    const front = await baseBytes(base.sha256);
    if (front?.length !== base.sizeBytes) throw new Unreadable('bundle.needs-earlier');
    bytes.set(front, 0);
  }
  while (at < sizeBytes) {
    const part = await next();
    if (part.length === 0 || at + part.length > sizeBytes) throw new Unreadable('bundle.damaged');
    bytes.set(part, at);
    at += part.length;
  }
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new Unreadable('bundle.damaged');
  return bytes;
}

/** Over kind, length and bytes of each frame, so that no two bundles are the same to it. */
function createDigest() {
  const hash = createHash('sha256');
  return {
    add: ({ kind, payload }: BundleFrame): void => {
      hash.update(`${kind} ${payload.length} `).update(payload);
    },
    value: (): string => hash.digest('hex'),
  };
}

const signedText = (officeId: string, digest: string): Uint8Array =>
  utf8(`tram-cong-vu bundle ${officeId} ${digest}`);

const idBytes = (id: string): Uint8Array => fromHex(id.replaceAll('-', ''));

function keyFor(scopeKey: Uint8Array, salt: Uint8Array) {
  const both = new Uint8Array(hkdfSync('sha256', scopeKey, salt, 'tram-cong-vu bundle', 40));
  return { key: both.subarray(0, 32), label: both.subarray(32) };
}

function parse<T extends z.ZodType>(shape: T, payload: Uint8Array): z.infer<T> {
  try {
    return shape.parse(JSON.parse(fromUtf8(payload)));
  } catch {
    // Sealed by somebody who holds the key, and no bundle of ours all the same.
    throw new Unreadable('bundle.damaged');
  }
}
