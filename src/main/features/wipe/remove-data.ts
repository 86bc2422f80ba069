import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { utf8 } from '@shared/kernel/bytes';
import { readIfThere, writeDurably } from '../../platform/durable-file';

/** Work that never left the machine, sealed with the order's key. */
export const KEPT_WORK = 'viec-chua-gui.tcv';
/** Says that everything else is to go, and that nothing is to be opened here again. */
const MARKER = 'thu-hoi.json';
/** First, for without it what a dying machine leaves behind is unreadable. */
const ROOT_KEY = 'keys.json';

/** The log names no content and says what happened here; the rest is Chromium's own and holds nothing of a page. */
const STAYS =
  /^(thu-hoi\.json|viec-chua-gui\.tcv|logs|Singleton.*|lockfile|Local State|Preferences|Crashpad|Default)$/;
/** What pages stored or showed, where Chromium keeps a folder for each of its profiles. */
const OF_PAGES =
  /^(IndexedDB|Local Storage|Session Storage|WebStorage|File System|Service Worker|blob_storage|databases|Cache|Code Cache|Shared Dictionary)$/;

/** From here on the machine is to be emptied, however often it is switched off meanwhile. */
export const markWiped = (dataFolder: string, orderedAt: number): Promise<void> =>
  writeDurably(join(dataFolder, MARKER), utf8(JSON.stringify({ version: 1, orderedAt })));

export const isWiped = async (dataFolder: string): Promise<boolean> =>
  (await readIfThere(join(dataFolder, MARKER))) !== undefined;

/**
 * Removes what the machine held (sync §7.2, §7.3). May be done again: at each start, when Chromium holds none of its
 * files yet.
 *
 * @returns names that could not be removed now
 */
export async function removeData(dataFolder: string): Promise<readonly string[]> {
  const own = (await names(dataFolder)).filter((name) => !STAYS.test(name) && name !== ROOT_KEY);
  const ofPages = (await names(join(dataFolder, 'Default')))
    .filter((name) => OF_PAGES.test(name))
    .map((name) => join('Default', name));
  const left: string[] = [];
  for (const name of [ROOT_KEY, ...own, ...ofPages]) {
    try {
      await rm(join(dataFolder, name), { recursive: true, force: true });
    } catch {
      left.push(name);
    }
  }
  return left;
}

const names = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);
