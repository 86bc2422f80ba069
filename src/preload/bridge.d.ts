import type { Bridge } from '../shared/ipc/contract';

declare global {
  interface Window {
    readonly bridge: Bridge;
  }
}
