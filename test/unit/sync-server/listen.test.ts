import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Agent, get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBase } from '../../../sync-server/src/http/base-app';
import { httpServerOf } from '../../../sync-server/src/http/listen';
import { answer } from '../../../sync-server/src/http/answer';
import { silentLog } from '../../../sync-server/src/log';

const app = createBase(silentLog).get('/', (c) => answer(c, { ok: true }));
const server = httpServerOf(app, undefined);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeAll(() => once(server.listen(0), 'listening'));
afterAll(() => {
  agent.destroy();
  server.close();
});

const ask = async (headers: Record<string, string>): Promise<IncomingMessage> => {
  const { port } = server.address() as AddressInfo;
  const [message] = (await once(get({ port, headers, agent }), 'response')) as [IncomingMessage];
  message.resume();
  await once(message, 'end');
  return message;
};

test('B-4: an answer carries no header that nobody reads, and its connection is kept all the same', async () => {
  const first = await ask({});
  const second = await ask({ 'x-request-id': 'yeu-cau-123' });

  expect(Object.keys(first.headers).toSorted()).toEqual([
    'cache-control',
    'content-length',
    'content-type',
    'vary',
  ]);
  expect(second.headers['x-request-id']).toBe('yeu-cau-123');
  expect(second.socket).toBe(first.socket);
});
