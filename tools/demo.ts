import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenEnv } from '../test/e2e/support/signing';
import { aPc } from '../test/e2e/support/workstation';
import { startAuthority, type DemoAuthority } from '../test/support/demo-authority';
import { openAdmin } from '../sync-server/src/features/admin/open-admin';
import { buildIfNeeded } from './build-if-needed';
import { captureOffline, receiveNumbers } from './demo/day/capture';
import { become, createLine, expectSynced, openDayPc, type Day } from './demo/day/day';
import { draftAndCheck } from './demo/day/drafting';
import { printDayDrafts } from './demo/day/drafts';
import {
  askForNumberOffline,
  dispatchAndReceive,
  keepSealedFiles,
  numberAndSeal,
} from './demo/day/issue';
import { findPins } from './demo/day/pin-search';
import { signOffline } from './demo/day/signing';
import { openDemoTokens, type DemoTokens } from './demo/demo-tokens';
import { createEvidence, type Evidence } from './demo/evidence';
import { placeForHub } from './demo/hub-days/hub-place';
import { playHubDays } from './demo/hub-days/play';
import { printRegister } from './demo/print-register';
import { demoOffice, demoProvince, seedProvince } from './demo/province';
import { describeSeeded, seedDocuments } from './demo/seed-documents';
import { startServer, type ServerProcess } from './demo/server-process';
import { findRuntime } from './runtime';

/** `-- --few`: a short past, for whoever works on the day itself. */
const isShort = process.argv.includes('--few');
const fewPapers = [
  { office: 'a', incoming: 12, outgoing: 30 },
  { office: 'b', incoming: 6, outgoing: 4 },
] as const;

/** What is undone when the day is over, however it ends: a demo that hangs tells nobody anything. */
type Undo = () => Promise<unknown> | void;

/** `npm run demo`: a day of two communes on real parts, and ten without the province; evidence in `demo-output/`. */
async function playDay(): Promise<number> {
  const runtime = findRuntime();
  if (!runtime) {
    console.error('Neither Electron nor Chromium is here.');
    return 2;
  }
  console.log(runtime.sentence);
  await buildIfNeeded();
  const evidence = createEvidence();
  const undo: Undo[] = [];
  try {
    return await play(evidence, undo);
  } finally {
    for (const end of undo.toReversed()) await Promise.resolve(end()).catch(() => undefined);
  }
}

async function play(evidence: Evidence, undo: Undo[]): Promise<number> {
  const { step } = evidence;
  // As root PostgreSQL's own user must be able to enter the server's folder.
  const parent = process.getuid?.() === 0 ? '/var/lib' : tmpdir();
  const dataDir = mkdtempSync(join(parent, 'tcv-demo-'));
  const folder = mkdtempSync(join(tmpdir(), 'tcv-demo-'));
  for (const made of [dataDir, folder]) {
    undo.push(() => rmSync(made, { recursive: true, force: true }));
  }
  const authority = await startAuthority(join(folder, 'authority'));
  undo.push(authority.stop);
  const server = await step('the server starts on its embedded PostgreSQL', () =>
    startServer({ dataDir, port: 0 }),
  );
  const line = createLine(server);
  undo.push(line.stop);
  const { tokens, codes } = await seed(evidence, { folder, server, authority });
  const [a, b] = [demoOffice('a'), demoOffice('b')];

  const hub = await placeForHub(parent);
  undo.push(hub.remove);
  const open = async (
    name: string,
    login: string,
    code: string,
    { token, env = {} }: { token?: keyof DemoTokens; env?: Readonly<Record<string, string>> } = {},
  ) => {
    const soft = token && tokens?.[token];
    const pc = aPc({
      ...env,
      TCV_DEMO: '1',
      TCV_TRUST_FOLDER: authority.trustFolder,
      ...(soft && tokenEnv(soft, authority)),
    });
    undo.push(pc.dispose);
    const opened = await openDayPc(pc, { address: server.address, code, name, login });
    undo.push(() => opened.opened().killGroup());
    return opened;
  };
  const clerkA = await step(`the clerk of ${a.office.name} enrols and signs in`, () =>
    open('Máy văn thư', 'vanthu', codes.clerkA, { token: 'clerk', env: hub.env }),
  );
  const leaderA = await step(`the Chairman of ${a.office.name} does`, () =>
    open('Máy Chủ tịch', 'chutich', codes.leaderA, { token: 'leader' }),
  );
  const clerkB = await step(`the clerk of ${b.office.name} does`, () =>
    open('Máy văn thư', 'vanthu', codes.clerkB),
  );
  await evidence.picture(clerkA.page(), 'van-ban-den');
  const day: Day = { evidence, a, b, clerkA, leaderA, clerkB, tokens, ...line };
  const said = await playOffices(day);
  const expertA = await step(
    'an expert’s PC is enrolled; the head of the unit shares it',
    async () => {
      const pc = await open('Máy chuyên viên', 'chuyenvien1', codes.expertA);
      await become(pc.page(), 'truongphong.kt');
      await expectSynced(pc.page());
      await become(pc.page(), 'chuyenvien1');
      return pc;
    },
  );
  const office = { day, expertA, hubFolder: hub.folder, stopHub: hub.stop };
  const isHeld = await playHubDays(office, { dataDir, isShort });
  const folders = [expertA.folder, hub.folder, dataDir];
  return (await lookBack(day, { dataDir, folders, ...said })) && isHeld ? 0 : 1;
}

