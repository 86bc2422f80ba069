import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Held until `release`; the file names the process that holds it. */
export interface FolderLock {
  readonly release: () => Promise<void>;
}

/**
 * Makes this process the only owner of a data folder. Throws when another live process owns it.
 *
 * Node has no file locks, so the file holds a process id together with that process's start time: after SIGKILL, or
 * when the id was given to another process, the lock is seen to be stale and is taken over.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'server.lock');
  const mine = `${process.pid} ${startTimeOf(process.pid) ?? '-'} ${randomUUID()}`;
  const prepared = `${path}.${process.pid}`;
  await writeFile(prepared, mine, { mode: 0o600 });
  try {
    // A hard link appears with its content or not at all, and never replaces a file.
    await link(prepared, path);
    await unlink(prepared);
  } catch {
    const owner = await readFile(path, 'utf8').catch(() => '');
    if (isAlive(owner)) {
      await rm(prepared, { force: true });
      throw new Error(`the data folder ${folder} is in use by process ${owner.split(' ')[0]}`);
    }
    await rename(prepared, path);
  }
  if ((await readFile(path, 'utf8')) !== mine) {
    throw new Error(`the data folder ${folder} was taken by another process`);
  }
  return {
    release: async () => {
      const held = await readFile(path, 'utf8').catch(() => '');
      if (held === mine) await rm(path, { force: true });
    },
  };
}

function isAlive(owner: string): boolean {
  const [pidText = '', startTime] = owner.split(' ');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (cause) {
    // EPERM: it lives and is somebody else's.
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
  const now = startTimeOf(pid);
  return now === undefined || startTime === '-' || now === startTime;
}

/** Clock ticks since boot at which the process started (proc(5), stat field 22); undefined without /proc. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie answers signals and owns nothing.
    return fields[0] === 'Z' ? 'zombie' : fields[19];
  } catch {
    return undefined;
  }
}
