import { expect, readLog, test } from './fixture';

test('a range of a file is served as asked', async ({ start }) => {
  const { page } = await start();

  const answer = await page.evaluate(async () => {
    const response = await fetch('bytes.bin', { headers: { range: 'bytes=250-252' } });
    const { status, headers } = response;
    const bytes = [...new Uint8Array(await response.arrayBuffer())];
    return { status, range: headers.get('content-range'), bytes };
  });

  expect(answer).toEqual({ status: 206, range: 'bytes 250-252/1048576', bytes: [250, 0, 1] });
});

test('only reading is served', async ({ start }) => {
  const { page } = await start();

  const statuses = await page.evaluate(async () => [
    (await fetch('bytes.bin')).status,
    (await fetch('bytes.bin', { method: 'POST', body: 'x' })).status,
    (await fetch('nothing.js')).status,
  ]);

  expect(statuses).toEqual([200, 405, 404]);
});

test('main reaches its own scheme', async ({ start }) => {
  const { app } = await start();

  const size = await app.evaluate(async ({ net }) => {
    const response = await net.fetch('app://bundle/bytes.bin');
    return (await response.arrayBuffer()).byteLength;
  });

  expect(size).toBe(1 << 20);
});

test('the policy of a page is enforced', async ({ start }) => {
  const { page } = await start({ page: 'strict.html' });

  const result = await page.evaluate(async () => {
    const directives: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      directives.push(effectiveDirective),
    );
    const script = document.createElement('script');
    script.textContent = 'window.intruder = true';
    document.head.append(script);
    const fetched = await fetch('bytes.bin').then(
      () => 'fetched',
      () => 'refused',
    );
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    return { fetched, intruder: 'intruder' in window, directives: directives.toSorted() };
  });

  expect(result).toEqual({
    fetched: 'refused',
    intruder: false,
    directives: ['connect-src', 'script-src-elem'],
  });
});

test('main may cancel what a page requests', async ({ start }) => {
  const { app, page } = await start();

  await app.evaluate(({ session }) => {
    session.defaultSession.webRequest.onBeforeRequest((details, answer) =>
      answer({ cancel: details.url === 'app://bundle/bytes.bin' }),
    );
  });
  const outcomes = await page.evaluate(() =>
    Promise.all(
      ['bytes.bin', 'page.js'].map((url) =>
        fetch(url).then(
          () => 'fetched',
          () => 'refused',
        ),
      ),
    ),
  );

  expect(outcomes).toEqual(['refused', 'fetched']);
});

test('a navigation to elsewhere is refused and the page stays', async ({ start }) => {
  const { app, page } = await start();

  await page.evaluate(() => {
    document.body.dataset['mark'] = 'same page';
    location.href = 'https://elsewhere.example/';
  });

  await expect.poll(() => readLog(app)).toEqual(['navigate https://elsewhere.example/']);
  expect(await page.evaluate(() => document.body.dataset['mark'])).toBe('same page');
  expect(await page.evaluate(() => window.bridge.call('echo', 1))).toBe(1);
});

test('the app may load another page, after which messages still pass', async ({ start }) => {
  const { app, page } = await start();

  await page.evaluate(() => {
    location.href = 'strict.html';
  });
  await page.waitForURL('**/strict.html');
  expect(await page.evaluate(() => window.bridge.call('echo', 1))).toBe(1);

  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.loadURL('app://bundle/index.html#part'),
  );
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.loadURL('app://bundle/index.html#other'),
  );
  // The page may still be on its way when main has its answer.
  await page.waitForURL('**/index.html#other');
  expect(await readLog(app)).toEqual(['navigate app://bundle/strict.html']);
});

test('a new window is refused before it opens, and the page gets null', async ({ start }) => {
  const { app, page } = await start();
  const opened: string[] = [];
  app.on('window', (window) => opened.push(window.url()));

  const isNull = await page.evaluate(() => window.open('https://elsewhere.example/a') === null);

  expect(isNull).toBe(true);
  await expect.poll(() => readLog(app)).toEqual(['open https://elsewhere.example/a']);
  expect(app.windows()).toHaveLength(1);
  expect(opened).toEqual([]);
});

test('links that ask for a window of their own go through the same question', async ({ start }) => {
  const { app, page } = await start();

  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'https://elsewhere.example/b';
    link.target = '_blank';
    link.rel = 'noopener';
    document.body.append(link);
    link.click();
    // Not in the document: no script of ours sees the click.
    const loose = document.createElement('a');
    loose.href = 'https://elsewhere.example/c';
    loose.target = 'named';
    loose.click();
  });

  await expect
    .poll(async () => (await readLog(app)).toSorted())
    .toEqual(['open https://elsewhere.example/b', 'open https://elsewhere.example/c named']);
  await expect.poll(() => app.windows().length).toBe(1);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  expect(await page.evaluate(() => window.bridge.call('echo', 1))).toBe(1);
});

test('a new window that the app allows opens without the bridge', async ({ start }) => {
  const { app, page } = await start();

  const [second] = await Promise.all([
    app.waitForEvent('window'),
    page.evaluate(() => void window.open('allowed.html')),
  ]);

  await expect(second.getByRole('heading', { name: 'Allowed' })).toBeVisible();
  expect(await second.evaluate(() => typeof window.bridge)).toBe('undefined');
});
