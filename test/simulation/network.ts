import { err, ok, type Result } from '@shared/kernel/result';
import type { DeliverReply, DeliverRequest } from '@shared/protocol/relay-message';
import { SyncReply, SyncRequest } from '@shared/protocol/sync-message';
import type { OperationTrace, Standing } from '@shared/sync/unreceived';
import { WitnessOffer } from '@shared/sync/witness';
import { sample } from '../support/core-builders';
import type { Checker } from './checker';
import type { EventLog } from './event-log';
import type { Faults } from './faults';
import { incarnationName } from './incarnation-name';
import { createOldServer } from './old-server';
import type { Chance } from './random';
import type { Process, Scheduler } from './scheduler';
import type { AnotherIncarnation, Incarnation, ServerNodes } from './server-nodes';
import type { ServerRestore } from './server-restore';

export interface Network {
  /** One `POST /sync`; the answer may never come, and the server may have worked all the same. */
  readonly send: (
    client: Process,
    session: {
      readonly deviceId: string;
      readonly inc: number;
      readonly officeId: string;
      readonly userId: string | undefined;
    },
    request: SyncRequest,
  ) => Promise<Result<SyncReply>>;
  /** `POST /sync/witnesses`. */
  readonly offerWitnesses: (
    client: Process,
    session: { readonly deviceId: string; readonly officeId: string; readonly userId: string },
    offer: WitnessOffer,
  ) => Promise<Result<unknown>>;
  /** One `POST /relay/deliver`, by a workstation or a hub. */
  readonly deliver: (
    client: Process,
    courier: Courier,
    request: DeliverRequest,
  ) => Promise<Result<DeliverReply>>;
  /** A request over a line of its own, with all that befalls requests. */
  readonly post: <T>(client: Process, link: string, posted: Posted<T>) => Promise<Result<T>>;
  readonly enrolAgain: (
    client: Process,
    request: AnotherIncarnation,
  ) => Promise<Result<Incarnation>>;
  readonly compare: (
    client: Process,
    deviceId: string,
    operations: readonly OperationTrace[],
  ) => Promise<Result<{ readonly standings: readonly Standing[] }>>;
  readonly cut: (link: string, forMs: number) => void;
  /** The line was cut for long, and people know it. */
  readonly isAway: (link: string) => boolean;
}

export interface Courier {
  readonly deviceId: string;
  readonly officeId: string;
}

/** How the other side works on a request, maybe twice, and how its answer is read. */
export interface Posted<T> {
  readonly trace: (what: string) => void;
  /** Undefined for no answer at all. */
  readonly handle: () => Promise<Result<T> | undefined>;
  readonly read: (reply: Result<T>) => Result<T>;
}

/** A workstation gives up after this; the server may still be at it. */
const TIMEOUT_MS = 15_000;

const CHECKED_EVERY = 8;

/** True for one message in so many, from the first one. */
export function createSample(): () => boolean {
  let messages = 0;
  return () => messages++ % CHECKED_EVERY === 0;
}

/**
 * A message on its way: as text and back for one in so many. The others are handed over as they are, for nobody changes a
 * message in place and text costs more than most of what happens to it.
 */
export function carried<T>(message: T, isText: boolean): () => T {
  if (!isText) return () => message;
  const text = JSON.stringify(message);
  return () => JSON.parse(text) as T;
}

/** What no fault of network or power may ever cause: a workstation that sees it stops working. */
const FATAL: ReadonlySet<string> = new Set([
  'device.forked',
  'device.not-enrolled',
  'device.disabled',
  'server.went-back',
  'http.invalid-body',
  'http.unsupported-protocol',
  'internal.unexpected',
]);

