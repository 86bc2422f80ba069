import { toHex, utf8 } from '@shared/kernel/bytes';
import type { Result } from '@shared/kernel/result';
import type { SyncReply, SyncRequest } from '@shared/protocol/sync-message';
import { createExchange, type ExchangeDeps } from '@shared/sync/exchange';
import { sample, sha256 } from '../support/core-builders';
import type { Chance } from './random';

interface OldServerDeps {
  readonly chance: Chance;
  readonly fail: (rule: string, what: string) => void;
  readonly count: (name: string) => void;
  readonly nowMs: () => number;
}

export type OldServer = (
  session: { readonly deviceId: string; readonly officeId: string },
  request: SyncRequest,
) => Promise<Result<SyncReply>>;

/**
 * The instance of before the restore, started by mistake: its history is not the one that the workstation knows (N-13). It
 * has to refuse by itself; half of the time it is one that does not ask, and the workstation must not believe it.
 */
export function createOldServer({ chance, fail, count, nowMs }: OldServerDeps): OldServer {
  const untouched = (): never => {
    fail('N-13', 'an outdated server works for who knows better');
    throw new Error('an outdated server');
  };
  const exchange = createExchange({
    intake: { accept: untouched, passOver: untouched },
    feed: new Proxy({} as ExchangeDeps['feed'], { get: () => untouched }),
    tickets: { judge: untouched, roll: untouched },
    leases: { sendLeases: untouched },
    ticketMac: (text) => toHex(sha256(utf8(text))).slice(0, 32),
    history: {
      readHistory: async () => ({ timeline: sample.timeline, ancestry: [], forks: [] }),
      beginRecovery: untouched,
      recognise: untouched,
      lastN: untouched,
    },
    nowMs,
  });

  /** What it would say if it asked nobody: all is taken in, nothing is new. */
  const gullible = ({ ops, cursors, ticket }: SyncRequest): SyncReply => ({
    results: ops.map(({ n }) => ({
      answer: 'final',
      n,
      outcome: { status: 'applied', rev: 1, seq: 1 },
    })),
    pages: [],
    repairs: [],
    scopes: Object.keys(cursors),
    heads: cursors,
    notices: [],
    leases: [],
    ticket,
    timeline: sample.timeline,
    ancestry: [],
    serverTime: nowMs(),
  });

  return async ({ deviceId, officeId }, request) => {
    if (chance.chance(0.5)) return { ok: true, value: gullible(request) };
    const reply = await exchange(
      { deviceId, inc: request.inc, officeId, user: undefined },
      request,
    );
    if (reply.ok) fail('N-13', 'an outdated server answers who knows better');
    else if (reply.error.code === 'server.went-back') count('N-13: refused');
    return reply;
  };
}
