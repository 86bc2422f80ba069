import { sizeOf } from '../kernel/canonical-json';
import { localDateAt } from '../kernel/local-date';
import { limits } from '../protocol/version';
import type { FeedStore } from './intake-store';
import { WORK_CLASS } from './load-class';
import type { FeedEntry, LoadProgress, Page, Scope } from './record';

/** Rows read at a time; a page is cut by bytes before it is cut by rows. */
const ROWS_AT_ONCE = 1000;
/** What changed within this time is loaded with the open work. */
const RECENT_MS = 30 * 24 * 3600_000;
/** Above every place in the stream. */
const TOP = Number.MAX_SAFE_INTEGER;

export interface LoadRequest {
  readonly officeId: string;
  readonly scope: Scope;
  /** As the client stored it with its last page; undefined where it holds nothing yet. */
  readonly progress: LoadProgress | undefined;
  readonly nowMs: number;
  readonly maxBytes: number;
}

type Feed = Pick<FeedStore, 'readAfter' | 'readClasses' | 'beginLoad'>;
type At = LoadProgress['at'];

/**
 * The next page of a first load (§6.3): at least one record, as many as fit. Each record that has not changed since the
 * head was read comes exactly once; what changes meanwhile comes when the cursor goes on from that head (I-3).
 */
export async function readLoadPage(feed: Feed, request: LoadRequest): Promise<Page> {
  const { scope } = request;
  const progress = request.progress ?? (await begin(feed, request));
  const maxBytes = Math.min(request.maxBytes, limits.pageBytesMax);
  const entries: FeedEntry[] = [];
  let at: At | undefined = progress.at;
  for (let bytes = 0, isFull = false; at && !isFull;) {
    const part = await readPart(feed, request, { ...progress, at });
    let taken = 0;
    for (const { entry } of part.rows) {
      bytes += entry ? sizeOf(entry) : 0;
      isFull = bytes > maxBytes && entries.length > 0;
      if (isFull) break;
      if (entry) entries.push(entry);
      taken += 1;
    }
    const isThrough = part.isLast && taken === part.rows.length;
    at = isThrough ? stageAfter(at, progress) : (part.rows[taken - 1]?.at ?? at);
  }
  const done = progress.done + entries.length;
  const next = at ? 0 : progress.head;
  const load = at ? { ...progress, at, done } : null;
  return { scope, entries, next, head: progress.head, digest: null, load };
}

async function begin(feed: Feed, { officeId, scope, nowMs }: LoadRequest): Promise<LoadProgress> {
  const year = Number(localDateAt(nowMs).slice(0, 4));
  const plan = await feed.beginLoad(officeId, scope, { changedMs: nowMs - RECENT_MS, year });
  return { ...plan, year, done: 0, at: { stage: 'work', loadClass: WORK_CLASS, seq: TOP } };
}

/** Places of the stage with what is wanted there; a removal is none of it, for who holds nothing has nothing to remove. */
interface Part {
  readonly rows: readonly { readonly at: At; readonly entry: FeedEntry | undefined }[];
  readonly isLast: boolean;
}

async function readPart(
  feed: Feed,
  { officeId, scope }: LoadRequest,
  { head, settledTo, at }: LoadProgress,
): Promise<Part> {
  if (at.stage === 'recent') {
    const { rows } = await feed.readAfter(officeId, scope, at.seq, ROWS_AT_ONCE);
    const upToHead = rows.filter(({ seq }) => seq <= head);
    return {
      rows: upToHead.map((entry) => ({
        at: { ...at, seq: entry.seq },
        entry: entry.kind === 'put' ? entry : undefined,
      })),
      isLast: upToHead.length < ROWS_AT_ONCE,
    };
  }
  const lowest = at.stage === 'work' ? WORK_CLASS : 0;
  const range = { settledTo, lowest, below: at };
  const rows = await feed.readClasses(officeId, scope, range, ROWS_AT_ONCE);
  return {
    rows: rows.map(({ entry, loadClass }) => ({
      at: { stage: at.stage, loadClass, seq: entry.seq },
      entry,
    })),
    isLast: rows.length < ROWS_AT_ONCE,
  };
}

function stageAfter({ stage }: At, { settledTo }: LoadProgress): At | undefined {
  switch (stage) {
    case 'work':
      return { stage: 'recent', loadClass: WORK_CLASS, seq: settledTo };
    case 'recent':
      return { stage: 'years', loadClass: WORK_CLASS, seq: 0 };
    case 'years':
      return undefined;
  }
}
