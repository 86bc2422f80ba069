import { mayInOffice } from '@shared/domain/organ/permission';
import type { User } from '@shared/domain/organ/user';
import { contract } from '@shared/ipc/contract';
import { err, ok, type Result } from '@shared/kernel/result';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';
import type { TrustPackages } from './trust-packages';

export interface TrustHandlersDeps extends LogDep {
  readonly at: () => Result<{ readonly packages: TrustPackages; readonly user: User }>;
  /** The user chooses the file; the page never names one. Undefined when they thought better of it. */
  readonly choose: () => Promise<string | undefined>;
}

/** Everybody may see which trust package judges here; who looks after the machines changes it (O-4). */
export function trustHandlers(deps: TrustHandlersDeps) {
  const administered = (): Result<TrustPackages> => {
    const at = deps.at();
    if (!at.ok) return at;
    return mayInOffice(at.value.user, 'manageDevices')
      ? ok(at.value.packages)
      : err({ code: 'session.role-missing' });
  };
  return {
    'trust.status': bind(deps, contract['trust.status'], async () => {
      const at = deps.at();
      return at.ok ? ok(await at.value.packages.status()) : at;
    }),
    'trust.install': bind(deps, contract['trust.install'], async () => {
      const packages = administered();
      if (!packages.ok) return packages;
      const file = await deps.choose();
      if (file === undefined) return ok(null);
      const installed = await packages.value.install(file);
      if (installed.ok)
        deps.log.info('a trust package was installed', {
          version: installed.value.current?.version,
        });
      return installed;
    }),
    'trust.revert': bind(deps, contract['trust.revert'], async () => {
      const packages = administered();
      if (!packages.ok) return packages;
      const reverted = await packages.value.revert();
      if (reverted.ok)
        deps.log.warn('the trust package before is used again', {
          version: reverted.value.current?.version,
        });
      return reverted;
    }),
  };
}
