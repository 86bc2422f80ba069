'use strict';

// Loaded first in a utility process: `process.parentPort` over the channel to the host.

const { EventEmitter } = require('node:events');
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = function resolveFilename(id, ...rest) {
  if (id === 'electron' || id.startsWith('electron/')) {
    throw new Error('electron in a utility process is not modelled by the stand-in');
  }
  return resolve.call(this, id, ...rest);
};

const early = [];
const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (message) => void process.send({ message: structuredClone(message) }),
  start() {},
});

process.on('message', ({ message }) => {
  const event = { data: message, ports: [] };
  if (parentPort.listenerCount('message') > 0) parentPort.emit('message', event);
  else early.push(event);
});
// The listener of an ES module is set later than the first messages may come.
parentPort.on('newListener', (name) => {
  if (name !== 'message') return;
  setImmediate(() => early.splice(0).forEach((event) => parentPort.emit('message', event)));
});
// No child outlives its host, however the host ended.
process.on('disconnect', () => process.exit(0));

process.parentPort = parentPort;
process.type = 'utility';
