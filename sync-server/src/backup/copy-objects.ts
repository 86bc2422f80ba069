import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readBack, writeBeside } from '../storage/durable-files';

/** Copies complete files that the other folder does not have yet; those whose bytes do not fit their name stay behind. */
export function createObjectCopier(from: string, to: string) {
  /** Folders that were walked, by the time of their last change: a new name changes it. */
  const walked = new Map<string, number>();

  return {
    /** @returns how many were copied, and the paths of those that do not read as their name says */
    copy: async (): Promise<{ readonly copied: number; readonly damaged: readonly string[] }> => {
      let copied = 0;
      const damaged: string[] = [];
      for (const office of await readdir(from).catch(() => []))
        for (const part of await readdir(join(from, office)).catch(() => [])) {
          const place = join(office, part);
          const changedAt = (await stat(join(from, place))).mtimeMs;
          if (walked.get(place) === changedAt) continue;
          for (const name of await readdir(join(from, place))) {
            const path = join(place, name);
            if (!/^[0-9a-f]{64}$/.test(name)) continue;
            if (await stat(join(to, path)).catch(() => undefined)) continue;
            if ((await readBack(join(from, path))).sha256 !== name) {
              damaged.push(path);
              continue;
            }
            await mkdir(dirname(join(to, path)), { recursive: true, mode: 0o700 });
            await writeBeside(join(to, path), createReadStream(join(from, path)));
            copied += 1;
          }
          walked.set(place, changedAt);
        }
      return { copied, damaged };
    },
  };
}
