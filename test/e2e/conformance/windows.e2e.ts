import { expect, readLog, test } from './fixture';
import type { ConformanceMain } from './fixture';

test('two windows have each their own preload and their own calls', async ({ start }) => {
  const { app, page } = await start();

  const [signing] = await Promise.all([
    app.waitForEvent('window'),
    app.evaluate(
      () =>
        void (globalThis as unknown as { conformance: ConformanceMain }).conformance.openSigning(),
    ),
  ]);
  await expect(signing.getByRole('heading', { name: 'Signing' })).toBeVisible();

  expect(await signing.evaluate(() => window.signing.sign('123456'))).toBe('signed with 6 digits');
  expect(await signing.evaluate(() => typeof window.bridge)).toBe('undefined');
  expect(await page.evaluate(() => typeof window.signing)).toBe('undefined');
  const refusal = await page.evaluate(() =>
    window.bridge.call('signing.sign', '1').catch((cause: Error) => cause.message),
  );
  expect(refusal).toContain("No handler registered for 'signing.sign'");
});

test('a second window closes by itself, and using it afterwards throws', async ({ start }) => {
  const { app, page } = await start();
  const [signing] = await Promise.all([
    app.waitForEvent('window'),
    app.evaluate(
      () =>
        void (globalThis as unknown as { conformance: ConformanceMain }).conformance.openSigning(),
    ),
  ]);
  await expect(signing.getByRole('heading', { name: 'Signing' })).toBeVisible();

  const message = await app.evaluate(async ({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows().find(({ id }) => id === 2);
    const { webContents } = window ?? {};
    await new Promise<void>((resolve) => {
      window?.once('closed', () => resolve());
      window?.close();
    });
    try {
      webContents?.send('tick');
      return 'sent';
    } catch (cause) {
      return (cause as Error).message;
    }
  });

  expect(message).toContain('destroyed');
  expect(await readLog(app)).toEqual(['signing closed']);
  await expect.poll(() => app.windows().length).toBe(1);
  expect(await page.evaluate(() => window.bridge.call('echo', 1))).toBe(1);
});

test('closing may be vetoed by the app, from wherever it comes', async ({ start }) => {
  const { app, page } = await start();
  const browserWindow = await app.browserWindow(page);
  await browserWindow.evaluate((window) => {
    const { log } = (globalThis as unknown as { conformance: ConformanceMain }).conformance;
    window.on('close', (event: { preventDefault: () => void }) => {
      log.push('close');
      if (log.filter((line) => line === 'close').length <= 3) event.preventDefault();
    });
  });

  await browserWindow.evaluate((window) => window.close());
  await expect.poll(() => readLog(app)).toHaveLength(1);
  await app.evaluate(({ app }) => app.quit());
  await expect.poll(() => readLog(app)).toHaveLength(2);
  await page.evaluate(() => window.close());
  await expect.poll(() => readLog(app)).toHaveLength(3);

  expect(await page.evaluate(() => window.bridge.call('echo', 1))).toBe(1);
  const ended = new Promise((resolve) => app.process().once('exit', resolve));
  await browserWindow.evaluate((window) => window.close()).catch(() => undefined);
  expect(await ended).toBe(0);
});

test('a page that was left with unsaved input may veto too', async ({ start }) => {
  const { app, page } = await start();
  await page.evaluate(() =>
    window.addEventListener('beforeunload', (event) => event.preventDefault()),
  );
  // Chromium asks only on behalf of pages that somebody has touched.
  await page.mouse.click(300, 300);
  page.on('dialog', () => undefined);
  const browserWindow = await app.browserWindow(page);

  await browserWindow.evaluate(async (window) => {
    const asked = new Promise<void>((resolve) => {
      window.webContents.once('will-prevent-unload', () => resolve());
    });
    window.close();
    await asked;
  });

  expect(await page.evaluate(() => window.bridge.call('echo', 1))).toBe(1);
  await browserWindow.evaluate((window) => window.destroy()).catch(() => undefined);
});

test('a page that crashes is reported and can be loaded again', async ({ start }) => {
  const { app, page } = await start();
  const browserWindow = await app.browserWindow(page);

  const reason = await browserWindow.evaluate(
    (window) =>
      new Promise((resolve) => {
        window.webContents.once(
          'render-process-gone',
          (_event: unknown, details: { reason: string }) => resolve(details.reason),
        );
        window.webContents.forcefullyCrashRenderer();
      }),
  );
  expect(reason).toBe('crashed');

  const title = await browserWindow.evaluate(async (window) => {
    const loaded = new Promise<void>((resolve) => {
      window.webContents.once('did-finish-load', () => resolve());
    });
    window.webContents.reload();
    await loaded;
    return window.webContents.executeJavaScript('`${document.title} ${typeof bridge}`');
  });
  expect(title).toBe('Conformance index object');
});

for (const url of ['about:blank', 'data:text/html,<title>Print</title><h1>Print</h1>']) {
  test(`a window on ${url.split(',')[0]} gets its preload and prints`, async ({ start }) => {
    const { app } = await start();

    const result = await app.evaluate(async ({ BrowserWindow }, address) => {
      const { folder } = (globalThis as unknown as { conformance: ConformanceMain }).conformance;
      const webPreferences = { preload: `${folder}/main-preload.cjs`, sandbox: true };
      const window = new BrowserWindow({ show: false, webPreferences });
      await window.loadURL(address);
      const bridge: unknown = await window.webContents.executeJavaScript('typeof bridge');
      const pdf = await window.webContents.printToPDF({});
      window.destroy();
      return { bridge, isPdf: pdf.toString('latin1', 0, 5) === '%PDF-' };
    }, url);

    expect(result).toEqual({ bridge: 'object', isPdf: true });
  });
}
