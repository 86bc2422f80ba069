import { systemError } from './system-error';
import type { FilePort } from '../../src/main/platform/file-port';
import type { Patience } from '../../src/main/platform/patient-files';
import type { Chance } from '../simulation/random';

/** Time that passes only while somebody waits. */
export function createWaitingClock() {
  let now = 0;
  const said: (string | undefined)[] = [];
  const patience: Patience = {
    monotonicMs: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    held: (name) => void said.push(name),
  };
  return { patience, now: () => now, said };
}

export interface Scanner {
  /** Chance that an opening, renaming or removing meets the scanner. */
  readonly likelihood: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * A disk behind a virus scanner: now and then a file is held or moved aside for a while, and every opening, renaming
 * and removing fails meanwhile. What the disk below holds is real.
 */
export function troubledFiles(
  files: FilePort,
  { chance, now, scanner }: { chance: Chance; now: () => number; scanner: Scanner },
): FilePort & { readonly troubles: () => number } {
  const heldUntil = new Map<string, { readonly until: number; readonly code: string }>();
  let troubles = 0;

  async function pass<T>(
    path: string,
    { mayVanish = false },
    attempt: () => Promise<T>,
  ): Promise<T> {
    const held = heldUntil.get(path);
    if (held && now() < held.until) throw systemError(held.code);
    if (!held && chance.chance(scanner.likelihood)) {
      const codes = ['EBUSY', 'EPERM', 'EACCES', ...(mayVanish ? ['ENOENT'] : [])];
      const code = codes[chance.integer(0, codes.length - 1)] ?? 'EBUSY';
      heldUntil.set(path, { until: now() + chance.integer(scanner.fromMs, scanner.toMs), code });
      troubles += 1;
      throw systemError(code);
    }
    heldUntil.delete(path);
    return attempt();
  }

  return {
    ...files,
    troubles: () => troubles,
    create: (path) => pass(path, {}, () => files.create(path)),
    append: (path) => pass(path, { mayVanish: true }, () => files.append(path)),
    openToRead: (path) => pass(path, {}, () => files.openToRead(path)),
    read: (path) => pass(path, { mayVanish: true }, () => files.read(path)),
    rename: (from, to) => pass(from, { mayVanish: true }, () => files.rename(from, to)),
    remove: (path) => pass(path, {}, () => files.remove(path)),
  };
}
