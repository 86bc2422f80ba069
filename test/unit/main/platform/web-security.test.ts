import { expect, test } from 'vitest';
import {
  comparisonWindowOptions,
  contentPolicy,
  isPermissionGranted,
  signingWindowOptions,
  windowOptions,
} from '../../../../src/main/platform/web-security';

test.each([
  ['the main window', windowOptions],
  ['the signing window', signingWindowOptions],
  ['the window that draws pages', comparisonWindowOptions],
])('%s is isolated, sandboxed and without Node', (_name, options) => {
  expect(options('/p.js').webPreferences).toMatchObject({
    preload: '/p.js',
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    backgroundThrottling: false,
  });
});

test('the policy lets our own files in and nothing else', () => {
  const policy = new Map(
    contentPolicy('abc')
      .split('; ')
      .map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]),
  );

  expect(Object.fromEntries(policy)).toEqual({
    'default-src': "'none'",
    'script-src': "'self' 'wasm-unsafe-eval'",
    'style-src': "'self' 'nonce-abc'",
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'worker-src': "'self'",
    'frame-src': "'none'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
  });
});

test.each([
  ['persistent-storage', true],
  ['clipboard-sanitized-write', true],
  ['clipboard-read', false],
  ['media', false],
  ['geolocation', false],
  ['notifications', false],
  ['usb', false],
  ['openExternal', false],
])('permission %s is granted: %s', (permission, granted) => {
  expect(isPermissionGranted(permission)).toBe(granted);
});
