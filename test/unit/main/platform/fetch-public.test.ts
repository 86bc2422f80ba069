import { createServer, type RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { fetchPublic } from '../../../../src/main/platform/fetch-public';

/** A server on this machine; answers its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/sub.crl`;
}

const limits = { maxBytes: 1000, timeoutMs: 60_000 };

test('A-7: what is published is fetched', async () => {
  const address = await serve((_request, answer) => answer.end(Buffer.alloc(1000, 7)));

  expect(await fetchPublic(address, undefined, limits)).toEqual(new Uint8Array(1000).fill(7));
});

test('A-7: an answer that is too large is given up before its end', async () => {
  let hasLeft = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    hasLeft = resolve;
  });
  const address = await serve((_request, answer) => {
    answer.on('close', () => hasLeft());
    answer.write(Buffer.alloc(1001));
  });

  expect(await fetchPublic(address, undefined, limits)).toBeUndefined();
  await left;
});

test.each([
  ['never begins', () => undefined],
  [
    'never ends',
    (answer: { write: (bytes: Buffer) => unknown }) => void answer.write(Buffer.alloc(10)),
  ],
])('A-7: an answer that %s is given up at the limit', async (_what, behave) => {
  const address = await serve((_request, answer) => behave(answer));

  expect(await fetchPublic(address, undefined, { ...limits, timeoutMs: 50 })).toBeUndefined();
});

test('A-7: no redirect is followed', async () => {
  let fetches = 0;
  const aim = await serve((_request, answer) => {
    fetches += 1;
    answer.end('list');
  });
  const address = await serve((_request, answer) => {
    answer.writeHead(302, { location: aim }).end('moved');
  });

  expect(await fetchPublic(address, undefined, limits)).toBeUndefined();
  expect(fetches).toBe(0);
});

test('A-7: half an answer is none', async () => {
  const address = await serve((_request, answer) => {
    answer.writeHead(200, { 'content-length': '100' });
    answer.write(Buffer.alloc(50), () => answer.destroy());
  });

  expect(await fetchPublic(address, undefined, limits)).toBeUndefined();
});

test.each(['file:///etc/passwd', 'ftp://127.0.0.1/a.crl', 'ldap://127.0.0.1/', 'no address', ''])(
  'A-7: “%s” is not fetched',
  async (address) => {
    expect(await fetchPublic(address, undefined, limits)).toBeUndefined();
  },
);

test('A-7: a server that is not there is no error', async () => {
  expect(await fetchPublic('http://127.0.0.1:1/sub.crl', undefined, limits)).toBeUndefined();
});

const question = {
  contentType: 'application/timestamp-query' as const,
  body: new Uint8Array([1, 2, 3]),
};

test('A-7: a question is asked by POST with its type and length', async () => {
  const address = await serve((request, answer) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { 'content-type': type, 'content-length': length } = request.headers;
      answer.end(`${request.method} ${type} ${length} ${Buffer.concat(parts).toString('hex')}`);
    });
  });

  const answer = await fetchPublic(address, question);

  expect(Buffer.from(answer ?? []).toString()).toBe('POST application/timestamp-query 3 010203');
});

test.each([
  [100 * 1024, true],
  [100 * 1024 + 1, false],
])('A-7: an answer of %i bytes to a question is taken: %s', async (size, isTaken) => {
  const address = await serve((_request, answer) => answer.end(Buffer.alloc(size)));

  expect((await fetchPublic(address, question)) !== undefined).toBe(isTaken);
});

test('A-7: a question is not sent on to another address', async () => {
  let questions = 0;
  const aim = await serve((_request, answer) => {
    questions += 1;
    answer.end('token');
  });
  const address = await serve((_request, answer) => {
    answer.writeHead(307, { location: aim }).end();
  });

  expect(await fetchPublic(address, question)).toBeUndefined();
  expect(questions).toBe(0);
});
