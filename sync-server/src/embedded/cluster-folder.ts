import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Major version of the data directory; another one goes through dump and load (§5.3). */
const MAJOR = '18';

/** Where the cluster lies in a data folder. */
export const clusterFolder = (dataDir: string): string => join(dataDir, `postgres-${MAJOR}`);

/** Beside its place, flushed, renamed; readable by its owner alone. */
export async function writeSecret(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}
