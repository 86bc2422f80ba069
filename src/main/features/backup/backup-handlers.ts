import { contract } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';
import type { Backup } from './backup';
import type { Delivered } from './deliver-work';
import type { Exported } from './export-work';

/** Work of this PC to a file, and a file's work to the server. */
export interface WorkTransfer {
  readonly exportTo: (path: string, passphrase: string) => Promise<Result<Exported>>;
  readonly deliverFrom: (path: string, passphrase: string) => Promise<Result<Delivered>>;
}

/** The user chooses the places; the page never names one. Undefined when they thought better of it. */
export interface ChooseFile {
  readonly toSave: (name: string) => Promise<string | undefined>;
  readonly toOpen: () => Promise<string | undefined>;
  /** A folder for backups, or with them. */
  readonly folder: () => Promise<string | undefined>;
}

export interface BackupHandlersDeps extends LogDep {
  readonly at: () => Result<{ readonly workTransfer: WorkTransfer; readonly backup: Backup }>;
  readonly choose: ChooseFile;
}

export function backupHandlers(deps: BackupHandlersDeps) {
  return {
    'backup.exportWork': bind(deps, contract['backup.exportWork'], async ({ passphrase }) => {
      const at = deps.at();
      if (!at.ok) return at;
      const path = await deps.choose.toSave('viec-chua-gui.tcv');
      return path === undefined ? ok(null) : at.value.workTransfer.exportTo(path, passphrase);
    }),
    'backup.deliverWork': bind(deps, contract['backup.deliverWork'], async ({ passphrase }) => {
      const at = deps.at();
      if (!at.ok) return at;
      const path = await deps.choose.toOpen();
      return path === undefined ? ok(null) : at.value.workTransfer.deliverFrom(path, passphrase);
    }),
    'backup.status': bind(deps, contract['backup.status'], async () => {
      const at = deps.at();
      return at.ok ? ok(await at.value.backup.status()) : at;
    }),
    'backup.chooseFolder': bind(deps, contract['backup.chooseFolder'], async () => {
      const at = deps.at();
      if (!at.ok) return at;
      const folder = await deps.choose.folder();
      return folder === undefined ? ok(null) : at.value.backup.choose(folder);
    }),
    'backup.makeKey': bind(deps, contract['backup.makeKey'], async () => {
      const at = deps.at();
      return at.ok ? at.value.backup.makeKey() : at;
    }),
    'backup.confirmKey': bind(deps, contract['backup.confirmKey'], async ({ group }) => {
      const at = deps.at();
      return at.ok ? at.value.backup.confirmKey(group) : at;
    }),
    'backup.runNow': bind(deps, contract['backup.runNow'], async () => {
      const at = deps.at();
      return at.ok ? at.value.backup.runNow() : at;
    }),
  };
}
