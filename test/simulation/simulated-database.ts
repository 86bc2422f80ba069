import type { HeldRecord } from '@shared/sync/project';
import type { Scope, ScopeCursor } from '@shared/sync/record';
import { confirmedFiles, type ProjectionStore, type RowReference } from '@shared/sync/store-batch';
import { behind } from '../support/headless/memory-projection-store';
import type { Faults } from './faults';
import type { Chance } from './random';
import type { Process, Scheduler } from './scheduler';

/** What the database throws when it cannot write: no space, or it was closed under the window. */
export class StoreFailed extends Error {}

export interface OpenedStore extends ProjectionStore {
  /** Finishes purges that were cut off, and tells how far the database holds and which rows carry local work. */
  readonly open: () => Promise<{
    readonly cursors: ReadonlyMap<Scope, ScopeCursor>;
    readonly dirty: readonly RowReference[];
  }>;
  /** The database was reset since it was opened: nothing works until the window opens it again. */
  readonly isLost: () => boolean;
}

/** One person's local database on one workstation. A write that has resolved is durable; one that has not may be cut. */
export interface SimulatedDatabase {
  readonly openStore: (window: Process) => OpenedStore;
  /** Everything is gone, as when Chromium resets IndexedDB. */
  readonly wipe: () => void;
  /** A wipe or a purge, whole or cut short, has taken rows of the scope away, and no page has come since. */
  readonly isEmptied: (scope: Scope) => boolean;
  /** A wipe or a purge ever took rows away: what was on the screen comes back page by page. */
  readonly wasEmptied: () => boolean;
  readonly rows: () => ReadonlyMap<string, HeldRecord>;
  readonly cursors: () => ReadonlyMap<Scope, ScopeCursor>;
  /** An image of what is stored now; what it answers puts it back. */
  readonly image: () => () => void;
}

export interface DatabaseDeps {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly faults: Faults;
  /** Called when a cursor has become durable, before anything else happens. */
  readonly cursorWritten: (
    scope: Scope,
    move: { readonly from: number; readonly to: number },
  ) => void;
  readonly purged: () => void;
}

export function createSimulatedDatabase(deps: DatabaseDeps): SimulatedDatabase {
  const { scheduler, chance, faults } = deps;
  const rows = new Map<string, HeldRecord>();
  const cursors = new Map<Scope, ScopeCursor>();
  const purging = new Set<Scope>();
  let generation = 0;
  let emptied = false;
  let isWiped = false;
  const emptiedScopes = new Set<Scope>();
  const readAnew = (scope: Scope): void => {
    emptiedScopes.delete(scope);
    isWiped = false;
  };

  const removeScope = (scope: Scope): void => {
    for (const [id, row] of rows) if (row.scope === scope) rows.delete(id);
  };

  function openStore(window: Process): OpenedStore {
    let opened = generation;
    const io = <T>(label: string, effect: () => T): Promise<T> =>
      scheduler.step(window, label, chance.fraction() * 4, () => {
        if (opened !== generation) throw new StoreFailed('the database was closed');
        return effect();
      });
    /** A failed write leaves a part of the chunk behind, as several transactions would. */
    const writing = async <T>(
      label: string,
      items: readonly T[],
      write: (item: T) => void,
    ): Promise<void> => {
      const cut = chance.integer(0, items.length);
      for (const chunk of [items.slice(0, cut), items.slice(cut)]) {
        if (chunk.length === 0) continue;
        await io(label, () => {
          const fails = faults.strikes('storeFails');
          const count = fails ? chance.integer(0, chunk.length) : chunk.length;
          for (const item of chunk.slice(0, count)) write(item);
          if (fails) throw new StoreFailed('QuotaExceededError');
        });
      }
    };
    return {
      isLost: () => opened !== generation,
      open: () => {
        opened = generation;
        return io('open database', () => {
          for (const scope of purging) removeScope(scope);
          purging.clear();
          const dirty = [...rows.values()].filter((row) => row.dirty);
          return { cursors: new Map(cursors), dirty };
        });
      },
      readRows: (references) =>
        io(
          'read rows',
          () =>
            new Map(
              references.flatMap(({ id }) => {
                const row = rows.get(id);
                return row ? [[id, row] as const] : [];
              }),
            ),
        ),
      writeRows: (items) => writing('write rows', items, (row) => void rows.set(row.id, row)),
      removeRows: (items) =>
        writing('remove rows', items, ({ id, scope }) => {
          if (rows.get(id)?.scope === scope) rows.delete(id);
        }),
      readCursor: (scope) => io('read cursor', () => cursors.get(scope)),
      writeCursor: (scope, cursor) =>
        writing('write cursor', [cursor], () => {
          const from = cursors.get(scope)?.seq ?? 0;
          cursors.set(scope, cursor);
          if (cursor.seq > 0) readAnew(scope);
          purging.delete(scope);
          deps.cursorWritten(scope, { from, to: cursor.seq });
        }),
      readMarks: (scope) =>
        io('read marks', () =>
          [...rows.values()].filter((row) => row.scope === scope && row.rev > 0),
        ),
      readBehind: (scope, after, limit) =>
        io('read witnesses', () => behind(rows, scope, after).slice(0, limit)),
      async purgeScope(scope) {
        emptied = true;
        emptiedScopes.add(scope);
        await writing('begin purge', [scope], () => {
          purging.add(scope);
          deps.purged();
          cursors.delete(scope);
        });
        const gone = [...rows.values()].filter((row) => row.scope === scope);
        await writing('purge', gone, ({ id }) => void rows.delete(id));
        purging.delete(scope);
        return gone.flatMap(confirmedFiles);
      },
    };
  }

  return {
    openStore,
    wipe: () => {
      generation += 1;
      emptied = true;
      isWiped = true;
      rows.clear();
      cursors.clear();
      purging.clear();
    },
    image() {
      const [heldRows, heldCursors, heldPurging] = [new Map(rows), new Map(cursors), [...purging]];
      return () => {
        this.wipe();
        for (const [id, row] of heldRows) rows.set(id, row);
        for (const [scope, cursor] of heldCursors) cursors.set(scope, cursor);
        for (const scope of heldPurging) purging.add(scope);
      };
    },
    isEmptied: (scope) => isWiped || emptiedScopes.has(scope),
    wasEmptied: () => emptied,
    rows: () => rows,
    cursors: () => cursors,
  };
}
