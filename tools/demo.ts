import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { openAdmin } from '../sync-server/src/features/admin/open-admin';
import {
  aPc,
  enrol,
  registerPaper,
  signIn,
  type OpenedPc,
  type TestPc,
} from '../test/e2e/support/workstation';
import { buildIfNeeded } from './build-if-needed';
import { createEvidence, type Evidence } from './demo/evidence';
import { printRegister } from './demo/print-register';
import { DEMO_PASSWORD, demoOffice, demoProvince, seedProvince } from './demo/province';
import { describeSeeded, seedDocuments } from './demo/seed-documents';
import { startServer, type ServerProcess } from './demo/server-process';
import { findRuntime } from './runtime';

interface Day {
  readonly evidence: Evidence;
  readonly dataDir: string;
  readonly port: number;
}

const papers = [
  {
    issuer: 'Sở Nội vụ tỉnh Mẫu Sơn',
    code: '1520/SNV-CCHC',
    subject: 'Báo cáo kết quả cải cách hành chính quý IV năm 2026',
  },
  {
    issuer: 'Sở Tài chính tỉnh Mẫu Sơn',
    code: '2210/STC-QLNS',
    subject: 'Hướng dẫn khóa sổ ngân sách cuối năm 2026',
  },
  {
    issuer: 'Sở Y tế tỉnh Mẫu Sơn',
    code: '845/SYT-NVY',
    subject: 'Tăng cường phòng, chống dịch bệnh mùa đông xuân',
  },
  {
    issuer: 'Công an tỉnh Mẫu Sơn',
    code: '77/CAT-PCCC',
    subject: 'Kiểm tra an toàn phòng cháy chữa cháy trước Tết',
  },
  {
    issuer: 'Sở Tư pháp tỉnh Mẫu Sơn',
    code: '390/STP-HCTP',
    subject: 'Rà soát công tác chứng thực tại cấp xã',
  },
] as const;

