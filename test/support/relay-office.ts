import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes, toHex, utf8 } from '@shared/kernel/bytes';
import { ok, type Result } from '@shared/kernel/result';
import {
  Authority,
  type Decision,
  type DeliverReply,
  type DeliverRequest,
  type Envelope,
  type MailboxItem,
} from '@shared/protocol/relay-message';
import { openEnvelope, placeKey, sealOperation, type RelayCipher } from '@shared/relay/envelope';
import { createMailbox, type MailboxStore } from '@shared/relay/mailbox';
import { createPeerWork } from '@shared/relay/peer-work';
import { createRelayClient } from '@shared/relay/relay-client';
import { decisionText, isDecided } from '@shared/relay/signed';
import type { JournalRecord } from '@shared/sync/journal-record';
import { createJournalState } from '@shared/sync/journal-state';
import { CHAIN_START, operationHash, type Operation } from '@shared/sync/operation';
import type { Outcome } from '@shared/sync/outcome';
import { officeScope, type Scope } from '@shared/sync/record';
import { aChain, anId, aUser, cheapSignature, cheapVerify, sample, sha256 } from './core-builders';

/** Small parts of an office with a hub, for unit tests: real core, cheap signatures, stores in memory. */

export const cipher: RelayCipher = {
  seal: ({ key, nonce, bound }, plain) => {
    const sealer = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
    return concatBytes(sealer.update(plain), sealer.final(), sealer.getAuthTag());
  },
  open: ({ key, nonce, bound }, sealed) => {
    try {
      const opener = createDecipheriv('aes-256-gcm', key, nonce).setAAD(bound);
      opener.setAuthTag(sealed.subarray(-16));
      return concatBytes(opener.update(sealed.subarray(0, -16)), opener.final());
    } catch {
      return undefined;
    }
  },
};

export const provinceKey = utf8('key of the province');
export const office = officeScope(sample.officeId);
export const scopeKey = (scope: Scope, epoch = 1): Uint8Array =>
  sha256(utf8(`relay key ${epoch} of ${scope}`));

let nonces = 0;
export const sealed = (operation: Operation, scope: Scope = office): Envelope =>
  sealOperation(
    { cipher, sha256 },
    operation,
    { scope, epoch: 1, key: scopeKey(scope) },
    sha256(utf8(`nonce ${(nonces += 1)}`)).subarray(0, 12),
  );

export const aDecision = (
  { dev, inc, n, hash }: Envelope,
  outcome: Outcome = { status: 'applied', rev: 1, seq: n },
  key: Uint8Array = provinceKey,
  timeline: string = sample.timeline,
): Decision => {
  const unsigned = { dev, inc, n, hash, timeline, outcome };
  return { ...unsigned, sig: toHex(cheapSignature(key, decisionText(sample.officeId, unsigned))) };
};

export const isOfProvince = (decision: Decision): boolean =>
  isDecided(cheapVerify, { publicKey: provinceKey, officeId: sample.officeId }, decision);

export const anAuthority = (overrides: object = {}): Authority =>
  Authority.parse({
    version: 1,
    officeId: sample.officeId,
    timeline: sample.timeline,
    issuedAt: 0,
    validUntil: 1000,
    users: [aUser()],
    devices: [],
    userKeys: [],
    dossiers: [],
    ...overrides,
  });

/** A mailbox in memory; what a real one keeps in its database. @param copied lines that it begins with */
export function memoryMailbox(
  mailbox: string,
  copied: readonly MailboxItem[] = [],
): MailboxStore & {
  readonly lines: readonly MailboxItem[];
  readonly undecidedCount: (timeline: string) => number;
} {
  const lines: MailboxItem[] = [];
  const envelopes = new Map<string, Envelope>();
  const decided = new Map<string, Set<string>>();
  const keepEnvelope = (envelope: Envelope): void => {
    if (envelopes.has(placeKey(envelope))) return;
    envelopes.set(placeKey(envelope), envelope);
    lines.push({ kind: 'envelope', seq: lines.length + 1, envelope });
  };
  const keepDecision = (decision: Decision): void => {
    const [key, { timeline }] = [placeKey(decision), decision];
    const under = decided.get(timeline) ?? new Set<string>();
    if (under.has(key) || !envelopes.has(key)) return;
    decided.set(timeline, under.add(key));
    lines.push({ kind: 'decision', seq: lines.length + 1, decision });
  };
  for (const line of copied)
    if (line.kind === 'envelope') keepEnvelope(line.envelope);
    else keepDecision(line.decision);
  return {
    mailbox,
    lines,
    keepEnvelopes: async (coming) => coming.forEach(keepEnvelope),
    keepDecisions: async (decisions) => decisions.forEach(keepDecision),
    readAfter: async ({ after, scopes, deviceId, limit }) =>
      lines
        .slice(after)
        .filter((line) => {
          const place = line.kind === 'envelope' ? line.envelope : line.decision;
          const scope = envelopes.get(placeKey(place))?.scope ?? '';
          return scopes.includes(scope) || place.dev === deviceId;
        })
        .slice(0, limit),
    head: async () => lines.length,
    undecidedCount: (timeline) => envelopes.size - (decided.get(timeline)?.size ?? 0),
    undecided: async (timeline, limit) => {
      const under = decided.get(timeline);
      return [...envelopes.values()].filter((one) => !under?.has(placeKey(one))).slice(0, limit);
    },
  };
}

