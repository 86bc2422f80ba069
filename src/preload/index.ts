import { contextBridge, ipcRenderer } from 'electron';
import { channels, eventNames, type Channel, type EventName } from '../shared/ipc/channels';

// One CommonJS file for the sandbox: it imports names alone, no validation library.
const bridge = {
  call: (channel: Channel, input: unknown): Promise<unknown> => {
    if (!channels.includes(channel)) throw new Error(`unknown channel ${channel}`);
    return ipcRenderer.invoke(channel, input);
  },
  on: (event: EventName, listener: () => void): (() => void) => {
    if (!eventNames.includes(event)) throw new Error(`unknown event ${event}`);
    const heard = (): void => listener();
    ipcRenderer.on(event, heard);
    return () => ipcRenderer.removeListener(event, heard);
  },
};

contextBridge.exposeInMainWorld('bridge', bridge);
