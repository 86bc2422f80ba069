const { contextBridge, ipcRenderer } = require('electron');

contextBridge.exposeInMainWorld('signing', {
  sign: (pin) => ipcRenderer.invoke('signing.sign', pin),
});
