import { Hono } from 'hono';
import { z } from 'zod';
import { FileHash } from '@shared/kernel/ids';
import { FileAnnouncement } from '@shared/protocol/file-message';
import type { ExchangeSession } from '@shared/sync/exchange';
import { answer, failureResponse } from '../../http/answer';
import { authenticate, type AuthenticateDeps } from '../../http/authenticate';
import type { ServerEnv } from '../../http/context';
import { readJson } from '../../http/read-json';
import type { Files } from './file-service';

export interface FileRoutesDeps extends AuthenticateDeps {
  readonly files: Files;
}

/** At most 60 chunks (7.5 MiB) in one answer, which the workstation bounds at 8 MiB. */
export const Indices = z
  .string()
  .regex(/^\d{1,5}(,\d{1,5}){0,59}$/)
  .transform((text) => text.split(',').map(Number));

/** `/files/{sha256}`: upload and download in chunks (§10.2, §10.3). */
export function fileRoutes({ files, ...deps }: FileRoutesDeps) {
  const app = new Hono<ServerEnv>();
  app.use(authenticate(deps));
  app.put('/:sha256', async (c) => {
    const sha256 = FileHash.safeParse(c.req.param('sha256'));
    const body = await readJson(c, FileAnnouncement);
    if (!sha256.success || !body.ok) return failureResponse(c, { code: 'http.invalid-body' });
    const session: ExchangeSession = c.get('session');
    const state = await files.announce(session, sha256.data, body.value);
    return state.ok ? answer(c, state.value) : failureResponse(c, state.error);
  });
  app.put('/:sha256/chunks', async (c) => {
    const sha256 = FileHash.safeParse(c.req.param('sha256'));
    if (!sha256.success) return failureResponse(c, { code: 'http.invalid-body' });
    const body = (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>;
    const state = await files.takeChunks(c.get('session'), sha256.data, body);
    return state.ok ? answer(c, state.value) : failureResponse(c, state.error);
  });
  app.post('/:sha256/finish', async (c) => {
    const sha256 = FileHash.safeParse(c.req.param('sha256'));
    if (!sha256.success) return failureResponse(c, { code: 'http.invalid-body' });
    const state = await files.finish(c.get('session'), sha256.data);
    return state.ok ? answer(c, state.value) : failureResponse(c, state.error);
  });
  app.get('/:sha256/manifest', async (c) => {
    const sha256 = FileHash.safeParse(c.req.param('sha256'));
    if (!sha256.success) return failureResponse(c, { code: 'http.invalid-body' });
    const manifest = await files.manifest(c.get('session'), sha256.data);
    return manifest.ok ? answer(c, manifest.value) : failureResponse(c, manifest.error);
  });
  app.get('/:sha256/chunks', async (c) => {
    const sha256 = FileHash.safeParse(c.req.param('sha256'));
    const indices = Indices.safeParse(c.req.query('i'));
    if (!sha256.success || !indices.success)
      return failureResponse(c, { code: 'http.invalid-body' });
    const chunks = await files.readChunks(c.get('session'), sha256.data, indices.data);
    if (!chunks.ok) return failureResponse(c, chunks.error);
    return c.body(chunks.value, 200, {
      'content-type': 'application/octet-stream',
    });
  });
  return app;
}
