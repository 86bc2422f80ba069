'use strict';

const { app } = require('./app.cjs');
const { session, setups } = require('./protocol.cjs');
const { fire, focusedWindow, gate, makeEvent, noteFailure, state } = require('./state.cjs');
const { MortalEmitter, strict } = require('./strict.cjs');
const { WebContents } = require('./web-contents.cjs');

let lastId = 0;

/** What would need another Chromium than the one there is. Silence would let a test pass that proves nothing. */
const refusedPreferences = {
  nodeIntegration: (value) => value === true,
  contextIsolation: (value) => value === false,
  partition: (value) => value !== undefined,
  session: (value) => value !== undefined && value !== session.defaultSession,
  webviewTag: (value) => value === true,
};

class BrowserWindow extends MortalEmitter {
  static getAllWindows() {
    return [...state.windows.values()];
  }

  static getFocusedWindow() {
    return focusedWindow();
  }

  static fromWebContents(webContents) {
    return webContents?._window ?? null;
  }

  static fromId(id) {
    return state.windows.get(id) ?? null;
  }

  _targetId = undefined;
  _wasShown = false;
  _states = new Set();
  _closed = gate();

  constructor(options = {}) {
    super('BrowserWindow');
    if (!state.started) throw new Error('Cannot create BrowserWindow before app is ready');
    const { title, show = true, x = 0, y = 0, width = 800, height = 600 } = options;
    this._webPreferences = options.webPreferences ?? {};
    for (const [name, isRefused] of Object.entries(refusedPreferences)) {
      const value = this._webPreferences[name];
      if (isRefused(value)) {
        throw new Error(
          `webPreferences.${name} = ${String(value)} is not modelled by the stand-in`,
        );
      }
    }
    this.id = ++lastId;
    this._title = title ?? state.name;
    this._bounds = { x, y, width, height };
    this._isVisible = show;
    this._parent = options.parent ?? null;
    this._isModal = options.modal ?? false;
    this.webContents = new WebContents(this);
    state.windows.set(this.id, this);
    if (show) this._takeFocus();
    fire(app, 'web-contents-created', this.webContents);
    fire(app, 'browser-window-created', this);
  }

  loadURL(url) {
    return this.webContents.loadURL(url);
  }

  reload() {
    this.webContents.reload();
  }

  close() {
    this._close().catch(noteFailure);
  }

  destroy() {
    if (this._targetId) closeTarget(this._targetId);
    this._gone();
  }

  isDestroyed() {
    return this._dead;
  }

  show() {
    this.showInactive();
    this.focus();
  }

  showInactive() {
    if (this._isVisible) return;
    this._isVisible = true;
    this.emit('show');
  }

  hide() {
    if (!this._isVisible) return;
    this._isVisible = false;
    this.emit('hide');
  }

  isVisible() {
    return this._isVisible;
  }

  focus() {
    this._takeFocus();
    this.webContents._session?.send('Page.bringToFront').catch(noteFailure);
  }

  blur() {
    if (state.focusedId === this.id) giveFocus(undefined);
  }

  isFocused() {
    return state.focusedId === this.id;
  }

  moveTop() {
    this.focus();
  }

  setTitle(title) {
    this._title = title;
  }

  getTitle() {
    return this._title;
  }

  getBounds() {
    return { ...this._bounds };
  }

  getContentBounds() {
    return this.getBounds();
  }

  getNormalBounds() {
    return this.getBounds();
  }

  getSize() {
    return [this._bounds.width, this._bounds.height];
  }

  getContentSize() {
    return this.getSize();
  }

  getPosition() {
    return [this._bounds.x, this._bounds.y];
  }

  setBounds(bounds) {
    Object.assign(this._bounds, bounds);
    this._applyBounds();
    this.emit('resize');
  }

  setSize(width, height) {
    this.setBounds({ width, height });
  }

  setContentSize(width, height) {
    this.setBounds({ width, height });
  }

  setPosition(x, y) {
    this.setBounds({ x, y });
  }

