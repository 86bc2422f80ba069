import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import path from 'node:path';

import type { Page } from '@playwright/test';

import { appDir, expect, readLog, runtime, test } from './fixture';

const lockModule = path.resolve(import.meta.dirname, '../../electron-host/single-instance.cjs');

test('a second start hands over to the first and ends', async ({ start, userDataDir }) => {
  const { app, page } = await start();

  const second = startAgain(userDataDir);

  expect(second.status).toBe(0);
  await expect.poll(() => readLog(app)).toEqual(['second file null']);
  expect(await page.evaluate(() => window.bridge.call('echo', 1))).toBe(1);
});

test('what a page saved survives a kill of everything at once', async ({ start }) => {
  const first = await start();
  await save(first.page, 'before the cut');

  await first.killGroup();
  const second = await start();

  expect(await load(second.page)).toBe('before the cut');
  await save(second.page, 'after it');
  await second.killGroup();
  const third = await start();
  expect(await load(third.page)).toBe('after it');
});

test('what a page saved survives an orderly end', async ({ start }) => {
  const first = await start();
  await save(first.page, 'orderly');
  await first.page.evaluate(() => localStorage.setItem('note', 'kept'));

  await first.app.close();
  const second = await start();

  expect(await load(second.page)).toBe('orderly');
  expect(await second.page.evaluate(() => localStorage.getItem('note'))).toBe('kept');
});

test('the app starts while the browser of a killed one still closes', async ({ start }) => {
  const first = await start();
  await save(first.page, 'kept');
  const ended = new Promise((resolve) => first.app.process().once('exit', resolve));

  first.app.process().kill('SIGKILL');
  await ended;
  const second = await start();

  expect(await load(second.page)).toBe('kept');
});

test('a lock whose process number went to another program is no hindrance', async ({
  start,
  userDataDir,
}) => {
  test.skip(runtime !== 'standIn', 'the lock lies elsewhere in Electron');
  const first = await start();
  await first.killGroup();
  const profile = path.join(userDataDir, 'chromium');
  for (const name of readdirSync(profile).filter((entry) => entry.startsWith('Singleton'))) {
    rmSync(path.join(profile, name));
  }
  symlinkSync(`${hostname()}-${process.pid}`, path.join(profile, 'SingletonLock'));

  const second = await start();

  expect(await second.page.evaluate(() => window.bridge.call('echo', 1))).toBe(1);
});

test('of many starts at one moment exactly one gets the lock', async ({ userDataDir }) => {
  test.skip(runtime !== 'standIn', 'tries the lock of the stand-in alone');
  const script = `
    const { createSingleInstance } = require(${JSON.stringify(lockModule)});
    const lock = createSingleInstance({ getFolder: () => process.argv[1], onSecond() {} });
    process.stdin.once('data', () => console.log(lock.request()));
    console.log('ready');
  `;
  const starts = Array.from({ length: 8 }, () =>
    spawn(process.execPath, ['-e', script, userDataDir]),
  );
  const outputs = starts.map(() => '');
  starts.forEach(({ stdout }, index) => {
    stdout.on('data', (data) => (outputs[index] += String(data)));
  });
  try {
    await expect.poll(() => outputs.every((output) => output === 'ready\n')).toBe(true);

    for (const { stdin } of starts) stdin.write('go');

    await expect.poll(() => outputs.every((output) => /true|false/.test(output))).toBe(true);
    expect(outputs.filter((output) => output.includes('true'))).toHaveLength(1);
  } finally {
    for (const one of starts) one.kill('SIGKILL');
  }
});

function startAgain(userDataDir: string): { readonly status: number | null } {
  const executable = createRequire(import.meta.url)('electron') as unknown as string;
  const args = [appDir, '--no-sandbox', `--user-data-dir=${userDataDir}`, '--opened-file'];
  return spawnSync(executable, args, { encoding: 'utf8', timeout: 20_000 });
}

/** Resolves when IndexedDB says that the value is stored. */
function save(page: Page, value: string): Promise<void> {
  return page.evaluate(
    (text) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('conformance', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('notes');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const writing = opening.result.transaction('notes', 'readwrite', {
            durability: 'strict',
          });
          writing.objectStore('notes').put(text, 'note');
          writing.onerror = () => reject(writing.error);
          writing.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    value,
  );
}

function load(page: Page): Promise<unknown> {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('conformance', 1);
        opening.onerror = () => reject(opening.error);
        opening.onupgradeneeded = () => reject(new Error('The database is gone'));
        opening.onsuccess = () => {
          const reading = opening.result.transaction('notes').objectStore('notes').get('note');
          reading.onerror = () => reject(reading.error);
          reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result);
          };
        };
      }),
  );
}
