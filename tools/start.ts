import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openAdmin } from '../sync-server/src/features/admin/open-admin';
import { startAuthority } from '../test/support/demo-authority';
import { buildIfNeeded } from './build-if-needed';
import { openDemoTokens } from './demo/demo-tokens';
import { DEMO_PASSWORD, demoOffice, seedProvince } from './demo/province';
import { describeSeeded, seedDocuments } from './demo/seed-documents';
import { demoFolder, startServer } from './demo/server-process';
import { repositoryRoot, runStep } from './run-step';
import { findRuntime, type Runtime } from './runtime';

/** `npm start`: server, demo province and workstation; without a display the demo plays headlessly instead. */
process.exitCode = await start();

async function start(): Promise<number> {
  const runtime = findRuntime();
  if (!runtime) {
    console.error(
      'Neither Electron nor Chromium is here. With Node 22.12 or later and internet, run: npx electron --version',
    );
    return 2;
  }
  await buildIfNeeded();
  const hasDisplay =
    process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (!hasDisplay) {
    console.log('no display: playing the demo headlessly');
    return (await runStep({ name: 'demo', command: 'npm', args: ['run', '--silent', 'demo'] }))
      .code;
  }
  console.log(runtime.sentence);
  return openDesktop(runtime);
}

async function openDesktop(runtime: Runtime): Promise<number> {
  const folder = demoFolder('desktop');
  mkdirSync(folder, { recursive: true });
  const server = await startServer({ dataDir: join(folder, 'server'), port: 8787 });
  const { admin, db, close } = await openAdmin({ dataDir: server.dataDir });
  await seedProvince(admin);
  console.log('papers:          the first start prints and registers 420 of them, a minute or two');
  const authority = await startAuthority(join(folder, 'authority'), 8788);
  const { pki } = authority;
  const papers = await seedDocuments({ serverAddress: server.address, admin, db, pki });
  console.log(`                 ${describeSeeded(papers)}`);
  const { office, people } = demoOffice('a');
  const code = await admin.createActivationCode(office.id);
  const usb = join(folder, 'usb');
  const tokens = await openDemoTokens({
    pki,
    admin,
    demo: demoOffice('a'),
    folders: { leader: usb, clerk: usb },
  });
  await close();
  console.log(`server:          ${server.address}`);
  console.log(`activation code: ${code}   (${office.name})`);
  console.log(`people:          ${people.map(({ login }) => login).join(', ')}`);
  console.log(`password:        ${DEMO_PASSWORD}`);
  console.log(
    tokens
      ? `USB tokens:      two by SoftHSM, plugged in: the chairman’s and the seal; PIN ${tokens.leader.pin}`
      : 'USB tokens:      softhsm2 or opensc is missing: nothing can be signed',
  );
  const app = spawn(
    runtime.executable,
    [repositoryRoot, `--user-data-dir=${join(folder, 'workstation')}`],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        TCV_DEMO: '1',
        TCV_TRUST_FOLDER: authority.trustFolder,
        ...(tokens && { ...tokens.leader.env, TCV_PKCS11_MODULES: tokens.leader.modulePath }),
      },
    },
  );
  const exit = await new Promise<number>((resolve) => app.once('exit', (n) => resolve(n ?? 1)));
  await authority.stop();
  await server.stop();
  return exit;
}
