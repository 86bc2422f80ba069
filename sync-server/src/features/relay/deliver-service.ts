import type { DeliverReply, DeliverRequest, DeliverResult } from '@shared/protocol/relay-message';
import { takeEnvelope } from '@shared/relay/deliver';
import type { ExchangeSession } from '@shared/sync/exchange';
import type { Intake } from '@shared/sync/intake';
import type { IntakeServices, IntakeStore } from '@shared/sync/intake-store';
import type { Database } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { relayCipher, sha256 } from '../../platform';
import { appendAudit } from '../audit/audit-log';
import { readTimeline } from '../health/server-state';
import { findDevice } from '../session/device-repository';
import type { RelayKeys } from './relay-keys';

export interface DeliverDeps {
  readonly db: Database;
  readonly intake: Intake;
  readonly store: IntakeStore;
  readonly verify: IntakeServices['verify'];
  readonly keys: RelayKeys;
  readonly nowMs: () => number;
}

/** Takes work that came around the line, in the order in which it is brought (§20). */
export function createDeliver({ db, intake, store, verify, keys, nowMs }: DeliverDeps) {
  const ports = {
    cipher: relayCipher,
    sha256,
    keyOf: keys.keyOf,
    officeOf: async (device: { readonly deviceId: string; readonly inc: number }) =>
      (await findDevice(db, device))?.officeId,
    store,
    verify,
    intake,
    timeline: () => readTimeline(db),
    sign: keys.sign,
  };
  return async (
    { officeId, deviceId }: ExchangeSession,
    { envelopes }: DeliverRequest,
  ): Promise<DeliverReply> => {
    const results: DeliverResult[] = [];
    for (const envelope of envelopes)
      results.push(await takeEnvelope(ports, { officeId, deviceId }, envelope));
    const detail = { envelopes: envelopes.length, refused: results.filter(isRefused).length };
    await inTransaction(db, (tx) =>
      appendAudit(tx, officeId, { event: 'relay.delivered', deviceId, detail }, nowMs()),
    );
    return { results };
  };
}

export type Deliver = ReturnType<typeof createDeliver>;

const isRefused = ({ answer }: DeliverResult): boolean => answer === 'refused';
