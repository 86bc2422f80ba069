import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What a folder of fetched data may hold: a province's authorities publish a few dozen lists. */
export const folderLimits = { files: 300, bytes: 200_000_000 };

/** Removes what was written longest ago until the folder holds no more than it may. */
export async function pruneFolder(folder: string, { files, bytes } = folderLimits): Promise<void> {
  const names = await readdir(folder);
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { mtimeMs, size } = await stat(path);
      return { path, mtimeMs, size };
    }),
  );
  let held = 0;
  for (const [i, { path, size }] of found.toSorted((a, b) => b.mtimeMs - a.mtimeMs).entries()) {
    held += size;
    if (i >= files || held > bytes) await rm(path, { force: true });
  }
}
