import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, powerMonitor, protocol, safeStorage } from 'electron';
import type { EventName } from '@shared/ipc/channels';
import { compose, type Composition } from './compose';
import type { ChooseFile } from './features/backup/backup-handlers';
import type { HubPlace } from './features/hub-host/hub-host';
import type { ChooseHubWork } from './features/hub-host/hub-host-handlers';
import type { ChooseBundle } from './features/relay/bundle-handlers';
import { createLoginFailures } from './features/signing/login-failures';
import { createPkcs11Token } from './features/signing/pkcs11-token';
import { createSoftwareKeys, softwareModule } from './features/signing/software-keys';
import type { TokenLimits } from './features/signing/token-limits';
import { findTokenModules } from './features/signing/token-modules';
import { registerHandlers } from './ipc/register-handlers';
import { createAppProtocol } from './platform/app-protocol';
import { createComparisonWindow } from './platform/comparison-window';
import { fetchPublic } from './platform/fetch-public';
import { claimFolder } from './platform/folder-claim';
import { createFileLog } from './platform/log';
import type { SystemKeyring } from './platform/keyring';
import { readSettings, type Settings } from './platform/settings';
import { createSigningWindow } from './platform/signing-window';
import { readMachineId, systemTimers } from './platform/system';
import { startTokenUtility } from './platform/utility-token-process';
import { createMainWindow, guardSession } from './platform/window';

/** Electron's keyring; `basic_text` on Linux keeps keys in the open and counts as none (architecture.md §9). */
const systemKeyring: SystemKeyring = {
  isAvailable: () =>
    safeStorage.isEncryptionAvailable() &&
    (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'),
  encrypt: (text) => safeStorage.encryptString(text),
  decrypt: (bytes) => safeStorage.decryptString(Buffer.from(bytes)),
};

/** How long a window that was asked to close may go on saving. */
const CLOSING_TIMEOUT_MS = 3000;

// The same program is the hub of the office (sync §20): without a window, beside the workstation, until a signal ends it.
if (process.argv.includes('--relay')) {
  // A signal would quit Electron before the hub has closed its database; it ends the process itself.
  app.on('before-quit', (event) => event.preventDefault());
  void import(new URL('hub-worker.js', import.meta.url).href).catch(cannotStart);
} else if (app.requestSingleInstanceLock()) {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'app',
      privileges: {
        standard: true,
        secure: true,
        supportFetchAPI: true,
        stream: true,
        codeCache: true,
      },
    },
  ]);
  void app.whenReady().then(start).catch(cannotStart);
} else {
  app.quit();
}

