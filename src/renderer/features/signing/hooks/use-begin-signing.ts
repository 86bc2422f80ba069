import { useState } from 'react';
import type { ErrorCode } from '@shared/errors/catalogue';
import type { SigningIntent } from '@shared/ipc/signing-contract';
import { ask, useBridge } from '../../../data/bridge';

/** Asks main to open the signing window; the page names documents and an intent, nothing more. */
export function useBeginSigning() {
  const bridge = useBridge();
  const [failure, setFailure] = useState<ErrorCode>();
  const begin = async (intent: SigningIntent, documentIds: readonly string[]): Promise<void> => {
    setFailure(undefined);
    const answer = await ask(bridge, 'signing.begin', { intent, documentIds });
    if (!answer.ok) setFailure(answer.error.code);
  };
  return { begin, failure };
}
