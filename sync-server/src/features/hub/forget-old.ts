import type { hubFileRepository } from './hub-file-repository';
import type { HubCopies } from './hub-copies';
import type { HubFiles } from './hub-files';
import type { HubMailboxStore } from './postgres-mailbox';

/** Days that what was decided, or copied by an earlier incarnation, stays for machines that were switched off: longer than a holiday. */
const KEPT_MS = 40 * 86_400_000;

export interface ForgetOldDeps {
  readonly mailbox: Pick<HubMailboxStore, 'forgetDecided'>;
  readonly repository: Pick<ReturnType<typeof hubFileRepository>, 'unnamed'>;
  readonly files: Pick<HubFiles, 'forget'>;
  readonly copies: Pick<HubCopies, 'forgetEarlier'>;
  readonly nowMs: () => number;
}

/** Forgets decided lines of long ago, files that no line names any more, and superseded copies. What waits for the province stays. */
export async function forgetOld({
  mailbox,
  repository,
  files,
  copies,
  nowMs,
}: ForgetOldDeps): Promise<Forgotten> {
  const before = new Date(nowMs() - KEPT_MS);
  const lines = await mailbox.forgetDecided(before);
  const unnamed = await repository.unnamed(before);
  for (const file of unnamed) await files.forget(file);
  return { lines, files: unnamed.length, copies: await copies.forgetEarlier(before) };
}

/** How many of each went. */
export interface Forgotten {
  readonly lines: number;
  readonly files: number;
  readonly copies: number;
}
