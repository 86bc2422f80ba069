/** Admission to work that only so many may do at once, in the order in which they first asked (§12.4). */

export interface AdmissionDeps {
  readonly atOnce: number;
  readonly nowMs: () => number;
}

/** Who does not ask again within this time has left the queue; longer than any wait that is asked for. */
const PATIENCE_MS = 90_000;
/** One page read and sent takes a node some tenths of a second. */
const WAIT_A_PLACE_MS = 200;
const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** More than the workstations of a province. */
const MOST_WAITING = 10_000;

export type Admitted =
  | { readonly isIn: true; readonly leave: () => void }
  /** `queuePlace` from 1. */
  | { readonly isIn: false; readonly queuePlace: number; readonly retryAfterMs: number };

export function createAdmission({ atOnce, nowMs }: AdmissionDeps) {
  /** When each last asked; the order is that of the queue. */
  const waiting = new Map<string, number>();
  let inside = 0;

  /** How many wait in front of one who asks now. */
  function placeOf(who: string): number {
    const now = nowMs();
    let ahead = 0;
    for (const [other, askedAt] of waiting) {
      if (other === who) return ahead;
      if (now - askedAt > PATIENCE_MS) waiting.delete(other);
      else ahead += 1;
    }
    return ahead;
  }

  return (who: string): Admitted => {
    const ahead = placeOf(who);
    const free = atOnce - inside;
    if (ahead < free) {
      waiting.delete(who);
      inside += 1;
      return { isIn: true, leave: () => (inside -= 1) };
    }
    if (waiting.has(who) || waiting.size < MOST_WAITING) waiting.set(who, nowMs());
    const queuePlace = ahead - free + 1;
    const wait = SHORTEST_WAIT_MS + queuePlace * WAIT_A_PLACE_MS;
    return { isIn: false, queuePlace, retryAfterMs: Math.min(LONGEST_WAIT_MS, wait) };
  };
}

export type Admission = ReturnType<typeof createAdmission>;
