import { promisify } from 'node:util';
import { brotliCompress, constants, deflateRaw, gzip } from 'node:zlib';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { catalogue } from '@shared/errors/catalogue';
import type { Failure } from '@shared/kernel/result';
import { PACKED_BELOW_BYTES, PACKING, packingWords } from '@shared/protocol/packing';
import type { ServerEnv } from './context';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
const deflate = promisify(deflateRaw);

/** Below this the header of a compressed answer costs more than it saves. */
const COMPRESS_FROM_BYTES = 256;

/**
 * A JSON answer, compressed as the client accepts it: a small one against the question where one was read, which most of
 * its ids were in; else by brotli, of which quality 4 gives most of the gain for little time (§6.4).
 */
export async function answer(c: Context<ServerEnv>, value: unknown): Promise<Response> {
  const bytes = Buffer.from(JSON.stringify(value));
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    // Nobody keeps the answer to a POST without being told to (RFC 9110 §9.3.3).
    ...(c.req.method !== 'POST' && { 'cache-control': 'no-store', vary: 'accept-encoding' }),
  };
  if (bytes.length < COMPRESS_FROM_BYTES) return c.body(asBody(bytes), 200, headers);
  const accepted = c.req.header('accept-encoding') ?? '';
  const question = c.get('question');
  if (question && bytes.length < PACKED_BELOW_BYTES && accepted.includes(PACKING)) {
    const packed = await deflate(bytes, { dictionary: packingWords(question) });
    return c.body(asBody(packed), 200, { ...headers, 'content-encoding': PACKING });
  }
  if (/\bbr\b/.test(accepted)) {
    const packed = await brotli(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 4,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        // A window that holds the answer: the encoder makes room for all of it first.
        [constants.BROTLI_PARAM_LGWIN]: Math.min(22, Math.max(10, 32 - Math.clz32(bytes.length))),
      },
    });
    return c.body(asBody(packed), 200, { ...headers, 'content-encoding': 'br' });
  }
  if (/\bgzip\b/.test(accepted)) {
    return c.body(asBody(await zip(bytes)), 200, { ...headers, 'content-encoding': 'gzip' });
  }
  return c.body(asBody(bytes), 200, headers);
}

const asBody = (bytes: Buffer): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);

/** The body of every answer that is not 2xx: a code the client has words for, and what support asks for. */
export function failureResponse(c: Context<ServerEnv>, failure: Failure): Response {
  c.set('code', failure.code);
  if (failure.retryAfterMs !== undefined) {
    c.header('retry-after', String(Math.ceil(failure.retryAfterMs / 1000)));
  }
  c.header('cache-control', 'no-store');
  const { code, queuePlace } = failure;
  // 429 tells a balancer that this client may wait, not that the node is ill (§12.4).
  const status = queuePlace === undefined ? catalogue[code].httpStatus : 429;
  return c.json(
    { code, requestId: c.get('requestId'), ...(queuePlace && { queuePlace }) },
    status as ContentfulStatusCode,
  );
}
