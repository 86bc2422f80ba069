import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HubCommand } from './start-files';

/** Runs a program to its end; -1 when there is no such program. What it says goes to `said`. */
export async function runProgram(
  [program, ...args]: HubCommand,
  { env = {}, said = () => undefined }: RunOptions = {},
): Promise<number> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
  });
  child.stderr.setEncoding('utf8').on('data', said);
  const failed = once(child, 'error').then(() => -1);
  const ended = once(child, 'close').then(([code]) => Number(code ?? -1));
  return Promise.race([failed, ended]);
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly said?: (text: string) => void;
}

/**
 * Starts a program that outlives this one: of its own session, without a window, its words in a file.
 *
 * @returns has it ended already?
 */
export function launchProgram([program, ...args]: HubCommand, logFile: string): () => boolean {
  mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(program, args, {
    detached: true,
    cwd: dirname(logFile),
    stdio: ['ignore', log, log],
    windowsHide: true,
  });
  let hasEnded = false;
  const end = (): void => void (hasEnded = true);
  child.once('exit', end).once('error', end);
  child.unref();
  closeSync(log);
  return () => hasEnded;
}

/** Is there a process of this number? */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
