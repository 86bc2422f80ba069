import { timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { HubFigures } from '@shared/domain/organ/hub-host';
import { utf8 } from '@shared/kernel/bytes';
import { MoveRequest } from '@shared/protocol/hub-door';
import { answer, failureResponse } from '../../http/answer';
import type { ServerEnv } from '../../http/context';
import { readJson } from '../../http/read-json';
import type { MoveWork } from './move-work';

export interface LocalRoutesDeps {
  /** Of this start (`hub-door.ts`). */
  readonly key: string;
  readonly figures: () => Promise<HubFigures>;
  readonly moving: MoveWork;
  /** Work came in. */
  readonly kept: () => void;
}

/** `/local` of a hub, for the workstation on the same PC: how it is, its work to a file and from one, its end. */
export function localRoutes({ key, figures, moving, kept }: LocalRoutesDeps) {
  const app = new Hono<ServerEnv>();
  const wanted = utf8(`Bearer ${key}`);
  app.use(async (c, next) => {
    const shown = utf8(c.req.header('authorization') ?? '');
    const isOwner = shown.length === wanted.length && timingSafeEqual(shown, wanted);
    return isOwner ? next() : failureResponse(c, { code: 'session.not-signed-in' });
  });
  app.get('/figures', async (c) => answer(c, await figures()));
  app.post('/save', async (c) => {
    const request = await readJson(c, MoveRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const saved = await moving.save(request.value.path);
    return saved.ok ? answer(c, saved.value) : failureResponse(c, saved.error);
  });
  app.post('/take', async (c) => {
    const request = await readJson(c, MoveRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const taken = await moving.take(request.value.path);
    kept();
    return taken.ok ? answer(c, taken.value) : failureResponse(c, taken.error);
  });
  app.post('/stop', async (c) => {
    // The answer leaves first: requests under way are given time.
    setImmediate(() => process.emit('SIGTERM'));
    return answer(c, { stopping: true });
  });
  return app;
}
