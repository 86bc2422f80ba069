import type { TokenChannel } from './serve-token-requests';

/** The port to main, which Electron gives to every utility process. */
export function parentChannel(): TokenChannel {
  const { parentPort } = process as unknown as {
    readonly parentPort: {
      readonly on: (
        event: 'message',
        listener: (event: { readonly data: unknown }) => void,
      ) => void;
      readonly postMessage: (message: unknown) => void;
    };
  };
  return {
    onMessage: (listener) => parentPort.on('message', (event) => listener(event.data)),
    send: (answer) => parentPort.postMessage(answer),
  };
}