/** `npm run demo`: a day of two communes on real parts, one line a step, evidence in `demo-output/`. */
async function playDay(): Promise<number> {
  const runtime = findRuntime();
  if (!runtime) {
    console.error('Neither Electron nor Chromium is here.');
    return 2;
  }
  console.log(runtime.sentence);
  await buildIfNeeded();
  const evidence = createEvidence();
  const parent = process.getuid?.() === 0 ? '/var/lib' : tmpdir();
  const dataDir = mkdtempSync(join(parent, 'tcv-demo-'));
  const pcs: TestPc[] = [aPc(), aPc(), aPc()];
  const open: OpenedPc[] = [];
  /** Whatever step fails, what was started is ended: a demo that hangs tells nobody anything. */
  const servers: ServerProcess[] = [];
  try {
    const server = await evidence.step('the server starts on its embedded PostgreSQL', () =>
      startServer({ dataDir, port: 0 }),
    );
    servers.push(server);
    const port = Number(new URL(server.address).port);
    return await play({ evidence, dataDir, port }, servers, pcs, open);
  } finally {
    for (const pc of open) await pc.killGroup().catch(() => undefined);
    for (const server of servers) await server.stop();
    for (const pc of pcs) pc.dispose();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function play(
  { evidence, dataDir, port }: Day,
  servers: ServerProcess[],
  [clerkPc, colleaguePc, otherPc]: readonly TestPc[],
  open: OpenedPc[],
): Promise<number> {
  const { step, picture } = evidence;
  const [first] = servers;
  if (!first) throw new Error('no server');
  let server = first;
  const { admin, db, close } = await openAdmin({ dataDir });
  await step('the demo province is seeded: two communes, a province office, 30 people', () =>
    seedProvince(admin),
  );
  const seeded = await step(
    'the papers of its year are printed, registered, signed and issued',
    () => seedDocuments({ serverAddress: server.address, admin, db }),
  );
  console.log(`          ${describeSeeded(seeded)}`);
  const [a, b] = [demoOffice('a').office, demoOffice('b').office];
  const codes = [
    await admin.createActivationCode(a.id),
    await admin.createActivationCode(a.id),
    await admin.createActivationCode(b.id),
  ];
  await close();

  const start = async (
    pc: TestPc | undefined,
    index: number,
    name: string,
    login: string,
  ): Promise<OpenedPc> => {
    if (!pc) throw new Error('no such PC');
    const opened = await pc.open();
    open.push(opened);
    await enrol(opened.page, server.address, codes[index] ?? '', name);
    await signIn(opened.page, login, DEMO_PASSWORD);
    await expect(opened.page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });
    return opened;
  };
  let clerk = await step(`the clerk of ${a.name} enrols and signs in`, () =>
    start(clerkPc, 0, 'Máy văn thư', 'vanthu'),
  );
  const colleague = await step(`a second PC of ${a.name} enrols`, () =>
    start(colleaguePc, 1, 'Máy văn phòng', 'vanthu2'),
  );
  const other = await step(`the clerk of ${b.name} enrols and signs in`, () =>
    start(otherPc, 2, 'Máy văn thư', 'vanthu'),
  );
  await picture(clerk.page, 'van-ban-den');

  await step('the line goes down', () => server.stop());
  await step('the clerk registers five papers; their numbers wait', async () => {
    for (const paper of papers) {
      await registerPaper(clerk.page, paper);
      await clerk.page.keyboard.press('Escape');
      const row = clerk.page.getByRole('row').filter({ hasText: paper.code });
      await expect(row.getByText('Chờ cấp số đến')).toBeVisible();
    }
    await expect(clerk.page.getByText(/Mất mạng từ|Chưa có mạng/)).toBeVisible({ timeout: 30_000 });
  });
  await picture(clerk.page, 'mat-mang-cho-cap-so');
  await step(
    'the app is killed in the middle, and opened again without a line: nothing is lost',
    async () => {
      await clerk.killGroup();
      clerk = await (clerkPc ?? aPc()).open();
      open.push(clerk);
      await signIn(clerk.page, 'vanthu', DEMO_PASSWORD);
      for (const { code } of papers) await expect(clerk.page.getByText(code)).toBeVisible();
    },
  );
  await picture(clerk.page, 'mo-lai-sau-khi-bi-tat');

  server = await step('the line comes back', () => startServer({ dataDir, port }));
  servers.push(server);
  await step('the arrival numbers arrive, here and on the second PC', async () => {
    for (const { page } of [clerk, colleague]) {
      for (const { code } of papers) {
        const row = page.getByRole('row').filter({ hasText: code });
        await expect(row.getByText('Đã vào sổ')).toBeVisible({ timeout: 90_000 });
      }
      await expect(page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });
    }
  });
  await picture(clerk.page, 'da-co-so-den');
  await picture(colleague.page, 'may-thu-hai');
  await step(`${b.name} sees nothing of ${a.name}`, async () => {
    for (const { code } of papers) await expect(other.page.getByText(code)).toHaveCount(0);
  });
  await picture(other.page, 'phuong-ben-lanh');

  const isRight = await step('the registers are printed and checked', () =>
    printRegisters(evidence, dataDir),
  );
  await server.stop();
  console.log(`evidence: ${evidence.folder}`);
  return isRight ? 0 : 1;
}

async function printRegisters(evidence: Evidence, dataDir: string): Promise<boolean> {
  const { db, close } = await openAdmin({ dataDir });
  let isRight = true;
  for (const { office, registers } of demoProvince) {
    for (const register of registers) {
      const printed = await printRegister(db, { ...register, officeId: office.id });
      isRight &&= printed.isContinuous;
      if (printed.count > 0)
        evidence.text(`${office.placeName} - ${register.name}.txt`, printed.text);
    }
  }
  await close();
  return isRight;
}

process.exitCode = await playDay();
