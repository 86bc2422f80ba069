import { isDiskFull, systemCode } from '../../platform/file-port';
import { NotReadBack } from './backup-folder';

const WRITE_PROTECTED: ReadonlySet<string> = new Set(['EROFS', 'EACCES', 'EPERM']);

export type BackupFailure = {
  readonly code:
    | 'backup.no-folder'
    | 'backup.folder-missing'
    | 'backup.no-space'
    | 'backup.read-only'
    | 'backup.not-verified'
    | 'backup.interrupted';
};

/** What a person can do about a backup disk that failed. */
export function backupFailure(cause: unknown): BackupFailure {
  if (cause instanceof NotReadBack) return { code: 'backup.not-verified' };
  if (isDiskFull(cause)) return { code: 'backup.no-space' };
  if (WRITE_PROTECTED.has(systemCode(cause))) return { code: 'backup.read-only' };
  return { code: 'backup.interrupted' };
}
