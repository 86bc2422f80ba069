import { ipcMain } from 'electron';
import { channels, type Channel } from '@shared/ipc/channels';
import { err } from '@shared/kernel/result';
import type { RawHandler } from './bind';
import { isTrustedSender } from './trusted-sender';

/** Hands the contract's calls to their handlers; a forgotten channel does not compile. */
export function registerHandlers(handlers: Readonly<Record<Channel, RawHandler>>): () => void {
  for (const channel of channels) {
    ipcMain.handle(channel, async (event, input: unknown) =>
      isTrustedSender(event.senderFrame, 'index.html')
        ? handlers[channel](input)
        : err({ code: 'ipc.untrusted-sender' }),
    );
  }
  return () => {
    for (const channel of channels) ipcMain.removeHandler(channel);
  };
}
