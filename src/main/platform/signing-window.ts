import type { BrowserWindow } from 'electron';
import type { SigningEventName } from '@shared/ipc/signing-channels';
import type { SigningWindow } from '../features/signing/signing-deps';
import { signingWindowOptions } from './web-security';
import { openWindow } from './window';

/** The one signing window (architecture.md §2): opened by main alone, with its own page and preload. */
export function createSigningWindow(preload: string, closed: () => void): SigningWindow {
  let window: BrowserWindow | undefined;
  return {
    show: () => {
      if (window) {
        if (window.isMinimized()) window.restore();
        window.focus();
        return;
      }
      const opened = openWindow(signingWindowOptions(preload), 'signing.html');
      window = opened;
      opened.once('closed', () => {
        window = undefined;
        closed();
      });
    },
    close: () => window?.close(),
    announce: () => {
      const event: SigningEventName = 'signing.changed';
      if (window && !window.isDestroyed()) window.webContents.send(event);
    },
  };
}
