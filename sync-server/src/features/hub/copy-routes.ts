import { Hono, type Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { utf8 } from '@shared/kernel/bytes';
import {
  COPY_PART_BYTES,
  CopyId,
  CopyPart,
  CopyRead,
  CopyReader,
  CopyRemoval,
  readerText,
} from '@shared/protocol/backup-copy';
import { answer, failureResponse } from '../../http/answer';
import { authenticate, type AuthenticateDeps } from '../../http/authenticate';
import type { ServerEnv } from '../../http/context';
import type { RateLimiter } from '../../http/limits';
import { readJson } from '../../http/read-json';
import { verifyEd25519 } from '../../platform';
import type { Tokens } from '../session/tokens';
import type { HubCopies } from './hub-copies';

export interface CopyRoutesDeps extends AuthenticateDeps {
  readonly copies: HubCopies;
  readonly tokens: Tokens;
  /** Guesses at recovery keys, by where they come from. */
  readonly addressRate: RateLimiter;
  readonly addressOf: (c: Context<ServerEnv>) => string;
}

/** `/relay/copies` of a hub (§15, §20): a workstation's own second copy, and for who has its recovery key. */
export function copyRoutes(deps: CopyRoutesDeps) {
  const app = new Hono<ServerEnv>();
  app.use('/own/*', authenticate(deps));
  app.route('/own', ownCopyRoutes(deps.copies));
  app.route('/', readerRoutes(deps));
  return app;
}

/** Of the workstation that asks, by its device and incarnation: no path names another one's. */
function ownCopyRoutes(copies: HubCopies) {
  const app = new Hono<ServerEnv>();
  app.get('/blobs', async (c) => answer(c, await copies.list(ownId(c))));
  app.get('/blob', (c) => sendPart(c, copies, ownId(c)));
  app.put('/blob', async (c) => {
    const part = CopyPart.safeParse(c.req.query());
    const bytes = await readPart(c);
    if (!part.success || !bytes) return failureResponse(c, { code: 'http.invalid-body' });
    const taken = await copies.takePart(ownId(c), part.data, bytes);
    return taken.ok ? answer(c, {}) : failureResponse(c, taken.error);
  });
  app.post('/remove', async (c) => {
    const wish = await readJson(c, CopyRemoval);
    if (!wish.ok) return failureResponse(c, wish.error);
    await copies.remove(ownId(c), wish.value.name);
    return answer(c, {});
  });
  app.post('/reader', async (c) => {
    const reader = await readJson(c, CopyReader);
    if (!reader.ok) return failureResponse(c, reader.error);
    await copies.setReader(ownId(c), reader.value.publicKey);
    return answer(c, {});
  });
  return app;
}

/** Whoever proves the recovery key by the key derived from it; who cannot is told of no copy at all. */
function readerRoutes({ copies, tokens, addressRate, addressOf }: CopyRoutesDeps) {
  const app = new Hono<ServerEnv>();
  app.use(
    createMiddleware<ServerEnv>(async (c, next) => {
      const retryAfterMs = addressRate(`copies ${addressOf(c)}`);
      if (retryAfterMs === 0) return next();
      return failureResponse(c, { code: 'http.too-many-requests', retryAfterMs });
    }),
  );
  app.post('/challenge', async (c) => answer(c, { nonce: tokens.issueNonce(SUBJECT) }));
  app.get('/', async (c) => {
    const reader = await readerOf(c, tokens);
    if (reader === undefined) return failureResponse(c, { code: 'device.bad-proof' });
    const own: string[] = [];
    for (const id of await copies.ids()) if (await copies.isReader(id, reader)) own.push(id);
    return answer(c, { copies: own });
  });
  app.get('/:id/blobs', async (c) => {
    const id = await readableId(c);
    return id ? answer(c, await copies.list(id)) : failureResponse(c, { code: 'device.bad-proof' });
  });
  app.get('/:id/blob', async (c) => {
    const id = await readableId(c);
    return id ? sendPart(c, copies, id) : failureResponse(c, { code: 'device.bad-proof' });
  });
  return app;

  async function readableId(c: Context<ServerEnv, '/:id/*'>): Promise<string | undefined> {
    const id = CopyId.safeParse(c.req.param('id'));
    const reader = await readerOf(c, tokens);
    if (!id.success || reader === undefined) return undefined;
    return (await copies.isReader(id.data, reader)) ? id.data : undefined;
  }
}

/** Stands where a device's id does: whoever reads copies has no device. No device has it. */
const SUBJECT = '00000000-0000-0000-0000-00000000c0b1';

/** The public key whose holder sent this, within the life of a nonce of ours. */
async function readerOf(c: Context<ServerEnv>, tokens: Tokens): Promise<string | undefined> {
  const token = (c.req.header('authorization') ?? '').replace(/^bearer /i, '');
  const [publicKey = '', proof = '', ...rest] = token.split('.');
  const nonce = rest.join('.');
  if (!tokens.isNonceOf(SUBJECT, nonce)) return undefined;
  const signature = Buffer.from(proof, 'base64');
  const isProven = verifyEd25519(
    Buffer.from(publicKey, 'base64'),
    utf8(readerText(nonce)),
    signature,
  );
  return isProven ? publicKey : undefined;
}

async function sendPart(c: Context<ServerEnv>, copies: HubCopies, id: string): Promise<Response> {
  const wish = CopyRead.safeParse(c.req.query());
  if (!wish.success) return failureResponse(c, { code: 'http.invalid-body' });
  const bytes = await copies.readPart(id, wish.data.name, wish.data.at);
  if (!bytes) return failureResponse(c, { code: 'files.missing' });
  return c.body(bytes, 200, { 'content-type': 'application/octet-stream' });
}

/** Undefined for more than a part may have. */
async function readPart(c: Context<ServerEnv>): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > COPY_PART_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const ownId = (c: Context<ServerEnv>): string => {
  const { deviceId, inc } = c.get('session');
  return `${deviceId}.${inc}`;
};
