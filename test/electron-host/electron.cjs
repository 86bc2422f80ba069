'use strict';

// The `electron` module of the main process, put together, and the start of the browser behind it.

const fs = require('node:fs');
const path = require('node:path');

const { app, becomeReady } = require('./app.cjs');
const { Chromium, freeProfile } = require('./chromium.cjs');
const { MessageChannelMain, ipcMain, utilityProcess } = require('./ipc.cjs');
const { Menu, MenuItem } = require('./menu.cjs');
const { listen, net, protocol, session } = require('./protocol.cjs');
const { logs, state, version } = require('./state.cjs');
const { strict } = require('./strict.cjs');
const system = require('./system.cjs');
const { BrowserWindow, followPages, webContents } = require('./windows.cjs');

Object.defineProperty(process.versions, 'electron', { value: version.slice(1), enumerable: true });
process.type = 'browser';
process.defaultApp = process.env.ELECTRON_HOST_PACKAGED !== '1';
process.resourcesPath = path.join(__dirname, 'resources');

/** Switches of the command line that reach Chromium; the others are the app's. */
const passedOn = /^(remote-debugging-port|force-device-scale-factor|lang|js-flags)$/;

/** What keeps Chromium quiet and alone, and lets it find the server. */
function chromiumSwitches(port) {
  for (const arg of state.args) {
    const [, name, value] = /^--([^=]+)=?(.*)$/.exec(arg) ?? [];
    if (name && passedOn.test(name)) state.switches.set(name, value);
  }
  const disabled = [
    'LocalNetworkAccessChecks',
    'HttpsUpgrades',
    'HttpsFirstBalancedModeAutoEnable',
    'Translate',
    'MediaRouter',
    'OptimizationHints',
    'GlobalMediaControls',
    state.switches.get('disable-features'),
  ];
  const asked = [...state.switches].filter(([name]) => name !== 'disable-features');
  return [
    ...asked.map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`)),
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-extensions',
    '--disable-dev-shm-usage',
    '--password-store=basic',
    '--autoplay-policy=no-user-gesture-required',
    '--hide-crash-restore-bubble',
    '--keep-alive-for-test',
    '--test-type',
    `--disable-features=${disabled.filter(Boolean).join(',')}`,
    `--host-resolver-rules=MAP *.localhost 127.0.0.1:${port}`,
    ...(state.headless ? ['--headless=new'] : []),
  ];
}

/** With a display windows show on it, else nowhere; ELECTRON_HOST_HEADLESS=1 or 0 decides otherwise. */
function isHeadless() {
  const asked = process.env.ELECTRON_HOST_HEADLESS;
  return asked === undefined ? !process.env.DISPLAY : asked !== '0';
}

async function start() {
  const port = await listen();
  state.headless = isHeadless();
  const profile = path.join(app.getPath('sessionData'), 'chromium');
  fs.mkdirSync(profile, { recursive: true });
  await freeProfile(profile);
  const chromium = new Chromium({
    executable: process.env.ELECTRON_HOST_CHROMIUM ?? '/usr/bin/chromium',
    profile,
    switches: chromiumSwitches(port),
  });
  state.chromium = chromium;
  await followPages();
  chromium.once('exit', (code) => {
    if (state.quitting) return;
    console.error(`Chromium ended with code ${code}`);
    process.exit(1);
  });
  const { product } = await chromium.send('Browser.getVersion');
  Object.defineProperty(process.versions, 'chrome', {
    value: product.split('/')[1],
    enumerable: true,
  });
  becomeReady();
}

/** Takes the app to run: its folder, its parsed package.json and the command line. */
function init({ root, manifest, args }) {
  state.root = root;
  state.name = manifest.productName ?? manifest.name ?? state.name;
  state.appVersion = manifest.version ?? state.appVersion;
  state.args = args;
  app.isPackaged = !process.defaultApp;
  const userData = args.find((arg) => arg.startsWith('--user-data-dir='));
  if (userData) app.setPath('userData', path.resolve(userData.slice('--user-data-dir='.length)));
  if (logs) console.error(`[electron-host] stand-in for Electron ${version}: ${root}`);
}

const { Notification, clipboard, crashReporter, dialog, nativeImage, nativeTheme } = system;
const { powerMonitor, safeStorage, screen, shell } = system;

module.exports = strict(
  {
    app,
    BrowserWindow: strict(BrowserWindow, 'BrowserWindow'),
    clipboard,
    crashReporter,
    dialog,
    ipcMain,
    Menu: strict(Menu, 'Menu'),
    MenuItem,
    MessageChannelMain,
    nativeImage,
    nativeTheme,
    net,
    Notification: strict(Notification, 'Notification'),
    powerMonitor,
    protocol,
    safeStorage,
    screen,
    session,
    shell,
    utilityProcess,
    webContents,
    /** For the bootstrap and for tests; no part of Electron. */
    __host: { init, start, record: state.record },
  },
  '',
);
