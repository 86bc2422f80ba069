import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type Agent } from 'node:https';
import { gzipSync } from 'node:zlib';
import type { z } from 'zod';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import { listenTo } from './event-stream';
import { codeOfNetworkError, parseJson, readAnswer, type ReceivedBytes } from './http-answer';

/** How to reach the sync-server; `ca` is the pinned certificate authority of the province (PEM). */
export interface ServerAddress {
  /** `https://host:port`, or `http://` on loopback and test installations. */
  readonly baseUrl: string;
  readonly ca?: string;
  /** Makes the connections, where a certificate is known by itself (`pinned-agent.ts`). */
  readonly agent?: Agent;
}

export interface ServerClient {
  /** One request with a JSON answer of the given shape; what fails is a value. */
  readonly call: <T extends z.ZodType>(options: CallOptions<T>) => Promise<Result<z.infer<T>>>;
  /** The same with a body of bytes, as files travel. */
  readonly sendBytes: <T extends z.ZodType>(options: ByteOptions<T>) => Promise<Result<z.infer<T>>>;
  /** One request whose answer is bytes, at most 8 MiB; what came before a cut is kept (I-19). */
  readonly fetchBytes: (options: {
    readonly path: string;
    readonly accessToken: string;
    readonly timeoutMs?: number;
  }) => Promise<Result<ReceivedBytes>>;
  /** Hears a stream of events; resolves with why it ended. Silence of `silentMs` ends it: it may be half open. */
  readonly listen: (options: ListenOptions) => Promise<Failure>;
}

export interface ListenOptions {
  readonly path: string;
  readonly accessToken: string;
  readonly silentMs: number;
  /** The data of each event; an empty text for a sign of life. */
  readonly heard: (data: string) => void;
  readonly signal: AbortSignal;
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
/** Below this the header of a zipped request costs what it saves (B-4). */
const GZIP_FROM_BYTES = 256;

/** Speaks HTTP with the sync-server. Main is the only part of the product that does. */
export function createServerClient(address: () => ServerAddress | undefined): ServerClient {
  async function exchange(sending: Sending): Promise<Result<ReceivedBytes>> {
    const server = address();
    return server ? send(server, sending) : err({ code: 'device.not-enrolled' });
  }
  async function forJson<T extends z.ZodType>(
    sending: Sending,
    shape: T,
  ): Promise<Result<z.infer<T>>> {
    const sent = await exchange(sending);
    if (!sent.ok) return sent;
    if (!sent.value.isWhole) return err({ code: 'server.unreachable' });
    const parsed = shape.safeParse(parseJson(sent.value.bytes));
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
    listen: async (options) => {
      const server = address();
      return server ? listenTo(server, options) : { code: 'device.not-enrolled' };
    },
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

function send(server: ServerAddress, sending: Sending): Promise<Result<ReceivedBytes>> {
  const url = new URL(sending.path, server.baseUrl);
  const { payload } = sending;
  const headers: Record<string, string | number> = {
    'accept-encoding': 'br',
  };
  if (payload) {
    headers['content-type'] = payload.type;
    headers['content-length'] = payload.bytes.length;
    if (payload.isZipped) headers['content-encoding'] = 'gzip';
  }
  if (sending.accessToken !== undefined) headers['authorization'] = `Bearer ${sending.accessToken}`;

  return new Promise((resolve) => {
    const { ca, agent } = server;
    const options = { method: sending.method, headers, ca, ...(agent && { agent }) };
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
    // HTTP/1.1 keeps a connection without a word (B-4).
    request.removeHeader('connection');
    request.on('error', (cause) => resolve(err({ code: codeOfNetworkError(cause) })));
    request.on('close', () => clearTimeout(timer));
    request.end(payload?.bytes);
  });
}
