import { ok, err } from '@shared/kernel/result';
import type { Bridge } from '@shared/ipc/contract';
import { createScopeCipher, type ScopeCipher } from '../../src/renderer/data/scope-cipher';

/** The page's cipher over keys that a test holds in main's place; a scope without key gets one, until it is destroyed. */
export function aScopeCipher(destroyed: ReadonlySet<string> = new Set()): ScopeCipher {
  const keys = new Map<string, Uint8Array>();
  const call = async (_channel: string, input: unknown) => {
    const { scope } = input as { readonly scope: string };
    if (destroyed.has(scope)) return err({ code: 'dossier.unknown' });
    const key = keys.get(scope) ?? crypto.getRandomValues(new Uint8Array(32));
    keys.set(scope, key);
    return ok({ key });
  };
  return createScopeCipher({ call, on: () => () => undefined } as unknown as Bridge);
}
