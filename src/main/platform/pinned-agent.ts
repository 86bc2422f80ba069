import { createHash } from 'node:crypto';
import { Agent } from 'node:https';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

/** The server showed another certificate than the one it is known by. */
export class WrongCertificate extends Error {
  readonly code = 'TCV_WRONG_CERTIFICATE';
}

/** A connection that hangs in its handshake must not look like a slow answer for ever. */
const HANDSHAKE_MS = 10_000;

/**
 * Connects to the one server whose certificate has this SHA-256 and to no other: no authority vouches for it, and neither its
 * name nor its dates matter (§20). Nothing is sent before the certificate was compared.
 */
export function pinnedAgent(fingerprint: string): Agent {
  const agent = new Agent({ keepAlive: true });
  // Node takes the socket from the callback when none is returned.
  agent.createConnection = (options, done) => {
    const wanted = options as ConnectionOptions;
    const socket = connect({ ...wanted, rejectUnauthorized: false, minVersion: 'TLSv1.2' });
    socket.setTimeout(HANDSHAKE_MS, () => socket.destroy(new Error('no handshake')));
    const end = (cause: Error): void => done?.(cause, socket);
    socket.once('error', end);
    socket.once('secureConnect', () => {
      socket.off('error', end);
      socket.setTimeout(0);
      if (fingerprintOf(socket) === fingerprint) return done?.(null, socket);
      socket.destroy();
      return end(new WrongCertificate());
    });
    return undefined;
  };
  return agent;
}

const fingerprintOf = (socket: TLSSocket): string =>
  createHash('sha256')
    .update(socket.getPeerX509Certificate()?.raw ?? new Uint8Array())
    .digest('hex');
