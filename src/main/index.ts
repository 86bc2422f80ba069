import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, protocol, safeStorage } from 'electron';
import type { EventName } from '@shared/ipc/channels';
import { compose } from './compose';
import { registerHandlers } from './ipc/register-handlers';
import { createAppProtocol } from './platform/app-protocol';
import { claimFolder } from './platform/folder-claim';
import { createFileLog } from './platform/log';
import type { SystemKeyring } from './platform/keyring';
import { readSettings } from './platform/settings';
import { readMachineId } from './platform/system';
import { createMainWindow, guardSession } from './platform/window';

/** Electron's keyring; `basic_text` on Linux keeps keys in the open and counts as none (architecture.md §9). */
const systemKeyring: SystemKeyring = {
  isAvailable: () =>
    safeStorage.isEncryptionAvailable() &&
    (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'),
  encrypt: (text) => safeStorage.encryptString(text),
  decrypt: (bytes) => safeStorage.decryptString(Buffer.from(bytes)),
};

if (app.requestSingleInstanceLock()) {
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
  void app.whenReady().then(start);
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
  const announce = (event: EventName): void => {
    if (window && !window.isDestroyed()) window.webContents.send(event);
  };
  const composition = await compose({
    log,
    dataFolder,
    system: systemKeyring,
    machineId: await readMachineId(),
    settings: readSettings(process.env),
    version: app.getVersion(),
    // Electron's V8 carries its mark; the stand-in's is Node's own.
    runtime: process.versions.v8.includes('electron') ? 'electron' : 'stand-in',
    announce,
    textWorker: join(import.meta.dirname, 'text-worker.js'),
    saveCopy: (name, bytes) => saveCopy(name, bytes),
  });
  guardSession();
  protocol.handle(
    'app',
    createAppProtocol(join(import.meta.dirname, '../renderer'), composition.content),
  );
  const unregister = registerHandlers(composition.handlers);
  const openWindow = (): void => {
    window = createMainWindow(join(import.meta.dirname, '../preload/index.js'));
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
  app.on('before-quit', (event) => {
    if (isStopping) return;
    event.preventDefault();
    isStopping = true;
    void composition.stop().finally(() => {
      unregister();
      claim.release();
      app.quit();
    });
  });
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