export const aHub = (mailbox = anId(9, 2), authority = anAuthority()) => {
  const store = memoryMailbox(mailbox);
  const hub = createMailbox({
    store,
    authority: () => authority,
    isDecided: isOfProvince,
    nowMs: () => 500,
    provinceHeardAt: () => null,
    registers: async () => [],
  });
  return { store, ...hub };
};

/** A workstation with its journal in memory, as far as the way around the province needs one. */
export function aRelayStation(
  deviceId: string,
  options: {
    readonly userId?: string;
    readonly hub?: () => Pick<ReturnType<typeof aHub>, 'exchange'> | undefined;
    /** The hub takes nothing of it. */
    readonly isFull?: boolean;
    readonly province?: (request: DeliverRequest) => Promise<Result<DeliverReply>>;
  } = {},
) {
  const records: JournalRecord[] = [];
  const state = createJournalState(sha256);
  const peers = createPeerWork();
  const touched: string[] = [];
  const take = (record: JournalRecord): void => {
    records.push(record);
    state.take(record);
    peers.take(record);
  };
  take({ t: 'chain', dev: deviceId as Operation['dev'], inc: 1, n: 0, hash: CHAIN_START });
  take({ t: 'contact', ticket: '', timeline: sample.timeline, serverTime: 0, wall: 0 });
  const { userId = sample.clerkId } = options;
  /** Shares the flush of the next append and stands before it. */
  let beforeNext: (() => void) | undefined;
  const client = createRelayClient({
    journal: {
      state,
      peers,
      append: async (build) => {
        const [before, together] = [state.lastN(), beforeNext];
        beforeNext = undefined;
        const n = before + (together ? 1 : 0);
        const records = build({ n });
        together?.();
        for (const record of records) take(record);
        return ok(undefined);
      },
    },
    seal: (operation) => sealed(operation),
    open: (envelope) => openEnvelope({ cipher, sha256 }, envelope, scopeKey(envelope.scope)),
    reader: () => userId,
    hashOf: (operation) => operationHash(operation, sha256),
    isDecided: isOfProvince,
    hub: async (request) => {
      const hub = options.hub?.();
      if (hub && request.envelopes.length > 0 && options.isFull)
        return { ok: false, error: { code: 'hub.machine-full' } };
      return hub
        ? ok(await hub.exchange({ deviceId, userId }, request))
        : { ok: false, error: { code: 'server.unreachable' } };
    },
    province:
      options.province ?? (async () => ({ ok: false, error: { code: 'server.unreachable' } })),
    touched: (operations) => touched.push(...operations.map(({ target }) => target.id)),
  });
  /** Saves acts in this machine's chain. */
  const act = (...parts: readonly object[]): readonly Operation[] => {
    const earlier = records.flatMap((record) => (record.t === 'op' ? [record.op] : []));
    const whole = aChain([
      ...earlier.map((op) => op as object),
      ...parts.map((part) => ({ dev: deviceId, ...part })),
    ]);
    const made = whole.slice(earlier.length);
    for (const op of made) take({ t: 'op', op });
    return made;
  };
  return {
    state,
    peers,
    client,
    records,
    touched,
    take,
    act,
    /** Saves an act in the flush of the next append, before it. */
    actBeforeNext: (part: object): void => {
      beforeNext = () => void act(part);
    },
    shown: (targetId: string, maySee: (scope: Scope) => boolean = () => true) =>
      peers
        .overlayOf(targetId, state.overlayOf(targetId), maySee)
        .map(({ operation }) => operation),
  };
}