async function start(): Promise<void> {
  const dataFolder = app.getPath('userData');
  const log = createFileLog(join(dataFolder, 'logs'));
  process.on('uncaughtException', (cause) => log.error('uncaught', { cause }));
  process.on('unhandledRejection', (cause) => log.error('unhandled rejection', { cause }));
  const claim = await claimFolder(dataFolder);
  if (!claim) {
    dialog.showErrorBox(
      'Trạm Công Vụ',
      'Dữ liệu trên máy này đang được một chương trình Trạm Công Vụ khác sử dụng. Hãy đóng chương trình đó rồi mở lại.',
    );
    app.exit(3);
    return;
  }

  let window: BrowserWindow | undefined;
  let closing: NodeJS.Timeout | undefined;
  const announce = (event: EventName): void => {
    if (window && !window.isDestroyed()) window.webContents.send(event);
  };
  const settings = readSettings(process.env);
  const signingWindow = createSigningWindow(
    join(import.meta.dirname, '../preload/signing.js'),
    () => composition.signingClosed(),
  );
  const pageComparer = createComparisonWindow(
    { log },
    join(import.meta.dirname, '../preload/comparison.js'),
  );
  const modules = await findTokenModules({
    configured: settings.pkcs11Modules,
    platform: process.platform,
    arch: process.arch,
    systemRoot: process.env['SystemRoot'],
  });
  const software = softwareModule(dataFolder);
  const startVendor = startTokenUtility(join(import.meta.dirname, 'token-worker.js'));
  const startSoftware = startTokenUtility(join(import.meta.dirname, 'software-key-worker.js'));
  const composition: Composition = await compose({
    log,
    dataFolder,
    system: systemKeyring,
    machineId: await readMachineId(),
    version: app.getVersion(),
    // Electron's V8 carries its mark; the stand-in's is Node's own.
    runtime: process.versions.v8.includes('electron') ? 'electron' : 'stand-in',
    announce,
    settings,
    readyToClose: () => window?.destroy(),
    stayOpen: () => clearTimeout(closing),
    textWorker: join(import.meta.dirname, 'text-worker.js'),
    padesWorker: join(import.meta.dirname, 'pades-worker.js'),
    resources: join(import.meta.dirname, '../../resources'),
    token: createPkcs11Token({
      log,
      modules: { ...modules, usable: [...modules.usable, software] },
      start: (module) => (module.id === software.id ? startSoftware : startVendor)(module),
      timers: systemTimers,
      failures: createLoginFailures(),
      limits: limitsOf(settings),
    }),
    softwareKeys: createSoftwareKeys({
      module: software,
      start: startSoftware,
      timers: systemTimers,
      limits: limitsOf(settings),
    }),
    chooseKeyFile,
    signingWindow,
    comparePages: pageComparer.compare,
    fetchPublic,
    chooseWorkFile,
    chooseBundle,
    chooseHubWork,
    hubPlace: hubPlace(settings),
    chooseTrustPackage,
    saveCopy: (name, bytes) => saveCopy(name, bytes),
  });
  // K-11: nobody is in front of the machine any more.
  powerMonitor.on('suspend', composition.leaveSigning);
  powerMonitor.on('lock-screen', composition.leaveSigning);
  guardSession();
  protocol.handle(
    'app',
    createAppProtocol(join(import.meta.dirname, '../renderer'), composition.content),
  );
  const unregister = [
    registerHandlers('index.html', composition.handlers),
    registerHandlers('signing.html', composition.signingHandlers),
  ];
  const openWindow = (): void => {
    const opened = createMainWindow(join(import.meta.dirname, '../preload/index.js'));
    window = opened;
    // The page keeps the last typed letter, then asks to go; one that is stuck goes after a moment.
    opened.on('close', (event) => {
      event.preventDefault();
      announce('app.closing');
      closing = setTimeout(() => {
        if (!opened.isDestroyed()) opened.destroy();
      }, CLOSING_TIMEOUT_MS);
    });
    opened.on('minimize', () => composition.setVisible(false));
    opened.on('restore', () => composition.setVisible(true));
    // Nothing is left to sign for once the program's window is gone.
    opened.once('closed', () => {
      signingWindow.close();
      pageComparer.stop();
    });
  };
  openWindow();

  app.on('second-instance', () => {
    if (!window || window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow();
  });
  app.on('window-all-closed', () => app.quit());
  let isStopping = false;
  let isStopped = false;
  app.on('before-quit', (event) => {
    if (isStopped) return;
    event.preventDefault();
    // The last window that goes asks to quit again.
    if (window && !window.isDestroyed()) return window.close();
    if (isStopping) return;
    isStopping = true;
    void Promise.race([composition.stop(), afterMs(STOPPING_TIMEOUT_MS)]).finally(() => {
      for (const end of unregister) end();
      claim.release();
      isStopped = true;
      app.quit();
    });
  });
}

/** What a transfer on a bad line may keep the next start waiting; what is saved is flushed long before. */
const STOPPING_TIMEOUT_MS = 8000;
const afterMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An invisible process that holds the lock would refuse every later start. */
function cannotStart(cause: unknown): void {
  dialog.showErrorBox(
    'Trạm Công Vụ',
    `Phần mềm không khởi động được. Dữ liệu đã lưu vẫn còn nguyên. Hãy khởi động lại máy rồi mở lại; nếu vẫn lỗi, gọi bộ phận hỗ trợ và đọc dòng này: ${cause instanceof Error ? cause.name : 'HT-001'}`,
  );
  app.exit(4);
}

/** Limits of one call of a driver as the machine's settings change them. */
const limitsOf = ({ tokenLimitMs }: Settings): Partial<TokenLimits> =>
  tokenLimitMs === undefined ? {} : { login: tokenLimitMs, sign: tokenLimitMs };

const workFiles = [{ name: 'Việc chưa gửi của Trạm Công Vụ', extensions: ['tcv'] }];

const chooseWorkFile: ChooseFile = {
  toSave: async (name) => {
    const title = 'Chọn USB để ghi việc chưa gửi';
    const chosen = await dialog.showSaveDialog({ title, defaultPath: name, filters: workFiles });
    return chosen.canceled ? undefined : chosen.filePath;
  },
  toOpen: async () => {
    const title = 'Chọn tệp việc chưa gửi';
    const chosen = await dialog.showOpenDialog({
      title,
      properties: ['openFile'],
      filters: workFiles,
    });
    return chosen.canceled ? undefined : chosen.filePaths[0];
  },
  folder: async () => {
    const title = 'Chọn USB hoặc thư mục sao lưu';
    const chosen = await dialog.showOpenDialog({
      title,
      properties: ['openDirectory', 'createDirectory'],
    });
    return chosen.canceled ? undefined : chosen.filePaths[0];
  },
};

const bundleFiles = [{ name: 'Gói chuyển tay của Trạm Công Vụ', extensions: ['tcvgoi'] }];

const chooseBundle: ChooseBundle = {
  toSave: async (name) => {
    const title = 'Chọn USB hoặc thư mục dùng chung để ghi gói';
    const chosen = await dialog.showSaveDialog({ title, defaultPath: name, filters: bundleFiles });
    return chosen.canceled ? undefined : chosen.filePath;
  },
  toOpen: async () => {
    const title = 'Chọn gói chuyển tay';
    const chosen = await dialog.showOpenDialog({
      title,
      properties: ['openFile'],
      filters: bundleFiles,
    });
    return chosen.canceled ? undefined : chosen.filePaths[0];
  },
};

const hubWorkFiles = [{ name: 'Việc của trạm', extensions: ['tcvtram'] }];

const chooseHubWork: ChooseHubWork = {
  toSave: async (name) => {
    const title = 'Chọn USB để ghi việc của trạm';
    const chosen = await dialog.showSaveDialog({ title, defaultPath: name, filters: hubWorkFiles });
    return chosen.canceled ? undefined : chosen.filePath;
  },
  toOpen: async () => {
    const title = 'Chọn tệp việc của trạm cũ';
    const chosen = await dialog.showOpenDialog({
      title,
      properties: ['openFile'],
      filters: hubWorkFiles,
    });
    return chosen.canceled ? undefined : chosen.filePaths[0];
  },
};

/** No page is shown, so there is nothing for a sandbox to hold, nor a screen to be found at the start of the PC. */
const HUB_SWITCHES = ['--ozone-platform=headless', '--no-sandbox', '--disable-gpu'] as const;

/** The hub's program is this one again. */
function hubPlace({ hubFolder: folder, hubPort: port, configFolder }: Settings): HubPlace {
  const itself = app.isPackaged ? [] : [app.getAppPath()];
  const program: HubPlace['program'] = [process.execPath, ...itself, ...HUB_SWITCHES];
  const postgres = app.isPackaged ? join(process.resourcesPath, 'postgres') : undefined;
  return { folder, port, configFolder, platform: process.platform, program, postgres };
}

async function chooseTrustPackage(): Promise<string | undefined> {
  const chosen = await dialog.showOpenDialog({
    title: 'Chọn gói tin cậy',
    properties: ['openFile'],
    filters: [{ name: 'Gói tin cậy của Trạm Công Vụ', extensions: ['tcvtrust'] }],
  });
  return chosen.canceled ? undefined : chosen.filePaths[0];
}

async function chooseKeyFile(): Promise<string | undefined> {
  const chosen = await dialog.showOpenDialog({
    title: 'Chọn tệp khóa phần mềm',
    properties: ['openFile'],
    filters: [{ name: 'Khóa phần mềm (.p12, .pfx)', extensions: ['p12', 'pfx'] }],
  });
  return chosen.canceled ? undefined : chosen.filePaths[0];
}

/** The user chooses the place; the page never names one. */
async function saveCopy(name: string, bytes: Uint8Array): Promise<boolean> {
  const chosen = await dialog.showSaveDialog({
    title: 'Lưu một bản của tệp',
    defaultPath: join(app.getPath('documents'), name.replace(/[\\/:*?"<>|]/g, '-')),
  });
  if (chosen.canceled || !chosen.filePath) return false;
  await writeFile(chosen.filePath, bytes);
  return true;
}
