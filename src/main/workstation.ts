import { randomUUID } from 'node:crypto';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ActivationCodeReply } from '@shared/domain/organ/devices';
import { err, ok, type Result } from '@shared/kernel/result';
import type { PeerWorkView } from '@shared/ipc/hub';
import { CompareReply } from '@shared/protocol/incarnation';
import type { WipeOrder } from '@shared/protocol/session';
import { SyncReply } from '@shared/protocol/sync-message';
import { createEngine, type EngineProjection } from '@shared/sync/engine';
import { CHAIN_START, operationHash, type Operation } from '@shared/sync/operation';
import { isRestricted, type Scope } from '@shared/sync/record';
import { loadStatusOf } from '@shared/sync/status';
import { WitnessReply } from '@shared/sync/witness';
import { createBackup, type Backup } from './features/backup/backup';
import type { WorkTransfer } from './features/backup/backup-handlers';
import { ownCopy } from './features/backup/hub-store';
import { readSealedFiles } from './features/backup/sealed-files';
import { createCourier } from './features/backup/courier';
import { deliverWork } from './features/backup/deliver-work';
import { exportWork } from './features/backup/export-work';
import type { DevicesHandlersDeps } from './features/devices/devices-handlers';
import { createContentStore } from './features/files/content-store';
import { createFileCache, freeBytesIn } from './features/files/file-cache';
import { createFileLoop } from './features/files/file-loop';
import { createGiveWay } from './features/files/give-way';
import { createFileTransfer, onEitherLine } from './features/files/file-transfer';
import { sealedWay } from './features/files/file-way';
import { createHubFiles } from './features/files/hub-files';
import { urgencyOf } from './features/files/urgency';
import { fetchFile, type FilesAt } from './features/files/files-handlers';
import { createImportFile } from './features/files/import-file';
import { createPartialStore } from './features/files/partial-store';
import { createReadPdfText } from './features/files/pdf-text';
import { createAppendOperations } from './features/journal/append-operations';
import { keptOperations } from './features/journal/kept-operations';
import { openJournal, type Journal } from './features/journal/journal';
import { createNodeJournalDisk } from './features/journal/node-journal-disk';
import { createUnreceived, type UnreceivedWork } from './features/journal/unreceived';
import { repairJournal } from './features/journal/repair-journal';
import { createRetentionLoop } from './features/journal/retention-loop';
import { createHubHost, type HubHost, type HubPlace } from './features/hub-host/hub-host';
import { createBundles, type Bundles } from './features/relay/bundles';
import { createRelay, type Relay } from './features/relay/create-relay';
import { createHubNumbers, serveByHub } from './features/relay/hub-numbers';
import { listPeerWork } from './features/relay/list-peer-work';
import { createAnchorStore } from './features/registers/anchor-store';
import { createHeldBooks } from './features/registers/held-books';
import { createTrustedTime } from './features/registers/trusted-time';
import { createAccess, type Access } from './features/session/access';
import { createDeviceStore, type Device } from './features/session/device-store';
import { createScopeKeys, type ScopeKeys } from './features/scopes/scope-keys';
import { createSession, type IncarnationStart } from './features/session/session';
import { createUserVault } from './features/session/user-vault';
import { checkDispatch } from './features/signing/check-dispatch';
import { createSigning } from './features/signing/create-signing';
import type { ComparePages } from './features/signing/compare-file';
import type { SigningWindow } from './features/signing/signing-deps';
import type { SoftwareKeyPort } from './features/signing/software-keys';
import { createSigningDesk, type SigningDesk } from './features/signing/signing-desk';
import type { TokenPort } from './features/signing/token-port';
import type { FetchPublic } from './features/signing/trust-store';
import { createProjectionFeed } from './features/sync/projection-feed';
import { createDeviceFigures } from './features/sync/device-figures';
import { createHintChannel } from './features/sync/hint-channel';
import { createSyncLoop } from './features/sync/sync-loop';
import { fetchWipeOrder } from './features/wipe/fetch-order';
import { nodeFiles } from './platform/file-port';
import type { Keys } from './platform/keyring';
import type { LogDep } from './platform/log';
import { patientFiles } from './platform/patient-files';
import { verifyEd25519 } from './platform/relay-cipher';
import { createServerClient } from './platform/server-client';
import type { Settings } from './platform/settings';
import { sha256, systemClock, systemRandom, systemTimers } from './platform/system';

