import { ipcMain } from 'electron';
import { err } from '@shared/kernel/result';
import type { RawHandler } from './bind';
import { isTrustedSender } from './trusted-sender';

/** Hands a window's calls to their handlers; only the top frame of that very page may make them. */
export function registerHandlers(
  page: 'index.html' | 'signing.html' | 'comparison.html',
  handlers: Readonly<Record<string, RawHandler>>,
): () => void {
  const channels = Object.keys(handlers);
  for (const channel of channels) {
    ipcMain.handle(channel, async (event, input: unknown) =>
      isTrustedSender(event.senderFrame, page)
        ? (handlers[channel]?.(input) ?? err({ code: 'internal.unexpected' }))
        : err({ code: 'ipc.untrusted-sender' }),
    );
  }
  return () => {
    for (const channel of channels) ipcMain.removeHandler(channel);
  };
}
