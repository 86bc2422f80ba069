import { join } from 'node:path';
import type { z } from 'zod';
import type { ErrorCode } from '@shared/errors/catalogue';
import type { Clock, Random, Timers } from '@shared/kernel/clock';
import { err, ok, type Result } from '@shared/kernel/result';
import { AuthorityReply, DeliverReply } from '@shared/protocol/relay-message';
import { createRelayClient, type RelayClient, type RelayJournal } from '@shared/relay/relay-client';
import type { JournalRecord } from '@shared/sync/journal-record';
import { operationHash, type Operation } from '@shared/sync/operation';
import { officeScope, type Scope } from '@shared/sync/record';
import type { HubStatus } from '@shared/sync/status';
import type { HubView } from '@shared/ipc/hub';
import type { FileHash } from '@shared/kernel/ids';
import type { ScopeKey } from '@shared/relay/envelope';
import type { Box } from '../../platform/keyring';
import type { LogDep } from '../../platform/log';
import { relayCipher, verifyEd25519 } from '../../platform/relay-cipher';
import type { CallOptions, ServerClient } from '../../platform/server-client';
import { sha256 } from '../../platform/system';
import { createHubLink, type HubAccess } from './hub-link';
import { createHubLoop } from './hub-loop';
import { createHubNews } from './hub-news';
import { createHubSettings } from './hub-settings';
import { createRelaySecrets } from './relay-secrets';
import { scopeOfOperation } from './scope-of';

export interface RelayDeps extends LogDep {
  readonly dataFolder: string;
  readonly box: Box;
  readonly journal: RelayJournal;
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly person: () => { readonly userId: string; readonly officeId: string } | undefined;
  readonly accessBy: (client: ServerClient) => HubAccess;
  /** Restricted scopes in which a record lies by what the server last told. */
  readonly restricted: (id: string) => readonly Scope[];
  /** One request in the name of who is signed in. */
  readonly askProvince: <T extends z.ZodType>(
    options: Omit<CallOptions<T>, 'accessToken'>,
  ) => Promise<Result<z.infer<T>>>;
  readonly provinceAnswers: () => boolean;
  /** Colleagues' work upon these records came or changed, or one's own was decided. */
  readonly touched: (operations: readonly Pick<Operation, 'target'>[]) => void;
  readonly metHub: (mailbox: string) => void;
  readonly changed: () => void;
}

/** The province is asked for keys and people at a good contact, and no more often than this. */
const REFRESH_MS = 15 * 60_000;

