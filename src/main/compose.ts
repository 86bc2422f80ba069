import { join } from 'node:path';
import type { Channel, EventName } from '@shared/ipc/channels';
import { contract, type SessionState } from '@shared/ipc/contract';
import type { SigningChannel } from '@shared/ipc/signing-channels';
import { FileHash } from '@shared/kernel/ids';
import { localDateAt } from '@shared/kernel/local-date';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import type { WipeOrder } from '@shared/protocol/session';
import { backupHandlers, type ChooseFile } from './features/backup/backup-handlers';
import type { FoundBackup } from './features/backup/find-backup';
import { createRestore } from './features/backup/restore';
import { restoreHandlers } from './features/backup/restore-handlers';
import { bundleHandlers, type ChooseBundle } from './features/relay/bundle-handlers';
import { devicesHandlers } from './features/devices/devices-handlers';
import { filesHandlers } from './features/files/files-handlers';
import { hubHostHandlers, type ChooseHubWork } from './features/hub-host/hub-host-handlers';
import type { HubPlace } from './features/hub-host/hub-host';
import { dealtWith } from './features/journal/append-operations';
import { listWorkItems } from './features/journal/work-items';
import { workbenchHandlers } from './features/journal/workbench-handlers';
import { relayHandlers } from './features/relay/relay-handlers';
import { scopesHandlers } from './features/scopes/scopes-handlers';
import { registersHandlers } from './features/registers/registers-handlers';
import { sessionHandlers } from './features/session/session-handlers';
import type { ComparePages } from './features/signing/compare-file';
import type { SigningWindow } from './features/signing/signing-deps';
import {
  signingHandlers,
  signingWindowHandlers,
  type SigningHandlersDeps,
} from './features/signing/signing-handlers';
import type { SoftwareKeyPort } from './features/signing/software-keys';
import type { TokenPort } from './features/signing/token-port';
import { trustHandlers } from './features/signing/trust-handlers';
import type { FetchPublic } from './features/signing/trust-store';
import { bind, type RawHandler } from './ipc/bind';
import { nodeFiles } from './platform/file-port';
import { openKeyring, unlockKeyring, type Keys, type SystemKeyring } from './platform/keyring';
import type { PageContent } from './platform/app-protocol';
import type { LogDep } from './platform/log';
import type { Settings } from './platform/settings';
import { systemClock } from './platform/system';
import { isWiped, KEPT_WORK, markWiped, removeData } from './features/wipe/remove-data';
import { lineByCode, ofHub } from './features/relay/hub-link';
import { restoreProfile } from './restore-profile';
import { openWorkstation, type Workstation } from './workstation';

export interface ComposeDeps extends LogDep {
  readonly dataFolder: string;
  readonly system: SystemKeyring;
  readonly machineId: string;
  readonly settings: Settings;
  readonly version: string;
  readonly runtime: string;
  readonly announce: (event: EventName) => void;
  /** The page has kept what was typed and the window may go. */
  readonly readyToClose: () => void;
  /** A person is asked about something unsaved: the window waits. */
  readonly stayOpen: () => void;
  readonly textWorker: string;
  readonly padesWorker: string;
  readonly resources: string;
  readonly token: TokenPort;
  readonly signingWindow: SigningWindow;
  readonly comparePages: ComparePages;
  readonly fetchPublic: FetchPublic;
  /** Where work that was not sent is written to and read from. */
  readonly chooseWorkFile: ChooseFile;
  /** Where a hand-over bundle is written to and read from. */
  readonly chooseBundle: ChooseBundle;
  /** Where a hub's work is written to and read from. */
  readonly chooseHubWork: ChooseHubWork;
  readonly hubPlace: HubPlace;
  readonly chooseTrustPackage: () => Promise<string | undefined>;
  readonly chooseKeyFile: () => Promise<string | undefined>;
  readonly softwareKeys: SoftwareKeyPort;
  readonly saveCopy: (name: string, bytes: Uint8Array) => Promise<boolean>;
}

