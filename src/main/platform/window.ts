import { BrowserWindow, session, type BrowserWindowConstructorOptions } from 'electron';
import { APP_ORIGIN } from '../ipc/trusted-sender';
import { isPermissionGranted, windowOptions } from './web-security';

/** Refuses what no page of ours needs: other addresses, new windows, permissions not listed. */
export function guardSession(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(isPermissionGranted(permission)),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission) =>
    isPermissionGranted(permission),
  );
}

/** The main window: one, with our page and nothing else (architecture.md §9). */
export const createMainWindow = (preload: string): BrowserWindow =>
  openWindow(windowOptions(preload), 'index.html');

/** A window with one page of ours: it goes nowhere else and opens nothing. */
export function openWindow(
  options: BrowserWindowConstructorOptions,
  page: 'index.html' | 'signing.html',
): BrowserWindow {
  const window = new BrowserWindow(options);
  window.once('ready-to-show', () => window.show());
  closeIn(window, page);
  return window;
}

/** Loads a page of ours into a window that then goes nowhere else and opens nothing. */
export function closeIn(
  window: BrowserWindow,
  page: 'index.html' | 'signing.html' | 'comparison.html',
): void {
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.webContents.on('will-navigate', (event) => event.preventDefault());
  void window.loadURL(`${APP_ORIGIN}/${page}`);
}
