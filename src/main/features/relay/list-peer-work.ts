import type { PeerWorkView } from '@shared/ipc/hub';
import type { PeerWork } from '@shared/relay/peer-work';
import type { Operation } from '@shared/sync/operation';
import type { OverlayOperation } from '@shared/sync/project';
import type { Scope } from '@shared/sync/record';

const MOST_NAMED = 500;

export interface PeerWorkAt {
  readonly peers: Pick<PeerWork, 'refused'>;
  /** Records that unconfirmed work lies upon. */
  readonly targets: () => readonly { readonly id: string }[];
  /** Unconfirmed work on a record that the signed-in person may see. */
  readonly overlayOf: (id: string) => readonly OverlayOperation[];
  readonly isShown: (scope: Scope) => boolean;
  /** Who looks, and at which machine. */
  readonly ownDevice: string | undefined;
  readonly viewer: string | undefined;
  readonly nameOf: (userId: string) => string | undefined;
}

/** Whose unconfirmed work the person sees, and what of it the province did not take (§20). */
export function listPeerWork(at: PeerWorkAt): PeerWorkView {
  const byWhom = ({ actor, at: { wall } }: Operation) => ({
    name: at.nameOf(actor) ?? '',
    at: new Date(wall).toISOString(),
  });
  const isOthers = ({ dev, actor }: Operation): boolean =>
    dev !== at.ownDevice || actor !== at.viewer;
  const ids = new Set(at.targets().map(({ id }) => id));
  const unconfirmed = [...ids].flatMap((id) => {
    const last = at.overlayOf(id).findLast(({ confirmedRev }) => confirmedRev === null)?.operation;
    return last && isOthers(last) ? [{ id, ...byWhom(last) }] : [];
  });
  const refused = at.peers.refused().flatMap(({ operation, decision: { outcome }, scope }) => {
    if (!at.isShown(scope) || !('code' in outcome)) return [];
    const { opId, kind, target } = operation;
    return [{ opId, kind, target, code: outcome.code, ...byWhom(operation) }];
  });
  return { unconfirmed: unconfirmed.slice(0, MOST_NAMED), refused };
}
