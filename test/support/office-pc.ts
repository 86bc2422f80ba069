import { setTimeout as sleep } from 'node:timers/promises';
import type { Output } from '@shared/ipc/contract';
import { storeBatch } from '@shared/sync/store-batch';
import type { JsonObject } from '@shared/kernel/canonical-json';
import {
  memoryProjectionStore,
  type MemoryProjectionStore,
} from './headless/memory-projection-store';
import { startProgram, type ProgramOptions } from './main-program';

export interface PcOptions extends ProgramOptions {
  /** The window's database from before a restart. */
  readonly database?: MemoryProjectionStore;
}

/** A PC of an office: the program behind the window, and a window that stores what main hands it. */
export async function startOfficePc({ database: first, ...options }: PcOptions) {
  let database = first ?? memoryProjectionStore();
  /** Everybody who signs in has a database of their own. */
  const databases = new Map<string, MemoryProjectionStore>();
  let isWanted = false;
  let running: Promise<void> | undefined;
  const storeAll = (): void => {
    isWanted = true;
    running ??= store().finally(() => {
      running = undefined;
    });
  };
  const program = await startProgram({
    ...options,
    announce: (event) => {
      if (event === 'projection.ready') storeAll();
    },
  });

  async function store(): Promise<void> {
    while (isWanted) {
      isWanted = false;
      for (;;) {
        const batch = await program.ask('projection.take', undefined);
        if (!batch) break;
        const stored = await storeBatch(database.store, batch);
        await program.ask('projection.acknowledge', {
          stored: true,
          batchId: batch.batchId,
          ...stored,
        });
      }
    }
  }

  return {
    ...program,
    get rows() {
      return database.rows;
    },
    /** Signs in and opens the local database, as the page does. */
    async signIn(login: string, password: string): Promise<void> {
      await program.ask('session.signIn', { login, password });
      const known = databases.get(login);
      if (known || databases.size > 0) database = known ?? memoryProjectionStore();
      databases.set(login, database);
      const cursors = Object.fromEntries(database.cursors);
      const dirty = [...database.rows.values()].flatMap(({ dirty: isDirty, type, id, scope }) =>
        isDirty ? [{ type, id, scope }] : [],
      );
      await program.ask('projection.open', { cursors, dirty });
    },
    view: (id: string): JsonObject | undefined => database.rows.get(id)?.view,
    /** Asks for rounds until the row is as wanted. */
    async sees(
      id: string,
      isWantedRow: (view: JsonObject, isDirty: boolean) => boolean,
      patienceMs = 30_000,
    ): Promise<void> {
      const end = performance.now() + patienceMs;
      for (;;) {
        const row = database.rows.get(id);
        if (row && isWantedRow(row.view, row.dirty)) return;
        if (performance.now() > end) {
          const status: Output<'sync.status'> = await program.ask('sync.status', undefined);
          throw new Error(`${id} is not seen so: ${JSON.stringify({ row, status })}`);
        }
        await program.ask('sync.now', undefined);
        await sleep(50);
      }
    },
  };
}

export type OfficePc = Awaited<ReturnType<typeof startOfficePc>>;
