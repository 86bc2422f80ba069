import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '../support/office';
import { enrol } from '../support/workstation';

test('the page reaches neither Node, nor the network, nor another origin', async ({ freshPc }) => {
  const outside = createServer((_request, response) => response.end('reached'));
  await new Promise<void>((done) => outside.listen(0, '127.0.0.1', done));
  const { port } = outside.address() as AddressInfo;
  let isReached = false;
  outside.on('request', () => {
    isReached = true;
  });
  const { page, killGroup } = await freshPc().open();

  const seen = await page.evaluate(async (url) => {
    const tried = async (work: () => Promise<unknown>) => {
      try {
        await work();
        return 'allowed';
      } catch {
        return 'refused';
      }
    };
    const image = new Image();
    image.src = `${url}/picture`;
    return {
      node: [
        typeof (globalThis as { require?: unknown }).require,
        typeof (globalThis as { process?: unknown }).process,
      ],
      fetch: await tried(() => fetch(url)),
      socket: await tried(
        () =>
          new Promise((ok, no) => {
            const socket = new WebSocket(url.replace('http', 'ws'));
            socket.addEventListener('open', ok);
            socket.addEventListener('error', no);
          }),
      ),
      // oxlint-disable-next-line no-eval -- what is tried here must be refused
      eval: await tried(async () => (0, eval)('1')),
      bridge: Object.keys(window.bridge).toSorted(),
      unknown: await tried(async () => window.bridge.call('fs.readFile', undefined)),
    };
  }, `http://127.0.0.1:${port}`);
  await page.evaluate((url) => {
    window.open(url);
    location.href = url;
  }, `http://127.0.0.1:${port}/elsewhere`);
  await page.waitForTimeout(500);

  expect(seen).toEqual({
    node: ['undefined', 'undefined'],
    fetch: 'refused',
    socket: 'refused',
    eval: 'refused',
    bridge: ['call', 'on'],
    unknown: 'refused',
  });
  expect(isReached).toBe(false);
  await expect(page.getByText('Kết nối máy này với máy chủ')).toBeVisible();
  await killGroup();
  outside.close();
});

test('an activation code works once, and the second PC is told so in words', async ({
  freshPc,
  server,
  office,
}) => {
  const code = await server.admin().createActivationCode(office.office.id);
  const first = await freshPc().open();
  await enrol(first.page, server.address, code, 'Máy 1');
  await expect(first.page.getByRole('textbox', { name: 'Mật khẩu' })).toBeVisible();
  await first.killGroup();

  const second = await freshPc().open();
  await enrol(second.page, server.address, code, 'Máy 2');

  await expect(second.page.getByText(/Mã kích hoạt.*đã (được )?dùng/)).toBeVisible();
  await expect(second.page.getByText('TB-002').or(second.page.getByText('TB-003'))).toBeVisible();
  await second.killGroup();
});

test('a wrong password and a server that answers rubbish are told in words, and nothing typed is lost', async ({
  freshPc,
  server,
  office,
}) => {
  const rubbish = createServer((_request, response) => response.end('<html>proxy</html>'));
  await new Promise<void>((done) => rubbish.listen(0, '127.0.0.1', done));
  const { port } = rubbish.address() as AddressInfo;
  const { page, killGroup } = await freshPc().open();

  await enrol(page, `127.0.0.1:${port}`, 'ABCD-EFGH-JKLM', 'Máy văn thư');
  await expect(page.getByText('KN-003')).toBeVisible();
  await expect(page.getByLabel('Tên máy')).toHaveValue('Máy văn thư');
  const code = await server.admin().createActivationCode(office.office.id);
  await enrol(page, server.address, code, 'Máy văn thư');
  await page.getByRole('textbox', { name: 'Tên đăng nhập' }).fill(office.clerk.login);
  await page.getByRole('textbox', { name: 'Mật khẩu' }).fill('sai mật khẩu');
  await page.keyboard.press('Enter');

  await expect(page.getByText('DN-002')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Tên đăng nhập' })).toHaveValue(
    office.clerk.login,
  );
  await killGroup();
  rubbish.close();
});

test('without a keyring the app asks for a passphrase, at every start again', async ({
  freshPc,
}) => {
  const pc = freshPc({ ELECTRON_HOST_NO_KEYRING: '1' });
  const first = await pc.open();
  await first.page
    .getByRole('textbox', { name: 'Mật khẩu mở máy', exact: true })
    .fill('chuyến đò sang sông');
  await first.page
    .getByRole('textbox', { name: 'Nhập lại mật khẩu mở máy' })
    .fill('chuyến đò sang sông');
  await first.page.getByRole('button', { name: 'Đặt mật khẩu' }).click();
  await expect(first.page.getByText('Kết nối máy này với máy chủ')).toBeVisible();
  await first.killGroup();

  const second = await pc.open();
  await second.page
    .getByRole('textbox', { name: 'Mật khẩu mở máy', exact: true })
    .fill('không phải mật khẩu này');
  await second.page.getByRole('button', { name: 'Mở', exact: true }).click();
  await expect(second.page.getByText('DN-009')).toBeVisible();
  await second.page
    .getByRole('textbox', { name: 'Mật khẩu mở máy', exact: true })
    .fill('chuyến đò sang sông');
  await second.page.getByRole('button', { name: 'Mở', exact: true }).click();

  await expect(second.page.getByText('Kết nối máy này với máy chủ')).toBeVisible();
  await second.killGroup();
});
