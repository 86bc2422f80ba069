import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { brotliCompressSync, deflateRawSync, gunzipSync, inflateRawSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { PACKING, packingWords } from '@shared/protocol/packing';
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

/** A server, or a node of several, that answers each question in turn as it is told, and what it got. */
async function answering(answers: readonly ('packed' | 'older' | 'newer' | 'proxy')[]) {
  const codings: string[] = [];
  const url = await serving((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const coding = request.headers['content-encoding'] ?? 'none';
      const how = answers[codings.length] ?? 'older';
      const isOffered = String(request.headers['accept-encoding']).includes(PACKING);
      codings.push(isOffered ? coding : `${coding} alone`);
      if (how === 'proxy') return response.writeHead(502).end('<html>');
      if (coding === PACKING && how !== 'packed') {
        const code = how === 'older' ? 'http.invalid-body' : 'http.unknown-coding';
        return response.writeHead(how === 'older' ? 400 : 415).end(JSON.stringify({ code }));
      }
      if (how !== 'packed' || !isOffered) return response.end('{"n":1}');
      const bytes = Buffer.concat(parts);
      const question =
        coding === PACKING
          ? inflateRawSync(bytes, { dictionary: packingWords() })
          : gunzipSync(bytes);
      const packed = deflateRawSync('{"n":2}', { dictionary: packingWords(question) });
      return response.writeHead(200, { 'content-encoding': PACKING }).end(packed);
    });
  });
  const client = createServerClient(() => ({ baseUrl: url }));
  const say = () =>
    client.call({
      method: 'POST',
      path: '/x',
      body: { text: 'văn bản '.repeat(50) },
      answer: Answer,
    });
  return { say, codings };
}

test('§6.4, I-20: a server that never packs is sent gzip for ever', async () => {
  const { say, codings } = await answering(['older', 'older', 'older']);

  for (let i = 0; i < 3; i++) expect(await say()).toEqual({ ok: true, value: { n: 1 } });

  expect(codings).toEqual(['gzip', 'gzip', 'gzip']);
});

test.each(['older', 'newer'] as const)(
  '§6.4, I-20: what an %s node behind the same address cannot read is said once more as gzip, and so it stays',
  async (node) => {
    const { say, codings } = await answering(['packed', node, node, 'packed', 'packed']);

    expect(await say()).toEqual({ ok: true, value: { n: 2 } });
    expect(await say()).toEqual({ ok: true, value: { n: 1 } });
    expect(await say()).toEqual({ ok: true, value: { n: 1 } });

    expect(codings).toEqual(['gzip', PACKING, 'gzip alone', 'gzip alone']);
  },
);

test('§6.4: something in between that lets no packed answer pass costs one exchange; it is tried again much later', async () => {
  const { say, codings } = await answering(['proxy', ...Array(250).fill('packed')]);

  expect(await say()).toEqual({ ok: false, error: { code: 'server.invalid-answer' } });
  for (let i = 0; i < 202; i++) expect((await say()).ok).toBe(true);

  expect(codings.indexOf('gzip', 1)).toBe(201);
  expect(codings.slice(201)).toEqual(['gzip', PACKING]);
});

test('§6.4: a packed answer that was cut, or is rubbish, is no answer', async () => {
  const whole = await serving((_request, response) =>
    response.writeHead(200, { 'content-encoding': PACKING }).end('rubbish'),
  );
  const cut = await serving((_request, response) => {
    response.writeHead(200, { 'content-encoding': PACKING, 'content-length': '100' });
    response.write(deflateRawSync('{"n":1}').subarray(0, 3));
    setTimeout(() => response.destroy(), 20);
  });

  expect(await ask(whole, 2000, {})).toEqual({
    ok: false,
    error: { code: 'server.invalid-answer' },
  });
  expect(await ask(cut, 2000, {})).toEqual({ ok: false, error: { code: 'server.unreachable' } });
});

test('I-22: a small packed answer that unpacks to more than 8 MB is given up', async () => {
  const bomb = deflateRawSync(`{"n":1,"x":"${'x'.repeat(9 * 1024 * 1024)}"}`, {
    dictionary: packingWords(Buffer.from('{}')),
  });
  const url = await serving((_request, response) =>
    response.writeHead(200, { 'content-encoding': PACKING }).end(bomb),
  );

  expect(await ask(url, 2000, {})).toEqual({ ok: false, error: { code: 'server.invalid-answer' } });
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
