import { expect, readLog, test } from './fixture';

test('a permission is asked for when the page wants it, and not before', async ({ start }) => {
  const { app, page } = await start();
  expect(await readLog(app)).toEqual([]);

  expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied');
  expect(await readLog(app)).toEqual(['request notifications']);

  expect(await page.evaluate(() => navigator.storage.persist())).toBe(true);
  expect(await readLog(app)).toContain('request persistent-storage');
});

test('what the app does not list is denied', async ({ start }) => {
  const { page } = await start();

  const states = await page.evaluate(async () => ({
    notifications: Notification.permission,
    geolocation: (await navigator.permissions.query({ name: 'geolocation' })).state,
    storage: (await navigator.permissions.query({ name: 'persistent-storage' })).state,
    camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'granted',
      (cause: Error) => cause.name,
    ),
  }));

  expect(states).toEqual({
    notifications: 'denied',
    geolocation: 'denied',
    storage: 'granted',
    camera: expect.stringMatching(/NotAllowedError|NotFoundError/),
  });
});
