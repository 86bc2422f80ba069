import { removeRxDatabase } from 'rxdb/plugins/core';
import { err, ok, type Result } from '@shared/kernel/result';
import { createDatabase, type LocalDatabase, type OpenOptions } from './database';

const OPEN_TIMEOUT_MS = 3000;

export interface OpenedDatabase {
  readonly database: LocalDatabase;
  /** True when the old one could not be opened and is being filled again from main. */
  readonly rebuilt: boolean;
}

/**
 * Opens the projection, or builds it anew when it is damaged, of another shape, or does not open in time (§14).
 * Nothing is lost with it: unsent work lies in main's journal, the rest on the server.
 */
export async function openDatabase(
  options: OpenOptions,
  timeoutMs = OPEN_TIMEOUT_MS,
): Promise<Result<OpenedDatabase>> {
  try {
    return ok({ database: await within(timeoutMs, createDatabase(options)), rebuilt: false });
  } catch {
    // Whatever the reason was, the answer is the same: start from nothing.
  }
  try {
    await within(timeoutMs, removeDatabase(options));
    return ok({ database: await within(timeoutMs, createDatabase(options)), rebuilt: true });
  } catch {
    return err({ code: 'projection.store-failed' });
  }
}

/** RxDB cannot list the collections of a store it cannot read: then the browser's own databases are deleted by name. */
async function removeDatabase({ name, storage }: OpenOptions): Promise<void> {
  try {
    await removeRxDatabase(name, storage, false);
  } catch {
    if (typeof indexedDB === 'undefined') return;
    await removeDatabases((found) => found.includes(`-${name}-`));
  }
}

/** Deletes databases of the browser, all of them if none are chosen by name. */
export async function removeDatabases(
  isWanted: (name: string) => boolean = () => true,
): Promise<void> {
  const databases = await indexedDB.databases();
  const found = databases.flatMap(({ name }) =>
    name !== undefined && isWanted(name) ? [name] : [],
  );
  await Promise.all(found.map(deleteIndexedDb));
}

const deleteIndexedDb = (name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.addEventListener('success', () => resolve());
    request.addEventListener('error', () => reject(request.error ?? new Error('not deleted')));
  });

function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('the local database did not answer in time')),
      timeoutMs,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
