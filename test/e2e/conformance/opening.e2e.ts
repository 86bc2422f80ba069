import { spawn } from 'node:child_process';
import path from 'node:path';

import { _electron } from '@playwright/test';

import { appDir, expect, runtime, test } from './fixture';

const standIn = path.resolve(import.meta.dirname, '../../electron-host/electron');

test('the app opens its window with the preload in place', async ({ start, userDataDir }) => {
  const { app, page } = await start();

  await expect(page.getByRole('heading', { name: 'Conformance' })).toBeVisible();
  expect(await page.evaluate(() => window.bridge.platform)).toBe('linux');
  const told = await app.evaluate(({ app }) => ({
    name: app.getName(),
    version: app.getVersion(),
    userData: app.getPath('userData'),
    processType: process.type,
    electron: process.versions.electron,
  }));
  expect(told).toEqual({
    name: 'Conformance',
    version: '1.2.3',
    userData: userDataDir,
    processType: 'browser',
    electron: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  });
});

test('the window takes its title from the page and keeps the size it was given', async ({
  start,
}) => {
  const { app, page } = await start();

  const browserWindow = await app.browserWindow(page);

  await expect
    .poll(() => browserWindow.evaluate((window) => window.getTitle()))
    .toBe('Conformance index');
  const { width, height } = await browserWindow.evaluate((window) => window.getBounds());
  expect([width, height]).toEqual([900, 700]);
});

test('the page sees the bridge and nothing else of the machine', async ({ start }) => {
  const { page } = await start();

  const seen = await page.evaluate(() => {
    const globals = window as unknown as Record<string, unknown>;
    const strangers = Object.keys(globals).filter((name) => /host|electron|ipc/i.test(name));
    return {
      strangers,
      require: typeof globals['require'],
      process: typeof globals['process'],
      isFrozen: Object.isFrozen(window.bridge),
    };
  });

  expect(seen).toEqual({
    strangers: [],
    require: 'undefined',
    process: 'undefined',
    isFrozen: true,
  });
});

test('functions of the bridge take and give values, and throw as errors', async ({ start }) => {
  const { page } = await start();

  expect(await page.evaluate(() => window.bridge.add(2, 3))).toBe(5);
  expect(
    await page.evaluate(() => {
      const given = new Uint8Array([1, 2]);
      const back = window.bridge.same(given);
      return [back instanceof Uint8Array, back[1], back !== given];
    }),
  ).toEqual([true, 2, true]);
  expect(
    await page.evaluate(() => {
      try {
        return window.bridge.fail();
      } catch (cause) {
        return [cause instanceof Error, (cause as Error).message];
      }
    }),
  ).toEqual([true, 'broken in the preload']);
});

test('the executable starts the app when it is named to Playwright', async ({ userDataDir }) => {
  test.skip(runtime !== 'standIn', 'names the stand-in');
  const app = await _electron.launch({
    executablePath: standIn,
    args: [appDir, `--user-data-dir=${userDataDir}`],
  });

  const page = await app.firstWindow();

  await expect(page.getByRole('heading', { name: 'Conformance' })).toBeVisible();
  await app.close();
});

test('the app is silent on the terminal and ends on SIGTERM', async ({ userDataDir }) => {
  test.skip(runtime !== 'standIn', 'Chromium inside Electron may print what it likes');
  const child = spawn(standIn, [
    appDir,
    `--user-data-dir=${userDataDir}`,
    '--remote-debugging-port=0',
  ]);
  let output = '';
  child.stdout.on('data', (data) => (output += String(data)));
  child.stderr.on('data', (data) => (output += String(data)));
  const ended = new Promise((resolve) => child.once('exit', resolve));

  await expect.poll(() => output).toMatch(/^DevTools listening on ws:\S+\n$/);
  child.kill('SIGTERM');

  expect(await ended).toBe(0);
  expect(output).toMatch(/^DevTools listening on ws:\S+\n$/);
});
