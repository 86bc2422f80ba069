import { silentLog } from './silent-log';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Channel, EventName } from '@shared/ipc/channels';
import type { Input, Output } from '@shared/ipc/contract';
import type { Result } from '@shared/kernel/result';
import { compose } from '../../src/main/compose';
import type { HubPlace } from '../../src/main/features/hub-host/hub-host';
import type { TokenPort } from '../../src/main/features/signing/token-port';
import type { Log } from '../../src/main/platform/log';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const noToken: TokenPort = {
  list: () => Promise.resolve({ certificates: [], tokens: [], modules: [], troubles: [] }),
  openSession: () => Promise.reject(new Error('no token is asked for')),
  stop: () => Promise.resolve(),
};

const noHub = (folder: string): HubPlace => ({
  folder: join(folder, 'hub'),
  configFolder: join(folder, 'config'),
  platform: process.platform,
  port: 1,
  program: ['/nonexistent'],
  postgres: undefined,
});

export interface ProgramOptions {
  readonly folder: string;
  readonly anchorFolders?: readonly string[];
  /** What a person chooses when asked for a folder with backups. */
  readonly backupFolder?: string;
  /** What a person chooses when asked for a trust package. */
  readonly trustPackage?: string;
  readonly trustKey?: string;
  readonly announce?: (event: EventName) => void;
  readonly token?: TokenPort;
  readonly log?: Log;
  /** Bundled (`worker-bundle.ts`). */
  readonly padesWorker?: string;
  readonly textWorker?: string;
  /** Whose signatures a demonstration trusts. */
  readonly demoTrustFolder?: string;
  /** The hub that this PC may become. */
  readonly hubPlace?: HubPlace;
  /** Where a person writes a hub's work to and reads it from. */
  readonly hubWorkPath?: string;
  /** Where a person writes bundles to and reads them from. */
  readonly bundlePath?: string;
  /** Pause between rounds; an hour, so that a test asks for them. */
  readonly syncIdleMs?: number;
  /** Who calls what stops the program in the end; the runner of tests by default. */
  readonly atEnd?: (stop: () => Promise<void>) => void;
}

/** How a program of `folder` keeps its keys here. */
export const keyringOf = (folder: string) => ({
  folder,
  system: {
    isAvailable: () => true,
    encrypt: (text: string) => Buffer.from(text),
    decrypt: (bytes: Uint8Array) => Buffer.from(bytes).toString(),
  },
  machineId: 'máy thử',
});

/** The program behind the window in plain Node, with the handlers that the page calls; a second start finds its folder. */
export async function startProgram({
  folder,
  anchorFolders = [],
  backupFolder,
  trustPackage,
  trustKey,
  announce = () => undefined,
  token = noToken,
  log = silentLog,
  padesWorker = join(folder, 'none.js'),
  textWorker = join(folder, 'none.js'),
  demoTrustFolder,
  bundlePath,
  syncIdleMs = 3_600_000,
  atEnd = onTestFinished,
  hubPlace = noHub(folder),
  hubWorkPath,
}: ProgramOptions) {
  const windowCalls: string[] = [];
  const { system, machineId } = keyringOf(folder);
  const composition = await compose({
    dataFolder: folder,
    system,
    machineId,
    settings: {
      syncIdleMs,
      pkcs11Modules: [],
      tokenLimitMs: undefined,
      demoTrustFolder,
      isDemo: false,
      trustKey,
      timestampAddress: undefined,
      anchorFolders,
      hubFolder: hubPlace.folder,
      hubPort: hubPlace.port,
      configFolder: hubPlace.configFolder,
    },
    hubPlace,
    chooseHubWork: {
      toSave: () => Promise.resolve(hubWorkPath),
      toOpen: () => Promise.resolve(hubWorkPath),
    },
    version: '0',
    runtime: 'test',
    announce,
    readyToClose: () => undefined,
    stayOpen: () => undefined,
    textWorker,
    padesWorker,
    resources: at('resources'),
    token,
    signingWindow: {
      show: () => void windowCalls.push('show'),
      close: () => void windowCalls.push('close'),
      announce: () => undefined,
    },
    comparePages: () => Promise.resolve({ changes: [], covering: [], stoppedBy: null }),
    fetchPublic: () => Promise.resolve(undefined),
    chooseBundle: {
      toSave: () => Promise.resolve(bundlePath),
      toOpen: () => Promise.resolve(bundlePath),
    },
    chooseWorkFile: {
      toSave: () => Promise.resolve(undefined),
      toOpen: () => Promise.resolve(undefined),
      folder: () => Promise.resolve(backupFolder),
    },
    softwareKeys: {
      importKey: () => Promise.reject(new Error('no key is imported')),
      changePin: () => Promise.reject(new Error('no PIN is changed')),
      remove: () => Promise.resolve(),
    },
    chooseKeyFile: () => Promise.resolve(undefined),
    chooseTrustPackage: () => Promise.resolve(trustPackage),
    saveCopy: () => Promise.resolve(false),
    log,
  });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    await composition.stop();
  };
  atEnd(stop);
  const ask = async <C extends Channel>(channel: C, input: Input<C>): Promise<Output<C>> => {
    const answer = (await composition.handlers[channel](input)) as Result<Output<C>>;
    if (!answer.ok) throw new Error(`${channel}: ${answer.error.code}`);
    return answer.value;
  };
  return {
    ...composition,
    windowCalls,
    stop,
    /** A call of the page that must succeed. */
    ask,
    /** Rounds until the status is as wanted. */
    until: async (
      isWanted: (status: Output<'sync.status'>) => boolean,
      patienceMs = 30_000,
    ): Promise<void> => {
      const end = performance.now() + patienceMs;
      for (;;) {
        const status = await ask('sync.status', undefined);
        if (isWanted(status)) return;
        if (performance.now() > end) throw new Error(JSON.stringify(status));
        await ask('sync.now', undefined);
        await sleep(50);
      }
    },
  };
}

export type Program = Awaited<ReturnType<typeof startProgram>>;