  maximize() {
    this._setState('maximized', 'maximize');
  }

  unmaximize() {
    this._clearState('maximized', 'unmaximize');
  }

  isMaximized() {
    return this._states.has('maximized');
  }

  minimize() {
    this._setState('minimized', 'minimize');
  }

  restore() {
    this._clearState('minimized', 'restore');
  }

  isMinimized() {
    return this._states.has('minimized');
  }

  setFullScreen(isFull) {
    if (isFull) this._setState('fullscreen', 'enter-full-screen');
    else this._clearState('fullscreen', 'leave-full-screen');
  }

  isFullScreen() {
    return this._states.has('fullscreen');
  }

  capturePage() {
    return this.webContents.capturePage();
  }

  getParentWindow() {
    return this._parent;
  }

  setParentWindow(parent) {
    this._parent = parent;
  }

  getChildWindows() {
    return BrowserWindow.getAllWindows().filter((window) => window._parent === this);
  }

  isModal() {
    return this._isModal;
  }

  isEnabled() {
    return true;
  }

  setEnabled() {}
  center() {}
  flashFrame() {}
  removeMenu() {}
  setMenu() {}
  setMenuBarVisibility() {}
  setAutoHideMenuBar() {}
  setIcon() {}
  setBackgroundColor() {}
  setMinimumSize() {}
  setMaximumSize() {}
  setResizable() {}
  setAlwaysOnTop() {}
  setSkipTaskbar() {}
  setProgressBar() {}
  setContentProtection() {}

  // ---- below: not Electron's

  /** Called once, by the first load. Windows are made one after another, so that each finds its own page. */
  _open(url) {
    const opened = openingQueue.then(() => openPage(this, url));
    openingQueue = opened.catch(() => undefined);
    return opened;
  }

  /** Resolves with whether the window is gone; a listener of `close` or the page's own `beforeunload` may veto. */
  async _close() {
    if (this._dead) return true;
    if (fire(this, 'close').defaultPrevented) return false;
    if (!this.webContents._opening) {
      this._gone();
      return true;
    }
    const page = await this.webContents._opening;
    const { webContents } = this;
    webContents._isUnloadVetoed = false;
    page.send('Page.close').catch(noteFailure);
    const vetoed = new Promise((resolve) => {
      const look = setInterval(() => {
        if (!webContents._isUnloadVetoed && !this._dead) return;
        clearInterval(look);
        resolve();
      }, 20);
    });
    await Promise.race([this._closed.passed, vetoed]);
    return this._dead;
  }

  _gone() {
    if (this._dead) return;
    this._dead = true;
    this.webContents._dead = true;
    state.windows.delete(this.id);
    state.windowsByTarget.delete(this._targetId);
    if (state.focusedId === this.id) giveFocus([...state.windows.keys()].at(-1));
    this.webContents.emit('destroyed');
    this.emit('closed');
    this._closed.open();
    if (state.windows.size > 0 || state.quitting) return;
    if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed');
    else app.quit();
  }

  _showFirst() {
    if (this._wasShown) return;
    this._wasShown = true;
    this.emit('ready-to-show', makeEvent());
    if (this._isVisible) this.emit('show');
  }

  _followTitle(title) {
    if (!fire(this, 'page-title-updated', title, true).defaultPrevented) this._title = title;
  }

  _takeFocus() {
    if (state.focusedId !== this.id) giveFocus(this.id);
  }

  _setState(name, eventName) {
    this._states.add(name);
    this._apply({ windowState: name });
    this.emit(eventName);
  }

  _clearState(name, eventName) {
    this._states.delete(name);
    this._apply({ windowState: 'normal' });
    this.emit(eventName);
  }

  _applyBounds() {
    const { x: left, y: top, width, height } = this._bounds;
    this._apply({ left, top, width, height });
  }

  _apply(bounds) {
    setWindowBounds(this._targetId, bounds).catch(noteFailure);
  }
}