export interface Composition {
  readonly handlers: Readonly<Record<Channel, RawHandler>>;
  /** Calls of the signing window, which has no others. */
  readonly signingHandlers: Readonly<Record<SigningChannel, RawHandler>>;
  /** The signing window was closed. */
  readonly signingClosed: () => void;
  /** The screen was locked or the machine sleeps: the window goes and the token is logged out (K-11). */
  readonly leaveSigning: () => void;
  /** Files as the page may read them now. */
  readonly content: PageContent;
  /** The window was hidden or is shown again. */
  readonly setVisible: (isVisible: boolean) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Builds the program behind the window. It needs no Electron: tests run it in plain Node with the same handlers.
 * Until the keyring is open, only the session calls answer.
 */
export async function compose(deps: ComposeDeps): Promise<Composition> {
  const { log, dataFolder, system, machineId } = deps;
  const keyringDeps = { folder: dataFolder, system, machineId };
  let workstation: Workstation | undefined;
  /** Why the workstation could not be opened although its keys are there. */
  let trouble: Failure | undefined;
  let passphraseChosen = false;
  /** Keys of the workstation that is open, or that could not be opened. */
  let openKeys: Keys | undefined;

  async function open(keys: Keys, repair = false): Promise<Result<void>> {
    openKeys = keys;
    const opened = await openWorkstation({
      ...deps,
      keys,
      repair,
      wiped: (order) => void obey(order),
    });
    if (!opened.ok) {
      trouble = opened.error;
      log.error('the workstation could not be opened', { code: opened.error.code });
      return opened;
    }
    workstation = opened.value;
    trouble = undefined;
    return ok(undefined);
  }

  /**
   * From the first step on nothing is saved here any more, or it would be promised and removed. Work that was never sent
   * is sealed for the province, and read back, before anything goes; a machine whose disk does not take it opens again and
   * is asked again at its next contact (§7.2).
   */
  async function obey(order: WipeOrder): Promise<void> {
    const at = workstation;
    if (!at) return;
    workstation = undefined;
    at.session.signOut();
    await at.stop();
    const isKept = await keepWork(at, order).catch((cause: unknown) => {
      log.error('this machine is to be emptied and its work cannot be kept', { cause });
      return false;
    });
    if (isKept) {
      openKeys = undefined;
      trouble = { code: 'device.wiped' };
      await empty();
    } else if (openKeys) await open(openKeys);
    deps.announce('session.changed');
  }

  /** Durable, with the mark by which everything else goes; false where the disk does not take it. */
  async function keepWork(at: Workstation, { orderedAt, keepKey }: WipeOrder): Promise<boolean> {
    const kept = await at.workTransfer.exportTo(join(dataFolder, KEPT_WORK), keepKey);
    if (!kept.ok && kept.error.code !== 'backup.nothing-pending') throw new Error(kept.error.code);
    await markWiped(dataFolder, orderedAt);
    return true;
  }

  async function empty(): Promise<void> {
    const left = await removeData(dataFolder);
    log.warn('this machine was emptied by order of the province', { left: left.length });
  }

  const isEmptied = await isWiped(dataFolder);
  if (isEmptied) {
    trouble = { code: 'device.wiped' };
    await empty();
  }
  const keyring = isEmptied
    ? ({ kind: 'needsPassphrase', chosen: false } as const)
    : await openKeyring(keyringDeps);
  if (keyring.kind === 'open') await open(keyring.keys);
  else passphraseChosen = keyring.chosen;

  async function describe(): Promise<SessionState> {
    const common = { keyringAvailable: system.isAvailable(), passphraseChosen };
    if (workstation) return { ...common, ...(await workstation.session.describe()) };
    return {
      ...common,
      phase: phaseOf(trouble),
      serverAddress: null,
      deviceName: null,
      office: null,
      knownUsers: [],
      current: null,
    };
  }

  /** Calls that need the open workstation. */
  const withWorkstation =
    <I, T>(work: (at: Workstation, input: I) => Promise<Result<T>> | Result<T>) =>
    async (input: I): Promise<Result<T>> =>
      workstation
        ? work(workstation, input)
        : err(trouble ?? { code: 'session.passphrase-needed' });

  async function unlock(passphrase: string): Promise<Result<void>> {
    if (workstation) return ok(undefined);
    if (trouble?.code === 'device.wiped') return err(trouble);
    if (keyring.kind === 'open') return err(trouble ?? { code: 'internal.unexpected' });
    const keys = await unlockKeyring(keyringDeps, passphrase);
    if (!keys.ok) return keys;
    passphraseChosen = true;
    const opened = await open(keys.value);
    if (opened.ok) deps.announce('session.changed');
    return opened;
  }

  /** What cannot be read of the journal stays in a file beside it; the rest goes on (§4.2). */
  async function repairJournal(): Promise<Result<void>> {
    if (!openKeys || trouble?.code !== 'journal.damaged') return ok(undefined);
    const opened = await open(openKeys, true);
    if (opened.ok) deps.announce('session.changed');
    return opened;
  }

  /** Into the closed profile, which then opens as the restored one; what failed on the way is done again from the start. */
  async function bringBack(found: FoundBackup): Promise<Result<void>> {
    const keys = openKeys;
    if (!workstation || !keys) return err(trouble ?? { code: 'session.passphrase-needed' });
    if (workstation.session.device()) return err({ code: 'backup.not-empty' });
    await workstation.stop();
    workstation = undefined;
    const restored = await restoreProfile({ log, dataFolder, keys }, found);
    const opened = await open(keys);
    return restored.ok ? opened : restored;
  }

  const signing: SigningHandlersDeps = {
    log,
    chooseKeyFile: deps.chooseKeyFile,
    at: () =>
      workstation?.session.person()
        ? ok(workstation.signing)
        : err(trouble ?? { code: 'session.not-signed-in' }),
  };
  const handlers: Readonly<Record<Channel, RawHandler>> = {
    'app.describe': bind(deps, contract['app.describe'], async () =>
      ok({
        version: deps.version,
        runtime: deps.runtime,
        dataFolder,
        today: localDateAt(systemClock.nowMs()),
        isDemo: deps.settings.isDemo,
      }),
    ),
    'app.readyToClose': bind(deps, contract['app.readyToClose'], async () => {
      deps.readyToClose();
      return ok(undefined);
    }),
    'app.stayOpen': bind(deps, contract['app.stayOpen'], async () => {
      deps.stayOpen();
      return ok(undefined);
    }),
    ...sessionHandlers({
      log,
      session: {
        describe,
        unlock,
        repairJournal,
        checkServer: (address) =>
          withWorkstation((at) => at.session.checkServer(address))(undefined),
        enrol: (request) => withWorkstation((at) => at.session.enrol(request))(undefined),
        signIn: (login, password) =>
          withWorkstation((at) => at.session.signIn(login, password))(undefined),
        signOut: () => workstation?.session.signOut(),
        enrolAgain: (login, password) =>
          withWorkstation((at) => at.session.enrolAgain(login, password))(undefined),
      },
    }),
    ...filesHandlers({
      log,
      saveCopy: deps.saveCopy,
      at: () =>
        workstation?.session.person()
          ? ok(workstation.files)
          : err(trouble ?? { code: 'session.not-signed-in' }),
    }),
    ...backupHandlers({
      log,
      choose: deps.chooseWorkFile,
      at: () =>
        workstation?.session.person()
          ? ok(workstation)
          : err(trouble ?? { code: 'session.not-signed-in' }),
    }),
    ...bundleHandlers({
      log,
      choose: deps.chooseBundle,
      at: () =>
        workstation?.session.person()
          ? ok(workstation.bundles)
          : err(trouble ?? { code: 'session.not-signed-in' }),
    }),
    ...restoreHandlers({
      log,
      describe,
      chooseFolder: deps.chooseWorkFile.folder,
      restore: createRestore({
        files: nodeFiles,
        openHub: lineByCode,
        inHubWords: ofHub,
        nowMs: systemClock.nowMs,
      }),
      bringBack,
    }),
    ...devicesHandlers({
      log,
      request: async (options) =>
        workstation ? workstation.request(options) : err({ code: 'session.not-signed-in' }),
    }),
    ...relayHandlers({
      log,
      at: () =>
        workstation?.session.person()
          ? ok(workstation)
          : err(trouble ?? { code: 'session.not-signed-in' }),
    }),
    ...hubHostHandlers({
      log,
      choose: deps.chooseHubWork,
      at: () => {
        const person = workstation?.session.person();
        return workstation && person
          ? ok({ host: workstation.hubHost, user: person.user })
          : err(trouble ?? { code: 'session.not-signed-in' });
      },
    }),
    ...scopesHandlers({
      log,
      keyOf: withWorkstation((at, scope) => at.scopeKey(scope)),
    }),
    ...signingHandlers(signing),
    ...registersHandlers({
      log,
      at: () =>
        workstation?.session.person()
          ? ok(workstation.registers)
          : err(trouble ?? { code: 'session.not-signed-in' }),
    }),
    ...workbenchHandlers({
      log,
      at: () => {
        const person = workstation?.session.person();
        return workstation && person
          ? ok({ journal: workstation.journal, userId: person.user.id })
          : err(trouble ?? { code: 'session.not-signed-in' });
      },
    }),
    ...trustHandlers({
      log,
      at: () => {
        const person = workstation?.session.person();
        return workstation && person
          ? ok({ packages: workstation.signing.packages, user: person.user })
          : err(trouble ?? { code: 'session.not-signed-in' });
      },
      choose: deps.chooseTrustPackage,
    }),
    'operations.append': bind(
      deps,
      contract['operations.append'],
      withWorkstation((at, { drafts, replaces }) => at.append(drafts, replaces)),
    ),
    'operations.list': bind(
      deps,
      contract['operations.list'],
      withWorkstation((at) => {
        const person = at.session.person();
        return person
          ? ok(listWorkItems(at.journal.state, person.user.id))
          : err({ code: 'session.not-signed-in' });
      }),
    ),
    'operations.dismiss': bind(
      deps,
      contract['operations.dismiss'],
      withWorkstation(async (at, { opId }) => {
        const person = at.session.person();
        const isPeers = at.peerWork().refused.some((one) => one.opId === opId);
        const own = person ? dealtWith(at.journal, person.user.id, [opId]) : [];
        const read = isPeers ? [{ t: 'dismissed', opId } as const] : own;
        if (read.length === 0) return err({ code: 'operation.target-missing' });
        const dismissed = await at.journal.append(() => read);
        deps.announce('sync.statusChanged');
        return dismissed.ok ? ok(undefined) : dismissed;
      }),
    ),
    'unreceived.list': bind(
      deps,
      contract['unreceived.list'],
      withWorkstation((at) => ok(at.unreceived.list())),
    ),
    'unreceived.compare': bind(
      deps,
      contract['unreceived.compare'],
      withWorkstation((at) => at.unreceived.compare()),
    ),
    'unreceived.sendAgain': bind(
      deps,
      contract['unreceived.sendAgain'],
      withWorkstation((at, { opId }) => at.unreceived.sendAgain(opId)),
    ),
    'projection.open': bind(
      deps,
      contract['projection.open'],
      withWorkstation(async (at, { cursors, dirty }) => {
        const opened = await at.openProjection(new Map(Object.entries(cursors)), dirty);
        if (opened.defects > 0) log.warn('rows without an operation', { rows: opened.defects });
        at.loop.nudge();
        return ok(opened);
      }),
    ),
    'projection.take': bind(
      deps,
      contract['projection.take'],
      withWorkstation((at) => ok(at.projection.take() ?? null)),
    ),
    'projection.acknowledge': bind(
      deps,
      contract['projection.acknowledge'],
      withWorkstation((at, answer) => {
        if (!answer.stored) log.warn('a batch was not stored', { batch: answer.batchId });
        at.projection.acknowledge(answer);
        return ok(undefined);
      }),
    ),
    'sync.status': bind(
      deps,
      contract['sync.status'],
      withWorkstation(async (at) => ok(await at.loop.status())),
    ),
    'sync.now': bind(
      deps,
      contract['sync.now'],
      withWorkstation((at) => {
        at.loop.nudge();
        at.relay.nudge();
        return ok(undefined);
      }),
    ),
  };
  const content: PageContent = {
    sizeOf: async (sha256) =>
      workstation?.session.person()
        ? workstation.files.store.sizeOf(FileHash.parse(sha256))
        : undefined,
    read: async (sha256, start, end) => {
      if (!workstation?.session.person()) return undefined;
      const bytes = await workstation.files.store.read(FileHash.parse(sha256), start, end);
      return bytes.ok ? bytes.value : undefined;
    },
  };
  return {
    handlers,
    signingHandlers: signingWindowHandlers(signing),
    signingClosed: () => workstation?.signing.closed(),
    leaveSigning: () => workstation?.signing.leave(),
    content,
    setVisible: (isVisible) => workstation?.loop.setVisible(isVisible),
    stop: async () => workstation?.stop(),
  };
}

const phaseOf = (trouble: Failure | undefined): SessionState['phase'] => {
  if (trouble?.code === 'device.wiped') return 'wiped';
  return trouble?.code === 'journal.damaged' ? 'journalDamaged' : 'needsPassphrase';
};
