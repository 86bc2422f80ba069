import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { _electron } from '@playwright/test';
import type { ElectronApplication, Page } from '@playwright/test';

const standInFolder = path.resolve(import.meta.dirname, '../../electron-host');
const electronFolder = path.dirname(
  createRequire(import.meta.url).resolve('electron/package.json'),
);

const distFolder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(electronFolder, 'dist');

/** The real Electron where its binary is found, else the stand-in. */
export const runtime: 'electron' | 'standIn' =
  path.resolve(distFolder) !== standInFolder && existsSync(path.join(distFolder, 'electron'))
    ? 'electron'
    : 'standIn';

export interface LaunchOptions {
  /** Folder with the package.json of the app. */
  readonly appDir: string;
  readonly userDataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export interface LaunchedApp {
  readonly app: ElectronApplication;
  /** The first window, loaded. */
  readonly page: Page;
  /**
   * Ends the app as a power cut would: SIGKILL to its main process, its browser and all their children at once.
   * Resolves when none of them is left. (Were only the main process killed, Chromium would close in good order.)
   */
  readonly killGroup: () => Promise<void>;
}

let isRuntimeTold = false;

export async function launchApp({
  appDir,
  userDataDir,
  env = {},
  args = [],
}: LaunchOptions): Promise<LaunchedApp> {
  tellRuntime();
  // Read by the `electron` package when Playwright asks it for the executable.
  if (runtime === 'standIn') process.env['ELECTRON_OVERRIDE_DIST_PATH'] = standInFolder;
  const app = await _electron.launch({
    args: [appDir, `--user-data-dir=${userDataDir}`, ...args],
    env: { ...inheritedEnv(), ...env },
  });
  try {
    const page = await app.firstWindow();
    await page.waitForLoadState();
    return { app, page, killGroup: () => killGroup(app) };
  } catch (cause) {
    await killGroup(app);
    throw cause;
  }
}

function tellRuntime(): void {
  if (isRuntimeTold) return;
  isRuntimeTold = true;
  const { version } = JSON.parse(
    readFileSync(path.join(electronFolder, 'package.json'), 'utf8'),
  ) as { version: string };
  const what =
    runtime === 'electron' ? 'Electron' : 'the stand-in of test/electron-host for Electron';
  process.stdout.write(`End-to-end tests run on ${what} ${version}\n`);
}

function inheritedEnv(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && entry[0] !== 'ELECTRON_RUN_AS_NODE',
  );
  return Object.fromEntries(entries);
}

async function killGroup(app: ElectronApplication): Promise<void> {
  const { pid: rootPid } = app.process();
  if (rootPid === undefined) throw new Error('The app has no process');
  const doomed = familyOf(rootPid);
  // Playwright makes the app the leader of a process group of its own; Chromium's crash handler leaves it.
  for (const target of [-rootPid, ...doomed.map(({ pid }) => pid)]) killIfThere(target);
  const deadline = Date.now() + 15_000;
  for (let left = doomed; left.length > 0; left = left.filter(isAlive)) {
    if (Date.now() > deadline) {
      throw new Error(`Still alive after SIGKILL: ${left.map(({ pid }) => pid).join(', ')}`);
    }
    await delay(20);
  }
}

interface RunningProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  /** Clock ticks since the machine started: with the pid it names one process for ever. */
  readonly startedAt: string;
}

/** A process, its descendants, and the members of its group. */
function familyOf(rootPid: number): readonly RunningProcess[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => findProcess(Number(name)))
    .filter((found) => found !== undefined);
  const family = new Map<number, RunningProcess>();
  let sizeBefore = -1;
  while (family.size > sizeBefore) {
    sizeBefore = family.size;
    for (const one of all) {
      const belongs = one.pid === rootPid || one.groupId === rootPid || family.has(one.parentPid);
      if (belongs) family.set(one.pid, one);
    }
  }
  return [...family.values()];
}

/** Undefined for a process that is gone, or dead and only waits to be buried. */
function findProcess(pid: number): RunningProcess | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name in brackets may hold spaces; what follows is counted from the state on (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parentPid, groupId] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  return {
    pid,
    parentPid: Number(parentPid),
    groupId: Number(groupId),
    startedAt: fields[19] ?? '',
  };
}

function isAlive({ pid, startedAt }: RunningProcess): boolean {
  return findProcess(pid)?.startedAt === startedAt;
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
}
