import { toHex } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import {
  MOST_ENVELOPES,
  type Authority,
  type Decision,
  type Envelope,
  type MailboxItem,
  type RelayReply,
  type RelayRequest,
} from '@shared/protocol/relay-message';
import { placeKey } from '@shared/relay/envelope';
import { createMailbox, type Mailbox, type MailboxStore } from '@shared/relay/mailbox';
import { decisionText, isDecided } from '@shared/relay/signed';
import { cheapSignature, cheapVerify } from '../support/core-builders';
import { memoryMailbox, provinceKey } from '../support/relay-office';
import { workKey } from './arrivals';
import type { EventLog } from './event-log';
import type { Faults } from './faults';
import type { MemoryDatabase } from './memory-intake-store';
import { carried, createSample, type Network } from './network';
import type { Chance } from './random';
import type { RelayChecker, Work } from './relay-checker';
import type { Process, Scheduler } from './scheduler';
import type { SimulatedOffice } from './workload';

/** The hub of an office as its workstations meet it: now this machine, now another, if it was cloned or replaced. */
export interface SimulatedHub {
  readonly exchange: (
    client: Process,
    session: { readonly deviceId: string; readonly userId: string },
    request: RelayRequest,
  ) => Promise<Result<RelayReply>>;
  readonly deviceId: string;
  /** Nothing lies here that the province could still decide. */
  readonly isQuiet: () => boolean;
  /** All is well from now on: what is in wrong hands is not met any more. */
  readonly rest: () => void;
  readonly checkDisks: () => void;
}

export interface HubDeps {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly log: EventLog;
  readonly network: Network;
  readonly relay: RelayChecker;
  readonly database: MemoryDatabase;
  readonly office: SimulatedOffice;
  readonly deviceId: string;
}

/** One machine with a mailbox: its disk stays when its program dies. */
interface Machine {
  store: ReturnType<typeof memoryMailbox>;
  running: { readonly process: Process; readonly mailbox: Mailbox } | undefined;
  authority: Authority;
  provinceHeardAt: number | null;
  isStolen: boolean;
  /** What the province would not decide for want of what comes before it. */
  readonly stuck: Set<string>;
}

