import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { mayInOffice } from '@shared/domain/organ/permission';
import { ActivationCodeRequest, DisableRequest } from '@shared/domain/organ/devices';
import type { Queryable } from '../../db/queryable';
import { answer, failureResponse } from '../../http/answer';
import { authenticate, type AuthenticateDeps } from '../../http/authenticate';
import type { ServerEnv } from '../../http/context';
import { readJson } from '../../http/read-json';
import type { AuthenticatedSession } from '../session/session-service';
import { CODE_HOURS, type Admin } from './admin-service';
import { readDeviceOverview } from './device-overview';

export interface AdminRoutesDeps extends AuthenticateDeps {
  readonly db: Queryable;
  readonly admin: Pick<Admin, 'createActivationCode' | 'disableDevice'>;
  readonly nowMs: () => number;
}

/** Lets pass who may manage the office's machines, by the server's own rows of this moment (I-13). */
const managers = createMiddleware<ServerEnv>(async (c, next) => {
  const { user } = c.get('session');
  if (!user) return failureResponse(c, { code: 'session.not-signed-in' });
  if (!mayInOffice(user, 'manageDevices')) {
    return failureResponse(c, { code: 'device.not-allowed' });
  }
  return next();
});

const by = ({ user, deviceId }: AuthenticatedSession) => ({ actor: user?.id, deviceId });

/** `/admin`: the office's own machines, for who may manage them (§15). */
export function adminRoutes({ db, admin, nowMs, ...deps }: AdminRoutesDeps) {
  const app = new Hono<ServerEnv>();
  app.use(authenticate(deps), managers);
  app.get('/devices', async (c) =>
    answer(c, { devices: await readDeviceOverview(db, nowMs(), c.get('session').officeId) }),
  );
  app.post('/activation-codes', async (c) => {
    const request = await readJson(c, ActivationCodeRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const session = c.get('session');
    const code = await admin.createActivationCode(
      session.officeId,
      CODE_HOURS,
      by(session),
      request.value.kind,
    );
    return answer(c, { code, validHours: CODE_HOURS });
  });
  app.post('/devices/disable', async (c) => {
    const request = await readJson(c, DisableRequest);
    if (!request.ok) return failureResponse(c, request.error);
    const session = c.get('session');
    const { deviceId, wipe } = request.value;
    if (deviceId === session.deviceId) return failureResponse(c, { code: 'device.is-own' });
    const isKnown = await admin.disableDevice(session.officeId, deviceId, by(session), wipe);
    return isKnown ? answer(c, { disabled: true }) : failureResponse(c, { code: 'device.unknown' });
  });
  return app;
}
