import type { HeldRecord } from '@shared/sync/project';
import type { Scope, ScopeCursor } from '@shared/sync/record';
import { confirmedFiles, type ProjectionStore } from '@shared/sync/store-batch';

/** Confirmed rows of a scope behind a place, by place. */
export const behind = (
  rows: ReadonlyMap<string, HeldRecord>,
  scope: Scope,
  after: number,
): readonly HeldRecord[] =>
  [...rows.values()]
    .filter((row) => row.scope === scope && row.rev > 0 && row.seq > after)
    .toSorted((a, b) => a.seq - b.seq);

export interface MemoryProjectionStore {
  readonly store: ProjectionStore;
  readonly rows: ReadonlyMap<string, HeldRecord>;
  readonly cursors: ReadonlyMap<Scope, ScopeCursor>;
}

/** The local database of a workstation without a window: gone when its process ends, as a rebuildable thing may be. */
export function memoryProjectionStore(): MemoryProjectionStore {
  const rows = new Map<string, HeldRecord>();
  const cursors = new Map<Scope, ScopeCursor>();
  return {
    rows,
    cursors,
    store: {
      readRows: async (references) =>
        new Map(
          references.flatMap(({ id }) => {
            const row = rows.get(id);
            return row ? [[id, row] as const] : [];
          }),
        ),
      writeRows: async (items) => items.forEach((row) => rows.set(row.id, row)),
      removeRows: async (items) =>
        items.forEach(({ id, scope }) => {
          if (rows.get(id)?.scope === scope) rows.delete(id);
        }),
      readCursor: async (scope) => cursors.get(scope),
      writeCursor: async (scope, cursor) => void cursors.set(scope, cursor),
      readMarks: async (scope) =>
        [...rows.values()]
          .filter((row) => row.scope === scope && row.rev > 0)
          .map(({ type, id, mark }) => ({ type, id, mark })),
      readBehind: async (scope, after, limit) => behind(rows, scope, after).slice(0, limit),
      purgeScope: async (scope) => {
        const gone = [...rows.values()].filter((row) => row.scope === scope);
        for (const { id } of gone) rows.delete(id);
        cursors.delete(scope);
        return gone.flatMap(confirmedFiles);
      },
    },
  };
}
