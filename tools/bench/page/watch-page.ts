/** What a page went through while something large was done. */
export interface PageWatch {
  /** Longest time in which nothing else of the page ran, milliseconds. */
  readonly longestBlockMs: number;
  /** Most heap beyond the beginning, MB. */
  readonly heapMb: number;
}

/**
 * `asItRuns` looks every few milliseconds at the heap with whatever nobody has swept away yet; `swept` collects garbage
 * before each look, which leaves what is held and takes too long for anything else to be measured beside it.
 */
export type Watch = 'asItRuns' | 'swept';

const EVERY_MS = { asItRuns: 5, swept: 50 } as const;

/** Looks at the page until the answer is called; what was done before is swept away first. */
export function watchPage(watch: Watch): () => PageWatch {
  const sweep = (globalThis as { gc?: () => void }).gc;
  if (!sweep) throw new Error('the page needs --expose-gc');
  const heap = (): number => {
    if (watch === 'swept') sweep();
    return (performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;
  };
  sweep();
  const heapBefore = heap();
  let last = performance.now();
  let longestBlockMs = 0;
  let most = heapBefore;
  const timer = setInterval(() => {
    const now = performance.now();
    longestBlockMs = Math.max(longestBlockMs, now - last - EVERY_MS[watch]);
    most = Math.max(most, heap());
    last = performance.now();
  }, EVERY_MS[watch]);
  return () => {
    clearInterval(timer);
    return { longestBlockMs, heapMb: (most - heapBefore) / 1e6 };
  };
}
