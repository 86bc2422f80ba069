import type { Journal } from '../../src/main/features/journal/journal';
import type { ProjectionFeed } from '../../src/main/features/sync/projection-feed';
import { utf8 } from '@shared/kernel/bytes';
import type { Result } from '@shared/kernel/result';
import type { User } from '@shared/domain/organ/user';
import { MOST_ENVELOPES, type Decision, type Envelope } from '@shared/protocol/relay-message';
import { arrival, leavingWork } from '@shared/relay/leaving-work';
import { openEnvelope, sealOperation } from '@shared/relay/envelope';
import { createRelayClient } from '@shared/relay/relay-client';
import { isDecided } from '@shared/relay/signed';
import { decodeSegment } from '@shared/sync/journal-codec';
import type { JournalRecord } from '@shared/sync/journal-record';
import type { HeldRecord } from '@shared/sync/project';
import { operationHash, signedBytes, type Operation } from '@shared/sync/operation';
import { dossierScope, officeScope, userScope, type Scope } from '@shared/sync/record';
import { fromHex, fromUtf8 } from '@shared/kernel/bytes';
import { cheapVerify, sha256 } from '../support/core-builders';
import { cipher, provinceKey, scopeKey } from '../support/relay-office';
import { createArrivals } from './arrivals';
import type { EventLog } from './event-log';
import type { Faults } from './faults';
import type { SimulatedHub } from './hub';
import type { Network } from './network';
import type { Chance } from './random';
import type { RelayChecker } from './relay-checker';
import type { Process, Scheduler } from './scheduler';

/** The way around the province as an office has it; without one its workstations know the province alone. */
export interface RelayWay {
  /** Undefined where bundles alone go from hand to hand. */
  readonly hub: SimulatedHub | undefined;
  readonly relay: RelayChecker;
  /** Hands a bundle to a colleague, who reads it in some time later. */
  readonly handOver: (from: string, envelopes: readonly Envelope[]) => void;
  /** The line to the province is cut for long: of this machine, or of the whole office. */
  readonly cutProvince: (deviceId: string) => void;
  /** May the machine be lost for good now? Others are to go on. */
  readonly loseMachine: (deviceId: string) => boolean;
}

export interface RelayStationDeps {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly log: EventLog;
  readonly network: Network;
  readonly way: RelayWay;
  readonly main: Process;
  readonly deviceId: string;
  readonly officeId: string;
  readonly user: () => User;
  readonly keyOf: (userId: string) => Uint8Array;
  /** Relay keys by person that the province gave to this machine: they outlive its program. */
  readonly scopesOf: Map<string, ReadonlySet<Scope>>;
  readonly rowsOf: (userId: string) => ReadonlyMap<string, HeldRecord>;
}

const hashOf = (operation: Operation): string => operationHash(operation, sha256);

/** Work is offered again and again until the hub has it: each piece is sealed once a scope. */
const sealed = new WeakMap<Operation, Map<Scope, Envelope>>();
/** What is in an envelope hangs on its bytes alone: each is opened and verified once, whoever opens it. */
const opened = new WeakMap<Envelope, { readonly operation: Operation | undefined }>();

