import { expect, runtime, test } from './fixture';

const mebibyte = 1 << 20;

test('values keep their kind on the way to main and back', async ({ start }) => {
  const { page } = await start();

  const kept = await page.evaluate(async () => {
    interface Loop {
      self?: Loop;
    }
    const loop: Loop = {};
    loop.self = loop;
    const sent = {
      date: new Date(5),
      map: new Map([['set', new Set([1])]]),
      bytes: new Uint8Array([1, 2, 3]),
      buffer: new Uint8Array([4]).buffer,
      floats: new Float32Array([1.5]),
      missing: undefined,
      big: 12345678901234567890n,
      negativeZero: -0,
      notANumber: Number.NaN,
      pattern: /x/gi,
      error: new RangeError('far'),
      text: 'Đã lưu 𝄞',
      loop,
    };
    const back = (await window.bridge.call('echo', sent)) as typeof sent;
    return {
      date: back.date instanceof Date && back.date.getTime() === 5,
      map: back.map instanceof Map && back.map.get('set')?.has(1),
      bytes: back.bytes instanceof Uint8Array && String(back.bytes) === '1,2,3',
      buffer: back.buffer instanceof ArrayBuffer && back.buffer.byteLength === 1,
      floats: back.floats instanceof Float32Array && back.floats[0] === 1.5,
      missing: 'missing' in back && back.missing === undefined,
      big: back.big === 12345678901234567890n,
      negativeZero: Object.is(back.negativeZero, -0),
      notANumber: Number.isNaN(back.notANumber),
      pattern: back.pattern instanceof RegExp && back.pattern.flags === 'gi',
      // The bridge between the page and the preload keeps the message alone.
      error: back.error instanceof Error && back.error.message === 'far',
      text: back.text === 'Đã lưu 𝄞',
      loop: back.loop.self === back.loop,
      isCopy: back !== sent,
    };
  });

  expect(Object.entries(kept).filter(([, isKept]) => isKept !== true)).toEqual([]);
});

test('plain values that look like the wire format arrive unchanged', async ({ start }) => {
  const { page } = await start();
  const tricky = { $: 'd', v: 5, id: 0, list: [{ $: 'ref', v: 0 }, null, ''], deep: { $: 'u' } };

  expect(await page.evaluate((value) => window.bridge.call('echo', value), tricky)).toEqual(tricky);
  const mixed = { ...tricky, at: new Date(1) };
  expect(await page.evaluate((value) => window.bridge.call('echo', value), mixed)).toEqual(mixed);
  expect(await page.evaluate(() => window.bridge.call('echo'))).toBeUndefined();
});

test('an error in a handler reaches the page as a message', async ({ start }) => {
  const { page } = await start();
  const messageOf = (channel: string): Promise<unknown> =>
    page.evaluate(
      (name) =>
        window.bridge.call(name).catch((cause: Error) => [cause instanceof Error, cause.message]),
      channel,
    );

  expect(await messageOf('fail')).toEqual([
    true,
    "Error invoking remote method 'fail': TypeError: broken in main",
  ]);
  expect(await messageOf('nowhere')).toEqual([
    true,
    "Error invoking remote method 'nowhere': Error: No handler registered for 'nowhere'",
  ]);
});

test('what cannot be cloned is refused before it is sent', async ({ start }) => {
  const { page } = await start();

  for (const kind of ['function', 'promise'] as const) {
    const message = await page.evaluate(async (what) => {
      const value = what === 'function' ? { f: () => 1 } : Promise.resolve(1);
      return window.bridge.call('echo', value).catch((cause: Error) => cause.message);
    }, kind);
    expect(message).toContain('could not be cloned');
  }
});

test('events from main arrive in order until the page stops listening', async ({ start }) => {
  const { page } = await start();

  await page.evaluate(() => window.bridge.send('count', 3));

  await expect(page.locator('#ticks')).toHaveText('3');
  expect(await page.evaluate(() => window.ticks)).toEqual([
    [0, new Date(0)],
    [1, new Date(1)],
    [2, new Date(2)],
  ]);

  const heard = await page.evaluate(async () => {
    let count = 0;
    const stop = window.bridge.on('tick', () => (count += 1));
    stop();
    window.bridge.send('count', 1);
    await window.bridge.call('echo', 0);
    return count;
  });
  expect(heard).toBe(0);
});

for (const pageName of ['index.html', 'strict.html']) {
  test(`one mebibyte crosses both ways on ${pageName}, whatever the policy says of connections`, async ({
    start,
  }) => {
    const { page } = await start({ page: pageName });

    const result = await page.evaluate(async (size) => {
      let violations = 0;
      document.addEventListener('securitypolicyviolation', () => (violations += 1));
      const made = (await window.bridge.call('make', size)) as Uint8Array;
      const echoed = (await window.bridge.call('echo', made)) as Uint8Array;
      return {
        violations,
        size: await window.bridge.call('size', made),
        isWhole: echoed.length === size && echoed.every((byte, index) => byte === index % 251),
      };
    }, mebibyte);

    expect(result).toEqual({ violations: 0, size: mebibyte, isWhole: true });
  });
}

test('a large event arrives before a small one sent after it', async ({ start }) => {
  const { page } = await start({ page: 'strict.html' });

  await page.evaluate(() => window.bridge.send('send-large'));

  await expect(page.locator('#ticks')).toHaveText('2');
  expect(
    await page.evaluate(() =>
      window.ticks.map(([first]) => (first instanceof Uint8Array ? first.length : first)),
    ),
  ).toEqual([mebibyte, 'after']);
});

test('twenty megabytes and a long text with wide letters cross whole', async ({ start }) => {
  const { page } = await start({ page: 'strict.html' });

  const result = await page.evaluate(async () => {
    const bytes = new Uint8Array(20_000_000).map((_, index) => index % 7);
    const back = (await window.bridge.call('echo', bytes)) as Uint8Array;
    // Nine letters in the cycle, so that cuts fall between all halves of the wide ones.
    const text = 'a𝄞ế𝄞b𝄞'.repeat(1_500_000);
    return {
      bytes: back.length === bytes.length && back.every((byte, index) => byte === index % 7),
      text: (await window.bridge.call('echo', text)) === text,
    };
  });

  expect(result).toEqual({ bytes: true, text: true });
});

test('a port from main answers the page', async ({ start }) => {
  const { page } = await start();

  const answer = await page.evaluate(
    () =>
      new Promise((resolve) => {
        window.addEventListener('message', ({ data, ports: [port] }) => {
          if (!port || !('port' in data)) return;
          port.onmessage = (event: MessageEvent<{ got: Map<string, number> }>) =>
            resolve([data.port, event.data.got.get('a')]);
          port.postMessage(new Map([['a', 1]]));
        });
        window.bridge.send('want-port');
      }),
  );

  expect(answer).toEqual(['here', 1]);
});

test('a synchronous message is refused in clear words', async ({ start }) => {
  test.skip(runtime !== 'standIn', 'Electron answers it, at the price of a frozen page');
  const { page } = await start();

  const message = await page.evaluate(() => {
    try {
      return window.bridge.sendSync('echo');
    } catch (cause) {
      return (cause as Error).message;
    }
  });

  expect(message).toContain('ipcRenderer.sendSync is not modelled by the stand-in');
});
