'use strict';

const { spawn } = require('node:child_process');
const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');

const { logs } = require('./state.cjs');

/** Chromium on a profile of its own, spoken to in the DevTools protocol over a pipe. */
class Chromium extends EventEmitter {
  #lastId = 0;
  #waiting = new Map();
  #sessions = new Map();
  #pipe;
  #launch;
  gone = false;

  constructor({ executable, profile, switches }) {
    super();
    this.setMaxListeners(0);
    this.#launch = { executable, profile, switches };
    const args = [
      ...switches,
      `--user-data-dir=${profile}`,
      '--remote-debugging-pipe',
      '--no-startup-window',
    ];
    const stdio = ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'];
    this.process = spawn(executable, args, { stdio });
    this.process.on('error', (cause) => {
      console.error(`Chromium could not be started from ${executable}: ${cause.message}`);
      process.exit(1);
    });
    this.process.stderr.on('data', tellLines);
    this.#pipe = this.process.stdio[3];
    // Writing to a browser that has just gone is answered by its `exit`.
    this.#pipe.on('error', () => undefined);
    this.#read(this.process.stdio[4]);
    this.process.once('exit', (code) => {
      this.gone = true;
      for (const { reject } of this.#waiting.values()) reject(new Error('Chromium exited'));
      this.#waiting.clear();
      this.emit('exit', code);
    });
  }

  /** Messages are JSON texts, each ended by a zero byte; one may come in many chunks. */
  #read(stream) {
    let chunks = [];
    stream.on('data', (data) => {
      let rest = data;
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        chunks.push(rest.subarray(0, end));
        rest = rest.subarray(end + 1);
        const text = Buffer.concat(chunks).toString('utf8');
        chunks = [];
        this.#receive(JSON.parse(text));
      }
      if (rest.length > 0) chunks.push(rest);
    });
  }

  #receive(message) {
    if (message.id) {
      const call = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) call?.reject(new Error(`${call.method}: ${message.error.message}`));
      else call?.resolve(message.result);
    } else if (message.sessionId) {
      this.#sessions.get(message.sessionId)?.emit(message.method, message.params);
    } else {
      this.emit(message.method, message.params);
    }
  }

  send(method, params = {}, sessionId) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, method });
      this.#pipe.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  openSession(sessionId, targetId) {
    const session = new EventEmitter();
    session.setMaxListeners(0);
    session.targetId = targetId;
    session.send = (method, params) => this.send(method, params, sessionId);
    this.#sessions.set(sessionId, session);
    return session;
  }

  closeSession(sessionId) {
    this.#sessions.get(sessionId)?.emit('detached');
    this.#sessions.delete(sessionId);
  }

  /**
   * Opens a window without tabs and address bar, which the DevTools protocol cannot: a second start on the
   * same profile hands its command line over to the running browser and ends.
   */
  openAppWindow(url, { width, height }) {
    const { executable, profile, switches } = this.#launch;
    const kept = switches.filter((item) => !item.startsWith('--remote-debugging'));
    const own = [`--user-data-dir=${profile}`, `--app=${url}`, `--window-size=${width},${height}`];
    spawn(executable, [...kept, ...own], { stdio: 'ignore' }).unref();
  }

  /** Ends the browser in good order, so that what pages wrote is on disk. */
  async close() {
    if (this.gone) return;
    const ended = new Promise((resolve) => {
      this.process.once('exit', resolve);
    });
    this.send('Browser.close').catch(() => undefined);
    const impatient = setTimeout(() => this.process.kill('SIGKILL'), 8000);
    await ended;
    clearTimeout(impatient);
  }
}

/** Playwright reads the first of these lines; the rest is noise unless somebody asked for it. */
function tellLines(data) {
  for (const line of String(data).split('\n')) {
    if (line.startsWith('DevTools listening') || (logs && line)) process.stderr.write(`${line}\n`);
  }
}

const commandLineOf = (pid) => {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

const parentOf = (pid) => {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
};

/**
 * Makes a profile free for a new browser after its host was killed.
 *
 * A browser that lost its host closes in good order, which takes a moment: wait, or the new one would hand
 * over to it and end. A lock whose process is gone, or whose number went to another program, is removed.
 */
async function freeProfile(profile) {
  const lock = path.join(profile, 'SingletonLock');
  for (let tries = 0; ; tries++) {
    let owner;
    try {
      owner = fs.readlinkSync(lock);
    } catch {
      return;
    }
    const pid = Number(owner.slice(owner.lastIndexOf('-') + 1));
    if (!commandLineOf(pid).includes(`--user-data-dir=${profile}`)) {
      removeLock(profile);
      return;
    }
    if (commandLineOf(parentOf(pid)).includes(path.join(__dirname, 'bootstrap.cjs'))) {
      throw new Error(`Another app of the stand-in runs on the profile ${profile}`);
    }
    if (tries === 100) process.kill(pid, 'SIGKILL');
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

function removeLock(profile) {
  const socket = path.join(profile, 'SingletonSocket');
  try {
    // The socket lies in a temporary folder of its own, which only an orderly end removes.
    const folder = path.dirname(fs.readlinkSync(socket));
    if (path.basename(folder).startsWith('org.chromium.'))
      fs.rmSync(folder, { recursive: true, force: true });
  } catch {
    // No socket, nothing to remove.
  }
  for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) {
    fs.rmSync(path.join(profile, name), { force: true });
  }
}

module.exports = { Chromium, freeProfile };
