import { createHash, X509Certificate } from 'node:crypto';
import type { Server } from 'node:https';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { hubCode } from '@shared/relay/hub-code';
import { lineByCode } from '../../../../src/main/features/relay/hub-link';
import { pinnedAgent } from '../../../../src/main/platform/pinned-agent';
import { createServerClient } from '../../../../src/main/platform/server-client';
import { sha256 } from '../../../support/core-builders';
import { aCertificate, servingTls as serving } from '../../../support/tls-server';

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

const fingerprintOf = (cert: string): string =>
  createHash('sha256').update(new X509Certificate(cert).raw).digest('hex');
const askPinned = (baseUrl: string, cert: string) =>
  createServerClient(() => ({ baseUrl, agent: pinnedAgent(fingerprintOf(cert)) })).call({
    method: 'POST',
    path: '/x',
    body: {},
    accessToken: 'secret',
    answer: z.object({ n: z.number() }),
    timeoutMs: 5000,
  });

test('sync §20: a hub is known by its certificate alone, whatever its name and its dates are', async () => {
  const plain = aCertificate();
  const elsewhere = aCertificate({ address: { type: 2, value: 'khac.example' } });
  const past = aCertificate({ notAfter: new Date('2021-01-01T00:00:00Z') });
  for (const pair of [plain, elsewhere, past])
    expect(await askPinned(await serving(pair), pair.cert)).toEqual({ ok: true, value: { n: 1 } });
});

test('sync §20: another certificate is refused, also one that an authority would vouch for, and is told nothing', async () => {
  const [right, other] = [aCertificate(), aCertificate()];
  const heard: string[] = [];
  const address = await serving(other, (request, response) => {
    heard.push(request.url ?? '');
    response.end('{"n":1}');
  });
  expect(await askPinned(address, right.cert)).toMatchObject({
    error: { code: 'server.wrong-certificate' },
  });
  expect(heard).toEqual([]);
});

test('sync §20: a certificate that is changed behind the same address is noticed at the next connection', async () => {
  const [before, after] = [aCertificate(), aCertificate()];
  let server: Server | undefined;
  const address = await serving(
    before,
    (_request, response) => {
      response.setHeader('connection', 'close');
      response.end('{"n":1}');
    },
    (started) => (server = started),
  );
  const agent = pinnedAgent(fingerprintOf(before.cert));
  const again = () =>
    createServerClient(() => ({ baseUrl: address, agent })).call({
      method: 'GET',
      path: '/x',
      answer: z.object({ n: z.number() }),
      timeoutMs: 5000,
    });
  expect(await again()).toMatchObject({ ok: true });
  server?.setSecureContext(after);
  expect(await again()).toMatchObject({ error: { code: 'server.wrong-certificate' } });
  server?.setSecureContext(before);
  expect(await again()).toMatchObject({ ok: true });
});

test('sync §20: a line to a hub that nobody is joined to leaves no connection behind', async () => {
  const pair = aCertificate();
  let server: Server | undefined;
  const address = await serving(pair, undefined, (started) => {
    server = started;
  });
  const open = (): Promise<number> =>
    new Promise((done) => server?.getConnections((_error, count) => done(count)));
  const line = lineByCode(hubCode({ address, fingerprint: fingerprintOf(pair.cert) }, sha256));
  if (!line.ok) throw new Error('the code is right');
  const answer = z.object({ n: z.number() });
  const asked = await line.value.client.call({ method: 'GET', path: '/x', answer });
  expect(asked).toMatchObject({ ok: true });
  expect(await open()).toBe(1);

  line.value.close();
  await expect.poll(open).toBe(0);
});
