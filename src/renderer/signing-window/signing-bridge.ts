import { createContext, use } from 'react';
import type { SigningChannel } from '@shared/ipc/signing-channels';
import type { SigningBridge, SigningInput, SigningOutput } from '@shared/ipc/signing-contract';
import { invariant } from '@shared/kernel/assert';
import { err, type Result } from '@shared/kernel/result';

const SigningBridgeContext = createContext<SigningBridge | undefined>(undefined);

export const SigningBridgeProvider = SigningBridgeContext.Provider;

/** The way to main; `window.signing` in the program, a stand-in in tests. */
export function useSigningBridge(): SigningBridge {
  const bridge = use(SigningBridgeContext);
  invariant(bridge !== undefined, 'the signing screen stands inside its provider');
  return bridge;
}

/** Asks main; a call that never arrived is a failure like any other. */
export async function askSigning<C extends SigningChannel>(
  bridge: SigningBridge,
  channel: C,
  input: SigningInput<C>,
): Promise<Result<SigningOutput<C>>> {
  try {
    return await bridge.call(channel, input);
  } catch {
    return err({ code: 'internal.unexpected' });
  }
}
