import { promisify } from 'node:util';
import { gunzip, inflateRaw, type ZlibOptions } from 'node:zlib';
import type { Context } from 'hono';
import type { z } from 'zod';
import { fromUtf8 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import { PACKING, packingWords } from '@shared/protocol/packing';
import { limits } from '@shared/protocol/version';
import type { ServerEnv } from './context';

const unzip = promisify(gunzip);
const inflate = promisify(inflateRaw);

/** An operation's body is at most 16 deep (§12.4); around it lie the request and the operation. */
const DEEPEST = 32;

export type BodyFailure = {
  readonly code: 'http.invalid-body' | 'http.too-large' | 'http.unknown-coding';
};

/** Content codings of requests: gzip of older workstations, packed by known words of newer ones (§6.4). */
const unpackers: Readonly<
  Record<string, (bytes: Uint8Array, options: ZlibOptions) => Promise<Uint8Array>>
> = {
  identity: async (bytes) => bytes,
  gzip: unzip,
  [PACKING]: (bytes, options) => inflate(bytes, { ...options, dictionary: packingWords() }),
};

/** Reads a JSON body of at most one request's bytes, plain or packed, counted also after unpacking, and parses it. */
export async function readJson<T>(
  c: Context<ServerEnv>,
  schema: z.ZodType<T>,
): Promise<Result<T, BodyFailure>> {
  const received = await readBytes(c);
  if (!received.ok) return received;
  const plain = await unpack(received.value, c.req.header('content-encoding'));
  if (!plain.ok) return plain;
  c.set('question', plain.value);
  const value = parseText(plain.value);
  if (value === undefined || isTooDeep(value)) return err({ code: 'http.invalid-body' });
  const parsed = schema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err({ code: 'http.invalid-body' });
}

async function readBytes(c: Context<ServerEnv>): Promise<Result<Uint8Array, BodyFailure>> {
  if (Number(c.req.header('content-length') ?? 0) > limits.requestBytes) {
    return err({ code: 'http.too-large' });
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  // Also a body that does not say how long it is stops at the limit.
  for await (const part of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > limits.requestBytes) return err({ code: 'http.too-large' });
    parts.push(part);
  }
  return ok(Buffer.concat(parts));
}

async function unpack(
  bytes: Uint8Array,
  encoding = 'identity',
): Promise<Result<Uint8Array, BodyFailure>> {
  const unpacker = Object.hasOwn(unpackers, encoding) ? unpackers[encoding] : undefined;
  if (!unpacker) return err({ code: 'http.unknown-coding' });
  try {
    return ok(await unpacker(bytes, { maxOutputLength: limits.requestBytes }));
  } catch (cause) {
    const isBomb =
      cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    return err({ code: isBomb ? 'http.too-large' : 'http.invalid-body' });
  }
}

function parseText(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/** Looked at before the schema, which would run out of stack. */
function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? (Object.values(item) as unknown[]) : [],
    );
  }
  return false;
}
