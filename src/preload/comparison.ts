import { contextBridge, ipcRenderer } from 'electron';
import { comparisonChannels, type ComparisonChannel } from '../shared/ipc/comparison-channels';

// The list of the hidden window that draws pages, bundled alone.
contextBridge.exposeInMainWorld('comparison', {
  call: (channel: ComparisonChannel, input: unknown): Promise<unknown> => {
    if (!comparisonChannels.includes(channel)) throw new Error(`unknown channel ${channel}`);
    return ipcRenderer.invoke(channel, input);
  },
});