export interface WorkstationDeps extends LogDep {
  readonly dataFolder: string;
  readonly keys: Keys;
  /** A person asked to go on with what can be read of a damaged journal (§4.2). */
  readonly repair?: boolean;
  readonly settings: Settings;
  /** Of the program. */
  readonly version: string;
  /** Path of the bundled worker that reads the text of PDFs. */
  readonly textWorker: string;
  /** Path of the bundled worker that reads, signs and judges PDFs. */
  readonly padesWorker: string;
  /** The program's own files: fonts, anchors. */
  readonly resources: string;
  readonly token: TokenPort;
  readonly softwareKeys: SoftwareKeyPort;
  readonly signingWindow: SigningWindow;
  readonly comparePages: ComparePages;
  readonly hubPlace: HubPlace;
  readonly fetchPublic: FetchPublic;
  /** The province, and nobody else, has ordered this machine to remove what it holds (§7.2). */
  readonly wiped: (order: WipeOrder) => void;
  readonly announce: (
    event:
      | 'session.changed'
      | 'projection.ready'
      | 'sync.statusChanged'
      | 'registers.changed'
      | 'signing.verdictChanged',
  ) => void;
}

/** Everything behind an unlocked keyring: journal, identity, sync. What starts here is stopped in reverse. */
export async function openWorkstation(deps: WorkstationDeps): Promise<Result<Workstation>> {
  const { dataFolder, keys, log, announce, settings } = deps;
  let heldFile: string | undefined;
  const diskFiles = patientFiles(nodeFiles, {
    monotonicMs: systemClock.monotonicMs,
    sleep,
    held: (name) => {
      heldFile = name;
      if (name !== undefined) log.warn('another program holds a file', { file: name });
      announce('sync.statusChanged');
    },
  });
  const disk = await createNodeJournalDisk(join(dataFolder, 'journal'), diskFiles);
  const sealer = keys.box('journal');
  if (deps.repair) {
    const folder = join(dataFolder, 'journal');
    const repaired = await repairJournal(
      { folder, files: diskFiles, sealer },
      await disk.listSegments(),
    );
    log.error('a damaged journal was repaired', { aside: repaired.keptAside.join(' ') });
  }
  const opened = await openJournal({ disk, sealer, sha256 });
  if (!opened.ok) {
    await disk.close();
    return opened;
  }
  const journal = opened.value;

  const client = createServerClient(() => {
    const device = session.device();
    return device && { baseUrl: device.serverAddress };
  });
  const accessDeps = {
    clock: systemClock,
    device: () => session.device(),
    person: () => session.person(),
  };
  const access = createAccess({
    ...accessDeps,
    client,
    refused: (userId) => void session.refused(userId),
    disabled: (device) => void obey(device),
  });
  const obey = async (device: Device): Promise<void> => {
    const order = await fetchWipeOrder(client, device);
    if (!order.ok) log.warn('no order was given', { code: order.error.code });
    else if (order.value) deps.wiped(order.value);
  };
  const vault = createUserVault(join(dataFolder, 'users'), keys.box('vault'), systemClock);
  const session = await createSession({
    clientFor: (address) => createServerClient(() => ({ baseUrl: address })),
    client,
    devices: createDeviceStore(dataFolder, keys.box('device')),
    vault,
    access,
    startIncarnation: async (start) => {
      const before = journal.state.pending();
      const started = await startIncarnation(journal, start);
      if (!started.ok) return started;
      // What the old incarnation left is no longer shown as done, and every scope is read anew (§13.3).
      projection.projection.settle(before);
      const scopes = [...(projection.projection.cursors()?.keys() ?? [])];
      if (scopes.length > 0) void projection.projection.purge(scopes).then(() => loop.nudge());
      return started;
    },
    personChanged: () => {
      projection.close();
      signing.leave();
      desk.close();
      relay.close();
      void scopeKeys.close();
      if (!session.person()) backup.nudge();
      sessionChanged();
    },
    changed: () => sessionChanged(),
  });
  const sessionChanged = (): void => {
    announce('session.changed');
    announce('sync.statusChanged');
    loop.nudge();
    listen();
  };
  /** Hints are for who is signed in; a device alone has nothing to pull. */
  const listen = (): void => {
    if (session.person()) hints.restart();
    else hints.stop();
  };
  const projection = createProjectionFeed({
    state: () => journal.state,
    peers: () => journal.peers,
    announce: () => announce('projection.ready'),
    viewer: () => session.person()?.user.id,
    officeId: () => session.person()?.office.id,
    dropped: (dropped) => void scopeKeys.leave(dropped).then(removePurgedFiles),
  });
  const desk = createSigningDesk({
    folder: join(dataFolder, 'desk'),
    box: keys.box('desk'),
    overlayOf: (id) => projection.overlayOf(id),
    lentOf: (id) => projection.lentOf(id),
    overlaid: () => projection.overlaidTargets(),
  });
  const scopeKeys = createScopeKeys({
    folder: join(dataFolder, 'scopes'),
    box: keys.box('scopes'),
  });
  /** Files of what left the person's sight go once nothing here needs them (M-9). */
  const removePurgedFiles = (): Promise<void> =>
    scopeKeys.removeFiles({
      remove: (sha256) => store.remove(sha256),
      isPinned: (sha256) =>
        journal.state.pinnedFiles().has(sha256) || signing.wantedFiles().includes(sha256),
    });
  const tokenFrom = (at: Access) => async (): Promise<Result<string>> => {
    const device = session.device();
    return device ? at.token(device) : err({ code: 'device.not-enrolled' });
  };
  const accessToken = tokenFrom(access);
  const request: Workstation['request'] = async (options) => {
    const token = await accessToken();
    return token.ok ? client.call({ ...options, accessToken: token.value }) : token;
  };
  let healed = 0;
  const engine = createEngine({
    journal: {
      state: journal.state,
      append: (build) => journal.append(() => build()),
      kept: (from) => keptOperations(journal, from),
    },
    offerWitnesses: (body) =>
      request({ method: 'POST', path: '/sync/witnesses', body, answer: WitnessReply }),
    projection: withKeys(
      { scopeKeys, removePurgedFiles },
      throughDesk(desk, projection.projection),
    ),
    clock: systemClock,
    sha256,
    takeLeases: (leases) => registers.takeLeases(leases),
    healing: (scope) => {
      healed += 1;
      log.error('a scope differs from the server’s and is compared', { scope });
    },
    transport: async (asked) => {
      const delivered = await relay.beforeSending();
      const ops = asked.ops.filter(relay.maySend);
      // What was made in sight of work that cannot be handed over now waits with it; all else goes on (I-16).
      if (!delivered.ok && ops.length < asked.ops.length) return delivered;
      const token = await accessToken();
      if (!token.ok) return token;
      const { request: body, answered } = await joinFigures({ ...asked, ops });
      const reply = await client.call({
        method: 'POST',
        path: '/sync',
        body,
        accessToken: token.value,
        answer: SyncReply,
      });
      if (reply.ok) {
        answered();
        time.learn(reply.value.serverTime);
      } else if (['session.token-expired', 'device.disabled'].includes(reply.error.code))
        access.drop();
      return reply;
    },
  });
  const time = createTrustedTime({
    wallMs: systemClock.nowMs,
    sinceBootMs: () => uptime() * 1000,
    lastTrustedMs: () => journal.state.contact()?.serverTime ?? 0,
  });
  const loop = createSyncLoop({
    log,
    engine,
    state: journal.state,
    clock: systemClock,
    random: systemRandom,
    isEnrolled: () => session.device() !== undefined,
    heldUpTo: (scope) => projection.projection.cursors()?.get(scope)?.seq,
    firstLoad: () => loadStatusOf(projection.projection.cursors()?.values() ?? []),
    freeBytes: () => freeBytesIn(dataFolder),
    heldFile: () => heldFile,
    unsentFiles: () => files.unsent(),
    heldRegisters: () => registers.heldCount(),
    hub: () => relay.status(),
    refusedOfColleagues: () => peerWork().refused.length,
    idleMs: settings.syncIdleMs,
    hintsAreLive: () => hints.isLive(),
    statusChanged: () => announce('sync.statusChanged'),
    answered: (code) => {
      relay.provinceAnswered(code);
      if (code === undefined) {
        session.confirmed();
        files.nudge();
        void removePurgedFiles();
      }
      // Another copy of this machine may give numbers from the same book: this one stops at once (I-12).
      if (code === 'device.forked') void registers.takeLeases([]);
    },
  });
  const relay = await createRelay({
    log,
    dataFolder,
    box: keys.box('relay'),
    journal: { ...journal, append: (build) => journal.append(({ n }) => build({ n })) },
    clock: systemClock,
    random: systemRandom,
    timers: systemTimers,
    person: () => {
      const person = session.person();
      return person && { userId: person.user.id, officeId: person.office.id };
    },
    accessBy: (hub) => {
      const own = createAccess({ ...accessDeps, client: hub });
      return { token: tokenFrom(own), drop: own.drop };
    },
    restricted: (id) => scopeKeys.scopesOf(id),
    askProvince: request,
    provinceAnswers: () => loop.clock().isOnline,
    touched: (operations) => {
      projection.saved(operations);
      announce('sync.statusChanged');
      // What came from colleagues is carried on.
      if (loop.clock().isOnline) loop.nudge();
    },
    metHub: (mailbox) => hubFiles.met(mailbox),
    changed: () => announce('sync.statusChanged'),
  });
  const hubHost = createHubHost({
    log,
    place: deps.hubPlace,
    issueCode: () =>
      request({
        method: 'POST',
        path: '/admin/activation-codes',
        body: { kind: 'hub' },
        answer: ActivationCodeReply,
      }),
    wish: () => {
      const device = session.device();
      return device && { province: device.serverAddress, name: `Trạm ${device.office.name}` };
    },
    connected: relay.hub.address,
    connect: (code) => relay.connect(code),
    leave: () => relay.leave(),
    sleep,
  });
  const joinFigures = createDeviceFigures({
    state: journal.state,
    status: () => loop.status(),
    clock: systemClock,
    version: deps.version,
    healed: () => healed,
  });
  const hints = createHintChannel({
    client,
    token: accessToken,
    timers: systemTimers,
    random: systemRandom,
    hinted: (heads) => loop.hinted(heads),
  });
  const store = createContentStore(join(dataFolder, 'files'), keys.key('content'), diskFiles);
  const fileLine = {
    store,
    partials: createPartialStore(join(dataFolder, 'partial'), keys.box('content')),
    monotonicMs: systemClock.monotonicMs,
    giveWay: createGiveWay({
      isWorkWaiting: () => journal.state.pendingCount() > 0,
      timers: systemTimers,
    }),
  };
  const toProvince = createFileTransfer({
    ...fileLine,
    client,
    token: accessToken,
  });
  const throughHub = createFileTransfer({
    ...fileLine,
    ...relay.hub,
    wayOf: (sha256) => {
      const seal = relay.fileSeal(sha256);
      return seal && sealedWay(sha256, seal);
    },
    giveWay: async () => undefined,
  });
  const transfer = onEitherLine(toProvince, throughHub, {
    isHubThere: relay.isAnswering,
    isProvinceThere: () => loop.clock().isOnline,
  });
  const cache = createFileCache({
    log,
    store,
    freeBytes: () => freeBytesIn(dataFolder),
    serverTimeMs: () => journal.state.contact()?.serverTime,
    pinned: () => new Set([...journal.state.pinnedFiles(), ...journal.peers.carriedFiles()]),
    wanted: () => signing.wantedFiles(),
  });
  /** Own files, and those that came in bundles: their authors' machines may come back late or never (§20). */
  const unsentFiles = () => [
    ...new Set([...journal.state.unsentFiles(), ...journal.peers.carriedFiles()]),
  ];
  const files = createFileLoop({
    log,
    state: { unsentFiles },
    append: async (records) => {
      const kept = await journal.append(() => records);
      // The last file is sent: the server is told that nothing waits here any more.
      if (unsentFiles().length === 0) loop.nudge();
      return kept;
    },
    wanted: () => signing.wantedFiles(),
    urgencyOf: (file) => urgencyOf({ state: journal.state, findDocument: desk.findDocument }, file),
    hasRoom: cache.hasRoom,
    transfer,
    store,
    changed: () => announce('sync.statusChanged'),
  });
  const hubFiles = createHubFiles({
    log,
    state: journal.state,
    wanted: () => signing.wantedFiles(),
    hasRoom: cache.hasRoom,
    transfer: throughHub,
    store,
    monotonicMs: systemClock.monotonicMs,
  });
  const readPdfText = createReadPdfText(deps.textWorker);
  const importFile = createImportFile({
    store,
    readPdfText,
    refused: () => log.warn('a file was refused for a secrecy mark'),
  });
  const append = createAppendOperations({
    journal,
    clock: systemClock,
    random: systemRandom,
    sha256,
    bootId: randomUUID(),
    author: () => {
      const person = session.person();
      return person && { userId: person.user.id, officeId: person.office.id, sign: person.sign };
    },
    saved: (operations) => show(operations),
  });
  const show = (saved: readonly Pick<Operation, 'target'>[]): void => {
    projection.saved(saved);
    announce('sync.statusChanged');
    loop.nudge();
    files.nudge();
    relay.saved();
  };
  const registers = createHeldBooks({
    log,
    sha256,
    state: journal.state,
    journal: (records) => journal.append(() => records),
    anchors: createAnchorStore({
      log,
      folders: settings.anchorFolders,
      box: keys.box('anchor'),
      files: diskFiles,
    }),
    append,
    time: time.known,
    findDocument: (id) => desk.findDocument(id),
    person: () => session.person()?.user.id,
    isClerk: () => session.person()?.user.grants.some(({ role }) => role === 'vanThu') ?? false,
    changed: () => {
      announce('registers.changed');
      announce('sync.statusChanged');
    },
    show,
  });
  const unreceived = createUnreceived({
    state: journal.state,
    sha256,
    userId: () => session.person()?.user.id,
    compare: (operations) =>
      request({
        method: 'POST',
        path: '/sync/unreceived',
        body: { operations },
        answer: CompareReply,
      }),
    append,
  });
  const signing = createSigning({
    ...deps,
    logFiles: diskFiles,
    desk,
    readLayout: async (bytes) => {
      // Longer drafts exist; their signature is looked for no further.
      const text = await readPdfText({ bytes, pages: 200 });
      return text.status === 'read' ? text.layout : undefined;
    },
    clock: systemClock,
    timers: systemTimers,
    verdictChanged: () => announce('signing.verdictChanged'),
    random: systemRandom,
    files: {
      read: async (sha256) => {
        const fetched = await fetchFile({ store, transfer }, { sha256 });
        return fetched.ok ? store.read(sha256) : fetched;
      },
      put: (bytes) => store.put(bytes),
    },
    clockEvidence: () => {
      const { isOnline, differenceMs } = loop.clock();
      return {
        isOnline,
        aheadMs: differenceMs === null ? undefined : -differenceMs,
        notBeforeMs: journal.state.contact()?.serverTime,
      };
    },
    person: () => session.person(),
    append,
  });
  const takeHubNumbers = createHubNumbers({
    registers: relay.registers,
    ask: relay.hub.number,
    release: relay.hub.release,
    authority: relay.secrets.authority,
    verify: verifyEd25519,
    findDocument: desk.findDocument,
  });
  /** The check and the hub may take long: whoever has signed in meanwhile did not ask for this. */
  const appendAs =
    (author: string | undefined) =>
    async (...work: Parameters<typeof registers.append>) =>
      session.person()?.user.id === author
        ? registers.append(...work)
        : err({ code: 'session.not-signed-in' } as const);
  const peerWork = (): PeerWorkView =>
    listPeerWork({
      peers: journal.peers,
      overlayOf: projection.overlayOf,
      targets: projection.overlaidTargets,
      isShown: projection.isShown,
      ownDevice: journal.state.incarnation()?.dev,
      viewer: session.person()?.user.id,
      nameOf: (id) => relay.secrets.authority()?.users.find((user) => user.id === id)?.fullName,
    });
  const bundles = createBundles({
    files: diskFiles,
    store,
    fetch: (sha256) => fetchFile({ store, transfer }, { sha256 }),
    journal: {
      state: journal.state,
      peers: journal.peers,
      append: (build) => journal.append(({ n }) => build({ n })),
    },
    secrets: relay.secrets,
    scopeOf: relay.scopeOf,
    told: desk.toldOf,
    person: () => {
      const person = session.person();
      return person && { userId: person.user.id, officeId: person.office.id, sign: person.sign };
    },
    hashOf: (operation) => operationHash(operation, sha256),
    holds: projection.isShown,
    touched: show,
    uuid: systemRandom.uuid,
    nowMs: systemClock.nowMs,
  });
  const retention = createRetentionLoop({ journal, log });
  const backup = await createBackup({
    log,
    dataFolder,
    // A backup disk that is held or gone is the backup's affair, not the status line's.
    files: patientFiles(nodeFiles, {
      monotonicMs: systemClock.monotonicMs,
      sleep,
      held: () => undefined,
    }),
    box: keys.box('backup'),
    source: {
      readSegments: journal.readSealed,
      journalBox: keys.box('journal'),
      pinnedFiles: journal.state.pinnedFiles,
      sizeOf: store.sizeOf,
      read: store.read,
      readSealed: () => readSealedFiles(diskFiles, dataFolder, keys),
      describe: async () => {
        const people = await vault.list();
        const rows = people.map(({ id }) => journal.state.draftRows(id).size);
        return {
          createdAt: systemClock.nowMs(),
          deviceName: session.device()?.deviceName ?? '',
          officeName: session.device()?.office.name ?? '',
          people: people.map(({ fullName }) => fullName),
          pending: journal.state.pendingCount(),
          rows: rows.reduce((sum, count) => sum + count, 0),
        };
      },
    },
    hub: () => (relay.hub.address() ? ownCopy(relay.hub) : undefined),
    nowMs: systemClock.nowMs,
    timers: systemTimers,
    changed: () => announce('sync.statusChanged'),
  });
  loop.start();
  files.start();
  cache.start();
  retention.start();
  backup.start();
  signing.start();
  relay.start();
  void hubHost
    .start()
    .catch((cause: unknown) => log.error('the hub was not looked for', { cause }));
  listen();

  return ok({
    journal,
    session,
    projection,
    loop,
    append: async (drafts, replaces) => {
      if (drafts.some(isActOfMain)) return err({ code: 'ipc.invalid-input' });
      const author = session.person()?.user.id;
      const dispatch = await checkDispatch(
        { desk, verifyFile: signing.verifyNow, compareFile: signing.compareFile },
        drafts,
      );
      if (!dispatch.ok) return dispatch;
      const numbered = await takeHubNumbers(drafts);
      return numbered.ok ? appendAs(author)(numbered.value, replaces) : numbered;
    },
    files: { store, transfer, importFile },
    workTransfer: {
      exportTo: (path, passphrase) => {
        const device = session.device();
        const head = {
          version: 1,
          deviceName: device?.deviceName ?? '',
          officeName: device?.office.name ?? '',
          createdAt: systemClock.nowMs(),
        } as const;
        return exportWork({
          files: diskFiles,
          stored: store,
          state: journal.state,
          head,
          path,
          passphrase,
        });
      },
      deliverFrom: (path, passphrase) =>
        deliverWork(
          { files: diskFiles, path, passphrase },
          createCourier({ client, token: accessToken, store, upload: transfer.upload }),
        ),
    },
    backup,
    relay,
    hubHost,
    peerWork,
    bundles,
    signing,
    registers: {
      ...registers,
      serve: (registerId, requests) =>
        relay.registers().includes(registerId)
          ? serveByHub(takeHubNumbers, appendAs(session.person()?.user.id), requests)
          : registers.serve(registerId, requests),
    },
    unreceived,
    openProjection: async (cursors, dirty) => {
      const person = session.person();
      if (person) {
        await desk.open(person.user.id);
        await scopeKeys.open(person.user.id);
      }
      const behind = desk.behind(cursors);
      const unreadable = scopeKeys.missing(cursors.keys());
      const opened = projection.open(cursors, dirty);
      if (person) await relay.open(person.user.id);
      // A desk or a key that was lost: the scope is read from the server again, together with the projection.
      const anew = [...new Set([...behind, ...unreadable])];
      if (anew.length > 0) {
        log.warn('scopes are read anew', { desk: behind.length, keys: unreadable.length });
        void projection.projection.purge(anew).then(() => loop.nudge());
      }
      return opened;
    },
    request,
    scopeKey: async (scope) => {
      const person = session.person();
      if (!person) return err({ code: 'session.not-signed-in' });
      await scopeKeys.open(person.user.id);
      const key = await scopeKeys.keyOf(scope, () => projection.holds(scope));
      return key ? ok(key) : err({ code: 'dossier.unknown' });
    },
    stop: async () => {
      // Nobody acknowledges a page any more: a round that waits for it would never end.
      projection.close();
      retention.stop();
      cache.stop();
      hints.stop();
      await relay.stop();
      await hubFiles.stop();
      await files.stop();
      await loop.stop();
      await signing.stop();
      await backup.stop();
      projection.close();
      await journal.close();
      await disk.close();
    },
  });
}

