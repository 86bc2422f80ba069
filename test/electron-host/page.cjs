'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');

const { app } = require('./app.cjs');
const { decode, encode, split } = require('./codec.cjs');
const { deliverFromPage, ipcMain, portFromPage } = require('./ipc.cjs');
const { Menu } = require('./menu.cjs');
const { buildScripts } = require('./page-scripts.cjs');
const { firstAddress, fromHttp, toHttp } = require('./protocol.cjs');
const { fire, makeEvent, noteFailure } = require('./state.cjs');
const { MortalEmitter } = require('./strict.cjs');
const { nativeTheme } = require('./system.cjs');

const isolatedWorldName = 'Electron Isolated Context';

const withoutHash = (url) => url.split('#')[0];

/** The half of a web contents that speaks with Chromium's page; `web-contents.cjs` adds Electron's interface. */
class Page extends MortalEmitter {
  _window;
  /** Chromium's session for this page: undefined until a page is opened, then a promise. */
  _opening = undefined;
  _session = undefined;
  /** Id of the isolated world of the present document. */
  _world = undefined;
  _url = '';
  _title = '';
  _isLoading = false;
  _isCrashed = false;
  _hasFailed = false;
  _ownAddresses = new Set();
  _arrived = '';
  _windowOpenHandler = undefined;
  _isUnloadVetoed = false;

  constructor(window) {
    super('webContents');
    this._window = window;
  }

  async _load(url) {
    const target = toHttp(url);
    await this.session._checkPermissions(this, url);
    const isFirst = !this._opening;
    const first = firstAddress(target);
    this._ownAddresses = new Set([withoutHash(target), first]);
    if (isFirst && first !== 'about:blank') {
      const loaded = this._whenLoaded(url);
      this._opening = this._window._open(first);
      await Promise.all([this._opening, loaded]);
    } else {
      this._opening ??= this._window._open(first);
      await this._opening;
      await this._navigate(url, target);
    }
  }

  _reload() {
    this._ownAddresses.add(withoutHash(toHttp(this._url)));
    this._isCrashed = false;
    this._send('Page.reload').catch(noteFailure);
  }

  async _navigate(url, target) {
    const loaded = this._whenLoaded(url);
    loaded.catch(() => undefined);
    const { loaderId, errorText } = await this._send('Page.navigate', { url: target });
    // Another place of the same document, which loads nothing.
    if (!loaderId && !errorText) return;
    if (errorText === 'net::ERR_ABORTED') throw new Error(`ERR_ABORTED (-3) loading '${url}'`);
    await loaded;
  }

