import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type Agent } from 'node:https';
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { z } from 'zod';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import { PACKING, packingWords } from '@shared/protocol/packing';
import { listenTo } from './event-stream';
import { codeOfNetworkError, parseJson, readAnswer, type ReceivedBytes } from './http-answer';
import { createPackingMemory, type PackingUse } from './packing-memory';

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
/** Below this the header of a packed request costs what it saves (B-4). */
const PACK_FROM_BYTES = 256;

/** Speaks HTTP with the sync-server. Main is the only part of the product that does. */
export function createServerClient(address: () => ServerAddress | undefined): ServerClient {
  const packing = createPackingMemory();
  async function exchange(sending: Sending): Promise<Result<ReceivedBytes>> {
    const server = address();
    if (!server) return err({ code: 'device.not-enrolled' });
    const { question } = sending;
    if (!question) return send(server, sending);
    const use = packing.useFor(server.baseUrl);
    const sent = await send(server, { ...sending, payload: jsonPayload(question, use) });
    if (!packing.learn(server.baseUrl, use, sent)) return sent;
    // It was refused before it was read: saying it once more does nothing twice.
    return send(server, { ...sending, payload: jsonPayload(question, 'none') });
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
      forJson({ method, path, accessToken, timeoutMs, question: questionOf(body) }, answer),
    sendBytes: ({ path, bytes, accessToken, answer, timeoutMs }) =>
      forJson(
        {
          method: 'PUT',
          path,
          accessToken,
          timeoutMs,
          payload: { bytes, type: 'application/octet-stream' },
        },
        answer,
      ),
    fetchBytes: ({ path, accessToken, timeoutMs }) =>
      exchange({ method: 'GET', path, accessToken, timeoutMs }),
    listen: async (options) => {
      const server = address();
      return server ? listenTo(server, options) : { code: 'device.not-enrolled' };
    },
  };
}

interface Payload {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly coding?: string;
  /** The answer may come in `PACKING`. */
  readonly isOffering?: boolean;
}

interface Sending {
  readonly method: string;
  readonly path: string;
  readonly accessToken: string | undefined;
  readonly timeoutMs: number | undefined;
  /** JSON, to be packed as the server understands it. */
  readonly question?: Uint8Array | undefined;
  readonly payload?: Payload;
}

const questionOf = (body: unknown): Uint8Array | undefined =>
  body === undefined ? undefined : Buffer.from(JSON.stringify(body));

function jsonPayload(json: Uint8Array, use: PackingUse): Payload {
  const plain = { bytes: json, type: 'application/json', isOffering: use !== 'none' };
  if (json.length <= PACK_FROM_BYTES) return plain;
  return use === 'used'
    ? { ...plain, bytes: deflateRawSync(json, { dictionary: packingWords() }), coding: PACKING }
    : { ...plain, bytes: gzipSync(json), coding: 'gzip' };
}

function send(server: ServerAddress, sending: Sending): Promise<Result<ReceivedBytes>> {
  const url = new URL(sending.path, server.baseUrl);
  const { payload, question } = sending;
  const headers: Record<string, string | number> = {
    'accept-encoding': payload?.isOffering ? `br, ${PACKING}` : 'br',
  };
  if (payload) {
    headers['content-type'] = payload.type;
    headers['content-length'] = payload.bytes.length;
    if (payload.coding) headers['content-encoding'] = payload.coding;
  }
  if (sending.accessToken !== undefined) headers['authorization'] = `Bearer ${sending.accessToken}`;

  return new Promise((resolve) => {
    const { ca, agent } = server;
    const options = { method: sending.method, headers, ca, ...(agent && { agent }) };
    const onAnswer = (message: IncomingMessage) => void readAnswer(message, question).then(resolve);
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