export interface Workstation {
  readonly journal: Journal;
  readonly session: Awaited<ReturnType<typeof createSession>>;
  readonly projection: ReturnType<typeof createProjectionFeed>;
  readonly loop: ReturnType<typeof createSyncLoop>;
  /** For the page: what only the signing window may bring about is refused here. */
  readonly append: ReturnType<typeof createAppendOperations>;
  readonly files: FilesAt;
  readonly workTransfer: WorkTransfer;
  readonly backup: Backup;
  readonly relay: Relay;
  readonly hubHost: HubHost;
  readonly peerWork: () => PeerWorkView;
  readonly bundles: Bundles;
  readonly signing: ReturnType<typeof createSigning>;
  readonly registers: ReturnType<typeof createHeldBooks>;
  readonly unreceived: UnreceivedWork;
  /** The page has opened its database: what it holds, and what it thinks carries local work. */
  readonly openProjection: (
    ...held: Parameters<ReturnType<typeof createProjectionFeed>['open']>
  ) => Promise<ReturnType<ReturnType<typeof createProjectionFeed>['open']>>;
  /** One request to the server in the name of the signed-in person. */
  readonly request: DevicesHandlersDeps['request'];
  /** Key of a restricted scope for the page of the signed-in person (§7.3). */
  readonly scopeKey: (scope: Scope) => Promise<Result<Uint8Array<ArrayBuffer>>>;
  readonly stop: () => Promise<void>;
}