export function createSimulatedHub(deps: HubDeps): SimulatedHub {
  const { scheduler, chance, faults, log, network, relay, database, office, deviceId } = deps;
  const machines: Machine[] = [];
  const isOfProvince = (decision: Decision): boolean =>
    isDecided(cheapVerify, { publicKey: provinceKey, officeId: office.id }, decision);

  /** What the province says of the office at this moment. */
  const authorityNow = (): Authority => {
    const users = office.users.flatMap(({ id }) => database.findUser(id) ?? []);
    const dossierIds = new Set(users.flatMap(({ id }) => database.dossiersOf(office.id, id)));
    return {
      version: 1,
      officeId: office.id as Authority['officeId'],
      timeline: database.timeline(),
      issuedAt: scheduler.now(),
      validUntil: scheduler.now() + 60_000,
      users,
      devices: [],
      userKeys: [],
      dossiers: [...dossierIds].map((id) => ({
        id,
        members: users.flatMap((user) =>
          database.dossiersOf(office.id, user.id).includes(id) ? [user.id] : [],
        ),
      })),
    };
  };

  function addMachine(lines: readonly MailboxItem[], mailbox: string): void {
    const machine: Machine = {
      store: memoryMailbox(mailbox, lines),
      running: undefined,
      authority: authorityNow(),
      provinceHeardAt: null,
      isStolen: false,
      stuck: new Set(),
    };
    machines.push(machine);
    boot(machine);
  }

  function boot(machine: Machine): void {
    const process = scheduler.process('hub', () => {
      machine.running = undefined;
      scheduler.later(chance.integer(500, 20_000), () => machine.isStolen || boot(machine));
    });
    if (faults.strikes('hubCrash')) process.fuse = chance.integer(1, 300);
    const mailbox = createMailbox({
      store: durable(machine.store, process),
      authority: () => machine.authority,
      isDecided: isOfProvince,
      nowMs: scheduler.now,
      provinceHeardAt: () => machine.provinceHeardAt,
      registers: async () => [],
    });
    machine.running = { process, mailbox };
    scheduler.spawn(process, () => keepCarrying(machine, process, mailbox));
  }

  /** A database in which each call is one durable transaction. */
  function durable(store: MailboxStore, process: Process): MailboxStore {
    const io = <T>(label: string, work: () => Promise<T>): Promise<T> =>
      scheduler.step(process, label, chance.fraction() * 3, work) as Promise<T>;
    return {
      mailbox: store.mailbox,
      keepEnvelopes: (envelopes, by) =>
        io('keep envelopes', () => store.keepEnvelopes(envelopes, by)),
      keepDecisions: (decisions) => io('keep decisions', () => store.keepDecisions(decisions)),
      readAfter: (reading) => io('read lines', () => store.readAfter(reading)),
      head: () => io('read head', store.head),
      undecided: (timeline, limit) => io('read undecided', () => store.undecided(timeline, limit)),
    };
  }

  /** Carries what is undecided to the province, oldest first, and keeps what it says. */
  async function keepCarrying(machine: Machine, process: Process, mailbox: Mailbox): Promise<void> {
    const courier = { deviceId, officeId: office.id };
    for (;;) {
      await scheduler.sleep(process, chance.integer(500, 12_000));
      const { timeline } = machine.authority;
      const open = await durable(machine.store, process).undecided(timeline, MOST_ENVELOPES);
      if (open.length === 0) {
        if (faults.isHealed() || chance.chance(0.3)) await hearOfAuthority(machine, process);
        continue;
      }
      const delivered = await network.deliver(process, courier, { envelopes: open });
      if (!delivered.ok) continue;
      await hearOfAuthority(machine, process);
      machine.stuck.clear();
      const decisions: Decision[] = [];
      for (const [at, result] of delivered.value.results.entries()) {
        const envelope = open[at];
        if (!envelope) continue;
        if (result.answer === 'final') {
          relay.brought(envelope, 'hub');
          decisions.push(result.decision);
        } else if (result.answer !== 'wait') machine.stuck.add(placeKey(envelope));
      }
      await mailbox.decided(decisions);
    }
  }

  async function hearOfAuthority(machine: Machine, process: Process): Promise<void> {
    const heard = await network.post<Authority>(process, deviceId, {
      trace: (what) => log.write(scheduler.now(), process.name, `${what} for the authority`),
      handle: async () => ok(authorityNow()),
      read: (reply) => reply,
    });
    if (!heard.ok) return;
    machine.authority = heard.value;
    machine.provinceHeardAt = scheduler.now();
  }

  /** Whoever has the hub's disk speaks in its name: it decides whatever it likes, and keeps what it is given to itself. */
  async function thief({ store }: Machine, request: RelayRequest): Promise<RelayReply> {
    log.count('relay:forged decisions');
    const known = store.lines.flatMap((line) => (line.kind === 'envelope' ? [line.envelope] : []));
    const items = [...known, ...request.envelopes].map((envelope, at): MailboxItem => ({
      kind: 'decision',
      seq: at + 1,
      decision: forged(envelope),
    }));
    const { mailbox } = store;
    const head = store.lines.length;
    return {
      mailbox,
      relayed: request.envelopes.length,
      items,
      next: head,
      head,
      isAuthorityOld: false,
      registers: [],
      provinceHeardAt: scheduler.now(),
      serverTime: scheduler.now(),
    };
  }

  function forged({ dev, inc, n, hash }: Envelope): Decision {
    const outcome = chance.chance(0.5)
      ? { status: 'rejected' as const, code: 'operation.invalid-body' }
      : { status: 'applied' as const, rev: 1, seq: 1 };
    const unsigned = { dev, inc, n, hash, timeline: database.timeline(), outcome };
    const sig = cheapSignature(
      chance.chance(0.5) ? officeKey : new Uint8Array(),
      decisionText(office.id, unsigned),
    );
    return { ...unsigned, sig: toHex(sig) };
  }
  const isRequestText = createSample();
  const officeKey = new TextEncoder().encode(`key of hub ${deviceId}`);

  const isKept = (work: Work): boolean =>
    machines.some(
      ({ store, isStolen }) =>
        !isStolen &&
        store.lines.some(
          (line) => line.kind === 'envelope' && workKey(line.envelope) === workKey(work),
        ),
    );

  /** Something that befalls the hub somewhere in the day, if the seed wants it. */
  function befalls(kind: 'hubRestored' | 'hubCloned' | 'hubStolen', what: () => void): void {
    if (!faults.strikes(kind)) return;
    scheduler.later(chance.integer(5_000, 180_000), () => {
      if (faults.isHealed()) return;
      log.write(scheduler.now(), 'world', kind);
      log.count(`relay:${kind}`);
      what();
    });
  }

  function rewind(): void {
    const [machine] = machines;
    if (!machine) return;
    const lines = [...machine.store.lines];
    scheduler.later(chance.integer(1_000, 60_000), () => {
      if (faults.isHealed() || machine.isStolen) return;
      machine.running?.process.kill('its disk is put back');
      machine.store = memoryMailbox(chance.uuid(), lines);
      relay.hubLost(isKept);
    });
  }

  function steal(): void {
    const machine = chance.pick(machines.filter(({ isStolen }) => !isStolen));
    machine.isStolen = true;
    machine.running?.process.kill('stolen');
    relay.hubDisk(machine.store.lines);
    relay.hubLost(isKept);
    addMachine([], chance.uuid());
  }

  addMachine([], chance.uuid());
  befalls('hubRestored', rewind);
  befalls('hubCloned', () => {
    const { store } = chance.pick(machines);
    addMachine(store.lines, store.mailbox);
  });
  befalls('hubStolen', steal);

  return {
    deviceId,
    exchange(client, session, request) {
      const machine = chance.pick(machines.filter((one) => !one.isStolen || !faults.isHealed()));
      const arrived = carried(request, isRequestText());
      return network.post<RelayReply>(client, `hub ${session.deviceId}`, {
        trace: (what) => log.write(scheduler.now(), client.name, `${what} the hub`),
        handle: async () => {
          const asked = arrived();
          if (machine.isStolen) return ok(await thief(machine, asked));
          const { running } = machine;
          if (!running) return err({ code: 'server.unreachable' });
          if (faults.isHealed()) running.process.fuse = undefined;
          return ok(await running.mailbox.exchange(session as never, asked));
        },
        read: (reply) => {
          if (reply.ok && !machine.isStolen && reply.value.mailbox === machine.store.mailbox)
            for (const envelope of request.envelopes.slice(0, reply.value.relayed))
              relay.relayed(envelope);
          return reply;
        },
      });
    },
    isQuiet: () =>
      machines.every(
        ({ store, isStolen, authority: { timeline }, stuck }) =>
          isStolen ||
          (timeline === database.timeline() && store.undecidedCount(timeline) <= stuck.size),
      ),
    rest: () => {
      for (const { running } of machines) if (running) running.process.fuse = undefined;
    },
    checkDisks: () => {
      for (const { store } of machines) relay.hubDisk(store.lines);
    },
  };
}
