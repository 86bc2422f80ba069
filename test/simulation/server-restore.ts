import { RegisterEntry } from '@shared/domain/register/register';
import { entitledScopes } from '@shared/sync/entitlement';
import { LockTimeout, type IntakeStore, type IntakeTransaction } from '@shared/sync/intake-store';
import type { Scope } from '@shared/sync/record';
import type { Witness, WitnessOffer } from '@shared/sync/witness';
import { askAnew, queueAgain } from '../../sync-server/src/features/recovery/queue-again';
import { raiseBook, takeInEntries } from '../../sync-server/src/features/recovery/recover-book';
import { putRecords } from '../../sync-server/src/features/sync/put-records';
import { sample } from '../support/core-builders';
import type { EventLog } from './event-log';
import type { Faults } from './faults';
import type { MemoryDatabase } from './memory-intake-store';
import type { Chance } from './random';
import type { Rewind } from './rewind';
import type { Process, Scheduler } from './scheduler';
import type { ServerNodes } from './server-nodes';
import type { SimulatedOffice } from './workload';

interface Kept {
  readonly officeId: string;
  readonly scope: Scope;
  readonly witness: Witness;
  readonly devices: Set<string>;
}

/** The database is put back to an earlier committed state, once in a run at most, and what its operator does then. */
export interface ServerRestore {
  readonly hasHappened: () => boolean;
  /** Nothing that the operator has begun is left to be done. */
  readonly isOver: () => boolean;
  /** The server knows: `cli restore report`, `apply` and `finish` follow, one office after the other. */
  readonly recoveryBegun: () => void;
  /** Answers that went through a hub prove no restore: its operator says it in the end. */
  readonly sayAtLast: () => void;
  readonly offerWitnesses: (
    session: { readonly deviceId: string; readonly officeId: string; readonly userId: string },
    offer: WitnessOffer,
  ) => boolean;
}

export interface ServerRestoreDeps {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly log: EventLog;
  readonly rewind: Rewind;
  readonly database: () => MemoryDatabase;
  readonly nodes: () => ServerNodes;
  readonly offices: () => readonly SimulatedOffice[];
}

/** What people make; books are made from their rows, reference data by the administrator. */
const IS_WORK: ReadonlySet<string> = new Set([
  'incomingDocument',
  'outgoingDocument',
  'conflict',
  'dossier',
  'heldWork',
]);

