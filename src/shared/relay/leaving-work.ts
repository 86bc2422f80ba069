import type { Envelope, OperationPlace } from '../protocol/relay-message';
import type { JournalRecord } from '../sync/journal-record';
import type { JournalState } from '../sync/journal-state';
import type { Operation } from '../sync/operation';
import { inOrderOfArrival } from './bundle';
import type { PeerWork } from './peer-work';

/** What the journal knows of own and of colleagues' work. */
export interface KnownWork {
  readonly state: JournalState;
  readonly peers: PeerWork;
}

export interface LeavingRules {
  readonly hashOf: (operation: Operation) => string;
  /** Puts an own operation into an envelope; undefined while this machine has no key for it. */
  readonly seal: (operation: Operation) => Envelope | undefined;
  /** Is it to go along? */
  readonly isWanted: (place: OperationPlace) => boolean;
  /** So many at most. */
  readonly most: number;
}

/** Work that leaves a machine by a hub (§20): all that waits, in the order in which it came to be known here. */
export function leavingWork(
  { state, peers }: KnownWork,
  { hashOf, seal, isWanted, most }: LeavingRules,
): readonly Envelope[] {
  const pieces = inOrderOfArrival({ peers: peers.waiting(), own: state.pending(), hashOf });
  const leaving: Envelope[] = [];
  for (const piece of pieces) {
    if (leaving.length >= most) break;
    if (!isWanted(piece)) continue;
    const envelope = piece.kind === 'peer' ? piece.peer.envelope : seal(piece.operation);
    // What follows one's own in the chain, or was made in its sight, is worth nothing without it.
    if (!envelope) break;
    leaving.push(envelope);
  }
  return leaving;
}

export interface ArrivingRules {
  /** What is inside, when somebody signed in here may read it and its author signed it. */
  readonly open: (envelope: Envelope) => Operation | undefined;
  /** `n` of the newest own operation at that moment. */
  readonly lastN: number;
  /** Who is signed in here. */
  readonly reader: string | undefined;
}

/** A colleague's envelope as it is journalled; undefined for one's own work and for what is known. */
export function arrival(
  { state, peers }: KnownWork,
  envelope: Envelope,
  { open, lastN, reader }: ArrivingRules,
): (JournalRecord & { readonly t: 'relayed' }) | undefined {
  const own = state.incarnation();
  if (!own || peers.has(envelope)) return undefined;
  const after = { inc: own.inc, n: lastN };
  const op = open(envelope);
  if (envelope.dev !== own.dev) return { t: 'relayed', envelope, op: op ?? null, after };
  // Somebody else's work at this PC: that it stands here is known, and its envelope tells whom it is for.
  if (!op || op.actor === reader || peers.scopeOfShared(envelope)) return undefined;
  const waits = state
    .overlayOf(op.target.id)
    .some(({ operation, confirmedRev }) => operation.opId === op.opId && confirmedRev === null);
  return waits ? { t: 'relayed', envelope, op, after } : undefined;
}
