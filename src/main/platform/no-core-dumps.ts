import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * A process that holds a PIN leaves no memory on the disk when it dies (K-10): its core dumps are limited to nothing,
 * soft and hard, by util-linux's `prlimit`. False where that cannot be done. On Windows the system writes none of a
 * program unless its registry says so, which only an administrator can.
 */
export async function forbidCoreDumps(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    await promisify(execFile)('prlimit', ['--pid', String(pid), '--core=0:0'], { timeout: 5000 });
    return true;
  } catch {
    return false;
  }
}

/** Node's own reports hold no memory, but tell what the process was doing: none, whatever the environment asks for (K-10). */
export function forbidReports(): void {
  if (!process.report) return;
  process.report.reportOnFatalError = false;
  process.report.reportOnUncaughtException = false;
  process.report.reportOnSignal = false;
}