export function createServerRestore(deps: ServerRestoreDeps): ServerRestore {
  const { scheduler, chance, faults, log, rewind, database } = deps;
  const witnesses = new Map<string, Kept>();
  let happened = false;
  let isWorking = false;

  if (faults.strikes('serverRestored')) {
    scheduler.later(chance.integer(0, 120_000), () => {
      const back = rewind.remember();
      scheduler.later(chance.integer(500, 90_000), () => restore(back));
    });
  }

  function restore(back: () => void): void {
    if (faults.isHealed()) return;
    deps.nodes().killAll('its database is put back');
    back();
    happened = true;
    log.write(scheduler.now(), 'world', 'puts the server back to an earlier state');
    // Nobody says it in half of the runs: the first good ticket that the server does not know tells (I-23).
    if (chance.chance(0.5)) begin();
  }

  function begin(): void {
    log.count('restore:begun by its operator');
    const operator = scheduler.process('operator', () => {});
    scheduler.spawn(operator, () => database().beginRecovery(operator, database().timeline()));
  }

  async function recover(operator: Process): Promise<void> {
    const store = database().portsOf(operator);
    for (const office of deps.offices()) {
      await scheduler.sleep(operator, chance.integer(1_000, 60_000));
      const least = chance.chance(0.7) ? 1 : 2;
      if (chance.chance(0.8)) await apply(store, office, least);
      await finish(store, office);
    }
    isWorking = false;
  }

  /** An operator who is told that a row is locked tries again. */
  async function again(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      if (!(cause instanceof LockTimeout)) throw cause;
      await again(work);
    }
  }

  const witnessesOf = (office: SimulatedOffice): readonly Kept[] =>
    [...witnesses.values()]
      .filter(({ officeId }) => officeId === office.id)
      .toSorted((a, b) => b.witness.rev - a.witness.rev || b.devices.size - a.devices.size);

  const entriesOf = (office: SimulatedOffice, registerId: string, least: number) =>
    witnessesOf(office).flatMap(({ witness, devices }) => {
      const isRow = witness.type === 'registerEntry' && devices.size >= least;
      const row = isRow ? RegisterEntry.parse(witness.content) : undefined;
      return row?.registerId === registerId ? [row] : [];
    });

  /** As `recovery-service.ts`: rows of the books first, then records that nobody sent again. */
  async function apply(store: IntakeStore, office: SimulatedOffice, least: number): Promise<void> {
    for (const { id } of office.registers)
      await again(() => store.transaction((intake) => applyRows(intake, office, id, least)));
    await again(() => store.transaction((intake) => applyRecords(intake, office, least)));
  }

  async function applyRows(
    intake: IntakeTransaction,
    office: SimulatedOffice,
    registerId: string,
    least: number,
  ): Promise<void> {
    const { rows, queue } = database().bookOf(office.id, registerId);
    const witnessed = entriesOf(office, registerId, least);
    const entries = witnessed.filter(
      (entry, i) =>
        !rows.some((row) => isSameRow(row, entry)) &&
        witnessed.findIndex((one) => isSameRow(one, entry)) === i,
    );
    const references = entries.flatMap(({ documentId: id }) =>
      id === null ? [] : [{ type: 'incomingDocument' as const, id }],
    );
    const held = await intake.lockRecords(office.id, references);
    const documents = new Map([...held].map(([id, { content }]) => [id, content]));
    const taking = { registerId, entries, documents, queue: () => Promise.resolve(queue) };
    const taken = await takeInEntries(intake, office.id, taking);
    log.count('restore:row came back', taken.length);
  }

  async function applyRecords(
    intake: IntakeTransaction,
    office: SimulatedOffice,
    least: number,
  ): Promise<void> {
    const seen = new Set<string>();
    const changes = witnessesOf(office).flatMap(({ scope, witness, devices }) => {
      const { id, type, content } = witness;
      if (seen.has(id) || !IS_WORK.has(type)) return [];
      seen.add(id);
      const isNeeded = devices.size >= least && !database().records(office.id).has(id);
      return isNeeded ? [askAnew({ type, id, content, scope })] : [];
    });
    await putRecords(intake, { officeId: office.id, changes });
    for (const change of changes) await queueAgain(intake, office.id, change);
    log.count('restore:record came back', changes.length);
  }

  /** One transaction a book: this database does not show a transaction what it wrote itself. */
  async function finish(store: IntakeStore, office: SimulatedOffice): Promise<void> {
    for (const { id } of office.registers)
      await again(() => store.transaction((intake) => finishBook(intake, office, id)));
    log.count('restore:finished');
  }

  async function finishBook(
    intake: IntakeTransaction,
    office: SimulatedOffice,
    registerId: string,
  ): Promise<void> {
    const numbersOf = (rows: readonly RegisterEntry[]) => rows.map(({ number }) => number);
    const held = () => numbersOf(database().bookOf(office.id, registerId).rows);
    const highest = Math.max(0, ...held(), ...numbersOf(entriesOf(office, registerId, 1)));
    const missing = async () => {
      const known = new Set(held());
      return Array.from({ length: highest }, (_, i) => i + 1).filter((n) => !known.has(n));
    };
    const nowMs = scheduler.now();
    const recalled = await raiseBook(intake, office.id, { registerId, highest, missing, nowMs });
    if (recalled) log.count('restore:book recalled');
  }

  return {
    hasHappened: () => happened,
    sayAtLast: () => {
      if (!happened || database().timeline() !== sample.timeline) return;
      log.count('restore:said at last');
      begin();
    },
    isOver: () => !isWorking,
    recoveryBegun() {
      log.count('restore:noticed');
      log.write(scheduler.now(), 'world', 'knows that the server went back');
      isWorking = true;
      const operator = scheduler.process('operator', () => {});
      scheduler.spawn(operator, () => recover(operator));
    },
    offerWitnesses({ deviceId, officeId, userId }, { scope, witnesses: offered }) {
      const user = database().findUser(userId);
      const scopes = entitledScopes(user, officeId, database().dossiersOf(officeId, userId));
      if (!scopes.includes(scope)) return false;
      const forks = database().forksOf(officeId);
      for (const witness of offered) {
        const { id, rev, hash, seq, content } = witness;
        const isLost = forks.some((fork) => seq > fork.forkHead && seq < fork.resumesAt);
        const named = [id, content['targetId'] as string].flatMap((one) => {
          const record = database().records(officeId).get(one);
          return record ? [record.scope] : [];
        });
        if (!isLost || named.some((place) => !scopes.includes(place))) continue;
        const key = `${id}/${rev}/${hash}`;
        const kept = witnesses.get(key) ?? { officeId, scope, witness, devices: new Set() };
        witnesses.set(key, kept);
        kept.devices.add(deviceId);
        log.count('restore:witness');
      }
      return true;
    },
  };
}

/** One number, or one paper. */
const isSameRow = (one: RegisterEntry, other: RegisterEntry): boolean =>
  one.number === other.number || (one.documentId !== null && one.documentId === other.documentId);
