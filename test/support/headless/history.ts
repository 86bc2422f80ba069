import { appendFileSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { Outcome } from '@shared/sync/outcome';

const At = { dev: z.string(), inc: z.int() };

/** What a workstation of a test did and was told, in its own order; the checker needs nothing else from it. */
export const HistoryEvent = z.discriminatedUnion('t', [
  /** Handed to the journal; whether it was saved is not known yet. */
  z.object({ t: z.literal('begun'), ...At, n: z.int(), hash: z.string() }).readonly(),
  /** The journal answered: the screen says saved. */
  z.object({ t: z.literal('saved'), ...At, n: z.int(), hash: z.string() }).readonly(),
  /** The server's final answer arrived. */
  z.object({ t: z.literal('final'), ...At, n: z.int(), outcome: Outcome }).readonly(),
  /** A record as a page brought it; a session is one start of the program. */
  z
    .object({
      t: z.literal('read'),
      dev: z.string(),
      session: z.string(),
      id: z.string(),
      rev: z.int(),
      seq: z.int(),
      hash: z.string(),
    })
    .readonly(),
  /** The page was stored, and the cursor with it. */
  z
    .object({ t: z.literal('cursor'), dev: z.string(), session: z.string(), seq: z.int() })
    .readonly(),
]);
export type HistoryEvent = z.infer<typeof HistoryEvent>;

export type Note = (event: HistoryEvent) => void;

/** Appends to a file, one line an event; `saved` and `final` are on disk when the call returns. */
export function historyFile(path: string): Note {
  const file = openSync(path, 'a');
  return (event) => {
    writeSync(file, `${JSON.stringify(event)}\n`);
    if (event.t !== 'read' && event.t !== 'cursor') fdatasyncSync(file);
  };
}

/** What a history file says; a torn last line was never acknowledged to anybody. */
export function readHistory(path: string): readonly HistoryEvent[] {
  appendFileSync(path, '');
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  return lines.map((line) => HistoryEvent.parse(JSON.parse(line)));
}
