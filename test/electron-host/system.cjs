'use strict';

// What lies around the windows. Nothing here touches the desktop: what a person would have seen is recorded.

const crypto = require('node:crypto');
const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');

const { app } = require('./app.cjs');
const { makeEvent, noteFailure, record, state } = require('./state.cjs');
const { StrictEmitter, strict } = require('./strict.cjs');

/** Beside its place, flushed, renamed: a kill in the middle leaves the old file or the new one. */
function writeWhole(file, data, mode = 0o600) {
  const beside = `${file}.${process.pid}.new`;
  const descriptor = fs.openSync(beside, 'w', mode);
  fs.writeSync(descriptor, data);
  fs.fsyncSync(descriptor);
  fs.closeSync(descriptor);
  fs.renameSync(beside, file);
}

// ---- safeStorage: like Chromium's, a mark of three letters tells which kind of key was used

/** Chromium's key without a keyring comes from this well-known word: it protects nothing, here as there. */
const plainKey = crypto.scryptSync('peanuts', 'saltysalt', 32);
const hasKeyring = () => process.env.ELECTRON_HOST_NO_KEYRING !== '1';

/** Stands for the keyring: a file in the profile, readable by its owner. */
function keyringKey() {
  const file = path.join(app.getPath('userData'), 'safe-storage.key');
  if (!fs.existsSync(file)) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    writeWhole(file, crypto.randomBytes(32));
  }
  return fs.readFileSync(file);
}

const safeStorage = strict(
  {
    isEncryptionAvailable: () => state.started,
    getSelectedStorageBackend() {
      if (!state.started) return 'unknown';
      return hasKeyring() ? 'gnome_libsecret' : 'basic_text';
    },
    setUsePlainTextEncryption() {},
    encryptString(text) {
      if (!state.started) {
        throw new Error(
          'Error while encrypting the text provided to safeStorage.encryptString. Encryption is not available.',
        );
      }
      const key = hasKeyring() ? keyringKey() : plainKey;
      const nonce = crypto.randomBytes(12);
      const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const mark = Buffer.from(hasKeyring() ? 'v11' : 'v10');
      return Buffer.concat([mark, nonce, cipher.getAuthTag(), body]);
    },
    decryptString(given) {
      const encrypted = Buffer.from(given);
      const mark = encrypted.subarray(0, 3).toString('latin1');
      const refuse = (reason) =>
        new Error(
          `Error while decrypting the ciphertext provided to safeStorage.decryptString. ${reason}`,
        );
      if (mark !== 'v10' && mark !== 'v11') {
        throw refuse('Ciphertext does not appear to be encrypted.');
      }
      if (mark === 'v11' && !hasKeyring()) throw refuse('The keyring is not available.');
      const key = mark === 'v11' ? keyringKey() : plainKey;
      const decipher = crypto.createDecipheriv('aes-256-gcm', key, encrypted.subarray(3, 15));
      decipher.setAuthTag(encrypted.subarray(15, 31));
      try {
        return Buffer.concat([decipher.update(encrypted.subarray(31)), decipher.final()]).toString(
          'utf8',
        );
      } catch {
        throw refuse('The key does not fit.');
      }
    },
    isAsyncEncryptionAvailable: async () => safeStorage.isEncryptionAvailable(),
    encryptStringAsync: async (text) => safeStorage.encryptString(text),
    decryptStringAsync: async (encrypted) => ({
      result: safeStorage.decryptString(encrypted),
      shouldReEncrypt: false,
    }),
  },
  'safeStorage',
);

// ---- dialogs: answered from a script, else cancelled

/** Takes the first answer out of the file named by ELECTRON_HOST_DIALOGS, which holds a JSON array. */
function takeScriptedAnswer() {
  const file = process.env.ELECTRON_HOST_DIALOGS;
  if (!file || !fs.existsSync(file)) return undefined;
  const answers = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (!Array.isArray(answers)) throw new Error(`${file} must hold a JSON array of dialog results`);
  if (answers.length === 0) return undefined;
  const [first, ...later] = answers;
  writeWhole(file, JSON.stringify(later));
  return first;
}

function answerDialog(method, args, cancelled) {
  // The window comes first, or not at all; no options are needed.
  const options = args.find((arg) => arg && !(arg instanceof EventEmitter)) ?? {};
  const answer = { ...cancelled(options), ...takeScriptedAnswer() };
  record('dialog', { method, options, answer });
  return answer;
}

const noFiles = () => ({ canceled: true, filePaths: [] });
const noFile = () => ({ canceled: true, filePath: '' });
const noChoice = ({ cancelId, buttons = [] }) => ({
  response:
    cancelId ??
    Math.max(
      0,
      buttons.findIndex((label) => /^(cancel|no)$/i.test(label)),
    ),
  checkboxChecked: false,
});

