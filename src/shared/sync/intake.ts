import { fromHex, utf8 } from '../kernel/bytes';
import { canonicalJson, type Json } from '../kernel/canonical-json';
import { localDateAt } from '../kernel/local-date';
import { isNameBased, nameBasedId } from '../kernel/name-based-id';
import type { ErrorCode } from '../errors/catalogue';
import { limits } from '../protocol/version';
import type { Act, Decision, DecisionContext, RecordChange } from './acts/act';
import { findAct, isKnownType } from './acts/acts';
import { conflictRecords } from './acts/conflict-records';
import { heldWorkFor } from './acts/held-work';
import { mayEnter } from './entitlement';
import {
  LockTimeout,
  NotStorable,
  type ActorRow,
  type DeviceRow,
  type IntakeServices,
  type IntakeStore,
  type IntakeTransaction,
  type LostBefore,
  type ProvenLinks,
  type RecordReference,
} from './intake-store';
import { filesOf } from './named-files';
import { operationHash, signedBytes, type Operation } from './operation';
import type { OperationResult, Outcome } from './outcome';
import { dossierOf, officeScope, type Scope, type ServerRecord } from './record';
import { storeChanges } from './store-changes';

/** What the server answers to the operations of one request. */
export type IntakeAnswer =
  | { readonly status: 'answered'; readonly results: readonly OperationResult[] }
  | {
      readonly status: 'refused';
      readonly code: 'device.not-enrolled' | 'device.forked' | 'device.disabled';
    };

/**
 * Takes operations of one device in order, one transaction each (§5).
 * Locks are taken in one order: device, records by id, register, stream. Sequence numbers come from the office's
 * counter row, locked last, so that a reader who has seen a number has seen all smaller ones (§5.1). An outcome is
 * answered only after its transaction is durable.
 */
export function createIntake({ store, services }: IntakeDeps) {
  return {
    async accept(device: Bearer, operations: readonly Operation[]): Promise<IntakeAnswer> {
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

    /** Goes on at `lost.n` where a restore took what came before, and the device keeps it no longer (§13.2). */
    passOver: (device: Bearer, lost: LostBefore): Promise<void> =>
      store.transaction(async (tx) => {
        const row = await tx.lockDevice(device.deviceId, device.inc);
        if (row?.state === 'active' && lost.n > row.lastN + 1)
          await tx.passOver(row, lost, services.nowMs());
      }),
  };
}

export type Intake = ReturnType<typeof createIntake>;

/** The device that made the operations. */
export interface Bearer {
  readonly deviceId: string;
  readonly inc: number;
  /** The device that brings them, with their files, when it is another one (T-13). */
  readonly courierId?: string;
}

export interface IntakeDeps {
  readonly store: IntakeStore;
  readonly services: IntakeServices;
}

type Taken =
  | { readonly kind: 'result'; readonly result: OperationResult }
  | {
      readonly kind: 'refused';
      readonly code: 'device.not-enrolled' | 'device.forked' | 'device.disabled';
    };

async function acceptOne(
  store: IntakeStore,
  services: IntakeServices,
  device: Bearer,
  operation: Operation,
): Promise<Taken> {
  const take = (apply: Apply) =>
    store.transaction((tx) => decideInTransaction(tx, services, device, { operation, apply }));
  try {
    return await take(applyOperation).catch((cause: unknown) => {
      if (!(cause instanceof NotStorable)) throw cause;
      services.onPoison(operation, cause);
      return take(async () => REFUSED);
    });
  } catch (cause) {
    if (cause instanceof LockTimeout)
      return { kind: 'result', result: { answer: 'wait', n: operation.n } };
    throw cause;
  }
}

type Apply = typeof applyOperation;

/** An act's own code reads nothing but what it is given: where it throws, it will throw again (I-16). */
function unfailing<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new NotStorable(cause);
  }
}

/** What no rule foresaw, or the database refuses, is refused for good, or it would stop all that follows (I-16). */
const REFUSED: Outcome = { status: 'rejected', code: 'operation.not-storable' };

const PASSED_OVER: Outcome = { status: 'rejected', code: 'operation.passed-over' };

