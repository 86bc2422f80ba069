import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { launchApp } from '../../test/e2e/support/launch';
import { aPc, enrol, signIn, type TestPc } from '../../test/e2e/support/workstation';
import { PASSWORD, seedOffice, type SeededOffice } from '../../test/support/builders';
import { startTestServer, type TestServer } from '../../test/support/test-server';
import { fillServer } from './fill-server';
import { quantileRows, type Row } from './row';

const ROUNDS = 3;
const LOAD_MS = 240_000;

/**
 * The built program from its launch to the newest rows of the list, its clerk signing in on the way without a pause,
 * beside the same runtime opening a window with an empty page.
 *
 * The papers are put into a server's feed by the server's own code and pulled by the program itself, whose page stores
 * them; the server stays up, as on a working day.
 */
export async function benchStart(folder: string, documents: number): Promise<readonly Row[]> {
  const server = await startTestServer();
  const pc = aPc();
  try {
    const office = await seedOffice(server.admin());
    await fillServer(server, office, documents);
    await loadPc(pc, server, office, documents);
    const empty = anEmptyApp(folder);
    const ours: number[] = [];
    const floor: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await startToList(pc, office));
      floor.push(await startEmpty(empty, folder));
    }
    return quantileRows(
      {
        figure: `start to a usable list of ${documents.toLocaleString('en')}`,
        floorIs: 'the same window with an empty page',
        ours,
        floor,
      },
      [0.5],
    );
  } finally {
    pc.dispose();
    await server.stop();
  }
}

async function loadPc(
  pc: TestPc,
  server: TestServer,
  office: SeededOffice,
  documents: number,
): Promise<void> {
  const opened = await pc.open();
  const code = await server.admin().createActivationCode(office.office.id);
  await enrol(opened.page, server.address, code, 'Máy đo');
  await signIn(opened.page, office.clerk.login, PASSWORD);
  const count = `${documents.toLocaleString('vi-VN')} văn bản`;
  await expect(opened.page.getByText(count)).toBeVisible({ timeout: LOAD_MS });
  await expect(opened.page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: LOAD_MS });
  await opened.close();
}

/** Milliseconds to the first drawn row. */
async function startToList(pc: TestPc, office: SeededOffice): Promise<number> {
  const startedAt = performance.now();
  const opened = await pc.open();
  await signIn(opened.page, office.clerk.login, PASSWORD);
  await firstRow(opened.page);
  const ms = performance.now() - startedAt;
  await opened.close();
  return ms;
}

const firstRow = (page: Page): Promise<void> =>
  expect(page.getByRole('grid').getByRole('row').nth(1)).toBeVisible({ timeout: 60_000 });

/** An Electron program of one window that shows nothing. */
function anEmptyApp(folder: string): string {
  const app = join(folder, 'empty-app');
  mkdirSync(app);
  const about = {
    name: 'empty',
    version: '1.0.0',
    private: true,
    type: 'module',
    main: 'main.mjs',
  };
  writeFileSync(join(app, 'package.json'), JSON.stringify({ ...about, productName: 'Empty' }));
  writeFileSync(
    join(app, 'main.mjs'),
    `import { app, BrowserWindow } from 'electron';
void app.whenReady().then(() => new BrowserWindow({ show: true }).loadURL('about:blank'));
`,
  );
  return app;
}

async function startEmpty(appDir: string, folder: string): Promise<number> {
  const startedAt = performance.now();
  const { killGroup } = await launchApp({ appDir, userDataDir: join(folder, 'empty-data') });
  const ms = performance.now() - startedAt;
  await killGroup();
  return ms;
}
