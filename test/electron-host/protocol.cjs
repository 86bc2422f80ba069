'use strict';

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { Readable, pipeline } = require('node:stream');

const { app } = require('./app.cjs');
const { noteFailure, state } = require('./state.cjs');
const { StrictEmitter, strict } = require('./strict.cjs');

// Chromium knows no scheme of ours, so app://bundle/x is served as http://bundle.app.localhost/x by a server
// on this machine: a secure context whose origin stays the same from start to start.

const schemes = new Set();
const handlers = new Map();
/** Windows whose scripts are not yet in place. */
const setups = new Set();

function toHttp(url) {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url);
  if (!match || !schemes.has(match[1])) return url;
  return `http://${match[2]}.${match[1]}.localhost${match[3] || '/'}`;
}

function fromHttp(url) {
  const match = /^http:\/\/([^/?#]+)\.([a-z0-9+-]+)\.localhost([/?#].*)?$/.exec(url);
  if (!match || !schemes.has(match[2])) return url;
  return `${match[2]}://${match[1]}${match[3] ?? ''}`;
}

const doorHost = 'electron-host.localhost';

/**
 * Where a window's page is made. Ours are held back until its scripts are in place; another web server (of a
 * development build) is reached through a redirect that waits likewise; the rest is loaded in a second step.
 */
function firstAddress(httpUrl) {
  if (fromHttp(httpUrl) !== httpUrl) return httpUrl;
  if (/^https?:/.test(httpUrl)) return `http://${doorHost}/?to=${encodeURIComponent(httpUrl)}`;
  return 'about:blank';
}

const server = http.createServer((request, response) => {
  serve(request, response).catch((cause) => {
    console.error(cause);
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end();
  });
});

async function serve(request, response) {
  // No document before the scripts for it are in place: the debugger's own pause at the start of a target is
  // not always kept.
  if (request.headers['sec-fetch-dest'] === 'document') await Promise.all(setups);
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (host === doorHost) {
    response
      .writeHead(302, { location: new URL(request.url, 'http://door').searchParams.get('to') })
      .end();
    return;
  }
  const url = fromHttp(`http://${host}${request.url}`);
  const handler = handlers.get(url.split(':')[0]);
  if (!handler) {
    response.writeHead(404).end();
    return;
  }
  const answer = await handler(requestFor(url, request));
  if (answer.status === 0) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, await headersFor(url, request, answer));
  if (answer.body) pipeline(Readable.fromWeb(answer.body), response, noteFailure);
  else response.end();
}

function requestFor(url, incoming) {
  const { method, headers: given } = incoming;
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    if (name !== 'host' && name !== 'connection') headers.set(name, String(value));
  }
  for (const name of ['origin', 'referer']) {
    if (headers.has(name)) headers.set(name, fromHttp(headers.get(name)));
  }
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const body = hasBody ? { body: Readable.toWeb(incoming), duplex: 'half' } : {};
  return new Request(url, { method, headers, ...body });
}

async function headersFor(url, request, answer) {
  const headers = {};
  for (const [name, value] of answer.headers) (headers[name] ??= []).push(value);
  const listener = session.defaultSession._listeners.onHeadersReceived;
  if (!listener) return headers;
  const details = {
    url,
    method: request.method,
    resourceType: request.headers['sec-fetch-dest'] === 'document' ? 'mainFrame' : 'other',
    statusCode: answer.status,
    responseHeaders: headers,
  };
  const changed = await new Promise((resolve) => {
    listener(details, resolve);
  });
  return changed?.responseHeaders ?? headers;
}

/** Resolves with the port. */
const listen = () =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server.address().port));
  });

/** Electron's names of permissions, and Chromium's. */
const permissionNames = {
  notifications: ['notifications'],
  geolocation: ['geolocation'],
  media: ['camera', 'microphone'],
  'clipboard-read': ['clipboard-read'],
  'clipboard-sanitized-write': ['clipboard-write'],
  'persistent-storage': ['persistent-storage'],
  'idle-detection': ['idle-detection'],
  'window-management': ['window-management'],
  'display-capture': ['display-capture'],
  'storage-access': ['storage-access'],
  midi: ['midi'],
};

async function setPermission(origin, permission, isGranted) {
  const setting = isGranted ? 'granted' : 'denied';
  for (const name of permissionNames[permission] ?? []) {
    const change = { permission: { name }, setting, origin };
    await state.chromium.send('Browser.setPermission', change).catch(noteFailure);
  }
}

