import { readFileSync } from 'node:fs';
import { postgresProcesses, type TestServer } from '../../test/support/test-server';

/** Milliseconds of processor time used so far by whom; Linux only, 0 elsewhere. */
export interface CpuTime {
  readonly server: number;
  readonly postgres: number;
  readonly clients: number;
}

/** A tick of `/proc/…/stat` (USER_HZ). */
const TICK_MS = 10;

/** What a busy machine does to the clock it does not do to this: the figure to compare two versions by. */
export function cpuTime(server: TestServer): CpuTime {
  const { user, system } = process.cpuUsage();
  return {
    server: timeOf(server.pid()),
    postgres: postgresProcesses(server.dataDir).reduce((all, pid) => all + timeOf(pid), 0),
    clients: (user + system) / 1000,
  };
}

/** User and system time of a process, and of its children that have ended (connections that were closed). */
function timeOf(pid: number): number {
  try {
    // The name in brackets may hold spaces; utime is the twelfth field behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const ticks = fields.slice(11, 15).reduce((all, field) => all + Number(field), 0);
    return ticks * TICK_MS;
  } catch {
    return 0;
  }
}