/** The day itself, from the first paper to the last that is issued. */
async function playOffices(day: Day) {
  const { evidence } = day;
  const { step } = evidence;
  const drafts = (await printDayDrafts(day.a)) ?? [];
  await step('the line goes down', day.cutLine);
  await captureOffline(day);
  await step('the line comes back', day.restoreLine);
  await receiveNumbers(day);
  await draftAndCheck(day, drafts);
  if (!day.tokens) console.log('          softhsm2 or opensc is missing: nothing is signed today');
  await step('the line goes down again', day.cutLine);
  await signOffline(day, drafts);
  await step('the line comes back', day.restoreLine);
  const said = await askForNumberOffline(day, drafts);
  await step('the line comes back', day.restoreLine);
  await numberAndSeal(day, drafts);
  const areValid = await keepSealedFiles(day, drafts);
  await dispatchAndReceive(day, drafts);
  return { areValid, said };
}

interface Seen {
  readonly dataDir: string;
  /** What was written besides the first day's PCs and the evidence. */
  readonly folders: readonly string[];
  readonly areValid: boolean;
  readonly said: string | undefined;
}

/** The printed books of both acts, and what must not have been written anywhere. */
async function lookBack(day: Day, { dataDir, folders, areValid, said }: Seen): Promise<boolean> {
  const { evidence } = day;
  const { step } = evidence;
  const isRight = await step('the registers are printed and checked', () =>
    printRegisters(evidence, dataDir),
  );
  const leaks = await findPins(day, folders);
  for (const path of leaks) console.error(`a PIN stands in ${path}`);
  if (!areValid) console.error('pdfsig does not call every signature valid: see pdfsig.txt');
  console.log(`evidence: ${evidence.folder}`);
  if (said !== undefined) {
    console.log(`a number asked for without a line was not given; the screen said: “${said}”`);
  }
  return isRight && areValid && leaks.length === 0;
}

interface Seeding {
  readonly folder: string;
  readonly server: ServerProcess;
  readonly authority: DemoAuthority;
}

/** Province, papers of its year, tokens, and a code for each PC. */
async function seed({ step }: Evidence, { folder, server, authority }: Seeding) {
  const { admin, db, close } = await openAdmin({ dataDir: server.dataDir });
  try {
    await step('the demo province is seeded: two communes, a province office, 30 people', () =>
      seedProvince(admin),
    );
    const seeded = await step(
      'the papers of its year are printed, registered, signed and issued',
      () =>
        seedDocuments({
          serverAddress: server.address,
          admin,
          db,
          pki: authority.pki,
          ...(isShort && { shares: fewPapers }),
        }),
    );
    console.log(`          ${describeSeeded(seeded)}`);
    const demo = demoOffice('a');
    const folders = { leader: join(folder, 'usb-chu-tich'), clerk: join(folder, 'usb-van-thu') };
    const tokens = await step('two USB tokens are made, played by SoftHSM', () =>
      openDemoTokens({ pki: authority.pki, admin, demo, folders }),
    );
    const [office, neighbour] = [demo.office.id, demoOffice('b').office.id];
    const codes = {
      clerkA: await admin.createActivationCode(office),
      leaderA: await admin.createActivationCode(office),
      clerkB: await admin.createActivationCode(neighbour),
      expertA: await admin.createActivationCode(office),
    };
    return { tokens, codes };
  } finally {
    await close();
  }
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
