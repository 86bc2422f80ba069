import { contract } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';
import type { Bundles } from './bundles';

/** The user chooses the places; the page never names one. Undefined when they thought better of it. */
export interface ChooseBundle {
  readonly toSave: (name: string) => Promise<string | undefined>;
  readonly toOpen: () => Promise<string | undefined>;
}

export interface BundleHandlersDeps extends LogDep {
  readonly at: () => Result<Bundles>;
  readonly choose: ChooseBundle;
}

export function bundleHandlers(deps: BundleHandlersDeps) {
  return {
    'bundle.make': bind(deps, contract['bundle.make'], async (wish) => {
      const at = deps.at();
      if (!at.ok) return at;
      const path = await deps.choose.toSave('goi-trinh-ky.tcvgoi');
      return path === undefined ? ok(null) : at.value.make(wish, path);
    }),
    'bundle.progress': bind(deps, contract['bundle.progress'], async () => {
      const at = deps.at();
      return at.ok ? ok(at.value.progress()) : at;
    }),
    'bundle.take': bind(deps, contract['bundle.take'], async () => {
      const at = deps.at();
      if (!at.ok) return at;
      const path = await deps.choose.toOpen();
      return path === undefined ? ok(null) : at.value.take(path);
    }),
    'bundle.answerable': bind(deps, contract['bundle.answerable'], async ({ id }) => {
      const at = deps.at();
      return at.ok ? at.value.answerable(id) : at;
    }),
  };
}
