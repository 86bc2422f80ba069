import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of all files below a folder in which programs may be at work: what goes meanwhile is left out. */
export function filesBelow(folder: string): readonly string[] {
  return (unlessGone(() => readdirSync(folder, { withFileTypes: true })) ?? []).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Bytes of a file; none of one that went since it was listed. */
export const bytesOf = (path: string): Buffer =>
  unlessGone(() => readFileSync(path)) ?? Buffer.alloc(0);

function unlessGone<Found>(look: () => Found): Found | undefined {
  try {
    return look();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}
