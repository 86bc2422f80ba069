import { findAct } from '@shared/sync/acts/acts';
import { Agency } from '@shared/domain/organ/organ';
import type { EventName } from '@shared/ipc/channels';
import type { Bridge, Input, Output, SessionState } from '@shared/ipc/contract';
import { toHex, utf8 } from '@shared/kernel/bytes';
import { MAX_FILE_BYTES } from '@shared/protocol/file-message';
import { localDateAt } from '@shared/kernel/local-date';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { DeviceId, UserId } from '@shared/kernel/ids';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import type { ErrorCode } from '@shared/errors/catalogue';
import { CHAIN_START, type Operation, type OperationDraft } from '@shared/sync/operation';
import type { ProjectionBatch } from '@shared/sync/project';
import {
  contentHash,
  digestMark,
  EMPTY_DIGEST,
  officeScope,
  shiftDigest,
  type Digest,
  type FeedEntry,
  type LoadProgress,
  type ServerRecord,
} from '@shared/sync/record';
import type { SyncStatus } from '@shared/sync/status';
import { NEW_CUSTODY } from '@shared/domain/register/custody';
import type { Register, RegisterCounter } from '@shared/domain/register/register';

/** Main and a server in memory: enough of the contract for the screens, with real acts deciding. */
export interface FakeBridge extends Bridge {
  readonly setOnline: (online: boolean) => void;
  /** The next call of this channel answers with the failure. */
  readonly failNext: (channel: string, failure: Failure) => void;
  /** The server rejects every operation of this kind from now on. */
  readonly rejectKind: (kind: string, code: ErrorCode) => void;
  readonly setSession: (state: Partial<SessionState>) => void;
  readonly seed: (records: readonly Omit<ServerRecord, 'rev' | 'scope'>[]) => void;
  readonly appended: readonly Operation[];
  readonly calls: readonly { readonly channel: string; readonly input: unknown }[];
}

export interface FakeOptions {
  readonly session: SessionState;
  readonly online?: boolean;
  readonly serverDelayMs?: number;
  readonly pageEntries?: number;
  /** What is there at first comes as a first load (§6.3). */
  readonly firstLoad?: boolean;
  readonly nowMs?: () => number;
  /** Registers that this machine holds. */
  readonly held?: Output<'registers.listHeld'>;
  /** The office's machines, as its administrators see them. */
  readonly devices?: Output<'devices.list'>['devices'];
  readonly isDemo?: boolean;
  /** The trust package, and what an installation or the way back leaves. */
  readonly trust?: Output<'trust.status'>;
  readonly trustAfter?: Output<'trust.status'>;
  /** What is plugged in. */
  readonly deviceCheck?: Output<'signing.checkDevices'>;
  /** What came from colleagues around the server (§20). */
  readonly peerWork?: Output<'hub.peerWork'>;
  /** What connecting to the office's hub leads to. */
  readonly hub?: Output<'hub.describe'>;
  /** The hub on this PC once it was put up; its work is refused to be left. */
  readonly hubHost?: Output<'hubHost.describe'>;
  /** The server says that this machine's history forked. */
  readonly isForked?: boolean;
  /** What an earlier incarnation left, with what the server has of it. */
  readonly unreceived?: readonly (Output<'unreceived.list'>['items'][number] &
    Pick<Output<'unreceived.compare'>[number], 'standing'>)[];
}

interface Saved {
  readonly operation: Operation;
  state: 'pending' | 'applied' | 'rejected' | 'dismissed';
  code: ErrorCode | null;
  confirmedRev: number | null;
}

