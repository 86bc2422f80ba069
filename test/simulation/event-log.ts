import { createHash } from 'node:crypto';

/** What happened in a run: a hash of everything, counters, and the lines themselves when they are asked for. */
export interface EventLog {
  readonly write: (atMs: number, who: string, what: string) => void;
  readonly count: (name: string, by?: number) => void;
  readonly counters: () => Readonly<Record<string, number>>;
  /** SHA-256 over all lines; equal for two runs of one seed. */
  readonly digest: () => string;
  readonly lines: () => readonly string[];
}

export function createEventLog({ keepLines }: { readonly keepLines: boolean }): EventLog {
  const hash = createHash('sha256');
  const counts = new Map<string, number>();
  const lines: string[] = [];
  let buffered = '';
  return {
    write(atMs, who, what) {
      const line = `${atMs.toFixed(3)} ${who} ${what}\n`;
      buffered += line;
      if (buffered.length > 65_536) {
        hash.update(buffered);
        buffered = '';
      }
      if (keepLines) lines.push(line.trimEnd());
    },
    count: (name, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
    counters: () =>
      Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
    digest: () => hash.copy().update(buffered).digest('hex'),
    lines: () => lines,
  };
}