function httpOriginOf(url) {
  try {
    const { origin } = new URL(toHttp(url));
    return origin === 'null' ? undefined : origin;
  } catch {
    return undefined;
  }
}

class Session extends StrictEmitter {
  _onRequest = undefined;
  _onCheck = undefined;
  _listeners = {};

  webRequest = strict(
    {
      /** For answers of the app's own schemes only. */
      onHeadersReceived: (...args) => this._listen('onHeadersReceived', args),
      /** For requests of windows to elsewhere, WebSockets and workers excepted; `redirectURL` is ignored. */
      onBeforeRequest: (...args) => this._listen('onBeforeRequest', args),
    },
    'session.webRequest',
  );

  constructor() {
    super('session');
  }

  get protocol() {
    return protocol;
  }

  get storagePath() {
    return path.join(app.getPath('sessionData'), 'chromium', 'Default');
  }

  getStoragePath() {
    return this.storagePath;
  }

  isPersistent() {
    return true;
  }

  fetch(...args) {
    return net.fetch(...args);
  }

  setPermissionRequestHandler(handler) {
    this._onRequest = handler ?? undefined;
  }

  setPermissionCheckHandler(handler) {
    this._onCheck = handler ?? undefined;
  }

  setDevicePermissionHandler() {}
  setSpellCheckerEnabled() {}
  setSpellCheckerLanguages() {}

  _listen(name, args) {
    this._listeners[name] = args.at(-1) ?? undefined;
    for (const window of state.windows.values()) {
      window.webContents._watchRequests().catch(noteFailure);
    }
  }

  /** Chromium asks nobody whether a permission is held, so what the check handler says is set before a page loads. */
  async _checkPermissions(webContents, url) {
    const origin = httpOriginOf(url);
    if (!origin) return;
    const details = { requestingUrl: url, isMainFrame: true };
    const checks = Object.keys(permissionNames).map((permission) => {
      const isHeld =
        this._onCheck?.(webContents, permission, `${fromHttp(origin)}/`, details) ?? true;
      return setPermission(origin, permission, Boolean(isHeld));
    });
    await Promise.all(checks);
  }

  async _requestPermission(webContents, permission, details) {
    if (!this._onRequest) return;
    const url = webContents.getURL();
    const request = { requestingUrl: url, isMainFrame: true, ...details };
    const isGranted = await new Promise((resolve) => {
      this._onRequest(webContents, permission, resolve, request);
    });
    await setPermission(httpOriginOf(url), permission, Boolean(isGranted));
  }

  _isCancelled(details) {
    const listener = this._listeners.onBeforeRequest;
    if (!listener) return false;
    return new Promise((resolve) => {
      listener(details, (answer) => resolve(Boolean(answer?.cancel)));
    });
  }
}

const session = strict({ defaultSession: new Session() }, 'session');

const protocol = strict(
  {
    registerSchemesAsPrivileged(list) {
      if (state.started) {
        throw new Error(
          'protocol.registerSchemesAsPrivileged should be called before app is ready',
        );
      }
      for (const { scheme } of list) schemes.add(scheme);
    },
    handle(scheme, handler) {
      if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
      schemes.add(scheme);
      handlers.set(scheme, handler);
    },
    unhandle: (scheme) => void handlers.delete(scheme),
    isProtocolHandled: (scheme) => handlers.has(scheme),
  },
  'protocol',
);

const mediaTypes = {
  css: 'text/css',
  html: 'text/html',
  js: 'text/javascript',
  json: 'application/json',
  mjs: 'text/javascript',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  wasm: 'application/wasm',
  woff2: 'font/woff2',
};

async function readLocalFile(url) {
  const type = mediaTypes[path.extname(url.pathname).slice(1)] ?? 'application/octet-stream';
  return new Response(await fs.promises.readFile(url), { headers: { 'content-type': type } });
}

const net = strict(
  {
    async fetch(input, init) {
      const request = new Request(input, init);
      if (request.url.startsWith('file:')) return readLocalFile(new URL(request.url));
      const handler = handlers.get(request.url.split(':')[0]);
      return handler && !init?.bypassCustomProtocolHandlers ? handler(request) : fetch(request);
    },
    isOnline: () => true,
    online: true,
  },
  'net',
);

module.exports = { toHttp, fromHttp, firstAddress, listen, setups, session, protocol, net };