async function decideInTransaction(
  tx: IntakeTransaction,
  services: IntakeServices,
  claimed: Bearer,
  { operation, apply }: { readonly operation: Operation; readonly apply: Apply },
): Promise<Taken> {
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
    // Passed over after a restore, and brought late: final, or it would stop what was brought with it (I-16).
    return { kind: 'result', result: { answer: 'final', n, outcome: PASSED_OVER } };
  }
  if (n > device.lastN + 1) {
    return { kind: 'result', result: { answer: 'expect', n, expected: device.lastN + 1 } };
  }
  if (operation.prev !== device.lastHash) return { kind: 'refused', code: 'device.forked' };

  const { courierId = device.deviceId } = claimed;
  const outcome = await apply(tx, services, { ...device, courierId }, operation);
  await tx.saveOutcome(operation, operationHash(operation, services.sha256), outcome);
  return { kind: 'result', result: { answer: 'final', n, outcome } };
}

/** Applies one operation and returns its final outcome; a refusal changes nothing but consumes `n` (I-16). */
async function applyOperation(
  tx: IntakeTransaction,
  services: IntakeServices,
  device: DeviceRow & { readonly courierId: string },
  operation: Operation,
): Promise<Outcome> {
  const reject = (code: ErrorCode): Outcome => ({ status: 'rejected', code });
  const identity = await checkIdentity(tx, services, device, operation);
  if (!identity.ok) {
    // The lost history may have known the person's key: it comes back when they sign in, and until then nothing that
    // was received once is refused for good (I-2, §13.2).
    if (device.isRecovering) throw new LockTimeout();
    return reject(identity.code);
  }
  const bytes = utf8(canonicalJson(operation.body)).length;
  if (bytes > limits.operationBytes || !isStorable(operation.body) || isForeseen(operation))
    return reject('operation.invalid-body');
  if (!isKnownType(operation.target.type)) return reject('operation.unknown-type');
  const act = findAct(operation.target.type, operation.kind);
  if (!act) return reject('operation.unknown-kind');
  const bound = unfailing(() => act.parse(services.converters.bodyUp(operation)));
  if (!bound) return reject('operation.invalid-body');

  const { officeId } = device;
  const needsOf: Locking['needsOf'] = (target) => unfailing(() => bound.needs(target));
  const locked = await lockAll(tx, services, { officeId, operation, needsOf });
  const { dev, inc, n } = operation;
  // Not from `opId`: only the device's word says that it is unique.
  const derivedId = (name: string) => nameBasedId(`${dev}/${inc}/${n}:${name}`, services.sha256);
  const naming = { reader: identity.actor.user, devices: [dev, device.courierId] };
  const storing = { officeId, operation, locked: locked.records, naming };
  const found = locked.records.get(operation.target.id);
  // A register is no content: its acts say who may, the province's administrator among them (§9.5).
  // A number that was given stands wherever its paper moved, or the book would have a hole (I-10). The office's names on
  // its code and the dossier behind it are locked for it alone, and nothing of them is shown.
  const isGivenNumber = ['cmd.allocateNumber', 'cmd.takeNumber'].includes(operation.kind);
  const mayEnterScopeOf = ({ type, scope }: Pick<ServerRecord, 'type' | 'scope'>) =>
    type === 'register' ||
    isGivenNumber ||
    mayEnter(identity.actor.user, {
      officeId,
      scope,
      dossier: locked.records.get(dossierOf(scope) ?? ''),
    });
  const { type, scope } = found ?? { ...operation.target, scope: officeScope(officeId) };
  // New work of who sees nothing any more waits in the office, a new dossier not: its name is for its members.
  if ((found || type !== 'dossier') && !mayEnterScopeOf({ type, scope }))
    return holdOperation(tx, services, { ...storing, id: derivedId('held'), scope });
  if (found?.isDeleted && operation.kind === 'create') return reject('operation.target-exists');
  const records = visibleRecords(locked.records, operation);
  for (const [id, record] of records)
    if (locked.asked.has(id) && !mayEnterScopeOf(record)) return reject('dossier.unknown');
  const { agencyCodes = [], device: other, thumbprint } = locked.needs;
  const { register, place } = await lockRegister(tx, officeId, locked.needs, operation.target.id);
  const agencies =
    agencyCodes.length === 0 ? new Map() : await tx.findAgencies(officeId, agencyCodes);
  const context: DecisionContext = {
    operation,
    actor: identity.actor.user,
    scope,
    today: services.today(),
    now: new Date(services.nowMs()).toISOString(),
    records,
    agencies,
    register,
    place,
    device: other && (await tx.findDevice(officeId, other)),
    verify: services.verify,
    deviceName: device.name,
    latestDate: localDateAt(services.nowMs() + LATE_MS),
    sha256: services.sha256,
    readProof: services.readProof,
    softwareKeys: identity.actor.softwareKeys,
    isKnownCertificate: !!thumbprint && (await tx.isCertificateKnown(officeId, thumbprint)),
    entryRecordId: (registerId, number) => entryRecordId(services, registerId, number),
    derivedId,
  };
  const decision = unfailing(() => bound.decide(context));
  if (decision.status === 'rejected') return reject(decision.code);
  const whole = found?.isDeleted ? withRestoration(decision, context) : decision;
  return storeDecision(tx, services, { ...storing, decision: whole });
}

