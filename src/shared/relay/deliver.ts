import { fromHex, type Sha256 } from '../kernel/bytes';
import type { Decision, DeliverResult, Envelope } from '../protocol/relay-message';
import type { Bearer, Intake } from '../sync/intake';
import type { IntakeServices, IntakeStore } from '../sync/intake-store';
import { signedBytes, type Operation } from '../sync/operation';
import type { OperationResult, Outcome } from '../sync/outcome';
import type { Scope } from '../sync/record';
import { openEnvelope, type RelayCipher } from './envelope';
import { decisionText, OF_A_STOPPED_DEVICE } from './signed';

export interface DeliverPorts {
  readonly cipher: RelayCipher;
  readonly sha256: Sha256;
  readonly keyOf: (scope: Scope, epoch: number) => Uint8Array;
  /** The office of a device's incarnation; undefined for none of ours. */
  readonly officeOf: (device: Bearer) => Promise<string | undefined>;
  readonly store: Pick<IntakeStore, 'transaction'>;
  readonly verify: IntakeServices['verify'];
  readonly intake: Pick<Intake, 'accept'>;
  /** The province's history of this moment. */
  readonly timeline: (officeId: string) => Promise<string>;
  /** Ed25519 of the province, hex. */
  readonly sign: (bytes: Uint8Array) => string;
}

const REFUSED: DeliverResult = { answer: 'refused' };

/**
 * Takes an operation that came around the line (§20). The ordinary intake of its own device decides; brought again, or sent
 * by the author meanwhile, it is answered with the outcome that stands (I-5).
 */
export async function takeEnvelope(
  ports: DeliverPorts,
  courier: { readonly officeId: string; readonly deviceId: string },
  envelope: Envelope,
): Promise<DeliverResult> {
  const { dev, inc, n, hash, scope, epoch } = envelope;
  const { officeId } = courier;
  const maker = { deviceId: dev, inc, courierId: courier.deviceId };
  const operation = openEnvelope(ports, envelope, ports.keyOf(scope, epoch));
  if (!operation || (await ports.officeOf(maker)) !== officeId) return REFUSED;
  // A forged operation must not even be refused by the intake: that would use up the original's next number.
  if (!(await isSigned(ports, officeId, operation))) return REFUSED;
  const answer = await ports.intake.accept(maker, [operation]);
  const result = answer.status === 'refused' ? await lastWord(ports, envelope) : answer.results[0];
  if (result?.answer === 'expect') return { answer: 'expect', expected: result.expected };
  if (result?.answer !== 'final') return { answer: 'wait' };
  const timeline = await ports.timeline(officeId);
  const unsigned: Omit<Decision, 'sig'> = { dev, inc, n, hash, timeline, outcome: result.outcome };
  const sig = ports.sign(decisionText(officeId, unsigned));
  return { answer: 'final', decision: { ...unsigned, sig } };
}

/**
 * Of a machine that may not speak any more: what was decided before stands, and nothing else of that incarnation ever will
 * be. Its colleagues are told so; itself it learns of it at its own contact, and a fenced one offers its work anew (§13.3).
 */
async function lastWord(
  { store }: DeliverPorts,
  { dev, inc, n, hash }: Envelope,
): Promise<OperationResult> {
  const known = await store.transaction((tx) => tx.findAnswered(dev, inc, n));
  const outcome: Outcome = known?.hash === hash ? known.outcome : OF_A_STOPPED_DEVICE;
  return { answer: 'final', n, outcome };
}

async function isSigned(
  { store, verify }: DeliverPorts,
  officeId: string,
  operation: Operation,
): Promise<boolean> {
  const actor = await store.transaction((tx) =>
    tx.findActor(officeId, operation.actor, operation.dev),
  );
  const [bytes, signature] = [signedBytes(operation), fromHex(operation.sig)];
  return actor?.opPublicKeys.some((key) => verify(key, bytes, signature)) ?? false;
}