function giveFocus(id) {
  const before = focusedWindow();
  state.focusedId = id;
  if (before) {
    before.emit('blur');
    fire(app, 'browser-window-blur', before);
  }
  const now = focusedWindow();
  if (now) {
    now.emit('focus');
    fire(app, 'browser-window-focus', now);
  }
}

async function setWindowBounds(targetId, bounds) {
  if (!targetId) return;
  const { windowId } = await state.chromium.send('Browser.getWindowForTarget', { targetId });
  await state.chromium.send('Browser.setWindowBounds', { windowId, bounds });
}

const closeTarget = (targetId) => {
  state.chromium.send('Target.closeTarget', { targetId }).catch(noteFailure);
};

let openingQueue = Promise.resolve();
/** The window that waits for its page: `isItsPage(targetId)` and `take(session)`. */
let expected;

/** The page is made on its first address, held by the debugger, so that the preload comes first and no blank page shows. */
async function openPage(window, url) {
  if (window._dead) throw new Error('The window was closed before it opened');
  const setUp = gate();
  setups.add(setUp.passed);
  try {
    const page = await makePage(url, window._bounds);
    window._targetId = page.targetId;
    state.windowsByTarget.set(page.targetId, window);
    page.once('detached', () => window._gone());
    if (!state.headless) window._applyBounds();
    await window.webContents._attach(page);
    if (window._dead) closeTarget(page.targetId);
    return page;
  } finally {
    setups.delete(setUp.passed);
    setUp.open();
  }
}

async function makePage(url, { width, height }) {
  const taken = gate();
  let isItsPage = () => true;
  if (state.headless) {
    const params = { url, newWindow: true, width, height };
    const created = state.chromium.send('Target.createTarget', params);
    isItsPage = async (targetId) => (await created).targetId === targetId;
    expected = { isItsPage, take: taken.open };
    await created;
  } else {
    expected = { isItsPage, take: taken.open };
    state.chromium.openAppWindow(url, { width, height });
  }
  const page = await taken.passed;
  expected = undefined;
  return page;
}

async function attached({ sessionId, targetInfo: { targetId, openerId } }) {
  const page = state.chromium.openSession(sessionId, targetId);
  if (expected && !openerId && (await expected.isItsPage(targetId))) expected.take(page);
  else await refuse(page);
}

/**
 * Ends a window that the browser made by itself, for a form or a middle click; the app's handler learns of it
 * from `Page.windowOpen`.
 *
 * Closing a page that still waits for the debugger can hang its opener, so it goes on with all its requests
 * refused until it is closed.
 */
async function refuse(page) {
  page.on('Fetch.requestPaused', ({ requestId }) => {
    page.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(() => undefined);
  });
  await Promise.all([
    page.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
    page.send('Runtime.runIfWaitingForDebugger'),
  ]).catch(noteFailure);
  closeTarget(page.targetId);
}

const webContents = strict(
  {
    fromId: (id) => state.windows.get(id)?.webContents,
    fromDevToolsTargetId: (targetId) => state.windowsByTarget.get(targetId)?.webContents,
    getAllWebContents: () => BrowserWindow.getAllWindows().map((window) => window.webContents),
    getFocusedWebContents: () => focusedWindow()?.webContents ?? null,
  },
  'webContents',
);

/** Lets the windows follow a browser that has just started. */
async function followPages() {
  const { chromium } = state;
  chromium.on('Target.attachedToTarget', (event) => void attached(event).catch(noteFailure));
  chromium.on('Target.detachedFromTarget', ({ sessionId }) => chromium.closeSession(sessionId));
  chromium.on('Target.targetDestroyed', ({ targetId }) => {
    state.windowsByTarget.get(targetId)?._gone();
  });
  chromium.once('exit', () => {
    for (const window of Array.from(state.windows.values())) window._gone();
  });
  await chromium.send('Target.setDiscoverTargets', { discover: true });
  await chromium.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
    filter: [{ type: 'page', exclude: false }, { exclude: true }],
  });
}

module.exports = { BrowserWindow, webContents, followPages };