const dialog = strict(
  {
    showOpenDialog: async (...args) => answerDialog('showOpenDialog', args, noFiles),
    showSaveDialog: async (...args) => answerDialog('showSaveDialog', args, noFile),
    showMessageBox: async (...args) => answerDialog('showMessageBox', args, noChoice),
    showOpenDialogSync(...args) {
      const { canceled, filePaths } = answerDialog('showOpenDialogSync', args, noFiles);
      return canceled ? undefined : filePaths;
    },
    showSaveDialogSync: (...args) => answerDialog('showSaveDialogSync', args, noFile).filePath,
    showMessageBoxSync: (...args) => answerDialog('showMessageBoxSync', args, noChoice).response,
    showErrorBox: (title, content) => record('dialog', { method: 'showErrorBox', title, content }),
  },
  'dialog',
);

// ---- the rest

class Notification extends StrictEmitter {
  static isSupported() {
    return true;
  }

  constructor({ title = '', body = '', ...options } = {}) {
    super('Notification');
    Object.assign(this, options, { title, body });
  }

  show() {
    record('notification', { title: this.title, body: this.body });
    setImmediate(() => this.emit('show', makeEvent()));
  }

  close() {
    this.emit('close', makeEvent());
  }
}

/** An image is its PNG bytes. */
function makeImage(png) {
  const isEmpty = png.length < 24;
  const image = {
    isEmpty: () => isEmpty,
    getSize: () =>
      isEmpty
        ? { width: 0, height: 0 }
        : { width: png.readUInt32BE(16), height: png.readUInt32BE(20) },
    toPNG: () => png,
    toDataURL: () => `data:image/png;base64,${png.toString('base64')}`,
  };
  return strict(image, 'NativeImage');
}

const nativeImage = strict(
  {
    createEmpty: () => makeImage(Buffer.alloc(0)),
    createFromBuffer: (png) => makeImage(png),
    createFromPath: (file) =>
      makeImage(fs.existsSync(file) ? fs.readFileSync(file) : Buffer.alloc(0)),
  },
  'nativeImage',
);

/** Not the clipboard that pages see. */
let clipboardText = '';
const clipboard = strict(
  {
    readText: () => clipboardText,
    writeText(text) {
      clipboardText = text;
    },
    clear() {
      clipboardText = '';
    },
  },
  'clipboard',
);

const shell = strict(
  {
    openExternal: async (url) => record('openExternal', { url }),
    async openPath(file) {
      record('openPath', { path: file });
      return '';
    },
    showItemInFolder: (file) => record('showItemInFolder', { path: file }),
    beep() {},
  },
  'shell',
);

/** Tests emit its events: `powerMonitor.emit('suspend')`. */
class PowerMonitor extends StrictEmitter {
  onBatteryPower = false;

  constructor() {
    super('powerMonitor');
  }

  isOnBatteryPower() {
    return false;
  }

  getSystemIdleState() {
    return 'active';
  }

  getSystemIdleTime() {
    return 0;
  }
}

class NativeTheme extends StrictEmitter {
  _source = 'system';
  shouldUseHighContrastColors = false;
  shouldUseInvertedColorScheme = false;
  prefersReducedTransparency = false;
  inForcedColorsMode = false;

  constructor() {
    super('nativeTheme');
  }

  get shouldUseDarkColors() {
    return this._source === 'dark';
  }

  get themeSource() {
    return this._source;
  }

  set themeSource(source) {
    this._source = source;
    for (const window of state.windows.values()) {
      window.webContents._setColorScheme(source).catch(noteFailure);
    }
    this.emit('updated');
  }
}

class Screen extends StrictEmitter {
  _display = {
    id: 1,
    scaleFactor: 1,
    bounds: { x: 0, y: 0, width: 1920, height: 1080 },
    workArea: { x: 0, y: 0, width: 1920, height: 1080 },
    size: { width: 1920, height: 1080 },
    workAreaSize: { width: 1920, height: 1080 },
  };

  constructor() {
    super('screen');
  }

  getPrimaryDisplay() {
    return this._display;
  }

  getAllDisplays() {
    return [this._display];
  }

  getDisplayMatching() {
    return this._display;
  }

  getDisplayNearestPoint() {
    return this._display;
  }

  getCursorScreenPoint() {
    return { x: 0, y: 0 };
  }
}

const crashReporter = strict({ start() {}, addExtraParameter() {} }, 'crashReporter');

module.exports = {
  safeStorage,
  dialog,
  Notification,
  makeImage,
  nativeImage,
  clipboard,
  shell,
  powerMonitor: new PowerMonitor(),
  nativeTheme: new NativeTheme(),
  screen: new Screen(),
  crashReporter,
};
