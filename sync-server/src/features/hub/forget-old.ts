import type { hubFileRepository } from './hub-file-repository';
import type { HubFiles } from './hub-files';
import type { HubMailboxStore } from './postgres-mailbox';

/** Days that what was decided stays for machines that were switched off: longer than a holiday. */
const KEPT_MS = 40 * 86_400_000;

export interface ForgetOldDeps {
  readonly mailbox: Pick<HubMailboxStore, 'forgetDecided'>;
  readonly repository: Pick<ReturnType<typeof hubFileRepository>, 'unnamed'>;
  readonly files: Pick<HubFiles, 'forget'>;
  readonly nowMs: () => number;
}

/** Forgets decided lines of long ago, and files that no line names any more. What waits for the province stays. */
export async function forgetOld({
  mailbox,
  repository,
  files,
  nowMs,
}: ForgetOldDeps): Promise<{ readonly lines: number; readonly files: number }> {
  const before = new Date(nowMs() - KEPT_MS);
  const lines = await mailbox.forgetDecided(before);
  const unnamed = await repository.unnamed(before);
  for (const file of unnamed) await files.forget(file);
  return { lines, files: unnamed.length };
}
