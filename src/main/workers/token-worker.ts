import { createPkcs11Driver } from '../features/signing/pkcs11-driver';
import { loadPkcs11Binding } from '../features/signing/pkcs11-library';
import { serveTokenRequests } from '../features/signing/serve-token-requests';

/** The port to main, which Electron gives to every utility process. */
const { parentPort } = process as unknown as {
  readonly parentPort: {
    readonly on: (event: 'message', listener: (event: { readonly data: unknown }) => void) => void;
    readonly postMessage: (message: unknown) => void;
  };
};

/** The only path a token process ever hears of, given when it is started. */
const modulePath = process.env['TCV_TOKEN_MODULE'] ?? '';

serveTokenRequests(createPkcs11Driver({ modulePath, loadBinding: loadPkcs11Binding }), {
  onMessage: (listener) => parentPort.on('message', (event) => listener(event.data)),
  send: (answer) => parentPort.postMessage(answer),
});
