import { contract, type SessionState } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';
import type { FoundBackup } from './find-backup';
import type { createRestore } from './restore';

export interface RestoreHandlersDeps extends LogDep {
  readonly restore: ReturnType<typeof createRestore>;
  readonly chooseFolder: () => Promise<string | undefined>;
  readonly bringBack: (found: FoundBackup) => Promise<Result<void>>;
  readonly describe: () => Promise<SessionState>;
}

/** The guided restore on a PC where nobody is signed in yet. */
export function restoreHandlers(deps: RestoreHandlersDeps) {
  const { restore } = deps;
  return {
    'restore.choose': bind(deps, contract['restore.choose'], async () => {
      const folder = await deps.chooseFolder();
      return folder === undefined ? ok(null) : restore.choose(folder);
    }),
    'restore.open': bind(deps, contract['restore.open'], ({ recoveryKey }) =>
      restore.open(recoveryKey),
    ),
    'restore.openAtHub': bind(deps, contract['restore.openAtHub'], ({ code, recoveryKey }) =>
      restore.openAtHub(code, recoveryKey),
    ),
    'restore.pick': bind(deps, contract['restore.pick'], ({ place }) => restore.pick(place)),
    'restore.run': bind(deps, contract['restore.run'], async () => {
      const found = restore.found();
      if (!found.ok) return found;
      const restored = await deps.bringBack(found.value);
      if (!restored.ok) return restored;
      restore.close();
      return ok(await deps.describe());
    }),
  };
}
