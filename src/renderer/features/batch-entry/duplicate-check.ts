import type { LocalDate } from '@shared/kernel/local-date';
import type { IncomingRepository } from '../../data/repositories/incoming-repository';
import type { BatchStore } from './batch-store';
import { duplicateKeyOfRow, paperOf } from './check-row';

/** Looks for documents that are the same papers as rows (VB006); each row is asked once for what it says now. */
export function createDuplicateCheck(
  store: BatchStore,
  incoming: Pick<IncomingRepository, 'findDuplicate'>,
  today: LocalDate,
) {
  const asked = new Map<string, string>();

  async function look(id: string): Promise<void> {
    const row = store.view(id)?.row;
    if (!row) return;
    const key = duplicateKeyOfRow(row, today);
    if (asked.get(id) === key) return;
    asked.set(id, key);
    const found = key === '' ? undefined : await incoming.findDuplicate(paperOf(row, today));
    if (asked.get(id) === key) store.setDuplicate(id, found);
  }

  return {
    /** A mark while one types is a help: when the database cannot answer, handing in asks again. */
    check(ids: readonly string[]): void {
      for (const id of ids) look(id).catch(() => asked.delete(id));
    },
    /** Asks anew for all of them; throws when the database cannot answer. */
    async checkAll(ids: readonly string[]): Promise<void> {
      for (const id of ids) asked.delete(id);
      await Promise.all(ids.map(look));
    },
  };
}

export type DuplicateCheck = ReturnType<typeof createDuplicateCheck>;
