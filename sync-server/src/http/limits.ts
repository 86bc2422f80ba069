/** A bounded memory of who asked how often, and a bounded number of things done at once (I-22). */

export interface RateLimit {
  /** Requests that may come at once. */
  readonly burst: number;
  readonly perSecond: number;
}

/** Requests of one address before it has a token: an office behind one address signs in in the morning. */
export const ADDRESS_RATE: RateLimit = { burst: 120, perSecond: 5 };

/** Keys remembered at a time; the one longest silent is forgotten first. */
const MOST_KEYS = 20_000;

/**
 * A token bucket a key.
 *
 * @returns milliseconds to wait before the next try; 0 when this one is allowed
 */
export function createRateLimiter({ burst, perSecond }: RateLimit, nowMs: () => number) {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (key: string): number => {
    const now = nowMs();
    const held = buckets.get(key) ?? { tokens: burst, at: now };
    const elapsed = Math.max(0, now - held.at);
    const tokens = Math.min(burst, held.tokens + (elapsed / 1000) * perSecond);
    const allowed = tokens >= 1;
    // Set anew, so that the order of the map is the order of use.
    buckets.delete(key);
    buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: now });
    if (buckets.size > MOST_KEYS) buckets.delete(buckets.keys().next().value ?? key);
    return allowed ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
  };
}

export type RateLimiter = ReturnType<typeof createRateLimiter>;

/** Thrown when the queue in front of a bounded piece of work is full. */
export class Overloaded extends Error {
  constructor() {
    super('too much work is waiting');
  }
}

export interface GateSize {
  readonly atOnce: number;
  readonly waiting: number;
}

/** Lets `atOnce` pieces of work run and `waiting` wait; what comes on top is refused. */
export function createGate({ atOnce, waiting }: GateSize) {
  let running = 0;
  const queue: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (queue.length >= waiting) throw new Overloaded();
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = queue.shift();
      // The place goes straight to the next in line.
      if (next) next();
      else running -= 1;
    }
  };
}

export type Gate = ReturnType<typeof createGate>;
