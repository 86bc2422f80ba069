import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { PACKED_BELOW_BYTES, PACKING, packingWords } from '@shared/protocol/packing';
import { limits } from '@shared/protocol/version';
import { createServerClient } from '../../../../src/main/platform/server-client';
import { answer, failureResponse } from '../../../../sync-server/src/http/answer';
import { createBase } from '../../../../sync-server/src/http/base-app';
import { httpServerOf } from '../../../../sync-server/src/http/listen';
import { readJson } from '../../../../sync-server/src/http/read-json';
import { silentLog } from '../../../../sync-server/src/log';

const Said = z.object({ said: z.unknown() });

/** The server's own reading and answering, without a database behind: it says what it was told. */
async function echo() {
  const headers: IncomingHttpHeaders[] = [];
  const codings: (string | null)[] = [];
  const app = createBase(silentLog);
  app.use(async (c, next) => {
    await next();
    codings.push(c.res.headers.get('content-encoding'));
  });
  app.post('/echo', async (c) => {
    const body = await readJson(c, z.unknown());
    return body.ok ? answer(c, { said: body.value }) : failureResponse(c, body.error);
  });
  app.get('/echo', (c) => answer(c, { said: 'a'.repeat(1000) }));
  const server = httpServerOf(app, undefined);
  server.prependListener('request', (request) => headers.push(request.headers));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { baseUrl, headers, codings };
}

const asking = (baseUrl: string) => {
  const client = createServerClient(() => ({ baseUrl }));
  return (body: unknown) => client.call({ method: 'POST', path: '/echo', body, answer: Said });
};

const uuids = () => ({ ids: Array.from({ length: 20 }, () => randomUUID()) });

/** Bytes as a program of another make would send them. */
const post = (baseUrl: string, bytes: Uint8Array, coding: string) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const headers = { 'content-encoding': coding, 'content-length': bytes.length };
    const sending = httpRequest(`${baseUrl}/echo`, { method: 'POST', headers }, (message) => {
      const parts: Buffer[] = [];
      message.on('data', (part: Buffer) => parts.push(part));
      message.on('end', () =>
        resolve({ status: message.statusCode ?? 0, body: Buffer.concat(parts).toString() }),
      );
    });
    sending.on('error', reject);
    sending.end(bytes);
  });

test('§6.4: workstation and server agree by their first exchange; from the second on both directions are packed', async () => {
  const { baseUrl, headers, codings } = await echo();
  const ask = asking(baseUrl);
  const [first, second] = [uuids(), { note: 'đã sửa', ...uuids() }];

  expect(await ask(first)).toEqual({ ok: true, value: { said: first } });
  expect(await ask(second)).toEqual({ ok: true, value: { said: second } });

  expect(headers.map((sent) => sent['content-encoding'])).toEqual(['gzip', PACKING]);
  expect(codings).toEqual([PACKING, PACKING]);
});

test('§6.4: what an answer repeats of its question costs next to nothing', async () => {
  const question = Buffer.from(JSON.stringify(uuids()));
  const reply = Buffer.from(`{"said":${question.toString()}}`);

  const against = deflateRawSync(reply, { dictionary: packingWords(question) }).length;

  expect(against).toBeLessThan(30);
  expect(deflateRawSync(reply, { dictionary: packingWords() }).length).toBeGreaterThan(300);
});

test('§6.4: a large answer and one without a question are brotli, as ever', async () => {
  const { baseUrl, codings } = await echo();
  const text = randomBytes(PACKED_BELOW_BYTES / 2).toString('hex');
  const ask = asking(baseUrl);
  await ask(uuids());

  expect(await ask({ text })).toEqual({ ok: true, value: { said: { text } } });
  await createServerClient(() => ({ baseUrl })).call({
    method: 'GET',
    path: '/echo',
    answer: Said,
  });

  expect(codings).toEqual([PACKING, 'br', 'br']);
});

test('§6.4: after a question larger than deflate looks back, the answer is still read', async () => {
  const { baseUrl } = await echo();
  const ask = asking(baseUrl);
  await ask(uuids());
  const question = { text: randomBytes(7_000).toString('hex'), pad: ' '.repeat(40_000).split('') };

  const answered = await ask(question);

  expect(answered.ok && answered.value.said).toEqual(question);
});

test.each([
  ['a coding of the future', 'tcv-ffffffff'],
  ['a name that every object has', 'constructor'],
  ['one that we do not take', 'br'],
])('§6.4: %s is refused by its own code', async (_what, coding) => {
  const { baseUrl } = await echo();

  const refused = await post(baseUrl, Buffer.from('{}'), coding);

  expect(refused).toMatchObject({
    status: 415,
    body: expect.stringContaining('http.unknown-coding'),
  });
});

test('I-22: a small packed body that unpacks to more than 1 MB is refused', async () => {
  const { baseUrl } = await echo();
  const big = JSON.stringify({ text: 'x'.repeat(limits.requestBytes) });
  const bomb = deflateRawSync(big, { dictionary: packingWords() });
  expect(bomb.length).toBeLessThan(2_000);

  const refused = await post(baseUrl, bomb, PACKING);

  expect(refused).toMatchObject({ status: 413, body: expect.stringContaining('http.too-large') });
});

test.each([
  ['rubbish', Buffer.alloc(200, 0xff)],
  ['half a body', deflateRawSync('{"a":"bcdefgh"}', { dictionary: packingWords() }).subarray(0, 9)],
  [
    'a body packed with other words',
    deflateRawSync(JSON.stringify({ proto: 1, dev: '', inc: 1, ticket: '1' }), {
      dictionary: packingWords().toReversed(),
    }),
  ],
])('§6.4: %s is an invalid body', async (_what, bytes) => {
  const { baseUrl } = await echo();

  const refused = await post(baseUrl, bytes, PACKING);

  expect(refused).toMatchObject({
    status: 400,
    body: expect.stringContaining('http.invalid-body'),
  });
});
