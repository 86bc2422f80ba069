import type { FileHash } from '@shared/kernel/ids';
import type { JournalState } from '@shared/sync/journal-state';

export interface UrgencyDeps {
  readonly state: Pick<JournalState, 'unsentFor' | 'overlayOf'>;
  /** A document that waits for its signature, as main knows it. */
  readonly findDocument: (id: string) => { readonly priority: number } | undefined;
}

/** Priority (van-ban.md §2.2, 0 thường … 4) of the document that an unsent file belongs to, as local work or desk tell. */
export function urgencyOf({ state, findDocument }: UrgencyDeps, file: FileHash): number {
  const id = state.unsentFor(file);
  if (id === undefined) return 0;
  const said = state.overlayOf(id).map(({ operation }) => operation.body['priority']);
  return Math.max(0, findDocument(id)?.priority ?? 0, ...said.map((it) => Number(it ?? 0)));
}
