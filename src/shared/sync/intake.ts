import { fromHex, toHex, utf8, type Sha256 } from '../kernel/bytes';
import { canonicalJson, type Json } from '../kernel/canonical-json';
import type { ErrorCode } from '../errors/catalogue';
import { limits } from '../protocol/version';
import { findAct, isKnownType } from './acts/acts';
import type { Decision, DecisionContext, RecordChange } from './acts/act';
import {
  LockTimeout,
  type ActorRow,
  type DeviceRow,
  type IntakeServices,
  type IntakeStore,
  type IntakeTransaction,
  type RecordPut,
  type RecordReference,
} from './intake-store';
import { operationHash, signedBytes, type Operation } from './operation';
import type { OperationResult, Outcome } from './outcome';
import {
  contentHash,
  digestMark,
  officeScope,
  shiftDigest,
  type FeedEntry,
  type Scope,
  type ServerRecord,
} from './record';

/** What the server answers to the operations of one request. */
export type IntakeAnswer =
  | { readonly status: 'answered'; readonly results: readonly OperationResult[] }
  | {
      readonly status: 'refused';
      readonly code: 'device.not-enrolled' | 'device.forked' | 'device.disabled';
    };

/**
 * Takes operations of one device in order, one transaction each (§5).
 *
 * Locks are taken in one order: device, records by id, register, stream. Sequence numbers come from the office's
 * counter row, locked last, so that a reader who has seen a number has seen all smaller ones (§5.1). An outcome is
 * answered only after its transaction is durable.
 */
export function createIntake({ store, services }: IntakeDeps) {
  return {
    async accept(
      device: { readonly deviceId: string; readonly inc: number },
      operations: readonly Operation[],
    ): Promise<IntakeAnswer> {
      const results: OperationResult[] = [];
      for (const operation of operations) {
        const answer = await acceptOne(store, services, device, operation);
        if (answer.kind === 'refused') return { status: 'refused', code: answer.code };
        results.push(answer.result);
        // What follows depends on this one's place in the chain: it is not looked at before its turn.
        if (answer.result.answer !== 'final') break;
      }
      return { status: 'answered', results };
    },
  };
}

export type Intake = ReturnType<typeof createIntake>;

export interface IntakeDeps {
  readonly store: IntakeStore;
  readonly services: IntakeServices;
}

type Accepted =
  | { readonly kind: 'result'; readonly result: OperationResult }
  | {
      readonly kind: 'refused';
      readonly code: 'device.not-enrolled' | 'device.forked' | 'device.disabled';
    };

async function acceptOne(
  store: IntakeStore,
  services: IntakeServices,
  device: { readonly deviceId: string; readonly inc: number },
  operation: Operation,
): Promise<Accepted> {
  try {
    return await store.transaction((tx) => decideInTransaction(tx, services, device, operation));
  } catch (cause) {
    if (cause instanceof LockTimeout)
      return { kind: 'result', result: { answer: 'wait', n: operation.n } };
    throw cause;
  }
}

async function decideInTransaction(
  tx: IntakeTransaction,
  services: IntakeServices,
  claimed: { readonly deviceId: string; readonly inc: number },
  operation: Operation,
): Promise<Accepted> {
  const device = await tx.lockDevice(claimed.deviceId, claimed.inc);
  if (!device) return { kind: 'refused', code: 'device.not-enrolled' };
  if (device.state === 'disabled') return { kind: 'refused', code: 'device.disabled' };
  if (device.state === 'fenced') return { kind: 'refused', code: 'device.forked' };
  const { dev, inc, n } = operation;
  // Everything below moves the device of the operation: it must be the one that is locked.
  if (dev !== device.deviceId || inc !== device.inc) {
    return { kind: 'refused', code: 'device.not-enrolled' };
  }
  if (n <= device.lastN) {
    const known = await tx.findAnswered(device.deviceId, device.inc, n);
    // Another operation under an answered number: the device's disk was set back, and its new work must not be lost
    // behind an old answer (I-1, I-23).
    if (known && known.hash !== operationHash(operation, services.sha256)) {
      return { kind: 'refused', code: 'device.forked' };
    }
    if (known) return { kind: 'result', result: { answer: 'final', n, outcome: known.outcome } };
    throw new Error(`operation ${n} of ${device.deviceId}/${device.inc} has no stored outcome`);
  }
  if (n > device.lastN + 1) {
    return { kind: 'result', result: { answer: 'expect', n, expected: device.lastN + 1 } };
  }
  if (operation.prev !== device.lastHash) return { kind: 'refused', code: 'device.forked' };

  const outcome = await applyOperation(tx, services, device, operation);
  await tx.saveOutcome(operation, operationHash(operation, services.sha256), outcome);
  return { kind: 'result', result: { answer: 'final', n, outcome } };
}

