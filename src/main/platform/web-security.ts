import type { BrowserWindowConstructorOptions } from 'electron';

/** The one page policy (architecture.md §9). A nonce per load lets Mantine's style elements in and nothing else. */
export const contentPolicy = (nonce: string): string =>
  [
    `default-src 'none'`,
    `script-src 'self' 'wasm-unsafe-eval'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data: blob:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `worker-src 'self'`,
    `frame-src 'none'`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');

/** What a page may have without asking; everything else is refused. */
const grantedPermissions: ReadonlySet<string> = new Set([
  'persistent-storage',
  'clipboard-sanitized-write',
]);

export const isPermissionGranted = (permission: string): boolean =>
  grantedPermissions.has(permission);

/** Options of every window of ours, as data, so that a test can hold them (the stand-in ignores them). */
export const windowOptions = (preload: string): BrowserWindowConstructorOptions => ({
  width: 1366,
  height: 768,
  minWidth: 1024,
  minHeight: 576,
  show: false,
  autoHideMenuBar: true,
  backgroundColor: '#f8f9fa',
  webPreferences: {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    // The window owns the local database: it must go on storing while hidden (§14).
    backgroundThrottling: false,
  },
});

/** The window that draws pages to compare them is never shown. */
export const comparisonWindowOptions = (preload: string): BrowserWindowConstructorOptions => ({
  ...windowOptions(preload),
  skipTaskbar: true,
});

/** The signing window is as closed as the main one, and of a size at which a page can be read beside the PIN. */
export const signingWindowOptions = (preload: string): BrowserWindowConstructorOptions => ({
  ...windowOptions(preload),
  width: 1280,
  height: 740,
  title: 'Ký số – Trạm Công Vụ',
});
