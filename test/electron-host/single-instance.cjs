'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');

/**
 * The lock is a socket in the kernel's abstract namespace, named after the profile: taking it is one
 * indivisible step, and the kernel frees it whatever ends its holder, so it is never stale and no process
 * number has to be judged. A second start leaves a file for the holder to read.
 *
 * @param onSecond called with `{ argv, cwd, data }` of each later start
 */
function createSingleInstance({ getFolder, onSecond }) {
  let server;
  let watcher;
  let takenAt = 0;

  const inboxOf = () => path.join(getFolder(), 'second-instance');

  /** What was left before the lock was taken was meant for a holder that died. */
  const readInbox = () => {
    if (!fs.existsSync(inboxOf())) return;
    for (const name of fs.readdirSync(inboxOf()).sort()) {
      if (!name.endsWith('.json')) continue;
      const file = path.join(inboxOf(), name);
      const message = JSON.parse(fs.readFileSync(file, 'utf8'));
      fs.rmSync(file);
      if (Number.parseInt(name, 10) >= takenAt) onSecond(message);
    }
  };

  const writeInbox = (message) => {
    const file = path.join(inboxOf(), `${Date.now()}-${process.pid}`);
    fs.mkdirSync(inboxOf(), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(message));
    fs.renameSync(file, `${file}.json`);
  };

  return {
    request(data) {
      if (server) return true;
      fs.mkdirSync(getFolder(), { recursive: true });
      const digest = createHash('sha256').update(fs.realpathSync(getFolder())).digest('hex');
      const candidate = net.createServer();
      candidate.on('error', () => undefined);
      takenAt = Date.now();
      // Listening on a local socket is done, or refused, before this returns.
      candidate.listen(`\0electron-host-${digest}`);
      if (!candidate.listening) {
        writeInbox({ argv: process.argv, cwd: process.cwd(), data });
        return false;
      }
      candidate.unref();
      server = candidate;
      // The folder is never removed: a later start may be writing into it at this moment.
      fs.mkdirSync(inboxOf(), { recursive: true });
      watcher = fs.watch(inboxOf(), { persistent: false }, readInbox);
      readInbox();
      return true;
    },
    has: () => server !== undefined,
    release() {
      watcher?.close();
      server?.close();
      server = undefined;
    },
  };
}

module.exports = { createSingleInstance };
