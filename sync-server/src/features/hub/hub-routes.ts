import { Hono } from 'hono';
import { FileHash } from '@shared/kernel/ids';
import { KeyOfScope, OfScope, RelayFileAnnouncement } from '@shared/protocol/relay-file';
import { NumberRequest, RelayRequest, ReleaseRequest } from '@shared/protocol/relay-message';
import type { Mailbox, RelaySession } from '@shared/relay/mailbox';
import { answer, failureResponse } from '../../http/answer';
import { authenticate, type AuthenticateDeps } from '../../http/authenticate';
import type { ServerEnv } from '../../http/context';
import { readJson } from '../../http/read-json';
import { Indices } from '../files/file-routes';
import type { AuthenticatedSession } from '../session/session-service';
import type { HubFiles } from './hub-files';
import type { NumberDesk } from './number-desk';

export interface HubRoutesDeps extends AuthenticateDeps {
  readonly mailbox: Pick<Mailbox, 'exchange'>;
  /** Has this machine brought as much as it may? It goes on reading (I-22). */
  readonly isFullFor: (deviceId: string) => Promise<boolean>;
  readonly files: HubFiles;
  readonly numbers: Pick<NumberDesk, 'give' | 'release'>;
  /** New work may lie in the mailbox. */
  readonly kept: () => void;
  /** A clerk says that the province has news for this hub. */
  readonly told: () => void;
}

/** `/relay` of a hub (§20): the mailbox of the office, its sealed files, and numbers of registers leased to it. */
export function hubRoutes({
  mailbox,
  isFullFor,
  files,
  numbers,
  kept,
  told,
  ...deps
}: HubRoutesDeps) {
  const app = new Hono<ServerEnv>();
  app.use(authenticate(deps));
  app.post('/exchange', async (c) => {
    const request = await readJson(c, RelayRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const session = relaySession(c.get('session'));
    if (request.value.envelopes.length > 0 && (await isFullFor(session.deviceId)))
      return failureResponse(c, { code: 'hub.machine-full' });
    const reply = await mailbox.exchange(session, request.value);
    if (reply.relayed > 0) kept();
    return answer(c, reply);
  });
  app.post('/numbers', async (c) => {
    const request = await readJson(c, NumberRequest);
    if (!request.ok) return failureResponse(c, request.error);
    if (!isClerk(c.get('session'))) return failureResponse(c, { code: 'register.not-allowed' });
    const { registerId, documentId } = request.value;
    const slip = await numbers.give(registerId, documentId);
    return slip.ok ? answer(c, { slip: slip.value }) : failureResponse(c, slip.error);
  });
  app.post('/release', async (c) => {
    const request = await readJson(c, ReleaseRequest);
    if (!request.ok) return failureResponse(c, request.error);
    if (!isClerk(c.get('session'))) return failureResponse(c, { code: 'register.not-allowed' });
    const release = await numbers.release(request.value.registerId);
    return release.ok ? answer(c, { release: release.value }) : failureResponse(c, release.error);
  });
  app.post('/news', (c) => {
    if (!isClerk(c.get('session'))) return failureResponse(c, { code: 'register.not-allowed' });
    told();
    return answer(c, {});
  });
  app.put('/files/:sha256', async (c) => {
    const sha256 = FileHash.safeParse(c.req.param('sha256'));
    const body = await readJson(c, RelayFileAnnouncement);
    if (!sha256.success || !body.ok) return failureResponse(c, { code: 'http.invalid-body' });
    const state = await files.announce(relaySession(c.get('session')), sha256.data, body.value);
    return state.ok ? answer(c, state.value) : failureResponse(c, state.error);
  });
  app.put('/files/:sha256/chunks', async (c) => {
    const name = KeyOfScope.extend({ sha256: FileHash }).safeParse(named(c.req));
    if (!name.success) return failureResponse(c, { code: 'http.invalid-body' });
    const body = (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>;
    const session = relaySession(c.get('session'));
    const state = await files.takeChunks(session, { ...name.data, body });
    return state.ok ? answer(c, state.value) : failureResponse(c, state.error);
  });
  app.post('/files/:sha256/finish', async (c) => {
    const name = NameOfFile.safeParse(named(c.req));
    if (!name.success) return failureResponse(c, { code: 'http.invalid-body' });
    const state = await files.finish(relaySession(c.get('session')), name.data);
    return state.ok ? answer(c, state.value) : failureResponse(c, state.error);
  });
  app.get('/files/:sha256/manifest', async (c) => {
    const name = NameOfFile.safeParse(named(c.req));
    if (!name.success) return failureResponse(c, { code: 'http.invalid-body' });
    const manifest = await files.manifest(relaySession(c.get('session')), name.data);
    return manifest.ok ? answer(c, manifest.value) : failureResponse(c, manifest.error);
  });
  app.get('/files/:sha256/chunks', async (c) => {
    const name = NameOfFile.extend({ i: Indices }).safeParse(named(c.req));
    if (!name.success) return failureResponse(c, { code: 'http.invalid-body' });
    const session = relaySession(c.get('session'));
    const chunks = await files.readChunks(session, name.data, name.data.i);
    if (!chunks.ok) return failureResponse(c, chunks.error);
    return c.body(chunks.value, 200, { 'content-type': 'application/octet-stream' });
  });
  return app;
}

/** Of which organ a register is the province knows; here it is enough that somebody keeps registers at all. */
const isClerk = ({ user }: AuthenticatedSession): boolean =>
  user?.grants.some(({ role }) => role === 'vanThu') ?? false;

const NameOfFile = OfScope.extend({ sha256: FileHash });

/** What a path and its query say. */
const named = (request: {
  readonly param: (name: 'sha256') => string | undefined;
  readonly query: () => Record<string, string>;
}): unknown => ({ ...request.query(), sha256: request.param('sha256') });

const relaySession = ({ deviceId, user }: AuthenticatedSession): RelaySession => ({
  deviceId,
  userId: user?.id,
});