/** Acts that a signature stands behind are made by main alone, after the token signed and the file was read again. */
const actsOfMain: ReadonlySet<string> = new Set([
  'cmd.recordSignature',
  'cmd.recordSeal',
  'cmd.recordCopySignature',
  'cmd.recordAppendixSignature',
  // Main alone gives numbers and speaks for the book that it keeps.
  'cmd.allocateNumber',
  'cmd.takeNumber',
  'cmd.confirmLease',
  'cmd.releaseLease',
]);
const isActOfMain = ({ kind }: { readonly kind: string }): boolean => actsOfMain.has(kind);

/** What came for one person is not stored for another who signed in while the disk was written (§3.1). */
async function inSameDatabase(
  projection: EngineProjection,
  before: Promise<unknown>,
  store: () => Promise<Result<void>>,
): Promise<Result<void>> {
  const cursors = projection.cursors();
  await before;
  return projection.cursors() === cursors ? store() : err({ code: 'projection.not-ready' });
}

/** Every page passes the signing desk first: what the projection holds, main has seen. */
const throughDesk = (desk: SigningDesk, projection: EngineProjection): EngineProjection => ({
  ...projection,
  storePage: (page, marks) =>
    inSameDatabase(projection, desk.take(page), () => projection.storePage(page, marks)),
  storeRepair: (repair, marks, seq) =>
    inSameDatabase(projection, desk.repair(repair), () =>
      projection.storeRepair(repair, marks, seq),
    ),
  purge: async (scopes) => {
    await desk.forget(scopes);
    return projection.purge(scopes);
  },
});