/** A workstation's clock may be ahead of the server's by so much (§9.6). */
const LATE_MS = 10 * 60_000;

export const entryRecordId = (
  { sha256 }: Pick<IntakeServices, 'sha256'>,
  registerId: string,
  number: number,
): string => nameBasedId(`registerEntry:${registerId}/${number}`, sha256);

/** Records that an act on a register may change: they are locked before the register is (§5). */
async function recordsOfRegister(
  tx: IntakeTransaction,
  services: IntakeServices,
  officeId: string,
  { registerId, number }: Needs,
): Promise<readonly RecordReference[]> {
  if (registerId === undefined) return [];
  const queue = await tx.peekQueue(officeId, registerId);
  const references: RecordReference[] = [
    { type: 'register', id: registerId },
    ...queue.map(({ type, documentId }) => ({ type, id: documentId })),
  ];
  if (number === undefined) return references;
  references.push({ type: 'registerEntry', id: entryRecordId(services, registerId, number) });
  const { entry } = await tx.findEntry(officeId, registerId, number);
  if (entry?.documentId) references.push({ type: 'incomingDocument', id: entry.documentId });
  return references;
}

async function lockRegister(
  tx: IntakeTransaction,
  officeId: string,
  { registerId, number }: Needs,
  targetId: string,
): Promise<Pick<DecisionContext, 'register' | 'place'>> {
  if (registerId === undefined) return { register: undefined, place: undefined };
  const register = await tx.lockRegister(officeId, registerId, targetId);
  if (number === undefined) return { register, place: undefined };
  return { register, place: await tx.findEntry(officeId, registerId, number) };
}

/**
 * Locks the target, what the act needs besides, the dossiers that decide who sees all these, and what a register may
 * change: in this order, each group by id (§5).
 */
async function lockAll(
  tx: IntakeTransaction,
  services: IntakeServices,
  { officeId, operation: { target }, needsOf }: Locking,
): Promise<Locked> {
  const records = new Map(await tx.lockRecords(officeId, [target]));
  const lock = async (references: readonly RecordReference[]) => {
    const missing = references.filter(({ id }) => !records.has(id));
    if (missing.length === 0) return;
    for (const [id, record] of await tx.lockRecords(officeId, missing)) records.set(id, record);
  };
  const needs = {
    // An act on a register is about its row, whether or not its record was ever shown.
    ...(target.type === 'register' ? { registerId: target.id } : {}),
    ...needsOf(records.get(target.id)),
  };
  await lock(needs.records ?? []);
  const dossiers = [...records.values()].flatMap(({ scope }) => dossierOf(scope) ?? []);
  await lock([...new Set(dossiers)].map((id) => ({ type: 'dossier', id })));
  const asked = new Set(records.keys());
  await lock(await recordsOfRegister(tx, services, officeId, needs));
  return { records, asked, needs };
}

interface Locking {
  readonly officeId: string;
  readonly operation: Operation;
  readonly needsOf: (target: ServerRecord | undefined) => Needs;
}

interface Locked {
  readonly records: ReadonlyMap<string, ServerRecord>;
  /** What the person acts upon; the rest is what the register does in its own order, whoever asked. */
  readonly asked: ReadonlySet<string>;
  readonly needs: Needs;
}

/** People's records have random ids: those that can be foreseen are kept for what the server makes. */
const isForeseen = ({ kind, target }: Operation): boolean =>
  kind === 'create' && isNameBased(target.id);

