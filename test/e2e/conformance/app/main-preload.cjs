const { contextBridge, ipcRenderer } = require('electron');

contextBridge.exposeInMainWorld('bridge', {
  call: (channel, ...args) => ipcRenderer.invoke(channel, ...args),
  send: (channel, ...args) => ipcRenderer.send(channel, ...args),
  on: (channel, listener) => {
    const pass = (_event, ...args) => listener(...args);
    ipcRenderer.on(channel, pass);
    return () => ipcRenderer.removeListener(channel, pass);
  },
  sendSync: (channel) => ipcRenderer.sendSync(channel),
  add: (a, b) => a + b,
  same: (value) => value,
  fail: () => {
    throw new RangeError('broken in the preload');
  },
  platform: process.platform,
});

ipcRenderer.on('port', (event, message) => {
  window.postMessage({ port: message }, '*', event.ports);
});
