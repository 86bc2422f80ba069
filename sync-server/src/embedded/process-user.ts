import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An account of the operating system under which a child process runs. */
export interface ProcessUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Our own system account first; Debian's, should useradd be missing or the account files be read-only. */
const OWN_ACCOUNT = 'tramcongvu';
const ACCOUNTS = [OWN_ACCOUNT, 'postgres'] as const;

/**
 * The user that PostgreSQL runs as: undefined when this process is an ordinary user (then it runs as that one),
 * otherwise an unprivileged system account, made when it is missing. PostgreSQL refuses to run as root.
 */
export async function postgresUser(): Promise<ProcessUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  if (!(await findAccount(OWN_ACCOUNT))) {
    const useradd = [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
    ];
    // Fails when another start made it in the meantime, or useradd is missing: the look-up below decides.
    await run('useradd', [...useradd, OWN_ACCOUNT]).catch(() => undefined);
  }
  for (const name of ACCOUNTS) {
    const account = await findAccount(name);
    if (account) return account;
  }
  throw new Error(
    `PostgreSQL may not run as root: make a system account "${OWN_ACCOUNT}", or give DATABASE_URL`,
  );
}

async function findAccount(name: string): Promise<ProcessUser | undefined> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  const fields = lines.map((line) => line.split(':')).find((parts) => parts[0] === name);
  const uid = Number(fields?.[2]);
  const gid = Number(fields?.[3]);
  return Number.isInteger(uid) && uid > 0 && Number.isInteger(gid) ? { name, uid, gid } : undefined;
}
