import { contract } from '@shared/ipc/contract';
import type { HubView, PeerWorkView } from '@shared/ipc/hub';
import { ok, type Result } from '@shared/kernel/result';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';
import type { Relay } from './create-relay';

export interface RelayHandlersDeps extends LogDep {
  readonly at: () => Result<{
    readonly relay: Pick<Relay, 'describe' | 'connect' | 'leave' | 'meet'>;
    readonly peerWork: () => PeerWorkView;
  }>;
}

/** The hub of the office as its page enters and tries it, and what came from colleagues through it (§20). */
export function relayHandlers(deps: RelayHandlersDeps) {
  const described = async (work: (relay: Relay_) => Promise<Result<void>>) => {
    const at = deps.at();
    if (!at.ok) return at;
    const done = await work(at.value.relay);
    return done.ok ? ok<HubView | null>(at.value.relay.describe() ?? null) : done;
  };
  return {
    'hub.describe': bind(deps, contract['hub.describe'], () => described(async () => DONE)),
    'hub.connect': bind(deps, contract['hub.connect'], ({ code }) =>
      described((relay) => relay.connect(code)),
    ),
    'hub.meet': bind(deps, contract['hub.meet'], () => described((relay) => relay.meet())),
    'hub.leave': bind(deps, contract['hub.leave'], () => described((relay) => relay.leave())),
    'hub.peerWork': bind(deps, contract['hub.peerWork'], async () => {
      const at = deps.at();
      return at.ok ? ok(at.value.peerWork()) : at;
    }),
  };
}

type Relay_ = Pick<Relay, 'describe' | 'connect' | 'leave' | 'meet'>;

const DONE = ok(undefined);
