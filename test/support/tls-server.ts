import { generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import forge from 'node-forge';
import { onTestFinished } from 'vitest';

export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

interface Wish {
  readonly address?: object;
  readonly notAfter?: Date;
}

/** A self-signed certificate of a server, which is its own authority. */
export function aCertificate({
  address = { type: 7, ip: '127.0.0.1' },
  notAfter = new Date(Date.now() + 86_400_000),
}: Wish = {}): TlsPair {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date('2020-01-01T00:00:00Z');
  certificate.validity.notAfter = notAfter;
  const name = [{ name: 'commonName', value: 'May chu thu' }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [address] },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(pair.privateKey), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key: pair.privateKey };
}

/** A server with this certificate until the test ends; answers its address. */
export async function servingTls(
  pair: TlsPair,
  answer: RequestListener = (_request, response) => response.end('{"n":1}'),
  started: (server: Server) => void = () => undefined,
): Promise<string> {
  const server = createServer(pair, answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  started(server);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
