import { Hono } from 'hono';
import { FileHash } from '@shared/kernel/ids';
import { KeyOfScope } from '@shared/protocol/relay-file';
import { DeliverRequest } from '@shared/protocol/relay-message';
import { answer, failureResponse } from '../../http/answer';
import { authenticate, type AuthenticateDeps } from '../../http/authenticate';
import type { ServerEnv } from '../../http/context';
import { readJson } from '../../http/read-json';
import type { Files } from '../files/file-service';
import type { Authorities } from './authority-service';
import type { Deliver } from './deliver-service';
import type { RelayKeys } from './relay-keys';
import { openSealedBody } from './sealed-body';

export interface RelayRoutesDeps extends AuthenticateDeps {
  readonly authorities: Authorities;
  readonly deliver: Deliver;
  readonly files: Files;
  readonly relayKeys: RelayKeys;
}

/** `/relay` of the province (§20): what an office needs to go on without it, and the work that came around the line. */
export function relayRoutes({ authorities, deliver, files, relayKeys, ...deps }: RelayRoutesDeps) {
  const app = new Hono<ServerEnv>();
  app.use(authenticate(deps));
  app.get('/authority', async (c) => answer(c, await authorities(c.get('session'))));
  app.post('/deliver', async (c) => {
    const request = await readJson(c, DeliverRequest);
    if (!request.ok) return failureResponse(c, request.error);
    return answer(c, await deliver(c.get('session'), request.value));
  });
  /** Announced and finished as any file (§10.2); only its chunks come sealed. */
  app.put('/files/:sha256/chunks', async (c) => {
    const sha256 = FileHash.safeParse(c.req.param('sha256'));
    const sealedFor = KeyOfScope.safeParse(c.req.query());
    if (!sha256.success || !sealedFor.success)
      return failureResponse(c, { code: 'http.invalid-body' });
    const { scope, epoch } = sealedFor.data;
    const body = (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>;
    const plain = openSealedBody(body, relayKeys.keyOf(scope, epoch), sha256.data);
    const state = await files.takeChunks(c.get('session'), sha256.data, plain);
    return state.ok ? answer(c, state.value) : failureResponse(c, state.error);
  });
  return app;
}
