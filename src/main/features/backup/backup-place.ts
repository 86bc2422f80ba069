import { stat } from 'node:fs/promises';
import { isAbsolute, parse, relative, resolve } from 'node:path';

/** Whether a folder may take backups: never inside the profile, nor the bare root of the profile's own disk. */
export async function judgePlace(
  dataFolder: string,
  chosen: string,
): Promise<'bad' | 'sameDisk' | 'otherDisk'> {
  const isSame = await isSameDisk(dataFolder, chosen);
  const isRoot = resolve(chosen) === parse(resolve(chosen)).root;
  if (isInside(dataFolder, chosen) || (isSame && isRoot)) return 'bad';
  return isSame ? 'sameDisk' : 'otherDisk';
}

/** False when one of them is not there now. */
export async function isSameDisk(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path).catch(() => undefined)));
  return a !== undefined && a.dev === b?.dev;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(resolve(folder), resolve(path));
  return !way.startsWith('..') && !isAbsolute(way);
}