/** The ways around the province on this machine (§20), put together: its secrets, the hub, and colleagues' work. */
export async function createRelay(deps: RelayDeps) {
  const { journal, log } = deps;
  const { state, peers } = journal;
  const secrets = createRelaySecrets({
    folder: join(deps.dataFolder, 'relay'),
    box: deps.box,
    cipher: relayCipher,
    sha256,
    verify: verifyEd25519,
    person: deps.person,
    fetch: () =>
      deps.askProvince({ method: 'GET', path: '/relay/authority', answer: AuthorityReply }),
  });
  const link = await createHubLink({
    settings: createHubSettings(deps.dataFolder, deps.box),
    accessBy: deps.accessBy,
  });
  /** Whose work may be sealed and read here: known once the local database of that person is open. */
  let openFor: string | undefined;
  let client = aClient();
  let refreshedAt: number | undefined;
  let wasCut = false;

  const loop = createHubLoop({
    ...deps,
    meet: () => (link.address() && isOpen() ? client.meetHub() : undefined),
    met: deps.metHub,
  });

  const news = createHubNews({
    pending: state.pending,
    tell: async () => (link.address() ? link.tellNews() : err({ code: 'hub.unreachable' })),
    meet: () => loop.nudge(),
    timers: deps.timers,
  });

  const isOpen = (): boolean => openFor !== undefined && openFor === deps.person()?.userId;

  /** Begins from nothing: another person may be handed lines that the one before was not. */
  function aClient(): RelayClient {
    return createRelayClient({
      journal,
      seal: (operation) =>
        isOwn(operation) ? secrets.seal(operation, scopeOf(operation)) : undefined,
      open: (envelope) => secrets.read(envelope),
      reader: () => openFor,
      hashOf: (operation) => operationHash(operation, sha256),
      isDecided: secrets.isDecided,
      hub: (request) => link.exchange(request),
      province: (body) =>
        deps.askProvince({ method: 'POST', path: '/relay/deliver', body, answer: DeliverReply }),
      touched: deps.touched,
    });
  }

  /** Only its author's own keys tell where a record lies: what somebody else made here waits for them. */
  const isOwn = ({ actor }: Operation): boolean => isOpen() && actor === openFor;

  const scopeOf = (operation: Pick<Operation, 'target' | 'actor' | 'office'>): Scope =>
    scopeOfOperation(
      {
        restricted: deps.restricted,
        relayed: (id) => peers.scopeOf(id),
        pending: (id) => state.overlayOf(id).map((one) => one.operation),
      },
      operation,
    );

  /** What nobody here could read may be readable with these keys. */
  async function readAgain(): Promise<void> {
    const read = peers.unread().flatMap(({ envelope, after }) => {
      const op = secrets.read(envelope);
      return op ? [{ t: 'relayed', envelope, op, after } as const] : [];
    });
    if (read.length === 0) return;
    const kept = await journal.append((): readonly JournalRecord[] => read);
    if (kept.ok) deps.touched(read.map(({ op }) => op));
  }

  async function refresh(): Promise<void> {
    if (!isOpen() || (refreshedAt !== undefined && monotonic() - refreshedAt < REFRESH_MS)) return;
    refreshedAt = monotonic();
    const before = keyNames();
    const refreshed = await secrets.refresh();
    if (!refreshed.ok) {
      refreshedAt = undefined;
      log.warn('the keys of the relay were not refreshed', { code: refreshed.error.code });
      return;
    }
    await readAgain();
    // A new scope: the hub has lines that it did not hand over before.
    if (keyNames() !== before) client = aClient();
    loop.nudge();
  }

  const monotonic = (): number => deps.clock.monotonicMs();
  const keyNames = (): string => secrets.keyNames().join(' ');

  /** The hub as the status line tells of it; undefined where none is set. */
  function status(): HubStatus | undefined {
    if (!link.address()) return undefined;
    const { isAnswering, problem, metAt, reply } = loop.contact();
    return {
      isAnswering,
      problem,
      metAt: isoOf(metAt),
      relayed: client.relayedCount(),
      isAuthorityOld: reply?.isAuthorityOld ?? false,
      provinceHeardAt: isoOf(reply?.provinceHeardAt ?? null),
    };
  }

  const registers = (): readonly string[] => {
    const { isAnswering, reply } = loop.contact();
    return isAnswering ? (reply?.registers ?? []) : [];
  };

  return {
    /** The signed-in person's database is open, and with it where their records lie. */
    async open(userId: string): Promise<void> {
      await secrets.open(userId);
      openFor = userId;
      client = aClient();
      refreshedAt = undefined;
      await readAgain();
      if (deps.provinceAnswers()) void refresh();
      loop.nudge();
    },

    /** That person has gone. */
    close(): void {
      openFor = undefined;
      secrets.close();
      client = aClient();
    },

    /** Colleagues' work goes to the province before this machine speaks of what it made after it. */
    async beforeSending(): Promise<Result<void>> {
      if (wasCut) client.tryAgain();
      wasCut = false;
      news.sending();
      return client.deliverPeers();
    },

    /** Own operations that may go now, of those that are to be sent. */
    maySend: (operation: Operation): boolean => client.maySend(operation),

    /** How an exchange with the province ended. */
    provinceAnswered(code: ErrorCode | undefined): void {
      if (code === undefined) {
        void news.answered();
        return void refresh();
      }
      // The window was not there to store: the line is fine.
      if (code.startsWith('projection.')) return;
      if (!wasCut) loop.nudge();
      wasCut = true;
    },

    /** Something was saved: with the province away the hub gets it at once. */
    saved(): void {
      if (!deps.provinceAnswers()) loop.nudge();
    },

    status,
    secrets,
    scopeOf,
    hub: link,
    /** Registers that the hub gives numbers of, with and without the province: nobody else does then (§9.4). */
    registers,
    /** May the hub be asked for what the province does not give? */
    isAnswering: (): boolean => loop.contact().isAnswering,
    nudge: (): void => loop.nudge(),
    start: (): void => loop.start(),

    describe(): HubView | undefined {
      const hub = link.address();
      const now = status();
      const authorityAt = isoOf(secrets.authority()?.issuedAt ?? null);
      const hubs = (secrets.authority()?.devices ?? [])
        .filter(({ kind }) => kind === 'hub')
        .map(({ deviceId, inc, name }) => ({ deviceId, inc, name }));
      return hub && now && { ...hub, status: now, authorityAt, hubs, registers: registers() };
    },
    async connect(code: string): Promise<Result<void>> {
      const connected = await link.connect(code);
      return connected.ok ? beginAnew() : connected;
    },
    async leave(): Promise<Result<void>> {
      await link.leave();
      return beginAnew();
    },
    async meet(): Promise<Result<void>> {
      await loop.meetNow();
      return ok(undefined);
    },

    /** For whom a file is sealed on its way through the hub; undefined where this machine has no key for it. */
    fileSeal(sha256: FileHash) {
      const found = keyOfFile(sha256);
      if (!found) return undefined;
      const { scope, epoch } = found;
      return { scope, epoch, keyOf: (wanted: number) => secrets.keyOf(scope, wanted)?.key };
    },

    async stop(): Promise<void> {
      await loop.stop();
      link.close();
    },
  };

  /** Of own work as it is sealed, of others' as it came; else it is the office's. */
  function keyOfFile(sha256: FileHash): ScopeKey | undefined {
    const own = state
      .overlayOf(state.unsentFor(sha256) ?? '')
      .find(({ operation }) => operation.files?.includes(sha256))?.operation;
    if (own && isOwn(own)) return secrets.keyFor(own, scopeOf(own));
    const shared = own && peers.scopeOfShared(own);
    if (own) return shared === undefined ? undefined : secrets.keyOf(shared);
    const office = deps.person()?.officeId;
    const scope = peers.scopeOfFile(sha256) ?? (office && officeScope(office));
    return scope === undefined ? undefined : secrets.keyOf(scope);
  }

  async function beginAnew(): Promise<Result<void>> {
    client = aClient();
    loop.forget();
    await loop.meetNow();
    return ok(undefined);
  }
}

export type Relay = Awaited<ReturnType<typeof createRelay>>;

const isoOf = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString();
