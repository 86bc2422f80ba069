'use strict';

// The scripts put into each document of a window before its own: one in the page's world, one in an isolated
// world where the preload runs. They are sent as text, so each function uses its parameters alone.

const { makeCodec } = require('./codec.cjs');
const { strict } = require('./strict.cjs');

/**
 * Joins the two worlds: values cross as details of CustomEvents, which Blink clones between worlds at once;
 * functions and promises cross as handles. The event names hold a secret that the page never sees.
 */
function makeLink(inName, outName, onExpose) {
  const { apply } = Reflect;
  // Taken now, before the page can replace them.
  const NativeEvent = CustomEvent;
  const NativeError = Error;
  const dispatch = EventTarget.prototype.dispatchEvent;
  const target = window;
  const functions = [];
  const idsByFunction = new Map();
  const proxies = new Map();

  const handleOf = (f) => {
    if (!idsByFunction.has(f)) {
      idsByFunction.set(f, functions.length);
      functions.push(f);
    }
    return { $f: idsByFunction.get(f) };
  };
  const isPlainObject = (value) => {
    const prototype = Object.getPrototypeOf(value);
    return (
      prototype === null ||
      prototype === Object.prototype ||
      Object.prototype.toString.call(value) === '[object Object]'
    );
  };
  const pack = (value, seen = new Map()) => {
    if (typeof value === 'function') return handleOf(value);
    if (value === null || typeof value !== 'object') return value;
    if (seen.has(value)) return seen.get(value);
    if (value instanceof Promise) {
      return { $p: handleOf((resolve, reject) => void value.then(resolve, reject)).$f };
    }
    if (value instanceof NativeError) return { $e: String(value.message) };
    if (Array.isArray(value)) {
      const array = [];
      seen.set(value, array);
      for (const item of value) array.push(pack(item, seen));
      return array;
    }
    // ArrayBuffer, Map, Date, Blob and so on: the browser's structured clone takes them.
    if (!isPlainObject(value)) return value;
    const object = {};
    seen.set(value, object);
    for (const key of Object.keys(value)) object[key] = pack(value[key], seen);
    return object;
  };
  const unpack = (value, seen = new Map()) => {
    if (value === null || typeof value !== 'object') return value;
    if (seen.has(value)) return seen.get(value);
    if (Array.isArray(value)) {
      const array = [];
      seen.set(value, array);
      for (const item of value) array.push(unpack(item, seen));
      return array;
    }
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    if ('$f' in value) {
      if (!proxies.has(value.$f)) proxies.set(value.$f, (...args) => call(value.$f, args));
      return proxies.get(value.$f);
    }
    if ('$p' in value)
      return new Promise((resolve, reject) => void call(value.$p, [resolve, reject]));
    if ('$e' in value) return new NativeError(value.$e);
    const object = {};
    seen.set(value, object);
    for (const key of Object.keys(value)) object[key] = unpack(value[key], seen);
    return object;
  };

  let reply;
  const ask = (detail) => {
    reply = undefined;
    apply(dispatch, target, [new NativeEvent(outName, { detail })]);
    const answer = reply;
    reply = undefined;
    if (!answer) throw new NativeError('The other world did not answer');
    if (answer.error) throw unpack(answer.error);
    return unpack(answer.value);
  };
  const call = (id, args) => ask({ call: id, args: pack(args) });

  const receive = (event) => {
    event.stopImmediatePropagation();
    const { detail } = event;
    if ('answer' in detail) {
      reply = detail.answer;
      return;
    }
    let answer;
    try {
      const value =
        'expose' in detail
          ? onExpose(detail.expose, unpack(detail.value))
          : apply(functions[detail.call], undefined, unpack(detail.args));
      answer = { value: pack(value) };
    } catch (cause) {
      answer = {
        error: pack(cause instanceof NativeError ? cause : new NativeError(String(cause))),
      };
    }
    apply(dispatch, target, [new NativeEvent(outName, { detail: { answer } })]);
  };
  target.addEventListener(inName, receive, true);
  return { expose: (key, value) => void ask({ expose: key, value: pack(value) }) };
}

