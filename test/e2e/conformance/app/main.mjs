// The main process of the conformance app: one of each thing that our own main process relies on.

import { readFile } from 'node:fs/promises';
import path from 'node:path';

import electron, {
  app,
  BrowserWindow,
  // oxlint-disable-next-line no-restricted-imports -- an app of its own, outside our contract
  ipcMain,
  Menu,
  MessageChannelMain,
  protocol,
  session,
} from 'electron';

if (!app.requestSingleInstanceLock()) {
  app.quit();
  process.exit(0);
}

const folder = import.meta.dirname;
const types = { html: 'text/html', js: 'text/javascript', bin: 'application/octet-stream' };
const policies = {
  index: "default-src 'none'; script-src 'self'; connect-src 'self'",
  // No connect-src: a runtime whose messages need the page's policy loses them here.
  strict: "default-src 'none'; script-src 'self'",
};
/** 1 MiB in which each byte tells its place. */
const bytes = Uint8Array.from({ length: 1 << 20 }, (_, index) => index % 251);

/** What happened, in order, for the specs to read. */
const log = [];
globalThis.conformance = { log, openSigning, folder };

protocol.registerSchemesAsPrivileged([
  {
    scheme: 'app',
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
  },
]);

app.on('second-instance', (_event, argv, _cwd, data) => {
  log.push(
    `second ${argv.includes('--opened-file') ? 'file' : ''} ${JSON.stringify(data ?? null)}`,
  );
});
app.on('child-process-gone', (_event, { reason }) => log.push(`child ${reason}`));
app.on('window-all-closed', () => app.quit());

let window;
// Not awaited at top level: Electron is ready only after its main module was evaluated.
app.whenReady().then(run);

function run() {
  protocol.handle('app', serve);
  for (const [name, ask] of [
    ['setPermissionCheckHandler', (permission) => log.push(`check ${permission}`)],
    ['setPermissionRequestHandler', (permission) => log.push(`request ${permission}`)],
  ]) {
    session.defaultSession[name]((_contents, permission, answer) => {
      ask(permission);
      const isListed =
        permission === 'persistent-storage' || permission === 'clipboard-sanitized-write';
      if (typeof answer === 'function') answer(isListed);
      return isListed;
    });
  }

  ipcMain.handle('echo', (event, value) => {
    if (!event.senderFrame.url.startsWith('app://bundle/')) throw new Error('Unknown sender');
    return value;
  });
  ipcMain.handle('size', (_event, value) => value.byteLength);
  ipcMain.handle('make', (_event, size) => bytes.slice(0, size));
  ipcMain.handle('fail', () => {
    throw Object.assign(new TypeError('broken in main'), { code: 'E_BROKEN' });
  });
  ipcMain.on('count', (event, times) => {
    for (let i = 0; i < times; i++) event.sender.send('tick', i, new Date(i));
  });
  ipcMain.on('send-large', (event) => {
    event.sender.send('tick', bytes);
    event.sender.send('tick', 'after');
  });
  ipcMain.on('want-port', (event) => {
    const { port1, port2 } = new MessageChannelMain();
    port1.on('message', ({ data }) => port1.postMessage({ got: data }));
    port1.start();
    event.sender.postMessage('port', 'here', [port2]);
  });

  const menu = Menu.buildFromTemplate([
    {
      label: 'File',
      submenu: [
        { id: 'new', label: 'New', accelerator: 'CmdOrCtrl+N', click: () => log.push('menu new') },
        { role: 'quit' },
      ],
    },
  ]);
  Menu.setApplicationMenu(menu);

  window = new BrowserWindow({
    width: 900,
    height: 700,
    title: 'Before the page',
    webPreferences: { preload: path.join(folder, 'main-preload.cjs'), sandbox: true },
  });
  window.webContents.setWindowOpenHandler(({ url, frameName }) => {
    log.push(`open ${url} ${frameName}`.trim());
    return url.endsWith('allowed.html') ? { action: 'allow' } : { action: 'deny' };
  });
  window.webContents.on('will-navigate', (event, url) => {
    log.push(`navigate ${url}`);
    if (!url.startsWith('app://bundle/')) event.preventDefault();
  });
  window.loadURL(`app://bundle/${process.env.CONFORMANCE_PAGE ?? 'index.html'}`);
}

/** A second window with a preload and calls of its own. */
async function openSigning() {
  const signing = new electron.BrowserWindow({
    parent: window,
    modal: true,
    width: 400,
    height: 300,
    webPreferences: { preload: path.join(folder, 'signing-preload.cjs'), sandbox: true },
  });
  signing.setTitle('Signing');
  signing.webContents.ipc.handle(
    'signing.sign',
    (_event, pin) => `signed with ${pin.length} digits`,
  );
  signing.on('closed', () => log.push('signing closed'));
  await signing.loadURL('app://bundle/signing.html');
  return signing;
}

async function serve(request) {
  const { host, pathname } = new URL(request.url);
  if (host !== 'bundle') return new Response('No such host', { status: 404 });
  if (request.method !== 'GET') return new Response('Read only', { status: 405 });
  if (pathname === '/bytes.bin') return serveBytes(request.headers.get('range'));
  const [, name, type] = /^\/(\w+)\.(\w+)$/.exec(pathname) ?? [];
  try {
    const body = await readFile(path.join(folder, 'pages', `${name}.${type}`));
    const headers = {
      'content-type': types[type],
      'content-security-policy': policies[name] ?? policies.strict,
    };
    return new Response(body, { headers });
  } catch {
    return new Response('Not found', { status: 404 });
  }
}

function serveBytes(range) {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (from === undefined) return new Response(bytes, { headers: { 'content-type': types.bin } });
  const end = to === '' ? bytes.length : Number(to) + 1;
  const headers = {
    'content-type': types.bin,
    'content-range': `bytes ${from}-${end - 1}/${bytes.length}`,
    'accept-ranges': 'bytes',
  };
  return new Response(bytes.slice(Number(from), end), { status: 206, headers });
}
