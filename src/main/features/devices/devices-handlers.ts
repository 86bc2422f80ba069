import type { z } from 'zod';
import { contract } from '@shared/ipc/contract';
import type { Result } from '@shared/kernel/result';
import { ActivationCodeReply, DevicesReply, DisableReply } from '@shared/domain/organ/devices';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';
import type { CallOptions } from '../../platform/server-client';

export interface DevicesHandlersDeps extends LogDep {
  /** One request in the name of the signed-in person. */
  readonly request: <T extends z.ZodType>(
    options: Omit<CallOptions<T>, 'accessToken'>,
  ) => Promise<Result<z.infer<T>>>;
}

/** The office's machines, as the server knows them: nothing of it is kept here, so all of it needs the line (§15). */
export function devicesHandlers(deps: DevicesHandlersDeps) {
  return {
    'devices.list': bind(deps, contract['devices.list'], () =>
      deps.request({ method: 'GET', path: '/admin/devices', answer: DevicesReply }),
    ),
    'devices.issueCode': bind(deps, contract['devices.issueCode'], () =>
      deps.request({
        method: 'POST',
        path: '/admin/activation-codes',
        body: {},
        answer: ActivationCodeReply,
      }),
    ),
    'devices.disable': bind(deps, contract['devices.disable'], (body) =>
      deps.request({ method: 'POST', path: '/admin/devices/disable', body, answer: DisableReply }),
    ),
  };
}