/** A workstation's side of the way around the province, for one run of its main process. */
export function createRelayStation(deps: RelayStationDeps, journal: Journal, feed: ProjectionFeed) {
  const { scheduler, chance, faults, log, way, main, deviceId, officeId } = deps;
  const { hub, relay } = way;
  const arrivals = createArrivals(deviceId);

  function seal(operation: Operation): Envelope | undefined {
    const { target, actor } = operation;
    const held = deps.scopesOf.get(actor);
    const fresh = target.type === 'dossier' ? dossierScope(target.id) : officeScope(officeId);
    const shown = deps.rowsOf(actor).get(target.id)?.scope;
    const place = shown ?? journal.peers.scopeOf(target.id) ?? fresh;
    // What nobody has a key for yet, a new dossier for one, goes as its author's own.
    const scope = [place, userScope(actor)].find((one) => held?.has(one));
    if (scope === undefined) return undefined;
    const seed = chance.uuid();
    const envelopes = sealed.get(operation) ?? new Map<Scope, Envelope>();
    sealed.set(operation, envelopes);
    const known = envelopes.get(scope);
    if (known) return known;
    const nonce = sha256(utf8(seed)).subarray(0, 12);
    const key = { scope, epoch: 1, key: scopeKey(scope) };
    const envelope = sealOperation({ cipher, sha256 }, operation, key, nonce);
    envelopes.set(scope, envelope);
    return envelope;
  }

  function open(envelope: Envelope): Operation | undefined {
    if (!deps.scopesOf.get(deps.user().id)?.has(envelope.scope)) return undefined;
    const known = opened.get(envelope) ?? { operation: openAnew(envelope) };
    opened.set(envelope, known);
    return known.operation;
  }

  function openAnew(envelope: Envelope): Operation | undefined {
    const operation = openEnvelope({ cipher, sha256 }, envelope, scopeKey(envelope.scope));
    if (!operation) return undefined;
    const [key, bytes] = [deps.keyOf(operation.actor), signedBytes(operation)];
    return cheapVerify(key, bytes, fromHex(operation.sig)) ? operation : undefined;
  }

  const client = createRelayClient({
    journal,
    seal,
    open,
    reader: () => deps.user().id,
    hashOf,
    isDecided: (decision: Decision) =>
      isDecided(cheapVerify, { publicKey: provinceKey, officeId }, decision),
    hub: (request) => {
      const session = { deviceId, userId: deps.user().id };
      return hub
        ? hub.exchange(main, session, request)
        : Promise.resolve({ ok: false, error: { code: 'server.unreachable' } });
    },
    province: async (request) => {
      const delivered = await deps.network.deliver(main, { deviceId, officeId }, request);
      for (const [at, result] of (delivered.ok ? delivered.value.results : []).entries()) {
        const envelope = request.envelopes[at];
        if (result.answer === 'final' && envelope) relay.brought(envelope, 'colleague');
      }
      return delivered;
    },
    touched: (operations) => feed.saved(operations),
  });

  return {
    arrivals,
    maySend: client.maySend,
    /** Colleagues' work goes before one's own: false while it could not be handed over. */
    async deliverPeers(): Promise<Result<void>> {
      if (faults.isHealed() || chance.chance(0.3)) client.tryAgain();
      return client.deliverPeers();
    },

    async keepMeeting(): Promise<void> {
      for (;;) {
        const met = await client.meetHub();
        log.count(met.ok ? 'relay:met' : `relay:${met.error.code}`);
        if (!met.ok && met.error.code.startsWith('journal.')) {
          await scheduler.sleep(main, chance.integer(100, 5_000));
          main.kill('the journal refuses what the hub has');
        }
        const pause = met.ok && met.value.more ? 20 : chance.integer(500, 9_000);
        await scheduler.sleep(main, pause);
      }
    },

    /** All that the province has not decided, colleagues' work and one's own, for a colleague's hands. */
    handOver(): void {
      const leaving = leavingWork(journal, {
        hashOf,
        seal,
        isWanted: () => true,
        most: MOST_ENVELOPES,
      });
      if (leaving.length === 0) return;
      log.count('relay:bundle');
      for (const envelope of leaving) relay.bundled(envelope);
      way.handOver(deviceId, leaving);
    },

    async takeOver(envelopes: readonly Envelope[]): Promise<void> {
      const coming: Operation[] = [];
      const taken = await journal.append(({ n }) =>
        envelopes.flatMap((envelope) => {
          const record = arrival(journal, envelope, { open, lastN: n, reader: deps.user().id });
          if (record?.op) coming.push(record.op);
          return record ? [record] : [];
        }),
      );
      log.count(taken.ok ? 'relay:bundle read' : `relay:bundle ${taken.error.code}`);
      if (taken.ok && coming.length > 0) feed.saved(coming);
    },

    /** No colleague's work waits or lies upon a record. */
    isQuiet: (): boolean =>
      journal.peers.undecided().length === 0 && journal.peers.targets().length === 0,
  };
}

export type RelayStation = ReturnType<typeof createRelayStation>;

/** Tells `take` what is durable in a journal, from its beginning and as it grows. */
export function observed(
  journal: Journal,
  segments: readonly Uint8Array[],
  take: (record: JournalRecord) => void,
): Journal {
  for (const bytes of segments)
    for (const payload of decodeSegment(bytes).payloads)
      for (const record of JSON.parse(fromUtf8(payload)) as readonly JournalRecord[]) take(record);
  return {
    ...journal,
    async append(build) {
      let built: readonly JournalRecord[] = [];
      const done = await journal.append((head) => (built = build(head)));
      if (done.ok) built.forEach(take);
      return done;
    },
  };
}