/** What an act may look at: a deleted draft is there only for the edit that brings it back. */
const visibleRecords = (
  records: ReadonlyMap<string, ServerRecord>,
  { kind, target }: Operation,
): ReadonlyMap<string, ServerRecord> =>
  new Map(
    [...records].filter(
      ([id, record]) => !record.isDeleted || (id === target.id && kind === 'patch'),
    ),
  );

/** An edit came for a draft that was deleted meanwhile: the draft is back, and both wills are on record (I-8, §6.6). */
function withRestoration(decision: Accepted, context: DecisionContext): Accepted {
  const deletion = {
    field: 'isDeleted',
    kind: 'scalar',
    kept: false,
    losing: true,
    seen: false,
  } as const;
  const { actor } = context.operation;
  const records = conflictRecords([deletion], context, () => ({ userId: actor, at: context.now }));
  return {
    ...decision,
    changes: [...decision.changes, ...records],
    conflicts: [...decision.conflicts, ...records.map(({ id }) => id)],
  };
}

/** The author may no longer see the target: the work waits, whole and unapplied, for those who may (I-15, §7.4). */
async function holdOperation(
  tx: IntakeTransaction,
  { sha256 }: IntakeServices,
  { officeId, operation, locked, naming, id, scope }: Holding,
): Promise<Outcome> {
  const changes = [heldWorkFor(operation, id, scope)];
  await storeChanges(tx, { officeId, changes, held: locked, sha256 });
  await tx.linkFiles(officeId, { ...naming, recordId: id, files: filesOf(operation) });
  return { status: 'held', code: 'operation.held' };
}

type Accepted = Extract<Decision, { status: 'accepted' }>;
type Needs = ReturnType<Act<never>['needs']>;

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
  readonly officeId: string;
  readonly operation: Operation;
  readonly locked: ReadonlyMap<string, ServerRecord>;
  readonly naming: Pick<ProvenLinks, 'reader' | 'devices'>;
}

interface Holding extends Storing {
  readonly id: string;
  readonly scope: Scope;
}

async function storeDecision(
  tx: IntakeTransaction,
  { sha256 }: IntakeServices,
  { officeId, operation, locked, naming, decision }: Storing & { readonly decision: Accepted },
): Promise<Outcome> {
  const { register, deliveries = [], conflicts } = decision;
  const companions = await companionsOf(tx, officeId, decision.changes, locked);
  const { head, placed } = await storeChanges(tx, {
    officeId,
    changes: [...decision.changes, ...companions.changes],
    held: new Map([...locked, ...companions.held]),
    sha256,
    beforeStream: async () => {
      if (register) await tx.saveRegister(officeId, register);
      if (deliveries.length > 0) await tx.saveOutbox(officeId, deliveries);
    },
  });
  const { target } = operation;
  const links = decision.fileLinks ?? { recordId: target.id, files: filesOf(operation) };
  await tx.linkFiles(officeId, { ...naming, ...links });
  const own = placed.findLast(({ entry }) => entry.id === target.id)?.entry;
  const effect = { rev: own?.rev ?? 1, seq: own?.seq ?? head };
  return conflicts.length > 0
    ? { status: 'merged', ...effect, conflicts }
    : { status: 'applied', ...effect };
}

/** Conflicts and held work about a record that moves: they tell its content, and go where it goes (§7.2). */
async function companionsOf(
  tx: IntakeTransaction,
  officeId: string,
  changes: readonly RecordChange[],
  locked: ReadonlyMap<string, ServerRecord>,
): Promise<{
  readonly changes: readonly RecordChange[];
  readonly held: ReadonlyMap<string, ServerRecord>;
}> {
  const found = new Map<string, ServerRecord>();
  const moved: RecordChange[] = [];
  const changing = new Set(changes.map(({ id }) => id));
  for (const { id: targetId, scope } of changes) {
    const before = locked.get(targetId);
    if (scope === undefined || !before || before.scope === scope) continue;
    const references = await tx.findCompanions(officeId, targetId);
    for (const [id, record] of await tx.lockRecords(officeId, references)) {
      if (changing.has(id)) continue;
      found.set(id, record);
      moved.push({ type: record.type, id, content: record.content, scope });
    }
  }
  return { changes: moved, held: found };
}

/** Texts that no form of ours makes and no database keeps: NUL, and halves of surrogate pairs. */
function isStorable(value: Json): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorable(item));
}
