import type { OperationPlace } from '../protocol/relay-message';
import type { Operation } from '../sync/operation';
import type { PeerOperation } from './peer-work';

/** One piece of work without an outcome, as this machine came to know it. */
export type Piece = OperationPlace &
  (
    | { readonly kind: 'peer'; readonly peer: PeerOperation }
    | { readonly kind: 'own'; readonly operation: Operation }
  );

export interface OpenWork {
  /** Colleagues' undecided work. */
  readonly peers: readonly PeerOperation[];
  /** Own pending work. */
  readonly own: readonly Operation[];
  readonly hashOf: (operation: Operation) => string;
}

/** All work without an outcome in the order in which it came to be known here: causes before effects (§20). */
export function inOrderOfArrival({ peers, own, hashOf }: OpenWork): readonly Piece[] {
  const mine = own
    .map((operation): Piece => ({
      ...placeOf(operation),
      hash: hashOf(operation),
      kind: 'own',
      operation,
    }))
    .toSorted(byPlace);
  const pieces: Piece[] = [];
  for (const peer of peers.toSorted((a, b) => a.order - b.order)) {
    while (mine[0] && byPlace(mine[0], peer.after) <= 0) pieces.push(...mine.splice(0, 1));
    pieces.push({ ...placeOf(peer.envelope), hash: peer.envelope.hash, kind: 'peer', peer });
  }
  return [...pieces, ...mine];
}

/**
 * What a bundle for one record carries: everything up to the newest piece that concerns it, for whatever was known by
 * then may be its cause, and of every device in it the chain without holes, or the province would not take it (I-6).
 */
export function piecesFor(recordId: string, pieces: readonly Piece[]): readonly Piece[] {
  const known = pieces.slice(0, 1 + pieces.findLastIndex((piece) => targetOf(piece) === recordId));
  const newest = new Map(headsOf(known).map((head) => [head.dev, head]));
  const wanted = pieces.filter((piece) => {
    const head = newest.get(piece.dev);
    return head !== undefined && byPlace(piece, head) <= 0;
  });
  const chains = new Map<string, Piece[]>(wanted.map(({ dev }) => [dev, []]));
  for (const piece of wanted.toSorted(byPlace)) chains.get(piece.dev)?.push(piece);
  // What came late although it stands earlier in its chain goes before what follows it.
  return wanted.flatMap((piece) => {
    const chain = chains.get(piece.dev) ?? [];
    const ready = chain.findLastIndex((one) => byPlace(one, piece) <= 0) + 1;
    return chain.splice(0, ready);
  });
}

/** The newest place of each device: who has it from us has everything before it that waits. */
export function headsOf(pieces: readonly OperationPlace[]): readonly OperationPlace[] {
  const heads = new Map<string, OperationPlace>();
  for (const { dev, inc, n, hash } of pieces) {
    const head = heads.get(dev);
    if (!head || byPlace(head, { inc, n }) < 0) heads.set(dev, { dev, inc, n, hash });
  }
  return [...heads.values()];
}

/** Does whoever has these heads have this piece? */
export const isCovered = (heads: readonly OperationPlace[], piece: OperationPlace): boolean =>
  heads.some((head) => head.dev === piece.dev && byPlace(piece, head) <= 0);

const targetOf = (piece: Piece): string | undefined =>
  (piece.kind === 'own' ? piece.operation : piece.peer.operation)?.target.id;

type Place = Pick<OperationPlace, 'inc' | 'n'>;
const byPlace = (a: Place, b: Place): number => a.inc - b.inc || a.n - b.n;
const placeOf = ({ dev, inc, n }: Omit<OperationPlace, 'hash'>) => ({ dev, inc, n });
