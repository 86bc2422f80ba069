import type { Decision, Envelope, OperationPlace } from '../protocol/relay-message';
import type { JournalRecord } from '../sync/journal-record';
import type { Effect } from '../sync/journal-state';
import type { FileHash } from '../kernel/ids';
import type { Operation } from '../sync/operation';
import type { OverlayOperation } from '../sync/project';
import type { LentState, Scope } from '../sync/record';
import { placeKey } from './envelope';

/** Colleagues' work that came through a hub or in a bundle (§20), as the journal tells it. */
export interface PeerOperation {
  /** Place in the order of arrival. */
  readonly order: number;
  readonly envelope: Envelope;
  /** Null for what nobody on this machine may read: it is carried on unread. */
  readonly operation: Operation | null;
  /** The newest own operation when it arrived: what was made later was made in its sight. */
  readonly after: { readonly inc: number; readonly n: number };
  decision: Decision | undefined;
}

type Target = Operation['target'];

export interface RefusedPeer {
  readonly operation: Operation;
  readonly decision: Decision;
  /** Of the envelope that it came in. */
  readonly scope: Scope;
}

/** What somebody else did at this machine, for whom, and what became of it. */
interface Shared {
  readonly scope: Scope;
  readonly target: Target;
  readonly effect?: { readonly rev: number; readonly seq: number };
}

/** What the newest bundle for a record brought beside colleagues' work. */
export type Lent = JournalRecord & { readonly t: 'lent' };

/**
 * Work of other machines that the province has not told of yet, or whose effect has not come: shown as not confirmed, and
 * carried on. It changes only by `take`, after the record is durable.
 */
