'use strict';

const os = require('node:os');
const path = require('node:path');

const { createSingleInstance } = require('./single-instance.cjs');
const { fire, gate, logs, noteFailure, record, state } = require('./state.cjs');
const { StrictEmitter, strict } = require('./strict.cjs');

const ready = gate();

/** A list of features given twice adds up, as it does in Chromium. */
function appendSwitch(name, value = '') {
  const earlier = state.switches.get(name);
  const addsUp = (name === 'disable-features' || name === 'enable-features') && earlier;
  state.switches.set(name, addsUp ? `${earlier},${value}` : String(value));
}

class App extends StrictEmitter {
  _paths = {};
  _singleInstance = createSingleInstance({
    getFolder: () => this.getPath('userData'),
    onSecond: ({ argv, cwd, data }) =>
      void ready.passed.then(() => fire(this, 'second-instance', argv, cwd, data)),
  });

  isPackaged = false;
  applicationMenu = null;
  userAgentFallback = '';
  accessibilitySupportEnabled = false;
  commandLine = strict(
    {
      appendSwitch,
      appendArgument() {},
      hasSwitch: (name) => state.switches.has(name),
      getSwitchValue: (name) => state.switches.get(name) ?? '',
      removeSwitch: (name) => void state.switches.delete(name),
    },
    'app.commandLine',
  );

  constructor() {
    super('app');
  }

  get name() {
    return state.name;
  }

  set name(name) {
    state.name = name;
  }

  getName() {
    return state.name;
  }

  setName(name) {
    state.name = name;
  }

  getVersion() {
    return state.appVersion;
  }

  getAppPath() {
    return state.root;
  }

  getLocale() {
    return state.switches.get('lang') ?? 'en-US';
  }

  getSystemLocale() {
    return this.getLocale();
  }

  getPreferredSystemLanguages() {
    return [this.getLocale()];
  }

  isReady() {
    return state.started;
  }

  whenReady() {
    return ready.passed;
  }

  getPath(name) {
    if (this._paths[name]) return this._paths[name];
    const inUserData = { sessionData: '', logs: 'logs', crashDumps: 'Crashpad' };
    if (name in inUserData) return path.join(this.getPath('userData'), inUserData[name]);
    const home = os.homedir();
    const appData = process.env.XDG_CONFIG_HOME ?? path.join(home, '.config');
    const known = {
      home,
      appData,
      userData: path.join(appData, state.name),
      temp: os.tmpdir(),
      exe: path.join(__dirname, 'electron'),
      desktop: path.join(home, 'Desktop'),
      documents: path.join(home, 'Documents'),
      downloads: path.join(home, 'Downloads'),
    };
    if (!(name in known)) throw new Error(`Failed to get '${name}' path`);
    return known[name];
  }

  setPath(name, value) {
    if (!path.isAbsolute(value)) throw new Error('Path must be absolute');
    this._paths[name] = value;
  }

  requestSingleInstanceLock(data) {
    return this._singleInstance.request(data);
  }

  hasSingleInstanceLock() {
    return this._singleInstance.has();
  }

  releaseSingleInstanceLock() {
    this._singleInstance.release();
  }

  relaunch(options) {
    record('relaunch', { options });
  }

  quit() {
    quit().catch(noteFailure);
  }

  exit(code = 0) {
    state.quitting = true;
    shutDown(code).catch(noteFailure);
  }

  focus() {}
  enableSandbox() {}
  disableHardwareAcceleration() {}
  setAppLogsPath() {}
  setAppUserModelId() {}
  setAboutPanelOptions() {}
  setAccessibilitySupportEnabled() {}
  setLoginItemSettings() {}
}

const app = new App();

/** Each step may be vetoed, and a veto leaves the app running. */
async function quit() {
  if (state.quitting) return;
  state.quitting = true;
  state.quitting = await mayQuit();
  if (state.quitting) await shutDown(0);
}

async function mayQuit() {
  if (fire(app, 'before-quit').defaultPrevented) return false;
  for (const window of Array.from(state.windows.values())) {
    if (!(await window._close())) return false;
  }
  return !fire(app, 'will-quit').defaultPrevented;
}

async function shutDown(code) {
  fire(app, 'quit', code);
  await state.chromium?.close();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => app.quit());
process.on('exit', () => {
  if (state.chromium && !state.chromium.gone) state.chromium.process.kill('SIGTERM');
});

function becomeReady() {
  state.started = true;
  ready.open();
  if (logs) console.error(`[electron-host] ready: ${state.name} ${state.appVersion}`);
  app.emit('ready', { defaultPrevented: false, preventDefault() {} }, {});
}

module.exports = { app, becomeReady };
