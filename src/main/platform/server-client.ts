import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createBrotliDecompress, createGunzip, gzipSync } from 'node:zlib';
import type { z } from 'zod';
import { isErrorCode, type ErrorCode } from '@shared/errors/catalogue';
import { fromUtf8 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import { FailureBody } from '@shared/protocol/sync-message';

/** How to reach the sync-server; `ca` is the pinned certificate authority of the province (PEM). */
export interface ServerAddress {
  /** `https://host:port`, or `http://` on loopback and test installations. */
  readonly baseUrl: string;
  readonly ca?: string;
}

export interface ServerClient {
  /** One request with a JSON answer of the given shape; what fails is a value. */
  readonly call: <T extends z.ZodType>(options: CallOptions<T>) => Promise<Result<z.infer<T>>>;
  /** The same with a body of bytes, as files travel. */
  readonly sendBytes: <T extends z.ZodType>(options: ByteOptions<T>) => Promise<Result<z.infer<T>>>;
  /** One request whose answer is bytes, at most 8 MiB. */
  readonly fetchBytes: (options: {
    readonly path: string;
    readonly accessToken: string;
    readonly timeoutMs?: number;
  }) => Promise<Result<Uint8Array>>;
}

export interface ByteOptions<T extends z.ZodType> {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly accessToken: string;
  readonly answer: T;
  readonly timeoutMs?: number;
}

export interface CallOptions<T extends z.ZodType> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly accessToken?: string | undefined;
  readonly answer: T;
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;
/** Small requests are not worth the processor's time (§6.4). */
const GZIP_FROM_BYTES = 1024;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** Speaks HTTP with the sync-server. Main is the only part of the product that does. */
export function createServerClient(address: () => ServerAddress | undefined): ServerClient {
  async function exchange(sending: Sending): Promise<Result<Uint8Array>> {
    const server = address();
    return server ? send(server, sending) : err({ code: 'device.not-enrolled' });
  }
  async function forJson<T extends z.ZodType>(
    sending: Sending,
    shape: T,
  ): Promise<Result<z.infer<T>>> {
    const sent = await exchange(sending);
    if (!sent.ok) return sent;
    const parsed = shape.safeParse(parseJson(sent.value));
    return parsed.success ? ok(parsed.data) : err({ code: 'server.invalid-answer' });
  }
  return {
    call: ({ method, path, body, accessToken, answer, timeoutMs }) =>
      forJson({ method, path, accessToken, timeoutMs, payload: jsonPayload(body) }, answer),
    sendBytes: ({ path, bytes, accessToken, answer, timeoutMs }) =>
      forJson(
        {
          method: 'PUT',
          path,
          accessToken,
          timeoutMs,
          payload: { bytes, type: 'application/octet-stream', isZipped: false },
        },
        answer,
      ),
    fetchBytes: ({ path, accessToken, timeoutMs }) =>
      exchange({ method: 'GET', path, accessToken, timeoutMs, payload: undefined }),
  };
}

interface Payload {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly isZipped: boolean;
}

interface Sending {
  readonly method: string;
  readonly path: string;
  readonly accessToken: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly payload: Payload | undefined;
}

function jsonPayload(body: unknown): Payload | undefined {
  if (body === undefined) return undefined;
  const json = Buffer.from(JSON.stringify(body));
  const isZipped = json.length > GZIP_FROM_BYTES;
  return { bytes: isZipped ? gzipSync(json) : json, type: 'application/json', isZipped };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    return undefined;
  }
}

function send(server: ServerAddress, sending: Sending): Promise<Result<Uint8Array>> {
  const url = new URL(sending.path, server.baseUrl);
  const { payload } = sending;
  const headers: Record<string, string | number> = {
    accept: 'application/json',
    'accept-encoding': 'br, gzip',
  };
  if (payload) {
    headers['content-type'] = payload.type;
    headers['content-length'] = payload.bytes.length;
    if (payload.isZipped) headers['content-encoding'] = 'gzip';
  }
  if (sending.accessToken !== undefined) headers['authorization'] = `Bearer ${sending.accessToken}`;

  return new Promise((resolve) => {
    const options = { method: sending.method, headers, ca: server.ca };
    const onAnswer = (message: IncomingMessage) => void readAnswer(message).then(resolve);
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, options, onAnswer)
        : httpRequest(url, options, onAnswer);
    // A deadline for the whole exchange: a half-open connection must never look healthy.
    const timer = setTimeout(() => {
      resolve(err({ code: 'server.timeout' }));
      request.destroy();
    }, sending.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    request.on('error', (cause) => resolve(err({ code: codeOfNetworkError(cause) })));
    request.on('close', () => clearTimeout(timer));
    request.end(payload?.bytes);
  });
}

async function readAnswer(message: IncomingMessage): Promise<Result<Uint8Array>> {
  try {
    const bytes = await readBytes(message);
    const status = message.statusCode ?? 0;
    return status >= 200 && status < 300 ? ok(bytes) : err({ code: codeOfAnswer(status, bytes) });
  } catch (cause) {
    const isCut = cause instanceof Error && 'code' in cause && cause.code === 'ECONNRESET';
    return err({ code: isCut ? 'server.unreachable' : 'server.invalid-answer' });
  }
}

async function readBytes(message: IncomingMessage): Promise<Uint8Array> {
  const encoding = message.headers['content-encoding'];
  const stream =
    encoding === 'br'
      ? message.pipe(createBrotliDecompress())
      : encoding === 'gzip'
        ? message.pipe(createGunzip())
        : message;
  // An error of the connection must end the reading of the decompressed stream too.
  if (stream !== message) message.on('error', (cause) => stream.destroy(cause));
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error('answer too large');
    parts.push(part);
  }
  if (!message.complete) throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
  return Buffer.concat(parts);
}

/** Failures that the server names; anything else is a proxy's page, or rubbish. */
function codeOfAnswer(status: number, bytes: Uint8Array): ErrorCode {
  const body = FailureBody.safeParse(parseJson(bytes));
  if (body.success && isErrorCode(body.data.code)) return body.data.code;
  return status === 429 || status === 503 ? 'server.overloaded' : 'server.invalid-answer';
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
]);

function codeOfNetworkError(cause: Error): ErrorCode {
  const code = 'code' in cause ? String(cause.code) : '';
  if (CLOCK_CODES.has(code)) return 'server.clock-breaks-tls';
  if (CERTIFICATE_CODES.has(code)) return 'server.wrong-certificate';
  if (code === 'ETIMEDOUT') return 'server.timeout';
  if (code.startsWith('HPE_')) return 'server.invalid-answer';
  return 'server.unreachable';
}