export function createPeerWork() {
  const known = new Map<string, PeerOperation>();
  const byTarget = new Map<string, Set<PeerOperation>>();
  let arrived = 0;
  /** Gone from `known` because their effect has come: the hub may tell of them again. */
  const done = new Set<string>();
  const lent = new Map<string, Lent>();
  /** Files that came in bundles and that the server may not have. */
  const carried = new Set<FileHash>();
  let ownDevice: string | undefined;
  let ownInc: number | undefined;
  /** Acts of people who share this machine, by their place in its chain, that the hub told whom they are for. */
  const shared = new Map<string, Shared>();
  const chainKey = ({ inc, n }: { readonly inc: number; readonly n: number }) => `${inc}/${n}`;

  function takeLent(record: Lent): void {
    const { id } = record.target;
    const earlier = lent.get(id);
    const isOlder = (earlier?.base?.rev ?? 0) > (record.base?.rev ?? 0);
    lent.set(id, isOlder ? { ...record, base: earlier?.base ?? null } : record);
    for (const file of record.carried) carried.add(file);
  }

  /** The server has told of the record itself. */
  function forgetLent(isHeld: (effect: Effect) => boolean): readonly Target[] {
    const told = [...lent.values()].filter(
      ({ target, base }) => base && isHeld({ id: target.id, rev: base.rev, seq: Infinity }),
    );
    for (const record of told) lent.set(record.target.id, { ...record, base: null });
    return told.map(({ target }) => target);
  }

  function takeEnvelope({ envelope, op, after }: JournalRecord & { readonly t: 'relayed' }): void {
    if (envelope.dev === ownDevice) {
      if (op) shared.set(chainKey(envelope), { scope: envelope.scope, target: op.target });
      return;
    }
    const key = placeKey(envelope);
    const unread = known.get(key);
    // The same work by two paths is one piece of work (I-5). What nobody could read may be read by the next person.
    if (done.has(key) || (unread && (unread.operation || !op))) return;
    const decision = unread?.decision;
    const order = unread?.order ?? arrived++;
    const peer: PeerOperation = { order, envelope, operation: op, after, decision };
    known.set(key, peer);
    if (!op || (decision && !('rev' in decision.outcome))) return;
    const same = byTarget.get(op.target.id) ?? new Set<PeerOperation>();
    byTarget.set(op.target.id, same.add(peer));
  }

  function takeDecision(decision: Decision): void {
    const peer = known.get(placeKey(decision));
    if (!peer) return;
    peer.decision = decision;
    // Nobody here was shown it, and what came of it the province tells.
    if (!peer.operation) settle(decision);
    if (!('rev' in decision.outcome)) forgetTarget(peer);
  }

  function settle(place: OperationPlace): void {
    known.delete(placeKey(place));
    done.add(placeKey(place));
  }

  /** Somebody has read that the province did not take it. */
  function dismiss(opId: string): void {
    for (const { operation, decision } of known.values()) {
      if (operation?.opId !== opId || !decision || 'rev' in decision.outcome) continue;
      settle(decision);
    }
  }

  function takeChain({ dev, inc }: JournalRecord & { readonly t: 'chain' }): void {
    // What the incarnation before left unanswered is no work of this one (§13.3).
    if (inc !== ownInc) shared.clear();
    ownDevice = dev;
    ownInc = inc;
  }

  /** What the province took is shown until it tells of it, what it did not take no longer. */
  function settleShared({ outcome, ...place }: JournalRecord & { readonly t: 'outcome' }): void {
    const act = shared.get(chainKey(place));
    if (!act) return;
    if ('rev' in outcome) shared.set(chainKey(place), { ...act, effect: outcome });
    else shared.delete(chainKey(place));
  }

  function forgetShared(isHeld: (effect: Effect) => boolean): readonly Target[] {
    const held = [...shared].filter(
      ([, { target, effect }]) =>
        effect && isHeld({ id: target.id, rev: effect.rev, seq: effect.seq }),
    );
    for (const [key] of held) shared.delete(key);
    return held.map(([, { target }]) => target);
  }

  function forgetTarget(peer: PeerOperation): void {
    const id = peer.operation?.target.id ?? '';
    const same = byTarget.get(id);
    same?.delete(peer);
    if (same?.size === 0) byTarget.delete(id);
  }

  return {
    take(record: JournalRecord): void {
      if (record.t === 'chain') takeChain(record);
      if (record.t === 'relayed') takeEnvelope(record);
      if (record.t === 'outcome') settleShared(record);
      if (record.t === 'relayDecided') takeDecision(record.decision);
      if (record.t === 'dismissed') dismiss(record.opId);
      if (record.t === 'lent') takeLent(record);
      if (record.t === 'fileReceived') carried.delete(record.sha256);
    },

    /** What a bundle brought of a record; undefined when none did. */
    lentOf: (targetId: string): Lent | undefined => lent.get(targetId),
    /** The state of a record in a bundle, for whoever may see it. */
    baseOf(targetId: string, maySee: (scope: Scope) => boolean): LentState | undefined {
      const found = lent.get(targetId);
      return found && maySee(found.scope) ? (found.base ?? undefined) : undefined;
    },
    /** Is what a bundle brought still of use: to the screen, to an answer, or because the server has not got its files? */
    isLentOpen: ({ target, carried: files }: Lent): boolean =>
      byTarget.has(target.id) ||
      (lent.get(target.id)?.base ?? null) !== null ||
      files.some((file) => carried.has(file)),
    /** Files that came in bundles, whose only other copy may be far away. */
    carriedFiles: (): readonly FileHash[] => [...carried],

    /** For whom somebody who shares this machine made an act; undefined while the hub has not told. */
    scopeOfShared: (place: { readonly inc: number; readonly n: number }): Scope | undefined =>
      shared.get(chainKey(place))?.scope,

    has: (place: OperationPlace): boolean =>
      known.has(placeKey(place)) || done.has(placeKey(place)),
    /** Does something here still need it: the province, or a screen that shows it? */
    isOpen: (place: OperationPlace): boolean =>
      known.has(placeKey(place)) || (place.dev === ownDevice && shared.has(chainKey(place))),
    /** The readable operation behind a place; undefined when it is not known here. */
    find: (place: OperationPlace): Operation | undefined =>
      known.get(placeKey(place))?.operation ?? undefined,
    /** What waits for the province, in the order in which it arrived: causes before effects. */
    undecided: (): readonly Envelope[] =>
      [...known.values()].flatMap(({ envelope, decision }) => (decision ? [] : [envelope])),
    /** The same with what is known of each. */
    waiting: (): readonly PeerOperation[] =>
      [...known.values()].filter(({ decision }) => decision === undefined),
    /** What nobody who was signed in could read, with where it stands among one's own work. */
    unread: (): readonly Pick<PeerOperation, 'envelope' | 'after'>[] =>
      [...known.values()].filter(({ operation }) => operation === null),
    /** Records that colleagues' work lies upon. */
    targets: (): readonly Target[] => [
      ...[...byTarget.values()].flatMap((peers) => {
        const [first] = peers;
        return first?.operation ? [first.operation.target] : [];
      }),
      ...[...lent.values()].flatMap(({ base, target }) => (base ? [target] : [])),
    ],
    /** Work that was shown here and that the province did not take, oldest first (§20: the difference is shown). */
    refused: (): readonly RefusedPeer[] =>
      [...known.values()].flatMap(({ operation, decision, envelope: { scope } }) =>
        operation && decision && !('rev' in decision.outcome)
          ? [{ operation, decision, scope }]
          : [],
      ),
    /** The scope that a file of colleagues' work is sealed for. */
    scopeOfFile: (file: FileHash): Scope | undefined =>
      [...known.values()].findLast(({ envelope }) => envelope.files.includes(file))?.envelope.scope,

    /**
     * Own work on a record with colleagues' between it, in the order in which this machine came to know it.
     *
     * @param maySee scopes of who looks
     */
    overlayOf(
      targetId: string,
      own: readonly OverlayOperation[],
      maySee: (scope: Scope) => boolean,
    ): readonly OverlayOperation[] {
      const peers = [...(byTarget.get(targetId) ?? [])]
        .filter(({ envelope }) => maySee(envelope.scope))
        .toSorted((a, b) => a.order - b.order);
      if (peers.length === 0) return own;
      const merged: OverlayOperation[] = [];
      let next = 0;
      for (const peer of peers) {
        while (next < own.length && !isLater(own[next], peer.after))
          merged.push(...own.slice(next, ++next));
        merged.push(...asOverlay(peer));
      }
      return [...merged, ...own.slice(next)];
    },

    /**
     * Where a record lies that the server has not told of: the newest that a bundle or colleagues' work says, and of them a
     * restricted one, for a record that has moved is not answered for everybody (I-13).
     */
    scopeOf(targetId: string): Scope | undefined {
      const found = lent.get(targetId);
      const peers = [...(byTarget.get(targetId) ?? [])].toSorted((a, b) => a.order - b.order);
      const said = peers.map(({ envelope }) => envelope.scope);
      if (found?.base) said.unshift(found.scope);
      return said.findLast((scope) => !isOfOffice(scope)) ?? said.at(-1);
    },

    /** Forgets what the projection shows by itself; returns the records. */
    landed(isHeld: (effect: Effect) => boolean): readonly Target[] {
      const targets = [...forgetLent(isHeld), ...forgetShared(isHeld)];
      for (const peer of known.values()) {
        const { operation, decision } = peer;
        if (!operation || !decision || !('rev' in decision.outcome)) continue;
        const { rev, seq } = decision.outcome;
        if (!isHeld({ id: operation.target.id, rev, seq })) continue;
        settle(decision);
        forgetTarget(peer);
        targets.push(operation.target);
      }
      return targets;
    },
  };
}

export type PeerWork = ReturnType<typeof createPeerWork>;

const isOfOffice = (scope: Scope): boolean => scope.startsWith('office:');

const isLater = (
  own: OverlayOperation | undefined,
  after: { readonly inc: number; readonly n: number },
): boolean => {
  if (!own) return true;
  const { inc, n } = own.operation;
  return inc > after.inc || (inc === after.inc && n > after.n);
};

const asOverlay = ({ operation, decision }: PeerOperation): readonly OverlayOperation[] => {
  if (!operation) return [];
  const outcome = decision?.outcome;
  return [{ operation, confirmedRev: outcome && 'rev' in outcome ? outcome.rev : null }];
};
