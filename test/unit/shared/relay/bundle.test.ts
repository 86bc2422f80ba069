import { describe, expect, test } from 'vitest';
import { headsOf, inOrderOfArrival, isCovered, piecesFor, type Piece } from '@shared/relay/bundle';
import type { PeerOperation } from '@shared/relay/peer-work';
import { operationHash, type Operation } from '@shared/sync/operation';
import { aChain, anId, sample, sha256 } from '../../../support/core-builders';
import { sealed } from '../../../support/relay-office';

const [ownPc, expertPc, clerkPc] = [anId(5, 1), anId(5, 2), anId(5, 3)];
const [paper, other] = [anId(6, 1), anId(6, 2)];
const hashOf = (operation: Operation): string => operationHash(operation, sha256);

/** Acts of one machine upon these records, in its chain. */
const acts = (dev: string, ...ids: readonly string[]): readonly Operation[] =>
  aChain(ids.map((id) => ({ dev, target: { type: 'incomingDocument', id } })));

const aPeer = (
  operation: Operation,
  order: number,
  after = 0,
  overrides: Partial<PeerOperation> = {},
): PeerOperation => ({
  order,
  envelope: sealed(operation),
  operation,
  after: { inc: 1, n: after },
  decision: undefined,
  ...overrides,
});

const named = (pieces: readonly Piece[]): readonly string[] =>
  pieces.map(
    ({ dev, n }) => `${{ [ownPc]: 'own', [expertPc]: 'expert', [clerkPc]: 'clerk' }[dev]} ${n}`,
  );

describe('what a bundle carries (§20)', () => {
  test('§20: own and colleagues’ work stands in the order in which this machine came to know it', () => {
    const own = acts(ownPc, other, paper, other);
    const [first, second] = acts(expertPc, paper, other);
    if (!first || !second) throw new Error('nothing made');
    const peers = [aPeer(second, 1, 2), aPeer(first, 0, 1)];

    expect(named(inOrderOfArrival({ peers, own, hashOf }))).toEqual([
      'own 1',
      'expert 1',
      'own 2',
      'expert 2',
      'own 3',
    ]);
  });

  test('§20, I-6: everything up to the newest act upon the paper goes along, and nothing behind it', () => {
    const own = acts(ownPc, other, paper, other);
    const peers = acts(expertPc, other, other).map((operation, i) => aPeer(operation, i, i * 3));
    const pieces = inOrderOfArrival({ peers, own, hashOf });

    expect(named(piecesFor(paper, pieces))).toEqual(['expert 1', 'own 1', 'own 2']);
    expect(piecesFor(anId(6, 9), pieces)).toEqual([]);
  });

  test('§20: work that cannot be read here goes along where it may be a cause', () => {
    const own = acts(ownPc, paper);
    const [hidden, later] = acts(clerkPc, other, paper);
    if (!hidden || !later) throw new Error('nothing made');
    const peers = [
      aPeer(hidden, 0, 0, { operation: null }),
      aPeer(later, 1, 1, { operation: null }),
    ];

    expect(named(piecesFor(paper, inOrderOfArrival({ peers, own, hashOf })))).toEqual([
      'clerk 1',
      'own 1',
    ]);
  });

  test('I-6: a chain has no hole, also when its beginning came last', () => {
    const [first, second, third] = acts(expertPc, other, paper, other);
    if (!first || !second || !third) throw new Error('nothing made');
    const peers = [aPeer(second, 0), aPeer(third, 1), aPeer(first, 2)];

    const pieces = piecesFor(paper, inOrderOfArrival({ peers, own: [], hashOf }));
    expect(named(pieces)).toEqual(['expert 1', 'expert 2']);
  });

  test('§20: who has the heads of a bundle has everything before them, and nothing behind', () => {
    const pieces = inOrderOfArrival({
      peers: acts(expertPc, other, paper).map((operation, i) => aPeer(operation, i)),
      own: acts(ownPc, paper, sample.documentId),
      hashOf,
    });
    const heads = headsOf(pieces.filter(({ n }) => n === 1));

    expect(pieces.filter((piece) => isCovered(heads, piece)).map(({ n }) => n)).toEqual([1, 1]);
    expect(headsOf(pieces).map(({ n }) => n)).toEqual([2, 2]);
  });
});