interface WithKeysDeps {
  readonly scopeKeys: ScopeKeys;
  readonly removePurgedFiles: () => Promise<void>;
}

/** The key of a withdrawn scope goes before its rows, its files after them (§7.3). */
const withKeys = (
  { scopeKeys, removePurgedFiles }: WithKeysDeps,
  projection: EngineProjection,
): EngineProjection => ({
  ...projection,
  storePage: (page, marks) =>
    inSameDatabase(projection, scopeKeys.take(page), () => projection.storePage(page, marks)),
  storeRepair: (repair, marks, seq) =>
    inSameDatabase(projection, scopeKeys.take(repair), () =>
      projection.storeRepair(repair, marks, seq),
    ),
  purge: async (scopes) => {
    // Who lost the office has nothing left to see, also of dossiers that the server has never confirmed.
    const all = scopes.every(isRestricted)
      ? scopes
      : [...new Set([...scopes, ...scopeKeys.scopes()])];
    await scopeKeys.destroy(all);
    const purged = await projection.purge(all);
    if (purged.ok) await removePurgedFiles();
    return purged;
  },
});

/** The chain of a new incarnation and its first ticket are durable before the device speaks (§3.1). */
const startIncarnation = (journal: Journal, start: IncarnationStart): Promise<Result<void>> =>
  journal.append(() => [
    { t: 'chain', dev: start.deviceId, inc: start.inc, n: 0, hash: CHAIN_START },
    {
      t: 'contact',
      ticket: start.ticket,
      timeline: start.timeline,
      serverTime: start.serverTime,
      wall: systemClock.nowMs(),
    },
  ]);
