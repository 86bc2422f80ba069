/** What a page went through while something large was done. */
export interface PageWatch {
  /** Longest time in which nothing else of the page ran, milliseconds. */
  readonly longestBlockMs: number;
  /** Most heap beyond the beginning, MB. */
  readonly heapMb: number;
}

const EVERY_MS = 5;

/** Looks at the page every few milliseconds until the answer is called; what was done before is swept away first. */
export function watchPage(): () => PageWatch {
  (globalThis as { gc?: () => void }).gc?.();
  const heap = (): number =>
    (performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;
  const heapBefore = heap();
  let last = performance.now();
  let longestBlockMs = 0;
  let most = heapBefore;
  const timer = setInterval(() => {
    const now = performance.now();
    longestBlockMs = Math.max(longestBlockMs, now - last - EVERY_MS);
    last = now;
    most = Math.max(most, heap());
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    return { longestBlockMs, heapMb: (most - heapBefore) / 1e6 };
  };
}
