import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished, expect, test } from 'vitest';
import type { LinkFaults } from '../../fault-proxy/faults';
import { startFaultProxy, type FaultProxyOptions } from '../../fault-proxy/fault-proxy';

/** A server that answers with the size of what it got and `bytes` letters, and remembers what it was asked. */
async function aServer(name = 'one') {
  const bodies: string[] = [];
  const server: Server = createServer((incoming, answer) => {
    let body = '';
    incoming.on('data', (part: Buffer) => void (body += part.toString()));
    incoming.on('end', () => {
      bodies.push(body);
      const bytes = Number(new URL(incoming.url ?? '', 'http://x').searchParams.get('bytes') ?? 0);
      answer.end(`${name} ${body.length} ${'z'.repeat(bytes)}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

async function aProxy(
  upstreams: readonly string[],
  faults: LinkFaults = {},
  more: Partial<FaultProxyOptions> = {},
) {
  const proxy = await startFaultProxy({
    upstreams: () => upstreams,
    faults: () => faults,
    ...more,
  });
  onTestFinished(proxy.close);
  return proxy;
}

/** One exchange on a connection of its own: the answer's text, or how it failed. */
function ask(address: string, { body = '', bytes = 0, patienceMs = 5_000 } = {}): Promise<string> {
  return new Promise((resolve) => {
    const sending = request(
      `${address}/?bytes=${bytes}`,
      { method: 'POST', agent: new Agent({ keepAlive: false }) },
      (answer) => {
        let text = '';
        answer.on('data', (part: Buffer) => void (text += part.toString()));
        answer.on('end', () => resolve(text));
        answer.on('error', () => resolve(`cut after ${text.length}`));
      },
    );
    const timer = setTimeout(() => {
      resolve('no answer');
      sending.destroy();
    }, patienceMs);
    sending.on('error', (cause) => resolve((cause as NodeJS.ErrnoException).code ?? 'error'));
    sending.on('close', () => clearTimeout(timer));
    sending.end(body);
  });
}

test('without faults everything passes, and every byte is counted both ways', async () => {
  const server = await aServer();
  const proxy = await aProxy([server.address]);
  const text = await ask(proxy.address, { body: 'a'.repeat(3_000), bytes: 100_000 });

  expect(text).toBe(`one 3000 ${'z'.repeat(100_000)}`);
  const { up, down, connections } = proxy.traffic();
  expect(up).toBeGreaterThan(3_000);
  expect(up).toBeLessThan(3_500);
  expect(down).toBeGreaterThan(100_000);
  expect(connections).toBe(1);
});

test('a line of limited rate and long latency takes at least the time it must, and all connections share it', async () => {
  const server = await aServer();
  const proxy = await aProxy([server.address], { bytesPerSecond: 100_000, latencyMs: 20 });
  const startedAt = performance.now();
  const texts = await Promise.all([1, 2].map(() => ask(proxy.address, { bytes: 20_000 })));

  expect(texts).toEqual([1, 2].map(() => `one 0 ${'z'.repeat(20_000)}`));
  // 40 KB at 100 KB/s, a round trip to connect and one for the exchange; how much longer is the machine's affair.
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(400 + 80 - 5);
});

test('jitter never changes the order of bytes', async () => {
  const server = await aServer();
  const proxy = await aProxy([server.address], {
    jitterMs: 20,
    slowLoris: { bytes: 50, everyMs: 0 },
  });
  const body = Array.from({ length: 300 }, (_, i) => String(i)).join(',');
  await ask(proxy.address, { body });

  expect(server.bodies).toEqual([body]);
});

test('a connection is cut after exactly so many bytes, downwards and upwards', async () => {
  const server = await aServer();
  const down = await aProxy([server.address], { cutAfter: { down: 1_000 } });
  const up = await aProxy([server.address], { cutAfter: { up: 1_000 } });

  expect(await ask(down.address, { bytes: 50_000 })).toMatch(/^cut after \d{3}$/);
  expect(down.traffic().down).toBe(1_000);
  expect(await ask(up.address, { body: 'a'.repeat(5_000) })).toMatch(/ECONNRESET|EPIPE/);
  expect(up.traffic().up).toBe(1_000);
  // The second request never came whole.
  expect(server.bodies).toHaveLength(1);
});

test('a swallowed answer: the server acted, the client waits in vain', async () => {
  const server = await aServer();
  const proxy = await aProxy([server.address], { swallowAnswers: true });

  expect(await ask(proxy.address, { body: 'x', patienceMs: 300 })).toBe('no answer');
  expect(server.bodies).toEqual(['x']);
});

test('a delayed answer comes after the client has given up, or is waited for', async () => {
  const server = await aServer();
  const proxy = await aProxy([server.address], { answerDelayMs: 400 });

  expect(await ask(proxy.address, { patienceMs: 100 })).toBe('no answer');
  expect(await ask(proxy.address)).toBe('one 0 ');
});

test('a duplicated request reaches the server twice and is answered once', async () => {
  const server = await aServer();
  const proxy = await aProxy([server.address], { duplicateRequests: true });

  expect(await ask(proxy.address, { body: 'twice' })).toBe('one 5 ');
  while (server.bodies.length < 2) await sleep(5);
  expect(server.bodies).toEqual(['twice', 'twice']);
});

test('slow-loris: a request trickles in and is whole in the end', async () => {
  const server = await aServer();
  const proxy = await aProxy([server.address], { slowLoris: { bytes: 20, everyMs: 5 } });
  const startedAt = performance.now();

  expect(await ask(proxy.address, { body: 'a'.repeat(400) })).toBe('one 400 ');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(5 * 20);
});

test('half-open: taken, and then silence on both sides', async () => {
  const server = await aServer();
  const proxy = await aProxy([server.address], { halfOpen: true });

  expect(await ask(proxy.address, { patienceMs: 200 })).toBe('no answer');
  expect(server.bodies).toEqual([]);
});

test('refused connections fail at once; faults go by the number of the connection', async () => {
  const server = await aServer();
  const proxy = await aProxy([server.address]);
  proxy.setFaults((connection) => ({ refuse: connection % 2 === 0 }));

  expect(await ask(proxy.address)).toMatch(/ECONNRESET/);
  expect(await ask(proxy.address)).toBe('one 0 ');
  expect(await ask(proxy.address)).toMatch(/ECONNRESET/);
});

test('several servers behind one address answer in turn, or by chance', async () => {
  const [one, two] = [await aServer('one'), await aServer('two')];
  const inTurn = await aProxy([one.address, two.address]);
  const draws = [0.9, 0.1, 0.6];
  const byChance = await aProxy(
    [one.address, two.address],
    {},
    {
      pick: 'random',
      random: () => draws.shift() ?? 0,
    },
  );
  const names = async (address: string) => {
    const found: string[] = [];
    for (let i = 0; i < 3; i++) found.push((await ask(address)).split(' ')[0] ?? '');
    return found;
  };

  expect(await names(inTurn.address)).toEqual(['one', 'two', 'one']);
  expect(await names(byChance.address)).toEqual(['two', 'one', 'two']);
});

test('an interrupted line resets what is open and takes nothing until it is back, once or at every beat', async () => {
  const server = await aServer();
  const proxy = await aProxy([server.address], { slowLoris: { bytes: 1, everyMs: 50 } });
  const open = ask(proxy.address);
  while (proxy.traffic().up === 0) await sleep(5);
  proxy.interrupt();

  expect(await open).toMatch(/ECONNRESET/);
  expect(await ask(proxy.address)).toMatch(/ECONNRESET/);
  proxy.setFaults({});
  proxy.lift();
  expect(await ask(proxy.address)).toBe('one 0 ');

  const stop = proxy.interruptEvery(40, 1_000_000);
  let answer = '';
  while (!answer.includes('ECONNRESET')) answer = await ask(proxy.address);
  stop();
  expect(await ask(proxy.address)).toBe('one 0 ');
});

test('a server that is not there looks like a line that is cut', async () => {
  const proxy = await aProxy(['http://127.0.0.1:1']);

  expect(await ask(proxy.address)).toMatch(/ECONNRESET/);
});
