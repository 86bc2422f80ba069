import { readFileSync } from 'node:fs';

export interface ProcessFigures {
  /** Sum of what each process holds; what they share is counted in each. */
  readonly residentMb: number;
  /** What they hold together: a shared page counts once. */
  readonly heldMb: number;
  /** Seconds of processor, those of ended children with them. */
  readonly cpuSeconds: number;
}

/** Clock ticks a second, as Linux counts for every program. */
const TICKS = 100;

/** Linux only; processes that have ended meanwhile count nothing. */
export function processFigures(pids: readonly number[]): ProcessFigures {
  let [residentMb, heldMb, cpuSeconds] = [0, 0, 0];
  for (const pid of pids) {
    const read = (name: string): string => {
      try {
        return readFileSync(`/proc/${pid}/${name}`, 'utf8');
      } catch {
        return '';
      }
    };
    residentMb += kilobytes(read('status'), 'VmRSS') / 1024;
    heldMb += kilobytes(read('smaps_rollup'), 'Pss') / 1024;
    // User and system time, own and of children: fields 14 to 17; the name before them may hold anything.
    const fields = read('stat').split(') ').at(-1)?.split(' ').slice(11, 15) ?? [];
    cpuSeconds += fields.reduce((sum, ticks) => sum + Number(ticks || 0), 0) / TICKS;
  }
  return { residentMb, heldMb, cpuSeconds };
}

const kilobytes = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
