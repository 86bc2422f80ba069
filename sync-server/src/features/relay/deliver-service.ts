import { fromHex } from '@shared/kernel/bytes';
import type {
  DeliverReply,
  DeliverRequest,
  DeliverResult,
  Envelope,
} from '@shared/protocol/relay-message';
import { openEnvelope } from '@shared/relay/envelope';
import { decisionText } from '@shared/relay/signed';
import type { ExchangeSession } from '@shared/sync/exchange';
import type { Intake } from '@shared/sync/intake';
import type { IntakeServices, IntakeStore } from '@shared/sync/intake-store';
import { signedBytes, type Operation } from '@shared/sync/operation';
import type { Database } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { relayCipher, sha256 } from '../../platform';
import { appendAudit } from '../audit/audit-log';
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

const REFUSED: DeliverResult = { answer: 'refused' };

/**
 * Takes work that came around the line, in the order in which it is brought (§20). The ordinary intake of each operation's
 * own device decides; brought again, or sent by the author meanwhile, it is answered with the outcome that stands (I-5).
 */
export function createDeliver({ db, intake, store, verify, keys, nowMs }: DeliverDeps) {
  return async (
    { officeId, deviceId }: ExchangeSession,
    { envelopes }: DeliverRequest,
  ): Promise<DeliverReply> => {
    const results: DeliverResult[] = [];
    for (const envelope of envelopes) results.push(await take(envelope));
    const detail = { envelopes: envelopes.length, refused: results.filter(isRefused).length };
    await inTransaction(db, (tx) =>
      appendAudit(tx, officeId, { event: 'relay.delivered', deviceId, detail }, nowMs()),
    );
    return { results };

    async function take(envelope: Envelope): Promise<DeliverResult> {
      const { dev, inc, n, hash, scope, epoch } = envelope;
      const operation = openEnvelope(
        { cipher: relayCipher, sha256 },
        envelope,
        keys.keyOf(scope, epoch),
      );
      const owner = await findDevice(db, { deviceId: dev, inc });
      if (!operation || owner?.officeId !== officeId) return REFUSED;
      // A forged operation must not even be refused by the intake: that would use up the original's next number.
      if (!(await isSigned(operation))) return REFUSED;
      const maker = { deviceId: dev, inc, courierId: deviceId };
      const answer = await intake.accept(maker, [operation]);
      if (answer.status === 'refused') return REFUSED;
      const [result] = answer.results;
      if (result?.answer === 'expect') return { answer: 'expect', expected: result.expected };
      if (result?.answer !== 'final') return { answer: 'wait' };
      const unsigned = { dev, inc, n, hash, outcome: result.outcome };
      const sig = keys.sign(decisionText(officeId, unsigned));
      return { answer: 'final', decision: { ...unsigned, sig } };
    }

    async function isSigned(operation: Operation): Promise<boolean> {
      const actor = await store.transaction((tx) =>
        tx.findActor(officeId, operation.actor, operation.dev),
      );
      const [bytes, signature] = [signedBytes(operation), fromHex(operation.sig)];
      return actor?.opPublicKeys.some((key) => verify(key, bytes, signature)) ?? false;
    }
  };
}

export type Deliver = ReturnType<typeof createDeliver>;

const isRefused = ({ answer }: DeliverResult): boolean => answer === 'refused';