/** Applies one operation and returns its final outcome; a refusal changes nothing but consumes `n` (I-16). */
async function applyOperation(
  tx: IntakeTransaction,
  services: IntakeServices,
  device: DeviceRow,
  operation: Operation,
): Promise<Outcome> {
  const reject = (code: ErrorCode): Outcome => ({ status: 'rejected', code });
  const identity = await checkIdentity(tx, services, device, operation);
  if (!identity.ok) return reject(identity.code);
  const bytes = utf8(canonicalJson(operation.body)).length;
  if (bytes > limits.operationBytes || !isStorable(operation.body)) {
    return reject('operation.invalid-body');
  }
  if (!isKnownType(operation.target.type)) return reject('operation.unknown-type');
  const act = findAct(operation.target.type, operation.kind);
  if (!act) return reject('operation.unknown-kind');
  const bound = act.parse(operation.body);
  if (!bound) return reject('operation.invalid-body');

  const records = new Map(await tx.lockRecords(device.officeId, [operation.target]));
  const needs = bound.needs(records.get(operation.target.id));
  for (const [id, record] of await lockFurther(tx, device.officeId, needs.records ?? []))
    records.set(id, record);
  const register =
    needs.registerId === undefined
      ? undefined
      : await tx.lockRegister(device.officeId, needs.registerId);
  const { agencyCodes = [] } = needs;
  const agencies =
    agencyCodes.length === 0 ? new Map() : await tx.findAgencies(device.officeId, agencyCodes);
  const scope = officeScope(device.officeId);
  const { dev, inc, n } = operation;
  const context: DecisionContext = {
    operation,
    actor: identity.actor.user,
    scope,
    today: services.today(),
    now: new Date(services.nowMs()).toISOString(),
    records,
    agencies,
    register,
    // Not from `opId`: only the device's word says that it is unique.
    derivedId: (name) => nameBasedId(`${dev}/${inc}/${n}:${name}`, services.sha256),
  };
  const decision = bound.decide(context);
  return decision.status === 'rejected'
    ? reject(decision.code)
    : storeDecision(tx, services, { device, operation, scope, records, decision });
}

async function lockFurther(
  tx: IntakeTransaction,
  officeId: string,
  references: readonly RecordReference[],
): Promise<ReadonlyMap<string, ServerRecord>> {
  return references.length === 0 ? new Map() : tx.lockRecords(officeId, references);
}

type Identity =
  | { readonly ok: true; readonly actor: ActorRow }
  | { readonly ok: false; readonly code: ErrorCode };

/** Who acted is decided from the server's own rows and the signature, never from what the client claims (I-13). */
async function checkIdentity(
  tx: IntakeTransaction,
  services: IntakeServices,
  device: DeviceRow,
  operation: Operation,
): Promise<Identity> {
  const refuse = (code: ErrorCode): Identity => ({ ok: false, code });
  if (operation.office !== device.officeId) return refuse('operation.wrong-office');
  const actor = await tx.findActor(device.officeId, operation.actor, device.deviceId);
  if (!actor || actor.opPublicKeys.length === 0) return refuse('operation.unknown-actor');
  const [bytes, signature] = [signedBytes(operation), fromHex(operation.sig)];
  if (!actor.opPublicKeys.some((key) => services.verify(key, bytes, signature))) {
    return refuse('operation.bad-signature');
  }
  return { ok: true, actor };
}

interface Storing {
  readonly device: DeviceRow;
  readonly operation: Operation;
  readonly scope: Scope;
  readonly records: ReadonlyMap<string, ServerRecord>;
  readonly decision: Extract<Decision, { status: 'accepted' }>;
}

async function storeDecision(
  tx: IntakeTransaction,
  services: IntakeServices,
  { device, operation, scope, records, decision }: Storing,
): Promise<Outcome> {
  const { officeId } = device;
  const puts = decision.changes.map((change) =>
    putFor(change, scope, records.get(change.id), services.sha256),
  );
  for (const put of puts) await tx.saveRecord(officeId, put);
  if (decision.numbering) {
    await tx.saveRegisterEntry(officeId, decision.numbering.counter, decision.numbering.entry);
  }
  const { deliveries = [] } = decision;
  if (deliveries.length > 0) await tx.saveOutbox(officeId, deliveries);
  // The stream's counter is the last lock of the transaction (§5.1).
  const head = await tx.advanceStream(officeId, puts.length);
  const first = head - puts.length + 1;
  const entries = puts.map((put, index): FeedEntry => entryFor(put, first + index, first));
  await tx.saveFeed(officeId, scope, entries);
  let digest = await tx.lockDigest(officeId, scope);
  for (const put of puts)
    digest = shiftDigest(
      digest,
      markOf(put.before, services.sha256),
      markOf(put.after, services.sha256),
    );
  await tx.saveDigest(officeId, scope, digest);

  const own = entries.find((entry) => entry.id === operation.target.id);
  const effect = { rev: own?.rev ?? 1, seq: own?.seq ?? head };
  return decision.conflicts.length > 0
    ? { status: 'merged', ...effect, conflicts: decision.conflicts }
    : { status: 'applied', ...effect };
}

function putFor(
  change: RecordChange,
  scope: Scope,
  before: ServerRecord | undefined,
  sha256: Sha256,
): RecordPut {
  const after: ServerRecord = { ...change, scope, rev: (before?.rev ?? 0) + 1 };
  return { before, after, hash: contentHash(change.content, sha256) };
}

const entryFor = (put: RecordPut, seq: number, tx: number): FeedEntry => ({
  seq,
  kind: 'put',
  type: put.after.type,
  id: put.after.id,
  rev: put.after.rev,
  hash: put.hash,
  tx,
  content: put.after.content,
});

const markOf = (record: ServerRecord | undefined, sha256: Sha256): string | undefined =>
  record && digestMark(record.id, record.rev, contentHash(record.content, sha256), sha256);

/** Texts that no form of ours makes and no database keeps: NUL, and halves of surrogate pairs. */
function isStorable(value: Json): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorable(item));
}

/** RFC 9562 version 8 layout over SHA-256 of the name: the same name gives the same id on every node. */
export function nameBasedId(name: string, sha256: Sha256): string {
  const hash = sha256(utf8(name)).slice(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = toHex(hash);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
