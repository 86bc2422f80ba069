'use strict';

const { fork } = require('node:child_process');
const os = require('node:os');
const path = require('node:path');

const { app } = require('./app.cjs');
const { encode, decode } = require('./codec.cjs');
const { fire, state } = require('./state.cjs');
const { StrictEmitter, strict } = require('./strict.cjs');

/** The app's calls by channel; each web contents has one of its own, asked before the app's. */
class IpcMain extends StrictEmitter {
  _handlers = new Map();

  constructor() {
    super('ipcMain');
  }

  handle(channel, handler) {
    if (this._handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    this._handlers.set(channel, handler);
  }

  handleOnce(channel, handler) {
    this.handle(channel, (...args) => {
      this._handlers.delete(channel);
      return handler(...args);
    });
  }

  removeHandler(channel) {
    this._handlers.delete(channel);
  }
}

const ipcMain = new IpcMain();

/** Ports whose other half is in a page, by web contents and port id. */
const portsInPages = new Map();
let lastPortId = 0;

class MessagePortMain extends StrictEmitter {
  _early = [];
  _isOpen = false;
  _peer = undefined;
  _page = undefined;

  constructor() {
    super('MessagePortMain');
  }

  postMessage(data, transfer = []) {
    if (transfer.length > 0)
      throw new Error('Ports sent over a port are not modelled by the stand-in');
    const text = encode(data);
    if (this._page) this._page.webContents._post({ op: 'port', id: this._page.id, data });
    else if (this._peer) setImmediate(() => this._peer._deliver(decode(text)));
  }

  start() {
    this._isOpen = true;
    for (const data of this._early.splice(0)) this.emit('message', { data, ports: [] });
  }

  close() {
    if (this._page) this._page.webContents._post({ op: 'close', id: this._page.id });
    this._peer?.emit('close');
    this.emit('close');
  }

  _deliver(data) {
    if (this._isOpen) this.emit('message', { data, ports: [] });
    else this._early.push(data);
  }

  /** Moves this half into a page; the half that stays talks to it from then on. Returns the id for the page. */
  _moveTo(webContents) {
    const id = `m${++lastPortId}`;
    const stays = this._peer;
    stays._joinPage(webContents, id);
    const early = this._early.splice(0);
    // The page makes its half when it reads the message that carries the id.
    setImmediate(() => early.forEach((data) => webContents._post({ op: 'port', id, data })));
    return id;
  }

  _joinPage(webContents, id) {
    this._page = { webContents, id };
    portsInPages.set(`${webContents.id}:${id}`, this);
  }
}

class MessageChannelMain {
  constructor() {
    this.port1 = new MessagePortMain();
    this.port2 = new MessagePortMain();
    this.port1._peer = this.port2;
    this.port2._peer = this.port1;
  }
}

const portFromPage = (webContents, id) => {
  const port = new MessagePortMain();
  port._joinPage(webContents, id);
  return port;
};

const deliverFromPage = (webContents, id, data) =>
  portsInPages.get(`${webContents.id}:${id}`)?._deliver(data);

/** A child may hang in a driver, where it does not hear that its host ended. */
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

class UtilityProcess extends StrictEmitter {
  _child;

  constructor(file, args, options) {
    super('UtilityProcess');
    const { stdio = 'inherit' } = options;
    const [, stdout, stderr] = Array.isArray(stdio) ? stdio : ['ignore', stdio, stdio];
    const child = fork(file, args, {
      cwd: options.cwd,
      env: options.env,
      execPath: state.node,
      execArgv: [
        '--require',
        path.join(__dirname, 'utility-child.cjs'),
        ...(options.execArgv ?? []),
      ],
      serialization: 'advanced',
      stdio: ['ignore', stdout, stderr, 'ipc'],
    });
    this._child = child;
    children.add(child);
    this.stdout = child.stdout;
    this.stderr = child.stderr;
    this.pid = undefined;
    child.once('spawn', () => {
      this.pid = child.pid;
      this.emit('spawn');
    });
    child.on('message', ({ message }) => this.emit('message', message));
    child.on('error', noteChildError);
    child.once('exit', (code, signal) => {
      this.pid = undefined;
      children.delete(child);
      // As waitpid tells it: the code, or the number of the signal.
      const exitCode = code ?? os.constants.signals[signal] ?? 1;
      this.emit('exit', exitCode);
      fire(app, 'child-process-gone', {
        type: 'Utility',
        reason: reasonOf(exitCode, signal),
        exitCode,
        serviceName: 'node.mojom.NodeService',
        name: options.serviceName ?? 'Node Utility Process',
      });
    });
  }

  /** `structuredClone` refuses what Electron refuses and turns a Buffer into the Uint8Array that arrives there. */
  postMessage(message, transfer = []) {
    if (transfer.length > 0) {
      throw new Error('Ports sent to a utility process are not modelled by the stand-in');
    }
    if (!this._child.connected) return;
    // Asynchronous failure means the child has just gone, which its `exit` tells.
    this._child.send({ message: structuredClone(message) }, noteChildError);
  }

  kill() {
    return this._child.exitCode === null && this._child.signalCode === null && this._child.kill();
  }
}

function noteChildError(cause) {
  if (cause && process.env.ELECTRON_ENABLE_LOGGING) console.error('[electron-host]', cause);
}

function reasonOf(exitCode, signal) {
  if (signal === 'SIGTERM' || signal === 'SIGKILL') return 'killed';
  if (signal) return 'crashed';
  return exitCode === 0 ? 'clean-exit' : 'abnormal-exit';
}

const utilityProcess = strict(
  {
    fork(file, args = [], options = {}) {
      if (!state.started) throw new Error('utilityProcess cannot be created before app is ready.');
      return Array.isArray(args)
        ? new UtilityProcess(file, args, options)
        : new UtilityProcess(file, [], args);
    },
  },
  'utilityProcess',
);

module.exports = {
  IpcMain,
  ipcMain,
  MessageChannelMain,
  MessagePortMain,
  portFromPage,
  deliverFromPage,
  utilityProcess,
};
