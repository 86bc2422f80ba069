import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import forge from 'node-forge';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createServerClient } from '../../../../src/main/platform/server-client';

interface Pair {
  readonly cert: string;
  readonly key: string;
}

interface Wish {
  readonly address?: object;
  readonly notAfter?: Date;
}

/** A self-signed certificate of a server, which is its own authority. */
function aCertificate({
  address = { type: 7, ip: '127.0.0.1' },
  notAfter = new Date(Date.now() + 86_400_000),
}: Wish = {}): Pair {
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

async function serving(pair: Pair): Promise<string> {
  const server = createServer(pair, (_request, response) => response.end('{"n":1}'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (baseUrl: string, ca?: string) =>
  createServerClient(() => ({ baseUrl, ...(ca === undefined ? {} : { ca }) })).call({
    method: 'GET',
    path: '/x',
    answer: z.object({ n: z.number() }),
    timeoutMs: 5000,
  });

test('architecture §9: only the pinned authority of the province is believed', async () => {
  const [right, other] = [aCertificate(), aCertificate()];
  const address = await serving(right);

  expect(await ask(address, right.cert)).toEqual({ ok: true, value: { n: 1 } });
  expect(await ask(address, other.cert)).toMatchObject({
    error: { code: 'server.wrong-certificate' },
  });
  expect(await ask(address)).toMatchObject({ error: { code: 'server.wrong-certificate' } });
});

test('a certificate for another address is not taken', async () => {
  const elsewhere = aCertificate({ address: { type: 2, value: 'khac.example' } });

  expect(await ask(await serving(elsewhere), elsewhere.cert)).toMatchObject({
    error: { code: 'server.wrong-certificate' },
  });
});

test('sync §3.3: a certificate outside its dates points to a wrong clock', async () => {
  const past = aCertificate({ notAfter: new Date('2021-01-01T00:00:00Z') });

  expect(await ask(await serving(past), past.cert)).toMatchObject({
    error: { code: 'server.clock-breaks-tls' },
  });
});
