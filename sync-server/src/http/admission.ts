/** Seats for work that takes many requests and that only so many may do at once (§12.4). */

export interface AdmissionDeps {
  /** Seats of this node. */
  readonly atOnce: number;
  readonly nowMs: () => number;
}

/** A seat whose holder asks for nothing is given away; storing a page takes a workstation less. */
const SEAT_IDLE_MS = 5_000;
/** Who is that late has left the queue: workstations come back within a second or two of what they were told. */
const LATEST_MS = 10_000;
/** Who is due so soon is waited for; a free seat does not wait for who sleeps longer. */
const SOON_MS = 1_500;
/** A few hundred rows more on each seat. */
const WAIT_A_PLACE_MS = 200;
const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** More than the workstations of a province. */
const MOST_WAITING = 10_000;

export type Admitted =
  /** `leave` says that this request is answered, and whether the holder will need the seat again. */
  | { readonly isIn: true; readonly leave: (isOver: boolean) => void }
  /** `queuePlace` from 1. */
  | { readonly isIn: false; readonly queuePlace: number; readonly retryAfterMs: number };

interface Seat {
  /** Requests under way. */
  busy: number;
  leftAtMs: number;
}

/**
 * Who was let in keeps the seat from page to page until the load is over, so that loads end one after the other and not
 * all together at the very end. Seats go in the order of the first asking among those who are there or about to be:
 * nobody's sleep leaves a seat empty.
 */
export function createAdmission({ atOnce, nowMs }: AdmissionDeps) {
  const seats = new Map<string, Seat>();
  /** When each will ask again, in the order of the queue. */
  const dueAtMs = new Map<string, number>();

  function giveUpIdle(now: number): void {
    for (const [who, seat] of seats)
      if (seat.busy === 0 && now - seat.leftAtMs > SEAT_IDLE_MS) seats.delete(who);
  }

  /** Those in front of one who asks now: all of them, and those that are about to ask. */
  function aheadOf(who: string, now: number): { readonly all: number; readonly soon: number } {
    let all = 0;
    let soon = 0;
    for (const [other, due] of dueAtMs) {
      if (other === who) break;
      if (now - due > LATEST_MS) dueAtMs.delete(other);
      else {
        all += 1;
        if (due - now <= SOON_MS) soon += 1;
      }
    }
    return { all, soon };
  }

  function sit(who: string): Admitted {
    const seat = seats.get(who) ?? { busy: 0, leftAtMs: 0 };
    seat.busy += 1;
    seats.set(who, seat);
    return {
      isIn: true,
      leave: (isOver) => {
        seat.busy -= 1;
        seat.leftAtMs = nowMs();
        if (isOver && seat.busy === 0) seats.delete(who);
      },
    };
  }

  return (who: string): Admitted => {
    const now = nowMs();
    giveUpIdle(now);
    if (seats.has(who)) return sit(who);
    const ahead = aheadOf(who, now);
    const free = atOnce - seats.size;
    if (ahead.soon < free) {
      dueAtMs.delete(who);
      return sit(who);
    }
    const queuePlace = Math.max(1, ahead.all - free + 1);
    const wait = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS + queuePlace * WAIT_A_PLACE_MS);
    if (dueAtMs.has(who) || dueAtMs.size < MOST_WAITING) dueAtMs.set(who, now + wait);
    return { isIn: false, queuePlace, retryAfterMs: wait };
  };
}

export type Admission = ReturnType<typeof createAdmission>;
