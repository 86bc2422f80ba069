import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ProcessUser } from './process-user';

const run = promisify(execFile);

/**
 * Ends PostgreSQL processes that a killed server left behind on this data directory, and removes their pid file.
 *
 * The caller holds the folder lock, so whoever still works here has lost its owner. Every PostgreSQL process has the
 * data directory as working directory, which names it surely; a process id in a file may have been given to another
 * program since. The pid file is removed only when no such process is left: it is what keeps two postmasters apart.
 *
 * @returns how many processes were ended
 */
export async function endOrphans(
  dataDirectory: string,
  { pgCtl, user }: { readonly pgCtl: string; readonly user: ProcessUser | undefined },
): Promise<number> {
  if (platform() !== 'linux') {
    const owner = user ? { uid: user.uid, gid: user.gid } : {};
    await run(pgCtl, ['stop', '-D', dataDirectory, '-m', 'fast', '-w', '-t', '15'], owner).catch(
      () => undefined,
    );
    return 0;
  }
  const orphans = await processesIn(dataDirectory);
  if (orphans.length > 0) {
    // Fast shutdown first: it writes a checkpoint, and the next start needs no recovery.
    const postmaster = await postmasterId(dataDirectory);
    const isLed = postmaster !== undefined && orphans.includes(postmaster);
    if (isLed) signal(postmaster, 'SIGINT');
    // Without their first process the others end as soon as they notice; one that computes does not.
    if (!(await areGone(dataDirectory, isLed ? 10_000 : 1_000))) {
      for (const pid of await processesIn(dataDirectory)) signal(pid, 'SIGKILL');
      if (!(await areGone(dataDirectory, 10_000))) {
        throw new Error(`PostgreSQL processes on ${dataDirectory} cannot be ended`);
      }
    }
  }
  await rm(join(dataDirectory, 'postmaster.pid'), { force: true });
  return orphans.length;
}

async function areGone(dataDirectory: string, patienceMs: number): Promise<boolean> {
  for (let waited = 0; waited < patienceMs; waited += 50) {
    if ((await processesIn(dataDirectory)).length === 0) return true;
    await sleep(50);
  }
  return false;
}

async function processesIn(dataDirectory: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      // Not readable: another user's, or it has just ended.
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      return cwd === dataDirectory ? pid : 0;
    }),
  );
  return found.filter((pid) => pid > 0);
}

async function postmasterId(dataDirectory: string): Promise<number | undefined> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}