export function createNetwork(deps: {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly log: EventLog;
  readonly checker: Checker;
  readonly nodes: ServerNodes;
  readonly restore: ServerRestore;
  /** The disk of this machine was put back: its history forked. */
  readonly wentBack: (deviceId: string) => boolean;
  /** An operation came from its own device. */
  readonly brought: (work: { readonly dev: string; readonly n: number }) => void;
}): Network {
  const { scheduler, chance, faults, log, checker, nodes, restore } = deps;
  const cutUntil = new Map<string, number>();
  const awayUntil = new Map<string, number>();
  const oldServer = createOldServer({
    chance: chance.fork('old server'),
    fail: scheduler.fail,
    count: log.count,
    nowMs: scheduler.now,
  });
  /** What our own programs write to one another is held against its schema now and then: each time would cost too much. */
  const [isRequestChecked, isReplyChecked] = [createSample(), createSample()];
  const isReplyText = createSample();

  const latency = (): number =>
    faults.strikes('requestDelayed')
      ? chance.integer(1_000, 30_000)
      : 5 + chance.fraction() * (chance.chance(0.1) ? 800 : 60);

  const isCut = (deviceId: string): boolean => {
    if (faults.strikes('linkCut')) {
      cutUntil.set(deviceId, scheduler.now() + chance.integer(1_000, 90_000));
    }
    return !faults.isHealed() && scheduler.now() < (cutUntil.get(deviceId) ?? 0);
  };

  return {
    offerWitnesses: (client, session, offer) =>
      scheduler.step(client, 'offer witnesses', latency(), () => {
        if (isCut(session.deviceId) || faults.strikes('requestLost'))
          return err({ code: 'server.unreachable' });
        const isTaken = restore.offerWitnesses(session, WitnessOffer.parse(offer));
        if (faults.strikes('answerLost')) return err({ code: 'server.timeout' });
        return isTaken ? ok(undefined) : err({ code: 'session.not-signed-in' });
      }),

    cut(link, forMs) {
      cutUntil.set(link, scheduler.now() + forMs);
      awayUntil.set(link, scheduler.now() + forMs);
    },
    isAway: (link) => !faults.isHealed() && scheduler.now() < (awayUntil.get(link) ?? 0),

    post,

    enrolAgain: (client, request) =>
      post(client, request.deviceId, {
        trace: (what) => log.write(scheduler.now(), client.name, `${what} for another incarnation`),
        handle: () => nodes.enrolAgain(request),
        read: (reply) => reply,
      }),

    compare: (client, deviceId, operations) =>
      post(client, deviceId, {
        trace: (what) => log.write(scheduler.now(), client.name, `${what} what was received`),
        handle: () => nodes.compare(deviceId, operations),
        read: (reply) => reply,
      }),

    send: (client, session, request) => {
      const isChecked = isRequestChecked();
      const arrived = carried(request, isChecked);
      const trace = (what: string): void =>
        log.write(scheduler.now(), client.name, `${what} (${describe(request)})`);
      const before = restore.hasHappened();
      return post<SyncReply>(client, session.deviceId, {
        trace,
        handle: async () => {
          // Putting a server back ends its connections: what was on its way does not reach the restored one.
          if (restore.hasHappened() !== before) return undefined;
          const asked = arrived();
          const read = isChecked ? SyncRequest.safeParse(asked) : undefined;
          if (read?.success === false) {
            scheduler.fail('I-16', `the server cannot read a request: ${read.error.message}`);
            return undefined;
          }
          const { timeline } = request;
          const knowsBetter = timeline !== null && timeline !== sample.timeline;
          if (knowsBetter && faults.strikes('oldServer'))
            return oldServer(session, read?.data ?? asked);
          const { reply, node } = await nodes.handle(session, read?.data ?? asked);
          trace(reply.ok ? told(reply.value) : `the server refuses: ${reply.error.code}`);
          if (reply.ok) {
            checker.toldScopes(session, reply.value.scopes);
            const name = incarnationName({ dev: session.deviceId, inc: session.inc });
            for (const result of reply.value.results) {
              if (result.answer !== 'final') continue;
              checker.answered(name, result.n, result.outcome, { request, node });
              deps.brought({ dev: session.deviceId, n: result.n });
            }
          }
          return reply;
        },
        read: (reply) => readReply(request, reply),
      });
    },

    deliver: (client, courier, request) => {
      const before = restore.hasHappened();
      const trace = (what: string): void =>
        log.write(scheduler.now(), client.name, `${what} (${request.envelopes.length} envelopes)`);
      return post<DeliverReply>(client, courier.deviceId, {
        trace,
        handle: async () => {
          if (restore.hasHappened() !== before) return undefined;
          const reply = await nodes.deliver(courier, request);
          if (!reply.ok) return reply;
          for (const result of reply.value.results) {
            log.count(`deliver:${result.answer}`);
            if (result.answer !== 'final') continue;
            const { dev, n, outcome } = result.decision;
            checker.answered(dev, n, outcome);
          }
          return reply;
        },
        read: (reply) => reply,
      });
    },
  };

  function post<T>(client: Process, link: string, posted: Posted<T>): Promise<Result<T>> {
    return new Promise((resolve) => {
      posted.trace('asks');
      let isOpen = true;
      const answer = (delayMs: number, result: () => Result<T>): void =>
        scheduler.later(delayMs, () => {
          if (!isOpen || !client.isAlive()) return;
          isOpen = false;
          resolve(result());
        });
      answer(TIMEOUT_MS, () => err({ code: 'server.timeout' }));
      if (isCut(link)) {
        answer(latency(), () => err({ code: 'server.unreachable' }));
        return;
      }
      if (faults.strikes('requestLost')) return;
      const losesAnswer = faults.strikes('answerLost');
      const copies = faults.strikes('requestDuplicated') ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const work = async (): Promise<void> => {
          const reply = await posted.handle();
          if (!reply || losesAnswer || copy > 0 || isCut(link)) return;
          const arrived = carried(reply, isReplyText());
          answer(latency(), () => posted.read(arrived()));
        };
        scheduler.later(latency() + (copy > 0 ? chance.integer(0, 8_000) : 0), () => {
          work().catch((cause: unknown) => {
            const what = cause instanceof Error ? (cause.stack ?? '') : String(cause);
            scheduler.fail('unexpected', what);
          });
        });
      }
    });
  }

  function readReply(request: SyncRequest, reply: Result<SyncReply>): Result<SyncReply> {
    if (reply.ok) {
      for (const notice of reply.value.notices) {
        // Only a machine that was away while removals were forgotten is compared; anything else is a defect.
        if (notice.kind === 'rescan' && (request.cursors[notice.scope] ?? 0) < notice.seq) continue;
        if (restore.hasHappened()) continue;
        scheduler.fail('I-7', `the server found a difference: ${notice.kind}`);
      }
      return isReplyChecked() ? { ok: true, value: SyncReply.parse(reply.value) } : reply;
    }
    // A server that has not heard yet that it went back may say so to whoever knows more (N-13).
    const isOwnPast = restore.hasHappened() && reply.error.code === 'server.went-back';
    const isFork = reply.error.code === 'device.forked' && deps.wentBack(request.dev);
    if (FATAL.has(reply.error.code) && !isOwnPast && !isFork) {
      scheduler.fail('I-16', `a workstation that did nothing wrong is told ${reply.error.code}`);
    }
    return reply;
  }
}

const told = ({ scopes, pages, repairs, notices }: SyncReply): string => {
  const at = pages.map(({ scope, next, head }) => `${scope} to ${next} of ${head}`);
  const other = [...repairs.map(() => 'repair'), ...notices.map(({ kind }) => kind)];
  return `the server answers ${[`${scopes.length} scopes`, ...at, ...other].join(', ')}`;
};

const describe = ({ ticket, ops, cursors, want }: SyncRequest): string => {
  const numbers = ops.length > 0 ? `${ops[0]?.n}..${ops.at(-1)?.n}` : 'none';
  return `ticket ${ticket.slice(0, 8)}, operations ${numbers}, cursors ${Object.values(cursors).join()}, want ${want}`;
};
