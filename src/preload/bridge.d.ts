import type { ComparisonBridge } from '../shared/ipc/comparison-contract';
import type { Bridge } from '../shared/ipc/contract';
import type { SigningBridge } from '../shared/ipc/signing-contract';

declare global {
  interface Window {
    /** In the main page alone. */
    readonly bridge: Bridge;
    /** In the signing window alone. */
    readonly signing: SigningBridge;
    /** In the hidden window that draws pages alone. */
    readonly comparison: ComparisonBridge;
  }
}
