import type { Pkcs11Driver } from './pkcs11-driver';
import { TokenRequest, type TokenAnswer } from './token-messages';

/** The channel to main: Electron's parent port, or what a test puts in its place. */
export interface TokenChannel {
  readonly onMessage: (listener: (message: unknown) => void) => void;
  readonly send: (answer: TokenAnswer) => void;
}

/**
 * The life of a token process: says that it is ready, then answers one request after another. Main sends the next one
 * after the answer. A defect in here ends the process, which main sees and names.
 */
export function serveTokenRequests(driver: Pkcs11Driver, channel: TokenChannel): void {
  channel.onMessage((message) => void answer(message));
  channel.send({ answer: 'ready' });

  async function answer(message: unknown): Promise<void> {
    const request = TokenRequest.safeParse(message);
    if (!request.success) {
      channel.send({ answer: 'refused' });
      return;
    }
    try {
      const reply = await driver.answer(request.data);
      channel.send({ ...reply, id: request.data.id });
    } finally {
      wipePin(request.data);
    }
  }
}

/** K-10: the bytes that crossed are overwritten before anything else is asked. */
function wipePin(request: TokenRequest): void {
  if (request.ask === 'open' && request.pin !== 'onDevice') request.pin.fill(0);
}
