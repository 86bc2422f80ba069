import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, readLog, readRecord, runtime, test } from './fixture';

test('a secret is unreadable at rest and readable after a restart', async ({ start }) => {
  const first = await start();
  const secret = 'mật khẩu của máy';
  const encrypted = await first.app.evaluate(
    ({ safeStorage }, text) => safeStorage.encryptString(text).toString('base64'),
    secret,
  );
  expect(Buffer.from(encrypted, 'base64').includes(secret)).toBe(false);

  await first.killGroup();
  const second = await start();

  const decrypted = await second.app.evaluate(
    ({ safeStorage }, text) => safeStorage.decryptString(Buffer.from(text, 'base64')),
    encrypted,
  );
  expect(decrypted).toBe(secret);
});

test('something that is no ciphertext is refused', async ({ start }) => {
  const { app } = await start();

  const message = await app.evaluate(({ safeStorage }) => {
    try {
      return safeStorage.decryptString(Buffer.from('plain words'));
    } catch (cause) {
      return (cause as Error).message;
    }
  });

  expect(message).toContain('Error while decrypting');
});

test('the stand-in reports a keyring unless it is told that there is none', async ({ start }) => {
  test.skip(runtime !== 'standIn', 'a real desktop has the keyring it has');
  const withKeyring = await start();
  const backendOf = ({ app }: typeof withKeyring): Promise<unknown> =>
    app.evaluate(({ safeStorage }) => [
      safeStorage.isEncryptionAvailable(),
      safeStorage.getSelectedStorageBackend(),
    ]);
  expect(await backendOf(withKeyring)).toEqual([true, 'gnome_libsecret']);
  await withKeyring.app.close();

  const without = await start({ env: { ELECTRON_HOST_NO_KEYRING: '1' } });

  expect(await backendOf(without)).toEqual([true, 'basic_text']);
});

test('a dialog is answered by the script, then cancelled, and recorded', async ({
  start,
  userDataDir,
}) => {
  test.skip(runtime !== 'standIn', 'a real dialog waits for a person');
  const script = path.join(userDataDir, 'dialogs.json');
  const answers = [{ canceled: false, filePaths: ['/chosen.pdf'] }, { response: 1 }];
  writeFileSync(script, JSON.stringify(answers));
  const { app } = await start({ env: { ELECTRON_HOST_DIALOGS: script } });

  const results = await app.evaluate(async ({ BrowserWindow, dialog }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (!window) throw new Error('No window');
    return [
      await dialog.showOpenDialog(window, { title: 'Open' }),
      await dialog.showMessageBox(window, { message: 'Sure?', buttons: ['Yes', 'No'] }),
      await dialog.showSaveDialog({ title: 'Save' }),
      await dialog.showMessageBox({ message: 'Sure?', buttons: ['Yes', 'No'], cancelId: 1 }),
    ];
  });

  expect(results).toEqual([
    { canceled: false, filePaths: ['/chosen.pdf'] },
    { response: 1, checkboxChecked: false },
    { canceled: true, filePath: '' },
    { response: 1, checkboxChecked: false },
  ]);
  expect(readFileSync(script, 'utf8')).toBe('[]');
  const dialogs = (await readRecord(app)).filter(({ kind }) => kind === 'dialog');
  expect(dialogs.map(({ method }) => method)).toEqual([
    'showOpenDialog',
    'showMessageBox',
    'showSaveDialog',
    'showMessageBox',
  ]);
});

test('menus, notifications and opened addresses are recorded', async ({ start }) => {
  test.skip(runtime !== 'standIn', 'Electron shows them');
  const { app } = await start();

  await app.evaluate(async ({ Notification, shell }) => {
    new Notification({ title: 'Văn bản mới', body: 'Một văn bản' }).show();
    await shell.openExternal('https://elsewhere.example/');
  });

  expect(await readRecord(app)).toEqual([
    expect.objectContaining({ kind: 'menu' }),
    { kind: 'notification', title: 'Văn bản mới', body: 'Một văn bản' },
    { kind: 'openExternal', url: 'https://elsewhere.example/' },
  ]);
});

test('a menu item works by its key and by a click', async ({ start }) => {
  const { app, page } = await start();

  await page.keyboard.press('Control+n');
  await expect.poll(() => readLog(app)).toEqual(['menu new']);
  await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('new')?.click());

  expect(await readLog(app)).toEqual(['menu new', 'menu new']);
});

test('a page is printed to a PDF of the size asked for', async ({ start }) => {
  const { app, page } = await start();
  const browserWindow = await app.browserWindow(page);

  const pdf = await browserWindow.evaluate(async (window) => {
    const bytes = await window.webContents.printToPDF({ pageSize: 'A4', printBackground: true });
    return bytes.toString('latin1');
  });

  expect(pdf.slice(0, 5)).toBe('%PDF-');
  expect(pdf).toMatch(/\/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]/);
});

test('a member that the stand-in lacks throws by name', async ({ start }) => {
  test.skip(runtime !== 'standIn', 'Electron has them');
  const { app } = await start();

  const messages = await app.evaluate((electron) => {
    const [window] = electron.BrowserWindow.getAllWindows();
    const reads = [
      () => electron.Tray,
      () => electron.app.getGPUInfo,
      () => window?.getNativeWindowHandle,
      () => window?.webContents.debugger,
      () => electron.session.fromPartition,
      () => electron.dialog.showCertificateTrustDialog,
    ];
    return reads.map((read) => {
      try {
        return typeof read();
      } catch (cause) {
        return (cause as Error).message;
      }
    });
  });

  expect(messages).toEqual(
    [
      'Tray',
      'app.getGPUInfo',
      'BrowserWindow.getNativeWindowHandle',
      'webContents.debugger',
      'session.fromPartition',
      'dialog.showCertificateTrustDialog',
    ].map((name) => `electron.${name} is not modelled by the stand-in`),
  );
});
