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

  expect(await fetchPublic(address, limits)).toEqual(new Uint8Array(1000).fill(7));
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

  expect(await fetchPublic(address, limits)).toBeUndefined();
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

  expect(await fetchPublic(address, { ...limits, timeoutMs: 50 })).toBeUndefined();
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

  expect(await fetchPublic(address, limits)).toBeUndefined();
  expect(fetches).toBe(0);
});

test('A-7: half an answer is none', async () => {
  const address = await serve((_request, answer) => {
    answer.writeHead(200, { 'content-length': '100' });
    answer.write(Buffer.alloc(50), () => answer.destroy());
  });

  expect(await fetchPublic(address, limits)).toBeUndefined();
});

test.each(['file:///etc/passwd', 'ftp://127.0.0.1/a.crl', 'ldap://127.0.0.1/', 'no address', ''])(
  'A-7: “%s” is not fetched',
  async (address) => {
    expect(await fetchPublic(address, limits)).toBeUndefined();
  },
);

test('A-7: a server that is not there is no error', async () => {
  expect(await fetchPublic('http://127.0.0.1:1/sub.crl', limits)).toBeUndefined();
});
