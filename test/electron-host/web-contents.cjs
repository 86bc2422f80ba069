'use strict';

const { IpcMain } = require('./ipc.cjs');
const { Page } = require('./page.cjs');
const { session } = require('./protocol.cjs');
const { focusedWindow, noteFailure, record } = require('./state.cjs');
const { strict } = require('./strict.cjs');
const { makeImage } = require('./system.cjs');

/** Paper in inches, width first. */
const paperSizes = {
  A3: [11.7, 16.54],
  A4: [8.27, 11.7],
  A5: [5.83, 8.27],
  Letter: [8.5, 11],
  Legal: [8.5, 14],
};

class WebContents extends Page {
  _zoom = 1;

  constructor(window) {
    super(window);
    this.id = window.id;
    this.session = session.defaultSession;
    this.ipc = new IpcMain();
    this.mainFrame = makeFrame(this);
    this.navigationHistory = strict(
      { canGoBack: () => false, canGoForward: () => false, clear() {} },
      'webContents.navigationHistory',
    );
  }

  loadURL(url) {
    const loading = this._load(url);
    // As in Electron, a caller may ignore the outcome.
    loading.catch(() => undefined);
    return loading;
  }

  getURL() {
    return this._url;
  }

  getTitle() {
    return this._title;
  }

  getType() {
    return 'window';
  }

  isDestroyed() {
    return this._dead;
  }

  isLoading() {
    return this._isLoading;
  }

  isLoadingMainFrame() {
    return this._isLoading;
  }

  isCrashed() {
    return this._isCrashed;
  }

  isFocused() {
    return focusedWindow()?.id === this.id;
  }

  focus() {
    this._window.focus();
  }

  reload() {
    this._reload();
  }

  reloadIgnoringCache() {
    this.reload();
  }

  stop() {
    this._send('Page.stopLoading').catch(noteFailure);
  }

  close({ waitForBeforeUnload = false } = {}) {
    if (waitForBeforeUnload) this._window.close();
    else this._window.destroy();
  }

  send(channel, ...args) {
    if (typeof channel !== 'string') throw new TypeError('Missing required channel argument');
    this._post({ op: 'event', channel, args });
  }

  postMessage(channel, message, transfer = []) {
    const ports = transfer.map((port) => port._moveTo(this));
    this._post({ op: 'event', channel, args: [message], ports });
  }

  setWindowOpenHandler(handler) {
    this._windowOpenHandler = handler;
  }

  async executeJavaScript(expression, userGesture = false) {
    if (!this._url || this._isLoading) {
      await new Promise((resolve) => {
        this.once('did-stop-loading', resolve);
      });
    }
    const { result, exceptionDetails } = await this._send('Runtime.evaluate', {
      expression,
      userGesture,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  async printToPDF({ pageSize = 'Letter', margins = {}, ...options } = {}) {
    const [paperWidth, paperHeight] =
      typeof pageSize === 'object' ? [pageSize.width, pageSize.height] : paperSizes[pageSize];
    const none = margins.marginType === 'none' ? 0 : undefined;
    const { data } = await this._send('Page.printToPDF', {
      ...options,
      paperWidth,
      paperHeight,
      marginTop: none ?? margins.top,
      marginBottom: none ?? margins.bottom,
      marginLeft: none ?? margins.left,
      marginRight: none ?? margins.right,
    });
    return Buffer.from(data, 'base64');
  }

  /** No printer is driven. */
  print(options = {}, done = undefined) {
    record('print', { url: this._url, options });
    setImmediate(() => done?.(true, ''));
  }

  async getPrintersAsync() {
    return [];
  }

  async capturePage() {
    const { data } = await this._send('Page.captureScreenshot', { format: 'png' });
    return makeImage(Buffer.from(data, 'base64'));
  }

  setZoomFactor(factor) {
    this._zoom = factor;
    this.executeJavaScript(`document.documentElement.style.zoom = ${factor}`).catch(noteFailure);
  }

  getZoomFactor() {
    return this._zoom;
  }

  setZoomLevel(level) {
    this.setZoomFactor(1.2 ** level);
  }

  getZoomLevel() {
    return Math.log(this._zoom) / Math.log(1.2);
  }

  async setVisualZoomLevelLimits() {}
  setBackgroundThrottling() {}
  setIgnoreMenuShortcuts() {}
  openDevTools() {}
  closeDevTools() {}
  toggleDevTools() {}

  isDevToolsOpened() {
    return false;
  }

  forcefullyCrashRenderer() {
    this._send('Page.crash').catch(noteFailure);
  }
}

function makeFrame(webContents) {
  const frame = {
    get url() {
      return webContents._url;
    },
    get origin() {
      const [, origin] = /^(\w+:\/\/[^/?#]+)/.exec(webContents._url) ?? [];
      return origin ?? 'null';
    },
    get top() {
      return frame;
    },
    parent: null,
    frames: [],
    routingId: 1,
    processId: webContents.id,
    isDestroyed: () => webContents._dead,
    send: (channel, ...args) => webContents.send(channel, ...args),
    executeJavaScript: (code) => webContents.executeJavaScript(code),
  };
  return strict(frame, 'webContents.mainFrame');
}

module.exports = { WebContents };
