import { converters } from '@shared/sync/schema-steps';
import { toHex, utf8 } from '@shared/kernel/bytes';
import { localDateAt } from '@shared/kernel/local-date';
import { err, ok, type Result } from '@shared/kernel/result';
import type { DeliverReply, DeliverRequest, DeliverResult } from '@shared/protocol/relay-message';
import type { SyncReply, SyncRequest } from '@shared/protocol/sync-message';
import { createExchange, type Exchange } from '@shared/sync/exchange';
import { takeEnvelope, type DeliverPorts } from '@shared/relay/deliver';
import { createIntake } from '@shared/sync/intake';
import { LockTimeout } from '@shared/sync/intake-store';
import { standingsOf, traceOf, type OperationTrace, type Standing } from '@shared/sync/unreceived';
import { cheapSignature, cheapVerify, sha256 } from '../support/core-builders';
import { cipher, provinceKey, scopeKey } from '../support/relay-office';
import type { Faults } from './faults';
import type { MemoryDatabase } from './memory-intake-store';
import type { Chance } from './random';
import type { Process, Scheduler } from './scheduler';

/** Several server programs on one database; each may be killed at any of its awaits and comes back later. */
export interface ServerNodes {
  /** Handles a request on some node; never resolves when that node dies meanwhile. */
  readonly handle: (
    session: {
      readonly deviceId: string;
      readonly inc: number;
      readonly officeId: string;
      readonly userId: string | undefined;
    },
    request: SyncRequest,
  ) => Promise<{ readonly reply: Result<SyncReply>; readonly node: string }>;
  /** Takes work that came around the line. */
  readonly deliver: (
    courier: { readonly deviceId: string; readonly officeId: string },
    request: DeliverRequest,
  ) => Promise<Result<DeliverReply>>;
  /** `POST /devices/enrol-again`: the next incarnation of a device whose history forked. */
  readonly enrolAgain: (request: AnotherIncarnation) => Promise<Result<Incarnation>>;
  /** `POST /sync/unreceived`. */
  readonly compare: (
    deviceId: string,
    operations: readonly OperationTrace[],
  ) => Promise<Result<{ readonly standings: readonly Standing[] }>>;
  readonly killAll: (reason: string) => void;
}

export interface AnotherIncarnation {
  readonly deviceId: string;
  /** The one that is to end. */
  readonly inc: number;
  readonly key: string;
}

export interface Incarnation {
  readonly inc: number;
  readonly ticket: string;
  readonly timeline: string;
  readonly serverTime: number;
}

interface Node {
  readonly fence: (deviceId: string, inc: number) => Promise<void>;
  readonly process: Process;
  readonly exchange: Exchange;
  readonly deliverPorts: DeliverPorts;
}

export function createServerNodes(deps: {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly database: MemoryDatabase;
  readonly count: number;
}): ServerNodes {
  const { scheduler, chance, faults, database } = deps;
  const nodes: (Node | undefined)[] = [];

  function start(index: number): void {
    const process = scheduler.process(`node${index}`, () => {
      nodes[index] = undefined;
      database.abandon(process);
      scheduler.later(chance.integer(200, 20_000), () => start(index));
    });
    if (faults.strikes('nodeCrash')) process.fuse = chance.integer(1, 300);
    const ports = database.portsOf(process);
    const nowMs = scheduler.now;
    const intake = createIntake({
      store: ports,
      services: {
        nowMs,
        today: () => localDateAt(nowMs()),
        sha256,
        verify: cheapVerify,
        readProof: () => undefined,
        converters,
        // A row of a book that the memory refuses is the acts' own business; whatever else no rule foresaw is a finding.
        onPoison: (_operation, poison) => {
          if (poison.cause instanceof Error) throw poison;
        },
      },
    });
    nodes[index] = {
      process,
      fence: ports.fence,
      deliverPorts: {
        cipher,
        sha256,
        keyOf: scopeKey,
        officeOf: async ({ deviceId }) => database.officeOf(deviceId),
        store: ports,
        verify: cheapVerify,
        intake,
        timeline: async () => database.timeline(),
        sign: (bytes) => toHex(cheapSignature(provinceKey, bytes)),
      },
      exchange: createExchange({
        intake,
        feed: ports,
        tickets: ports,
        leases: ports,
        ticketMac: (text) => toHex(sha256(utf8(text))).slice(0, 32),
        history: ports,
        nowMs,
      }),
    };
  }
  for (let index = 0; index < deps.count; index++) start(index);

  async function untilFenced(node: Node, deviceId: string, inc: number): Promise<void> {
    try {
      await node.fence(deviceId, inc);
    } catch (cause) {
      if (!(cause instanceof LockTimeout)) throw cause;
      await untilFenced(node, deviceId, inc);
    }
  }

  function pickNode(): Node | undefined {
    const node = nodes[chance.integer(0, nodes.length - 1)];
    if (faults.isHealed() && node) node.process.fuse = undefined;
    return node;
  }

  return {
    killAll: (reason) => {
      for (const node of nodes) node?.process.kill(reason);
    },
    handle: async ({ deviceId, inc, officeId, userId }, request) => {
      const node = pickNode();
      if (!node) return { reply: err({ code: 'server.unreachable' }), node: 'none' };
      const user = userId === undefined ? undefined : database.findUser(userId);
      const { name } = node.process;
      if (database.isFenced(deviceId, inc))
        return { reply: err({ code: 'device.forked' }), node: name };
      const reply = await node.exchange({ deviceId, inc, officeId, user }, request);
      if (!reply.ok && reply.error.code === 'device.forked') {
        database.noteFork(deviceId, inc);
        if (reply.error.isProven) await untilFenced(node, deviceId, inc);
      }
      return { reply, node: name };
    },
    enrolAgain: async ({ deviceId, inc, key }) => {
      const node = pickNode();
      if (!node) return err({ code: 'server.unreachable' });
      if (!database.isFenced(deviceId, inc) && !database.hasForked(deviceId, inc))
        return err({ code: 'device.bad-proof' });
      await untilFenced(node, deviceId, inc);
      const next = database.enrolAgain(deviceId, key);
      return ok({ ...next, timeline: database.timeline(), serverTime: scheduler.now() });
    },
    compare: async (deviceId, asked) => {
      if (!pickNode()) return err({ code: 'server.unreachable' });
      const received = database.takenIn(deviceId).map((operation) => traceOf(operation, sha256));
      return ok({ standings: standingsOf(asked, received) });
    },
    deliver: async (courier, { envelopes }) => {
      const node = pickNode();
      if (!node) return err({ code: 'server.unreachable' });
      const results: DeliverResult[] = [];
      for (const envelope of envelopes)
        results.push(await takeEnvelope(node.deliverPorts, courier, envelope));
      return ok({ results });
    },
  };
}
