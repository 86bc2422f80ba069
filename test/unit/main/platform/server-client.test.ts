import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { gunzipSync, brotliCompressSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createServerClient } from '../../../../src/main/platform/server-client';

const Answer = z.object({ n: z.number() });

async function listening(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const serving = (listener: RequestListener) => listening(createServer(listener));
const ask = (baseUrl: string, timeoutMs = 2000, body?: unknown) =>
  createServerClient(() => ({ baseUrl })).call({
    method: 'POST',
    path: '/x',
    body,
    answer: Answer,
    timeoutMs,
  });

test('a good answer is parsed, compressed or not', async () => {
  const plain = await serving((_request, response) => response.end('{"n":1}'));
  const brotli = await serving((_request, response) =>
    response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('{"n":2}')),
  );

  expect(await ask(plain)).toEqual({ ok: true, value: { n: 1 } });
  expect(await ask(brotli)).toEqual({ ok: true, value: { n: 2 } });
});

test('a large request travels compressed and arrives whole', async () => {
  const parts: Buffer[] = [];
  const url = await serving((request, response) => {
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => response.end('{"n":1}'));
  });

  await ask(url, 2000, { text: 'văn bản '.repeat(500) });

  const sent = Buffer.concat(parts);
  expect(sent.length).toBeLessThan(1000);
  expect(JSON.parse(gunzipSync(sent).toString())).toEqual({ text: 'văn bản '.repeat(500) });
});

test('a server that is down is unreachable, not a defect', async () => {
  expect(await ask('http://127.0.0.1:9')).toEqual({
    ok: false,
    error: { code: 'server.unreachable' },
  });
});

test('a server that never answers is given up at the limit', async () => {
  const url = await serving(() => {});

  expect(await ask(url, 150)).toEqual({ ok: false, error: { code: 'server.timeout' } });
});

test.each([
  ['rubbish', 'not json'],
  ['another shape', '{"m":1}'],
  ['a proxy page', '<html>blocked</html>'],
])('%s is an invalid answer', async (_name, body) => {
  const url = await serving((_request, response) => response.end(body));

  expect(await ask(url)).toEqual({ ok: false, error: { code: 'server.invalid-answer' } });
});

test('an answer that is cut in the middle counts as no answer', async () => {
  const url = await serving((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"n":');
    setTimeout(() => response.destroy(), 20);
  });

  expect(await ask(url)).toEqual({ ok: false, error: { code: 'server.unreachable' } });
});

test('something that does not speak HTTP is an invalid answer', async () => {
  const url = await listening(createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')));

  expect(await ask(url)).toEqual({ ok: false, error: { code: 'server.invalid-answer' } });
});

test('failures that the server names keep their name; an overloaded proxy means: later', async () => {
  const named = await serving((_request, response) =>
    response.writeHead(409).end('{"code":"device.forked"}'),
  );
  const proxy = await serving((_request, response) => response.writeHead(503).end('busy'));

  expect(await ask(named)).toEqual({ ok: false, error: { code: 'device.forked' } });
  expect(await ask(proxy)).toEqual({ ok: false, error: { code: 'server.overloaded' } });
});

const listen = (baseUrl: string, heard: (data: string) => void, silentMs = 5000) =>
  createServerClient(() => ({ baseUrl })).listen({
    path: '/hints',
    accessToken: 'token',
    silentMs,
    heard,
    signal: new AbortController().signal,
  });

test('§12.3: events are heard one by one, however they are cut on their way', async () => {
  const url = await serving((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(':\n\nda');
    setTimeout(() => response.end('ta:{"a":1}\n\ndata: {"b":2}\n\n'), 20);
  });
  const heard: string[] = [];

  const ended = await listen(url, (data) => heard.push(data));

  expect(heard).toEqual(['', '{"a":1}', '{"b":2}']);
  expect(ended).toEqual({ code: 'server.unreachable' });
});

test('§12.3: a stream that falls silent is given up: it may be half open', async () => {
  const url = await serving((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(':\n\n');
  });

  expect(await listen(url, () => undefined, 150)).toEqual({ code: 'server.timeout' });
});

test('I-22: a stream without line ends is given up', async () => {
  const url = await serving((_request, response) => {
    response.writeHead(200);
    response.write('x'.repeat(100_000));
  });

  expect((await listen(url, () => undefined)).code).toBe('server.unreachable');
});

test('§12.4: how long the server wants to be left alone, and the place in its queue, arrive', async () => {
  const url = await serving((_request, response) =>
    response
      .writeHead(429, { 'retry-after': '7' })
      .end('{"code":"server.overloaded","queuePlace":12}'),
  );
  const error = { code: 'server.overloaded', retryAfterMs: 7000, queuePlace: 12 };

  expect(await ask(url)).toEqual({ ok: false, error });
  expect(await listen(url, () => undefined)).toEqual(error);
});