/** The page's side: what the preload exposes, and the few browser functions that main must be asked about. */
function mainWorld(makeLink, secret) {
  if (window.top !== window) return;
  const { apply } = Reflect;

  const freeze = (value) => {
    if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
    if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) {
      Object.freeze(value);
      Object.values(value).forEach(freeze);
    }
    return value;
  };
  const isTaken = (key) => Object.getOwnPropertyDescriptor(window, key)?.configurable === false;

  makeLink(`${secret}m`, `${secret}i`, (key, value) => {
    if (key === secret) {
      askMain(value);
      return;
    }
    if (isTaken(key)) {
      throw new Error('Cannot bind an API on top of an existing property on the window object');
    }
    Object.defineProperty(window, key, {
      value: freeze(value),
      enumerable: true,
      configurable: false,
      writable: false,
    });
  });

  /**
   * Chromium's debugger tells of a permission or a new window after the fact, so the page's own calls are
   * held until main has answered. `window.open` cannot wait: it returns null, as a refusal does.
   */
  function askMain(host) {
    const guard = (owner, name, permission, detailsOf) => {
      const native = owner?.[name];
      if (typeof native !== 'function') return;
      const guarded = {
        async [name](...args) {
          await host.askPermission(permission, detailsOf?.(args) ?? {});
          return apply(native, this, args);
        },
      };
      owner[name] = guarded[name];
    };
    const mediaOf = ([wanted]) => ({
      mediaTypes: [wanted?.audio && 'audio', wanted?.video && 'video'].filter(Boolean),
    });
    guard(window.Notification, 'requestPermission', 'notifications');
    guard(window.MediaDevices?.prototype, 'getUserMedia', 'media', mediaOf);
    guard(window.Clipboard?.prototype, 'read', 'clipboard-read');
    guard(window.Clipboard?.prototype, 'readText', 'clipboard-read');
    guard(window.Clipboard?.prototype, 'write', 'clipboard-sanitized-write');
    guard(window.Clipboard?.prototype, 'writeText', 'clipboard-sanitized-write');
    guard(window.StorageManager?.prototype, 'persist', 'persistent-storage');
    guard(window.Geolocation?.prototype, 'getCurrentPosition', 'geolocation');

    const nativeOpen = window.open;
    window.open = function open(url = '', target = '_blank', features = '') {
      const name = String(target);
      if (['_self', '_parent', '_top'].includes(name))
        return apply(nativeOpen, window, [url, name]);
      const address = url === '' ? 'about:blank' : new URL(url, document.baseURI).href;
      host.openWindow({
        url: address,
        frameName: name === '_blank' ? '' : name,
        features: String(features),
      });
      return null;
    };
    window.close = function close() {
      host.closeWindow();
    };
  }
}