  _whenLoaded(url) {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.off('did-finish-load', onLoaded);
        this.off('did-fail-load', onFailed);
        this.off('destroyed', onDestroyed);
      };
      const onLoaded = () => {
        stop();
        resolve();
      };
      const onFailed = (_event, errno, code) => {
        stop();
        reject(
          Object.assign(new Error(`${code} (${errno}) loading '${url}'`), { code, errno, url }),
        );
      };
      const onDestroyed = () => onFailed(undefined, -2, 'ERR_FAILED');
      this.on('did-finish-load', onLoaded);
      this.on('did-fail-load', onFailed);
      this.on('destroyed', onDestroyed);
    });
  }

  /** A command to the page, which waits until there is one. */
  async _send(method, params) {
    const chromiumSession = await this._opening;
    if (!chromiumSession) throw new Error(`${method}: nothing was loaded yet`);
    return chromiumSession.send(method, params);
  }

  /** Puts the scripts in place and lets the page, held by the debugger, go on. */
  async _attach(chromiumSession) {
    this._session = chromiumSession;
    this._follow(chromiumSession);
    const scripts = this._buildScripts();
    const send = (method, params) => chromiumSession.send(method, params);
    await Promise.all([
      send('Page.enable'),
      send('Inspector.enable'),
      send('Runtime.enable'),
      send('Runtime.addBinding', { name: '__host', executionContextName: isolatedWorldName }),
      send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.main }),
      send('Page.addScriptToEvaluateOnNewDocument', {
        source: scripts.isolated,
        worldName: isolatedWorldName,
      }),
      this._watchRequests(),
      this._setColorScheme(nativeTheme.themeSource),
      send('Runtime.runIfWaitingForDebugger'),
    ]);
  }

  /** Each request that is watched takes a turn through the pipe: only documents, unless the app asked for all. */
  async _watchRequests() {
    const what = this.session._listeners.onBeforeRequest ? {} : { resourceType: 'Document' };
    const patterns = [{ urlPattern: '*', requestStage: 'Request', ...what }];
    await this._session?.send('Fetch.enable', { patterns });
  }

  _buildScripts() {
    const { preload, additionalArguments = [] } = this._window._webPreferences;
    let preloadSource;
    try {
      preloadSource = preload && fs.readFileSync(preload, 'utf8');
    } catch (cause) {
      console.error(`Unable to load preload script: ${preload}\n${cause.message}`);
    }
    const processMembers = {
      platform: process.platform,
      arch: process.arch,
      type: 'renderer',
      sandboxed: true,
      contextIsolated: true,
      versions: { ...process.versions },
      env: { NODE_ENV: process.env.NODE_ENV },
      argv: [process.argv[0], ...additionalArguments],
      isMainFrame: true,
    };
    return buildScripts({ secret: crypto.randomUUID(), processMembers, preloadSource });
  }

  /** Turns what Chromium tells into Electron's events. */
  _follow(chromiumSession) {
    const { targetId } = chromiumSession;
    const on = (name, listener) => chromiumSession.on(name, listener);
    on('Runtime.executionContextCreated', ({ context }) => {
      const isOurs = context.name === isolatedWorldName && context.auxData?.frameId === targetId;
      if (isOurs) this._world = context.uniqueId;
    });
    on('Runtime.executionContextsCleared', () => {
      this._world = undefined;
    });
    on('Runtime.bindingCalled', ({ payload }) => {
      this._arrived += payload.slice(1);
      if (payload[0] === '+') return;
      const text = this._arrived;
      this._arrived = '';
      this._receive(decode(text));
    });
    on('Runtime.consoleAPICalled', ({ type, args }) => this._tellConsole(type, args));
    on('Page.frameStartedLoading', ({ frameId }) => {
      if (frameId !== targetId) return;
      this._isLoading = true;
      fire(this, 'did-start-loading');
    });
    on('Page.frameNavigated', ({ frame }) => {
      if (!frame.parentId) this._navigated(frame);
    });
    on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      if (frameId !== targetId) return;
      this._url = fromHttp(url);
      fire(this, 'did-navigate-in-page', this._url, true);
    });
    on('Page.loadEventFired', () => {
      this._isLoading = false;
      if (!this._hasFailed) fire(this, 'did-finish-load');
      fire(this, 'did-stop-loading');
      if (!this._hasFailed) this._window._showFirst();
    });
    on('Inspector.targetCrashed', () => {
      this._isCrashed = true;
      const details = { reason: 'crashed', exitCode: 1 };
      fire(this, 'render-process-gone', details);
      fire(app, 'render-process-gone', this, details);
    });
    on('Page.javascriptDialogOpening', ({ type }) => {
      if (type !== 'beforeunload') return;
      const mayLeave = fire(this, 'will-prevent-unload').defaultPrevented;
      this._isUnloadVetoed = !mayLeave;
      this._send('Page.handleJavaScriptDialog', { accept: mayLeave }).catch(noteFailure);
    });
    // Only what gets past our own scripts, such as a form: the window itself is refused, the app is asked.
    on('Page.windowOpen', ({ url, windowName, windowFeatures = [] }) => {
      this._openRequested({ url, frameName: windowName, features: windowFeatures.join(',') });
    });
    on('Fetch.requestPaused', (paused) => {
      this._judgeRequest(paused, targetId).catch(noteFailure);
    });
  }

  _navigated({ url, urlFragment = '', unreachableUrl }) {
    this._hasFailed = Boolean(unreachableUrl);
    if (this._hasFailed) {
      fire(this, 'did-fail-load', -2, 'ERR_FAILED', fromHttp(unreachableUrl), true);
      return;
    }
    this._url = fromHttp(url + urlFragment);
    fire(this, 'did-navigate', this._url, 200, '');
  }

  _tellConsole(type, args) {
    const levels = { debug: 'debug', warning: 'warning', error: 'error' };
    const message = args.map((arg) => arg.value ?? arg.description ?? '').join(' ');
    const event = makeEvent({
      level: levels[type] ?? 'info',
      message,
      lineNumber: 0,
      sourceId: '',
    });
    this.emit('console-message', event);
  }

  async _judgeRequest(
    { requestId, request, resourceType, frameId, redirectedRequestId },
    mainFrameId,
  ) {
    const isMainFrame = frameId === mainFrameId;
    const url = fromHttp(request.url);
    const isRefused =
      resourceType === 'Document' &&
      this._refusesNavigation({ url, isMainFrame, redirectedRequestId });
    if (isRefused) {
      await this._send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
      return;
    }
    const type =
      resourceType === 'Document' ? (isMainFrame ? 'mainFrame' : 'subFrame') : resourceType;
    const details = { url, method: request.method, resourceType: type, webContents: this };
    const isCancelled = await this.session._isCancelled(details);
    if (isCancelled) {
      await this._send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
    } else {
      await this._send('Fetch.continueRequest', { requestId });
    }
  }

  /** The app is asked about every navigation but its own. */
  _refusesNavigation({ url, isMainFrame, redirectedRequestId }) {
    if (isMainFrame && this._ownAddresses.delete(withoutHash(toHttp(url)))) return false;
    const event = makeEvent({ url, isMainFrame, isSameDocument: false, frame: this.mainFrame });
    if (redirectedRequestId) {
      this.emit('will-redirect', event, url, false, isMainFrame);
      return event.defaultPrevented;
    }
    this.emit('will-frame-navigate', event);
    if (isMainFrame) this.emit('will-navigate', event, url);
    return event.defaultPrevented;
  }

  _receive(message) {
    if (this._dead) return;
    switch (message.op) {
      case 'invoke':
        this._answer(message).catch(noteFailure);
        return;
      case 'permission':
        this.session
          ._requestPermission(this, message.permission, message.details)
          .then(() => this._post({ op: 'reply', id: message.id, value: undefined }))
          .catch(noteFailure);
        return;
      case 'send': {
        const event = this._makeIpcEvent(message.ports);
        this.emit('ipc-message', event, message.channel, ...message.args);
        this.ipc.emit(message.channel, event, ...message.args);
        ipcMain.emit(message.channel, event, ...message.args);
        return;
      }
      case 'port':
        deliverFromPage(this, message.id, message.data);
        return;
      case 'open':
        this._openRequested(message);
        return;
      case 'close-window':
        this._window.close();
        return;
      case 'dom-ready':
        fire(this, 'dom-ready');
        return;
      case 'title':
        this._title = message.title;
        fire(this, 'page-title-updated', message.title, true);
        this._window._followTitle(message.title);
        return;
      case 'key': {
        const { key, control, shift, alt, meta } = message;
        fire(this, 'before-input-event', { type: 'keyDown', key, control, shift, alt, meta });
        Menu._press(message, this._window);
        return;
      }
      default:
        throw new Error(`Unknown message from the page: ${message.op}`);
    }
  }

  async _answer({ id, channel, args }) {
    const handler = this.ipc._handlers.get(channel) ?? ipcMain._handlers.get(channel);
    let reply;
    try {
      if (!handler) throw new Error(`No handler registered for '${channel}'`);
      const value = await handler(this._makeIpcEvent([]), ...args);
      reply = encode({ op: 'reply', id, value });
    } catch (cause) {
      if (handler) console.error(`Error occurred in handler for '${channel}':`, cause);
      const error = `Error invoking remote method '${channel}': ${String(cause)}`;
      reply = encode({ op: 'reply', id, error });
    }
    this._postText(reply);
  }

  _makeIpcEvent(portIds = []) {
    return makeEvent({
      type: 'frame',
      sender: this,
      senderFrame: this.mainFrame,
      frameId: this.mainFrame.routingId,
      processId: this.mainFrame.processId,
      ports: portIds.map((id) => portFromPage(this, id)),
      reply: (...args) => this.send(...args),
    });
  }

  _post(message) {
    this._postText(encode(message));
  }

  /**
   * All goes over the debugger's pipe, large messages in parts: a request to the local server would need the
   * page's policy to allow it. As in Electron, what is sent while there is no document is lost.
   */
  _postText(text) {
    if (this._dead || !this._world) return;
    const parts = split(text);
    parts.forEach((part, index) => {
      this._session
        .send('Runtime.callFunctionOn', {
          functionDeclaration:
            'function (part, isLast) { globalThis.__hostReceive?.(part, isLast) }',
          arguments: [{ value: part }, { value: index === parts.length - 1 }],
          uniqueContextId: this._world,
          silent: true,
        })
        .catch(noteFailure);
    });
  }

  /** The page asks for a window. It never gets a hold on it: an allowed one is made by us. */
  _openRequested({ url, frameName, features }) {
    const details = {
      url: fromHttp(url),
      frameName,
      features,
      disposition: features ? 'new-window' : 'foreground-tab',
      referrer: { url: '', policy: 'strict-origin-when-cross-origin' },
    };
    const answer = this._windowOpenHandler?.(details) ?? { action: 'allow' };
    if (answer.action !== 'allow') return;
    const child = new this._window.constructor(answer.overrideBrowserWindowOptions);
    child.loadURL(details.url);
    this.emit('did-create-window', child, details);
  }

  async _setColorScheme(source) {
    const features = [{ name: 'prefers-color-scheme', value: source === 'system' ? '' : source }];
    await this._session?.send('Emulation.setEmulatedMedia', { features });
  }
}

module.exports = { Page };
