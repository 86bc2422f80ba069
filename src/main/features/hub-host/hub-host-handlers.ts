import { mayInOffice } from '@shared/domain/organ/permission';
import type { User } from '@shared/domain/organ/user';
import { contract } from '@shared/ipc/contract';
import { err, ok, type Result } from '@shared/kernel/result';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';
import type { HubHost } from './hub-host';

/** The user chooses the places; the page never names one. */
export interface ChooseHubWork {
  readonly toSave: (name: string) => Promise<string | undefined>;
  readonly toOpen: () => Promise<string | undefined>;
}

export interface HubHostHandlersDeps extends LogDep {
  readonly at: () => Result<{ readonly host: HubHost; readonly user: User }>;
  readonly choose: ChooseHubWork;
}

/** The hub on this PC, for who may manage the office's machines. */
export function hubHostHandlers({ at, choose, ...deps }: HubHostHandlersDeps) {
  const allowed = async <T>(work: (host: HubHost) => Promise<Result<T>>): Promise<Result<T>> => {
    const open = at();
    if (!open.ok) return open;
    const { host, user } = open.value;
    return mayInOffice(user, 'manageDevices') ? work(host) : err({ code: 'device.not-allowed' });
  };
  return {
    'hubHost.describe': bind(deps, contract['hubHost.describe'], () =>
      allowed(async (host) => ok(await host.describe())),
    ),
    'hubHost.install': bind(deps, contract['hubHost.install'], () =>
      allowed((host) => host.install()),
    ),
    'hubHost.restart': bind(deps, contract['hubHost.restart'], () =>
      allowed((host) => host.restart()),
    ),
    'hubHost.remove': bind(deps, contract['hubHost.remove'], ({ isSure }) =>
      allowed((host) => host.remove(isSure)),
    ),
    'hubHost.saveWork': bind(deps, contract['hubHost.saveWork'], () =>
      allowed(async (host) => {
        const path = await choose.toSave('viec-cua-tram.tcvtram');
        return path === undefined ? ok(null) : host.saveWork(path);
      }),
    ),
    'hubHost.takeWork': bind(deps, contract['hubHost.takeWork'], () =>
      allowed(async (host) => {
        const path = await choose.toOpen();
        return path === undefined ? ok(null) : host.takeWork(path);
      }),
    ),
  };
}
