import { contextBridge, ipcRenderer } from 'electron';
import {
  signingChannels,
  signingEventNames,
  type SigningChannel,
  type SigningEventName,
} from '../shared/ipc/signing-channels';

// The signing window's own list, bundled alone: it can ask nothing that the main page asks, nor the other way round.
const bridge = {
  call: (channel: SigningChannel, input: unknown): Promise<unknown> => {
    if (!signingChannels.includes(channel)) throw new Error(`unknown channel ${channel}`);
    return ipcRenderer.invoke(channel, input);
  },
  on: (event: SigningEventName, listener: () => void): (() => void) => {
    if (!signingEventNames.includes(event)) throw new Error(`unknown event ${event}`);
    const heard = (): void => listener();
    ipcRenderer.on(event, heard);
    return () => ipcRenderer.removeListener(event, heard);
  },
};

contextBridge.exposeInMainWorld('signing', bridge);
