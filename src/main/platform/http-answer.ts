import type { IncomingMessage } from 'node:http';
import { createBrotliDecompress, createGunzip, createInflateRaw } from 'node:zlib';
import { isErrorCode, type ErrorCode } from '@shared/errors/catalogue';
import { fromUtf8 } from '@shared/kernel/bytes';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import { PACKING, packingWords } from '@shared/protocol/packing';
import { FailureBody } from '@shared/protocol/sync-message';

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** Nobody is sent away for longer, whatever a header says. */
const LONGEST_WAIT_MS = 300_000;

export interface ReceivedBytes {
  readonly bytes: Uint8Array;
  /** False when the line was cut before the end. */
  readonly isWhole: boolean;
  /** The server spoke in `PACKING`: it understands requests in it, too. */
  readonly isPacked: boolean;
}

/**
 * The server's answer as far as it came, or why there is none.
 *
 * @param question the JSON body before packing; only its answer may come in `PACKING`
 */
export async function readAnswer(
  message: IncomingMessage,
  question?: Uint8Array,
): Promise<Result<ReceivedBytes>> {
  const status = message.statusCode ?? 0;
  try {
    const received = await readBytes(message, question);
    if (status >= 200 && status < 300) return ok(received);
    return err(
      received.isWhole ? failureOf(message, received.bytes) : { code: 'server.unreachable' },
    );
  } catch {
    return err({ code: 'server.invalid-answer' });
  }
}

async function readBytes(
  message: IncomingMessage,
  question: Uint8Array | undefined,
): Promise<ReceivedBytes> {
  const encoding = message.headers['content-encoding'];
  const isPacked = encoding === PACKING && question !== undefined;
  const stream =
    encoding === 'br'
      ? message.pipe(createBrotliDecompress())
      : encoding === 'gzip'
        ? message.pipe(createGunzip())
        : isPacked
          ? message.pipe(createInflateRaw({ dictionary: packingWords(question) }))
          : message;
  // An error of the connection must end the reading of the decompressed stream too.
  if (stream !== message) message.on('error', (cause) => stream.destroy(cause));
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > MAX_ANSWER_BYTES) throw new Error('answer too large');
      parts.push(part);
    }
  } catch (cause) {
    if (!isCut(cause)) throw cause;
  }
  return { bytes: Buffer.concat(parts), isWhole: message.complete, isPacked };
}

const isCut = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ECONNRESET';

/** Failures that the server names; anything else is a proxy's page, or rubbish. */
function failureOf(message: IncomingMessage, bytes: Uint8Array): Failure {
  const status = message.statusCode ?? 0;
  const body = FailureBody.safeParse(parseJson(bytes));
  const named = body.success && isErrorCode(body.data.code) ? body.data.code : undefined;
  const isBusy = status === 429 || status === 503;
  const seconds = Number(message.headers['retry-after'] ?? Number.NaN);
  return {
    code: named ?? (isBusy ? 'server.overloaded' : 'server.invalid-answer'),
    ...(seconds > 0 && { retryAfterMs: Math.min(seconds * 1000, LONGEST_WAIT_MS) }),
    ...(body.success && body.data.queuePlace && { queuePlace: body.data.queuePlace }),
  };
}

/** A certificate outside its dates is most often a workstation whose clock is wrong (§3.3). */
const CLOCK_CODES = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
const CERTIFICATE_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_REVOKED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'TCV_WRONG_CERTIFICATE',
]);

/** Words for what Node's network says. */
export function codeOfNetworkError(cause: Error): ErrorCode {
  const code = 'code' in cause ? String(cause.code) : '';
  if (CLOCK_CODES.has(code)) return 'server.clock-breaks-tls';
  if (CERTIFICATE_CODES.has(code)) return 'server.wrong-certificate';
  if (code === 'ETIMEDOUT') return 'server.timeout';
  if (code.startsWith('HPE_')) return 'server.invalid-answer';
  return 'server.unreachable';
}

/** Undefined for what is no JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    return undefined;
  }
}
