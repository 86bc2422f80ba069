import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { toHex, utf8 } from '@shared/kernel/bytes';
import { CHUNK_HEADER_BYTES } from '@shared/protocol/file-message';
import { RelayFileAnnouncement } from '@shared/protocol/relay-file';
import {
  RelayRequest,
  type Authority,
  type AuthorityReply,
  type Envelope,
} from '@shared/protocol/relay-message';
import { ChallengeRequest, proofText, RenewRequest } from '@shared/protocol/session';
import { fromBase64 } from '@shared/kernel/bytes';
import { hubCode } from '@shared/relay/hub-code';
import { createMailbox, scopesOf, type RelaySession } from '@shared/relay/mailbox';
import { isDecided, readAuthority } from '@shared/relay/signed';
import { verifyEd25519 } from '../../src/main/platform/relay-cipher';
import { sha256 } from '../../src/main/platform/system';
import { memoryMailbox } from './relay-office';
import { aCertificate, servingTls } from './tls-server';

export interface HeldFile {
  readonly sizeBytes: number;
  readonly epoch: number;
  /** Sealed, by index. */
  readonly frames: Map<number, Buffer>;
}

/**
 * A small hub behind real TLS, for tests of what workstations do with one: the real mailbox with its lines in memory,
 * sessions by the keys that the province's authority names, files as sealed frames.
 */
export async function startOfficeHub(officeId: string, reply: AuthorityReply) {
  const publicKey = fromBase64(reply.publicKey);
  const read = readAuthority(verifyEd25519, { publicKey, officeId }, reply.authority);
  if (!read) throw new Error('the province signed no authority for this office');
  let authority: Authority = read;
  let isUp = true;
  const store = memoryMailbox(randomUUID());
  const mailbox = createMailbox({
    store,
    authority: () => authority,
    isDecided: (decision) => isDecided(verifyEd25519, { publicKey, officeId }, decision),
    nowMs: () => Date.now(),
    registers: async () => [],
    provinceHeardAt: () => null,
  });
  const sessions = new Map<string, RelaySession>();
  const files = new Map<string, HeldFile>();

  function renew(body: unknown): object | undefined {
    const { deviceId, nonce, deviceProof, user } = RenewRequest.parse(body);
    const isBy = (keys: readonly { publicKey: string }[], subject: string, proof: string) =>
      keys.some((key) =>
        verifyEd25519(
          fromBase64(key.publicKey),
          utf8(proofText('renew', nonce, subject)),
          fromBase64(proof),
        ),
      );
    const devices = authority.devices.filter((one) => one.deviceId === deviceId);
    if (!isBy(devices, deviceId, deviceProof)) return undefined;
    const userKeys = authority.userKeys.filter(
      (key) => key.userId === user?.userId && key.deviceId === deviceId,
    );
    if (user && !isBy(userKeys, user.userId, user.userProof)) return undefined;
    const accessToken = randomUUID();
    sessions.set(accessToken, { deviceId, userId: user?.userId });
    const person = authority.users.find(({ id }) => id === user?.userId) ?? null;
    return { accessToken, expiresIn: 900, user: person, officeId, serverTime: Date.now() };
  }

  function file(
    session: RelaySession,
    method: string,
    url: URL,
    body: Buffer,
  ): object | Buffer | undefined {
    const [, , , name = '', part = ''] = url.pathname.split('/');
    const announced =
      part === '' ? RelayFileAnnouncement.parse(JSON.parse(body.toString())) : undefined;
    const scope = announced?.scope ?? url.searchParams.get('scope') ?? '';
    if (!scopesOf(authority, session.userId).includes(scope)) return undefined;
    const key = `${name} ${scope}`;
    if (announced && !files.has(key)) files.set(key, { ...announced, frames: new Map() });
    const held = files.get(key);
    if (!held) return undefined;
    const count = Math.ceil(held.sizeBytes / (128 * 1024));
    const frames = [...held.frames].toSorted(([a], [b]) => a - b).map(([, frame]) => frame);
    if (method === 'PUT' && part === 'chunks')
      for (let at = 0; at < body.length;) {
        const end = at + CHUNK_HEADER_BYTES + body.readUInt32LE(at + 4);
        held.frames.set(body.readUInt32LE(at), body.subarray(at, end));
        at = end;
      }
    if (method === 'GET' && part === 'chunks') {
      const wanted = (url.searchParams.get('i') ?? '').split(',').map(Number);
      return Buffer.concat(wanted.flatMap((i) => held.frames.get(i) ?? []));
    }
    const { epoch, sizeBytes } = held;
    if (part === 'manifest') {
      const chunks = frames.map((frame) => frame.subarray(8, CHUNK_HEADER_BYTES).toString('hex'));
      return held.frames.size < count ? undefined : { sizeBytes, epoch, chunks };
    }
    if (held.frames.size === count) return { state: 'complete', epoch };
    const have = Buffer.alloc(Math.ceil(count / 8));
    for (const i of held.frames.keys()) have[i >> 3] = (have[i >> 3] ?? 0) | (128 >> (i & 7));
    return { state: 'partial', epoch, have: have.toString('base64') };
  }

  async function answer(request: IncomingMessage): Promise<object | Buffer | undefined> {
    const url = new URL(request.url ?? '', 'https://hub');
    const body = await bodyOf(request);
    if (url.pathname === '/session/challenge') {
      ChallengeRequest.parse(JSON.parse(body.toString()));
      return { nonce: randomUUID(), serverTime: Date.now() };
    }
    if (url.pathname === '/session/renew') return renew(JSON.parse(body.toString()));
    const session = sessions.get((request.headers.authorization ?? '').slice('Bearer '.length));
    if (!session) return undefined;
    if (url.pathname.startsWith('/relay/files/'))
      return file(session, request.method ?? '', url, body);
    return mailbox.exchange(session, RelayRequest.parse(JSON.parse(body.toString())));
  }

  const pair = aCertificate();
  const address = await servingTls(pair, (request, response) => {
    if (!isUp) return void request.socket.destroy();
    answer(request)
      .then((found) => {
        response.statusCode = found ? 200 : 401;
        if (Buffer.isBuffer(found)) return response.end(found);
        return response.end(JSON.stringify(found ?? { code: 'session.not-signed-in' }));
      })
      .catch((cause: unknown) => response.writeHead(500).end(String(cause)));
  });
  const fingerprint = toHex(
    createHash('sha256').update(new X509Certificate(pair.cert).raw).digest(),
  );
  return {
    code: hubCode({ address, fingerprint }, sha256),
    lines: store.lines,
    files,
    decided: mailbox.decided,
    keep: (envelopes: readonly Envelope[]) => store.keepEnvelopes(envelopes, ''),
    setUp: (up: boolean) => {
      isUp = up;
    },
    grow: (more: Partial<Authority>) => {
      authority = { ...authority, ...more };
    },
  };
}

export type OfficeHub = Awaited<ReturnType<typeof startOfficeHub>>;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
}