export function createFakeBridge(options: FakeOptions): FakeBridge {
  const {
    serverDelayMs = 400,
    pageEntries = 500,
    nowMs = () => Date.now(),
    held = [],
    unreceived = [],
  } = options;
  let trust = options.trust ?? { current: null, previous: null, age: null };
  let session = options.session;
  let isOnline = options.online ?? true;
  let isForked = options.isForked ?? false;
  let hub: Output<'hub.describe'> = null;
  const noHubHost = { state: 'none', way: null, figures: null, commands: [] } as const;
  let hubHost: Output<'hubHost.describe'> = noHubHost;
  const confirmed = new Set<string>();
  let devices = options.devices ?? [];
  const officeId = session.current?.office.id ?? session.office?.id ?? crypto.randomUUID();
  const scope = officeScope(officeId);
  const listeners = new Map<EventName, Set<() => void>>();
  const failures = new Map<string, Failure>();
  const rejections = new Map<string, ErrorCode>();
  const records = new Map<string, ServerRecord>();
  const counters = new Map<string, RegisterCounter>();
  const feed = new Map<string, { readonly entry: FeedEntry; readonly mark: string }>();
  /** Record by sequence; one that changed since is found at its newer sequence. */
  const order: string[] = [];
  const saved: Saved[] = [];
  const imports = new Map<string, { readonly request: Input<'files.beginImport'>; sent: number }>();
  const draftRows = new Map<string, JsonObject>();
  const calls: { channel: string; input: unknown }[] = [];
  const changed = new Set<string>();
  let head = 0;
  let digest: Digest = EMPTY_DIGEST;
  let cursor = 0;
  let isLoading = options.firstLoad ?? false;
  let batchId = 0;
  let outstanding: ProjectionBatch | undefined;
  let offlineSince: string | null = isOnline ? null : new Date(nowMs()).toISOString();

  const emit = (event: EventName) => {
    for (const listener of listeners.get(event) ?? []) listener();
  };

  function put(record: Omit<ServerRecord, 'rev' | 'scope'>): number {
    const before = records.get(record.id);
    const rev = (before?.rev ?? 0) + 1;
    const hash = contentHash(record.content, fakeSha256);
    const mark = digestMark(record.id, rev, hash, fakeSha256);
    digest = shiftDigest(digest, feed.get(record.id)?.mark, mark);
    head += 1;
    const { type, id, content } = record;
    records.set(id, { type, id, scope, rev, content });
    order[head] = id;
    feed.set(id, {
      entry: { seq: head, kind: 'put', type, id, rev, hash, tx: head, content },
      mark,
    });
    return rev;
  }

  function serve(item: Saved): void {
    const { operation } = item;
    const refuse = (code: ErrorCode) => {
      item.state = 'rejected';
      item.code = code;
    };
    changed.add(operation.target.id);
    const forced = rejections.get(operation.kind);
    if (forced) return refuse(forced);
    const act = findAct(operation.target.type, operation.kind)?.parse(operation.body);
    if (!act || !session.current) return refuse('operation.unknown-kind');
    const target = records.get(operation.target.id);
    const { registerId, records: needed = [], agencyCodes = [] } = act.needs(target);
    const register = registerId === undefined ? undefined : records.get(registerId);
    const counter = {
      registerId: registerId ?? '',
      nextNumber: 1,
      lastDate: null,
    } as RegisterCounter;
    const decision = act.decide({
      device: undefined,
      verify: () => false,
      operation,
      softwareKeys: 'none',
      actor: session.current.user,
      scope,
      today: localDateAt(nowMs()),
      now: new Date(nowMs()).toISOString(),
      records: new Map(
        [operation.target, ...needed].flatMap(({ id }) => {
          const record = records.get(id);
          return record ? [[id, record] as const] : [];
        }),
      ),
      agencies: new Map(
        [...records.values()]
          .filter(({ type }) => type === 'agency')
          .map(({ content }) => Agency.parse(content))
          .filter(({ code }) => agencyCodes.includes(code))
          .map((agency) => [agency.code, agency]),
      ),
      register: register && {
        register: { ...register.content, id: register.id } as unknown as Register,
        counter: counters.get(register.id) ?? counter,
        custody: NEW_CUSTODY,
        queue: [],
        queueLength: 0,
        booked: new Set<string>(),
        isQueued: false,
      },
      place: undefined,
      deviceName: 'Máy thử',
      latestDate: localDateAt(nowMs()),
      sha256: (bytes) => bytes,
      readProof: () => undefined,
      isKnownCertificate: false,
      entryRecordId: () => crypto.randomUUID(),
      derivedId: () => crypto.randomUUID(),
    });
    if (decision.status === 'rejected') return refuse(decision.code);
    if (decision.register)
      counters.set(decision.register.registerId, decision.register.book.counter);
    for (const change of decision.changes) {
      const rev = put(change);
      if (change.id === operation.target.id) item.confirmedRev = rev;
    }
    item.state = 'applied';
  }

  function serveLater(): void {
    setTimeout(() => {
      if (!isOnline) return;
      for (const item of saved) if (item.state === 'pending') serve(item);
      emit('projection.ready');
      emit('sync.statusChanged');
    }, serverDelayMs);
  }

  const overlayOf = (id: string) => ({
    type:
      saved.find(({ operation }) => operation.target.id === id)?.operation.target.type ??
      'incomingDocument',
    id,
    scope,
    operations: saved
      .filter(
        ({ operation, state }) =>
          operation.target.id === id && (state === 'pending' || state === 'applied'),
      )
      .map(({ operation, confirmedRev }) => ({ operation, confirmedRev })),
  });

  function pageAfter(after: number) {
    const rows = [];
    for (let seq = after + 1; seq <= head && rows.length < pageEntries; seq++) {
      const row = feed.get(order[seq] ?? '');
      if (row?.entry.seq === seq) rows.push(row);
    }
    return rows;
  }

  const progressAt = (seq: number): LoadProgress => ({
    head,
    settledTo: 0,
    year: 2026,
    totals: [head, 0, 0],
    done: seq,
    at: { stage: 'recent', loadClass: 0, seq },
  });

  function nextBatch(): ProjectionBatch | null {
    if (outstanding) return outstanding;
    const rows = isOnline ? pageAfter(cursor) : [];
    const last = rows.at(-1)?.entry.seq;
    const inPage = rows.map(({ entry }) => entry.id);
    const withWork = new Set(saved.map(({ operation }) => operation.target.id));
    const overlays = [...new Set([...changed, ...inPage.filter((id) => withWork.has(id))])].map(
      overlayOf,
    );
    changed.clear();
    if (last === undefined && overlays.length === 0) return null;
    batchId += 1;
    outstanding = {
      batchId,
      purge: [],
      page:
        last === undefined
          ? null
          : {
              page: {
                scope,
                entries: rows.map(({ entry }) => entry),
                next: isLoading && last < head ? 0 : last,
                head,
                digest: last === head ? digest : null,
                ...(isLoading ? { load: last < head ? progressAt(last) : null } : {}),
              },
              marks: rows.map(({ mark }) => mark),
            },
      overlays,
    };
    return outstanding;
  }

  function append(drafts: readonly OperationDraft[]): Output<'operations.append'> {
    const added = drafts.map((draft): Saved => {
      const n = saved.length + 1;
      const operation: Operation = {
        ...draft,
        opId: crypto.randomUUID(),
        dev: DEVICE as DeviceId,
        inc: 1,
        n,
        actor: (session.current?.user.id ?? DEVICE) as UserId,
        office: officeId as Operation['office'],
        schema: 1,
        proto: 1,
        at: {
          wall: nowMs(),
          tzOffset: 420,
          bootId: 'fake',
          mono: 0,
          trustedLow: null,
          trustedHigh: null,
        },
        prev: CHAIN_START,
        sig: '0'.repeat(128),
      };
      const item: Saved = { operation, state: 'pending', code: null, confirmedRev: null };
      saved.push(item);
      changed.add(draft.target.id);
      if (draft.kind === 'create') draftRows.delete(draft.target.id);
      return item;
    });
    queueMicrotask(() => {
      emit('projection.ready');
      emit('sync.statusChanged');
    });
    serveLater();
    return { saved: added.map(({ operation }) => ({ opId: operation.opId, n: operation.n })) };
  }

  const count = (state: Saved['state']) => saved.filter((item) => item.state === state).length;

  const status = (): SyncStatus => ({
    pendingOperations: count('pending'),
    pendingFiles: 0,
    pendingFileBytes: 0,
    attention: count('rejected'),
    connection: isOnline ? 'online' : 'offline',
    connectionProblem: isForked ? 'device.forked' : isOnline ? null : 'server.unreachable',
    offlineSince,
    lastContactAt: new Date(nowMs()).toISOString(),
    matchedAt:
      isOnline && cursor === head && count('pending') === 0
        ? new Date(nowMs()).toISOString()
        : null,
    behind: head - cursor,
    clockDifferenceMs: 0,
    freeBytes: 50 * 1024 ** 3,
    heldFile: null,
  });

  const work = (): Output<'operations.list'> =>
    saved
      .filter(({ state }) => state === 'pending' || state === 'rejected')
      .map(({ operation, state, code }) => ({
        opId: operation.opId,
        n: operation.n,
        inc: operation.inc,
        kind: operation.kind,
        target: operation.target,
        body: operation.body as Record<string, never>,
        at: new Date(operation.at.wall).toISOString(),
        state:
          state === 'pending'
            ? ('pending' as const)
            : code === 'operation.held'
              ? ('held' as const)
              : ('rejected' as const),
        code,
        actor: operation.actor,
        role: operation.role,
      }));

  function acknowledge(input: Input<'projection.acknowledge'>): void {
    if (input.stored) {
      if (input.cursor) cursor = input.cursor.load?.at.seq ?? input.cursor.seq;
      isLoading &&= cursor < head;
      outstanding = undefined;
      emit('sync.statusChanged');
    } else setTimeout(() => emit('projection.ready'), 100);
  }

  function handle(channel: string, input: unknown): Result<unknown> {
    const failure = failures.get(channel);
    if (failure) {
      failures.delete(channel);
      return err(failure);
    }
    switch (channel) {
      case 'app.describe':
        return ok({
          version: '0.1.0',
          runtime: 'fake',
          dataFolder: '/',
          today: localDateAt(nowMs()),
          isDemo: options.isDemo ?? false,
        });
      case 'app.readyToClose':
        return ok(undefined);
      case 'session.describe':
        return ok(session);
      case 'session.checkServer':
        return isOnline
          ? ok({ address: (input as { address: string }).address, version: '0.1.0' })
          : err({ code: 'server.unreachable' });
      case 'session.enrol':
        session = { ...session, phase: 'signedOut', serverAddress: 'https://congvu.example' };
        return ok(session);
      case 'session.unlock':
        session = {
          ...session,
          phase: session.serverAddress ? 'signedOut' : 'notEnrolled',
          passphraseChosen: true,
        };
        return ok(session);
      case 'session.repairJournal':
        session = { ...session, phase: 'signedOut' };
        return ok(session);
      case 'session.signIn':
        if ((input as { password: string }).password === 'sai')
          return err({ code: 'session.wrong-password' });
        session = { ...session, phase: 'signedIn', current: options.session.current };
        emit('session.changed');
        return ok(session);
      case 'session.signOut':
        session = { ...session, phase: 'signedOut', current: null };
        emit('session.changed');
        return ok(session);
      case 'operations.append':
        for (const item of saved) {
          if ((input as Input<'operations.append'>).replaces?.includes(item.operation.opId))
            item.state = 'dismissed';
        }
        return ok(append((input as Input<'operations.append'>).drafts));
      case 'operations.list':
        return ok(work());
      case 'operations.dismiss':
        confirmed.add((input as { opId: string }).opId);
        for (const item of saved) {
          if (item.operation.opId === (input as { opId: string }).opId) item.state = 'dismissed';
        }
        emit('sync.statusChanged');
        return ok(undefined);
      case 'unreceived.list':
        return ok({ items: unreceived.filter(({ opId }) => !confirmed.has(opId)), ofOthers: 0 });
      case 'unreceived.compare':
        return ok(unreceived.map(({ opId, standing }) => ({ opId, standing })));
      case 'unreceived.sendAgain':
        confirmed.add((input as { opId: string }).opId);
        emit('sync.statusChanged');
        return ok(undefined);
      case 'session.enrolAgain':
        if ((input as { password: string }).password === 'sai')
          return err({ code: 'session.wrong-password' });
        isForked = false;
        emit('sync.statusChanged');
        return ok(session);
      case 'workbench.saveRows':
        for (const { rowId, row } of (input as Input<'workbench.saveRows'>).rows) {
          if (row === null) draftRows.delete(rowId);
          else draftRows.set(rowId, row);
        }
        return ok(undefined);
      case 'workbench.listRows':
        return ok([...draftRows].map(([rowId, row]) => ({ rowId, row })));
      case 'files.beginImport': {
        const request = input as Input<'files.beginImport'>;
        if (request.sizeBytes === 0) return err({ code: 'files.empty' });
        if (request.sizeBytes > MAX_FILE_BYTES) return err({ code: 'files.too-large' });
        const importId = crypto.randomUUID();
        imports.set(importId, { request, sent: 0 });
        return ok({ importId });
      }
      case 'files.importChunk': {
        const { importId, data } = input as Input<'files.importChunk'>;
        const open = imports.get(importId);
        if (!open) return err({ code: 'files.import-unknown' });
        open.sent += data.length;
        return ok(undefined);
      }
      case 'files.finishImport': {
        const open = imports.get((input as Input<'files.finishImport'>).importId);
        if (!open || open.sent !== open.request.sizeBytes)
          return err({ code: 'files.import-unknown' });
        const { name, sizeBytes, role } = open.request;
        const isPdf = name.endsWith('.pdf');
        const sha256 = toHex(fakeSha256(utf8(`${name} ${sizeBytes}`)));
        const mime = isPdf ? 'application/pdf' : 'application/octet-stream';
        return ok({ file: { sha256, name, sizeBytes, mime, role }, pageCount: isPdf ? 7 : null });
      }
      case 'projection.open': {
        const held = (input as Input<'projection.open'>).cursors[scope];
        cursor = held?.seq ?? 0;
        outstanding = undefined;
        for (const { operation, state } of saved)
          if (state === 'pending') changed.add(operation.target.id);
        return ok({ overlays: changed.size, defects: 0 });
      }
      case 'projection.take':
        return ok(nextBatch());
      case 'projection.acknowledge':
        return ok(acknowledge(input as Input<'projection.acknowledge'>));
      case 'registers.listHeld':
        return ok(held);
      case 'registers.confirmLast':
      case 'registers.release':
        return ok(undefined);
      case 'registers.serve':
        return ok({ given: 0 });
      case 'signing.checkDevices':
        return ok(
          options.deviceCheck ?? {
            at: new Date(nowMs()).toISOString(),
            modules: [],
            softwareKeys: 'none',
            tokens: [],
            lastFailures: [],
          },
        );
      case 'trust.status':
        return ok(trust);
      case 'trust.install':
      case 'trust.revert':
        return ok((trust = options.trustAfter ?? trust));
      case 'signing.beginProof':
      case 'signing.importKey':
      case 'signing.changeKeyPin':
      case 'signing.removeKey':
        return ok(undefined);
      case 'devices.list':
        return isOnline ? ok({ devices: [...devices] }) : err({ code: 'server.unreachable' });
      case 'devices.issueCode':
        return ok({ code: 'ABCD-EFGH-2345', validHours: 72 });
      case 'devices.disable':
        devices = devices.map((device) =>
          device.deviceId === (input as Input<'devices.disable'>).deviceId
            ? { ...device, state: 'disabled', alerts: [] }
            : device,
        );
        return ok({ disabled: true as const });
      case 'hub.peerWork':
        return ok({
          unconfirmed: options.peerWork?.unconfirmed ?? [],
          refused: (options.peerWork?.refused ?? []).filter(({ opId }) => !confirmed.has(opId)),
        });
      case 'hub.describe':
        return ok(hub);
      case 'hub.connect':
        if (!(input as Input<'hub.connect'>).code.includes('tcv-hub:'))
          return err({ code: 'hub.code-unknown' });
        hub = options.hub ?? null;
        emit('sync.statusChanged');
        return ok(hub);
      case 'hub.meet':
        return ok(hub);
      case 'hub.leave':
        hub = null;
        emit('sync.statusChanged');
        return ok(hub);
      case 'hubHost.describe':
        return ok(hubHost);
      case 'hubHost.install':
      case 'hubHost.restart':
        hubHost = options.hubHost ?? noHubHost;
        return ok(hubHost);
      case 'hubHost.remove': {
        const isFree = (hubHost.figures?.waitingLines ?? 0) === 0;
        if (!isFree && !(input as Input<'hubHost.remove'>).isSure)
          return err({ code: 'hub-host.work-waits' });
        hubHost = noHubHost;
        return ok(hubHost);
      }
      case 'hubHost.saveWork':
      case 'hubHost.takeWork':
        return ok({ lines: 12, files: 3 });
      case 'sync.status':
        return ok(status());
      case 'sync.now':
        serveLater();
        return ok(undefined);
      default:
        return err({ code: 'ipc.invalid-input' });
    }
  }

  return {
    call: async (channel, input) => {
      calls.push({ channel, input });
      return handle(channel, input) as never;
    },
    on: (event, listener) => {
      const own = listeners.get(event) ?? new Set();
      listeners.set(event, own.add(listener));
      return () => void own.delete(listener);
    },
    setOnline: (online) => {
      isOnline = online;
      offlineSince = online ? null : new Date(nowMs()).toISOString();
      if (online) serveLater();
      emit('sync.statusChanged');
    },
    failNext: (channel, failure) => void failures.set(channel, failure),
    rejectKind: (kind, code) => void rejections.set(kind, code),
    setSession: (state) => {
      session = { ...session, ...state };
      emit('session.changed');
    },
    seed: (seeds) => {
      for (const record of seeds) {
        put(record);
        if (record.type === 'incomingDocument') countSeed(counters, record.content);
      }
      emit('projection.ready');
    },
    get appended() {
      return saved.map(({ operation }) => operation);
    },
    calls,
  };
}

const DEVICE = '00000000-0000-4000-8000-00000000d001';

function countSeed(counters: Map<string, RegisterCounter>, content: JsonObject): void {
  const registerId = typeof content['registerId'] === 'string' ? content['registerId'] : '';
  const number = Number(content['arrivalNumber'] ?? 0);
  const known = counters.get(registerId)?.nextNumber ?? 1;
  const next = { registerId, nextNumber: Math.max(known, number + 1), lastDate: null };
  counters.set(registerId, next as unknown as RegisterCounter);
}

/** Not cryptography: 32 bytes that differ when the input does, the same in every browser. */
export function fakeSha256(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(32);
  for (let word = 0; word < 4; word++) {
    let value = 0x811c9dc5 ^ (word * 0x9e3779b1);
    for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
    new DataView(out.buffer).setUint32(word * 8, value);
    new DataView(out.buffer).setUint32(
      word * 8 + 4,
      Math.imul(value ^ (value >>> 13), 0x5bd1e995) >>> 0,
    );
  }
  return out;
}
