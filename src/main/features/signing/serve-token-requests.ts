import { secretsOf, TokenRequest, type DriverFailure, type TokenAnswer } from './token-messages';

/** What is answered to a request, before it gets the request's id. */
export type DriverReply =
  | Omit<Extract<TokenAnswer, { answer: 'listed' }>, 'id'>
  | Omit<Extract<TokenAnswer, { answer: 'signed' }>, 'id'>
  | Omit<Extract<TokenAnswer, { answer: 'imported' }>, 'id'>
  | { readonly answer: 'opened' | 'closed' | 'pinChanged' }
  | { readonly answer: 'failed'; readonly failure: DriverFailure };

/** What keeps keys in a token process: a vendor's driver, or the program's own software keys. */
export interface TokenDriver {
  readonly answer: (request: TokenRequest) => Promise<DriverReply>;
}

/** The channel to main: Electron's parent port, or what a test puts in its place. */
export interface TokenChannel {
  readonly onMessage: (listener: (message: unknown) => void) => void;
  readonly send: (answer: TokenAnswer) => void;
}

/**
 * The life of a token process: says that it is ready, then answers one request after another. Main sends the next one
 * after the answer. A defect in here ends the process, which main sees and names.
 */
export function serveTokenRequests(driver: TokenDriver, channel: TokenChannel): void {
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
      wipeSecrets(request.data);
    }
  }
}

/** K-10: the bytes that crossed are overwritten before anything else is asked. */
function wipeSecrets(request: TokenRequest): void {
  for (const bytes of secretsOf(request)) bytes.fill(0);
}
