import { parentChannel } from '../features/signing/parent-channel';
import { createPkcs11Driver } from '../features/signing/pkcs11-driver';
import { loadPkcs11Binding } from '../features/signing/pkcs11-library';
import { serveTokenRequests } from '../features/signing/serve-token-requests';
import { forbidReports } from '../platform/no-core-dumps';

forbidReports();
/** The only path a token process ever hears of, given when it is started. */
const modulePath = process.env['TCV_TOKEN_MODULE'] ?? '';

serveTokenRequests(
  createPkcs11Driver({ modulePath, loadBinding: loadPkcs11Binding }),
  parentChannel(),
);