/** The preload's surroundings. */
function isolatedWorld({ makeLink, makeCodec, strict }, { secret, processMembers, preload }) {
  if (window.top !== window) return;
  const { encode, decode, split } = makeCodec();
  const binding = globalThis.__host;

  const send = (message) => {
    const parts = split(encode(message));
    parts.forEach((part, index) => binding((index === parts.length - 1 ? '.' : '+') + part));
  };

  const pendingCalls = new Map();
  let lastId = 0;
  const request = (message) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      pendingCalls.set(id, { resolve, reject });
      try {
        send({ ...message, id });
      } catch (cause) {
        pendingCalls.delete(id);
        throw cause;
      }
    });

  const listeners = new Map();
  const listenersOf = (channel) => listeners.get(channel) ?? [];
  const emit = (channel, ...args) => {
    for (const listener of listenersOf(channel)) {
      try {
        listener(...args);
      } catch (cause) {
        reportError(cause);
      }
    }
  };
  const ports = new Map();
  const wirePort = (id, port) => {
    ports.set(id, port);
    port.onmessage = (event) => send({ op: 'port', id, data: event.data });
    port.start();
  };

  const ipcRenderer = {
    on(channel, listener) {
      listeners.set(channel, [...listenersOf(channel), listener]);
      return ipcRenderer;
    },
    once(channel, listener) {
      const first = (...args) => {
        ipcRenderer.removeListener(channel, first);
        listener(...args);
      };
      first.listener = listener;
      return ipcRenderer.on(channel, first);
    },
    removeListener(channel, listener) {
      const kept = listenersOf(channel).filter((f) => f !== listener && f.listener !== listener);
      listeners.set(channel, kept);
      return ipcRenderer;
    },
    removeAllListeners(channel) {
      if (channel === undefined) listeners.clear();
      else listeners.delete(channel);
      return ipcRenderer;
    },
    listenerCount: (channel) => listenersOf(channel).length,
    invoke: (channel, ...args) => request({ op: 'invoke', channel, args }),
    send: (channel, ...args) => send({ op: 'send', channel, args }),
    sendSync() {
      throw new Error(
        'ipcRenderer.sendSync is not modelled by the stand-in: the page cannot wait for main, use invoke',
      );
    },
    postMessage(channel, message, transfer = []) {
      const ids = transfer.map((port) => {
        const id = `r${++lastId}`;
        wirePort(id, port);
        return id;
      });
      send({ op: 'send', channel, args: [message], ports: ids });
    },
  };
  ipcRenderer.addListener = ipcRenderer.on;
  ipcRenderer.off = ipcRenderer.removeListener;

  const take = (message) => {
    if (message.op === 'reply') {
      const call = pendingCalls.get(message.id);
      pendingCalls.delete(message.id);
      if (message.error === undefined) call?.resolve(message.value);
      else call?.reject(new Error(message.error));
    } else if (message.op === 'port') {
      ports.get(message.id)?.postMessage(message.data);
    } else if (message.op === 'close') {
      ports.get(message.id)?.close();
      ports.delete(message.id);
    } else {
      const made = (message.ports ?? []).map((id) => {
        const channel = new MessageChannel();
        wirePort(id, channel.port1);
        return channel.port2;
      });
      emit(message.channel, { sender: ipcRenderer, ports: made }, ...message.args);
    }
  };
  let arrived = '';
  globalThis.__hostReceive = (part, isLast) => {
    arrived += part;
    if (!isLast) return;
    const text = arrived;
    arrived = '';
    take(decode(text));
  };

  const link = makeLink(`${secret}i`, `${secret}m`, () => undefined);
  link.expose(secret, {
    askPermission: (permission, details) => request({ op: 'permission', permission, details }),
    openWindow: (details) => send({ op: 'open', ...details }),
    closeWindow: () => send({ op: 'close-window' }),
  });

  window.addEventListener(
    'keydown',
    (event) => {
      if (!event.isTrusted) return;
      if (!event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d+$/.test(event.key)) return;
      const { key, ctrlKey, shiftKey, altKey, metaKey } = event;
      send({ op: 'key', key, control: ctrlKey, shift: shiftKey, alt: altKey, meta: metaKey });
    },
    true,
  );

  // A link that wants a window of its own is asked about before the browser makes one.
  window.addEventListener('click', (event) => {
    const anchor = event
      .composedPath()
      .find((node) => node instanceof Element && node.matches('a[href], area[href]'));
    if (!anchor || event.defaultPrevented) return;
    const isModified = event.ctrlKey || event.metaKey || event.shiftKey;
    const isHere = ['', '_self', '_parent', '_top'].includes(anchor.target);
    if ((isHere && !isModified) || (!isHere && anchor.target in window.frames)) return;
    event.preventDefault();
    const frameName = isHere || anchor.target === '_blank' ? '' : anchor.target;
    send({ op: 'open', url: anchor.href, frameName, features: '' });
  });

  document.addEventListener('DOMContentLoaded', () => {
    let title = '';
    const tellTitle = () => {
      if (document.title === title) return;
      title = document.title;
      send({ op: 'title', title });
    };
    tellTitle();
    const options = { childList: true, subtree: true, characterData: true };
    if (document.head) new MutationObserver(tellTitle).observe(document.head, options);
    send({ op: 'dom-ready' });
  });

  if (!preload) return;
  const electron = strict(
    {
      ipcRenderer: strict(ipcRenderer, 'ipcRenderer'),
      contextBridge: strict({ exposeInMainWorld: link.expose }, 'contextBridge'),
    },
    '',
  );
  const nextTick = (f, ...args) => queueMicrotask(() => f(...args));
  const process = { ...processMembers, nextTick, on() {}, once() {} };
  const require = (id) => {
    if (/^electron(\/(common|renderer))?$/.test(id)) return electron;
    throw new Error(`module not found: ${id}`);
  };
  const module = { exports: {} };
  try {
    preload(require, module, module.exports, process, globalThis);
  } catch (cause) {
    console.error('Unable to load preload script', cause);
  }
}

/** Text of both scripts. `preloadSource` is undefined for a window without preload. */
function buildScripts({ secret, processMembers, preloadSource }) {
  const preload =
    preloadSource === undefined
      ? 'undefined'
      : `function (require, module, exports, process, global) {\n${preloadSource}\n}`;
  const tools = `{ makeLink: ${makeLink}, makeCodec: ${makeCodec}, strict: ${strict} }`;
  const given = `{ secret: ${JSON.stringify(secret)}, processMembers: ${JSON.stringify(processMembers)}, preload: ${preload} }`;
  return {
    main: `(${mainWorld})(${makeLink}, ${JSON.stringify(secret)})`,
    isolated: `(${isolatedWorld})(${tools}, ${given})`,
  };
}

module.exports = { buildScripts };
