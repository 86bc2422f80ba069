import { contract } from '@shared/ipc/contract';
import type { Result } from '@shared/kernel/result';
import type { Scope } from '@shared/sync/record';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';

export interface ScopesHandlersDeps extends LogDep {
  /** The key of a scope of the signed-in person. */
  readonly keyOf: (scope: Scope) => Promise<Result<Uint8Array<ArrayBuffer>>>;
}

/** Hands the page the keys of the restricted scopes that the signed-in person is entitled to (§7.3). */
export function scopesHandlers(deps: ScopesHandlersDeps) {
  return {
    'scopes.openKey': bind(deps, contract['scopes.openKey'], async ({ scope }) => {
      const key = await deps.keyOf(scope);
      return key.ok ? { ok: true, value: { key: key.value } } : key;
    }),
  };
}
