import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { IncomingDocument } from '@shared/domain/document/incoming-document';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { RegisterId } from '@shared/kernel/ids';
import type { OperationDraft } from '@shared/sync/operation';
import { checkIntegrity } from '../../sync-server/src/features/health/integrity';
import { anIncomingRegistration, PASSWORD } from '../support/builders';
import { anOutgoingDraft } from '../support/core-builders';
import { checkHistory } from '../support/headless/history-checker';
import { memoryProjectionStore } from '../support/headless/memory-projection-store';
import { readProgramHistory } from '../support/headless/program-history';
import { readServerTables } from '../support/headless/server-tables';
import { aHub, type HubInProcess } from '../support/hub-bench';
import { startProvince } from '../support/hub-office';
import { startOfficePc, type OfficePc, type PcOptions } from '../support/office-pc';
import {
  fetches,
  hasFile,
  importPdf,
  seedSigningOffice,
  signAll,
  signingWorkers,
} from '../support/signing-office';
import { smallPdf } from '../support/small-pdf';
import { temporaryFolder } from '../support/temporary-folder';
import { createTestDatabase } from '../support/test-database';
import { aScriptedToken } from '../unit/main/signing/scripted-token';
import { prepared } from '../unit/shared/pades/helpers';

const DAYS = 10;
/** Half of them come in, half go out. The whole size by hand: `T15_PAPERS=400`. */
const PAPERS = Number(process.env['T15_PAPERS'] ?? 20);
const EACH_DAY = PAPERS / DAYS / 2;
const HUB_NAME = 'Trạm UBND xã Thử Nghiệm';
const DAY_MS = 86_400_000;

/**
 * The clocks of every program here, for all of them run in this process: they go on by themselves, and by days when told;
 * the hub tells the date by its steady clock since it heard of the province.
 */
function officeClock() {
  let aheadMs = 0;
  const wall = Date.now;
  const steady = performance.now.bind(performance);
  const spies = [
    vi.spyOn(Date, 'now').mockImplementation(() => wall() + aheadMs),
    vi.spyOn(performance, 'now').mockImplementation(() => steady() + aheadMs),
  ];
  onTestFinished(() => spies.forEach((spy) => spy.mockRestore()));
  return {
    nextDay: () => {
      aheadMs += DAY_MS;
    },
  };
}

const LOGINS = {
  clerk: 'vanthu',
  secondClerk: 'vanthu',
  drafter: 'soanthao',
  head: 'chanhvp',
  chairman: 'chutich',
} as const;
type Seat = keyof typeof LOGINS;
const seats = Object.keys(LOGINS) as readonly Seat[];

/** A commune with five PCs and a hub with TLS that holds both books; the province is still there. */
async function anOfficeAtWork() {
  const province = await startProvince();
  onTestFinished(() => province.stop());
  const office = await seedSigningOffice(province.admin());
  const { seeded, register: book, pki } = office;
  const hub = await aRestartableHub({
    PROVINCE_URL: province.address(),
    HUB_CODE: await province.admin().createActivationCode(seeded.office.id, 1, {}, 'hub'),
  });
  const workers = await signingWorkers(pki);
  const tokens = {
    chairman: aScriptedToken(pki.pki, [pki.leader]).port,
    clerk: aScriptedToken(pki.pki, [pki.organ]).port,
  };
  const options = {} as Record<Seat, PcOptions>;
  const pcs = {} as Record<Seat, OfficePc>;
  for (const seat of seats) {
    options[seat] = {
      ...workers,
      folder: join(temporaryFolder(), seat),
      database: memoryProjectionStore(),
      ...((seat === 'chairman' || seat === 'clerk') && { token: tokens[seat] }),
    };
    pcs[seat] = await province.aPc(seeded, LOGINS[seat], options[seat]);
  }
  for (const { id } of [seeded.register, book]) {
    const held = (await province.admin().listDevices(seeded.office.id)).find(
      ({ name }) => name === HUB_NAME,
    );
    const target = { type: 'register', id } as const;
    const lends = [
      [pcs.head, 'cmd.allowLease', 'lanhDaoVanPhong', { allowed: true }],
      [pcs.clerk, 'cmd.leaseToHub', 'vanThu', { deviceId: held?.deviceId ?? '', inc: 1 }],
    ] as const;
    for (const [pc, kind, role, body] of lends) {
      await pc.ask('operations.append', { drafts: [{ kind, target, base: null, role, body }] });
      await pc.until(({ pendingOperations }) => pendingOperations === 0);
      expect(await pc.ask('operations.list', undefined)).toEqual([]);
    }
  }
  // New machines and leases the hub hears of when it asks again.
  await hub.restart();
  for (const seat of seats) {
    const pc = pcs[seat];
    await pc.ask('session.signOut', undefined);
    await pc.signIn(LOGINS[seat], PASSWORD);
    await pc.ask('hub.connect', { code: hub.code() });
    await meets(pc);
  }
  return {
    ...office,
    province,
    hub,
    pcs,
    folders: seats.map((seat) => options[seat].folder),
    /** Every PC is switched off in the evening and on in the morning. */
    morning: async (): Promise<void> => {
      await Promise.all(
        seats.map(async (seat) => {
          await pcs[seat].stop();
          pcs[seat] = await startOfficePc(options[seat]);
          await pcs[seat].signIn(LOGINS[seat], PASSWORD);
          await meets(pcs[seat]);
        }),
      );
    },
  };
}

type OfficeAtWork = Awaited<ReturnType<typeof anOfficeAtWork>>;

async function meets(pc: OfficePc): Promise<void> {
  const isAnswering = async () => {
    await pc.ask('hub.meet', undefined);
    return (await pc.ask('hub.describe', undefined))?.status.isAnswering;
  };
  await expect.poll(isAnswering, { timeout: 30_000 }).toBe(true);
}

/** The hub as it ships, at one address whenever it starts. */
async function aRestartableHub(settings: Readonly<Record<string, string>>) {
  const database = await createTestDatabase();
  const start = (over: { dataDir?: string; port?: number } = {}): Promise<HubInProcess> =>
    aHub(
      {
        HOST: '127.0.0.1',
        HUB_NAME,
        RATE_BURST: '100000',
        RATE_PER_SECOND: '100000',
        ...settings,
      },
      {
        databaseUrl: database.connectionString,
        sinceBootMs: () => performance.now(),
        ...over,
      },
    );
  let hub = await start();
  onTestFinished(async () => {
    await hub.stop();
    await database.drop();
    for (const path of [hub.dataDir, `${hub.dataDir}-anchors`])
      rmSync(path, { recursive: true, force: true });
  });
  return {
    code: () => hub.code,
    restart: async (): Promise<void> => {
      await hub.stop();
      hub = await start({ dataDir: hub.dataDir, port: Number(new URL(hub.address).port) });
    },
  };
}

const act = (
  pc: OfficePc,
  kind: OperationDraft['kind'],
  target: OperationDraft['target'],
  more: Pick<OperationDraft, 'body'> & Partial<OperationDraft>,
) =>
  pc.ask('operations.append', {
    drafts: [{ kind, target, base: null, role: 'vanThu', ...more }],
  });

/** A paper comes in with its scan; it is registered and numbered in one breath. */
async function register(pc: OfficePc, { seeded }: OfficeAtWork, nth: number): Promise<string> {
  const file = await importPdf(pc, aPdf(`văn bản đến ${nth}`));
  const target = { type: 'incomingDocument', id: crypto.randomUUID() } as const;
  const subject = `Về việc số ${nth} trong những ngày mất mạng`;
  const body = { ...anIncomingRegistration(seeded, { subject, files: [file] }) };
  await act(pc, 'create', target, { body, files: [file.sha256] });
  await number(pc, target, { registerId: seeded.register.id });
  return target.id;
}

/** Asked for, and asked for again as the page does, where the hub was too busy to answer in time. */
async function number(
  pc: OfficePc,
  target: OperationDraft['target'],
  body: { readonly registerId: RegisterId; readonly code?: JsonObject },
): Promise<void> {
  const isIncoming = target.type === 'incomingDocument';
  const request = { kind: 'cmd.requestNumber', target, base: null, role: 'vanThu', body } as const;
  await pc.ask('operations.append', { drafts: [request] });
  const isGiven = (): Promise<boolean> =>
    pc.sees(target.id, inState(isIncoming ? 'daDangKy' : 'daCapSo'), 5_000).then(
      () => true,
      () => false,
    );
  while (!(await isGiven()))
    await pc.ask('registers.serve', { registerId: body.registerId, requests: [request] });
}

/** Drafted by one, its content approved. */
async function draft({ seeded, unit, pcs: { drafter } }: OfficeAtWork, nth: number) {
  const file = await importPdf(drafter, prepared(aPdf(`văn bản đi ${nth}`)));
  const paper = { type: 'outgoingDocument', id: crypto.randomUUID() } as const;
  const { chairman: leader, organ } = seeded;
  const body = anOutgoingDraft({
    organId: organ.id,
    draftingUnitId: unit.id,
    subject: `Về việc trả lời số ${nth}`,
    signerUserId: leader.id,
    signerName: leader.fullName,
    signerPosition: 'CHỦ TỊCH',
    recipients: [{ agencyCode: null, name: 'Ông Trần Văn Dân', kind: 'chinh', channel: 'giay' }],
    drafts: [file],
  });
  const files = [file.sha256];
  await act(drafter, 'create', paper, { body: { ...body }, files });
  await act(drafter, 'cmd.submitDraft', paper, { body: {} });
  await act(drafter, 'cmd.approveContent', paper, {
    body: { opinion: null },
    role: 'lanhDaoDonVi',
  });
  return { paper, file };
}

/** Its format is approved by the head of the office at another PC. */
async function approveFormat(
  { pcs: { head } }: OfficeAtWork,
  { paper, file }: Awaited<ReturnType<typeof draft>>,
): Promise<string> {
  await head.sees(paper.id, inState('choTheThuc'));
  await fetches(head, file.sha256);
  const body = { pdf: file, opinion: null };
  await act(head, 'cmd.approveFormat', paper, {
    body,
    role: 'lanhDaoVanPhong',
    files: [file.sha256],
  });
  return paper.id;
}

const aPdf = (title: string): Uint8Array => new Uint8Array(smallPdf({ pages: [[title]] }));

const inState = (state: string) => (view: { readonly state?: unknown }) => view.state === state;

/** What left the drafter that day: signed by the leader, numbered by one clerk, sealed by the other. */
async function issue(at: OfficeAtWork, papers: readonly string[], midday: () => Promise<void>) {
  const { chairman, clerk, secondClerk } = at.pcs;
  for (const id of papers) {
    await chairman.sees(id, inState('choKy'));
    await hasFile(chairman, id);
  }
  await signAll(chairman, 'leader', papers, at.pki.leader);
  for (const id of papers) {
    await secondClerk.sees(id, inState('daKy'));
    const code = { organShortName: at.seeded.organ.shortName, unitAbbreviation: 'VP' };
    const target = { type: 'outgoingDocument', id } as const;
    await number(secondClerk, target, { registerId: at.register.id, code });
  }
  await midday();
  for (const id of papers) {
    await clerk.sees(id, inState('daCapSo'));
    await hasFile(clerk, id);
  }
  await signAll(clerk, 'seal', papers, at.pki.organ);
}

/** Everybody sees all of it, the leader too. */
async function everybodySees(
  { pcs }: OfficeAtWork,
  { incoming, outgoing }: Papers,
  isDirtyWanted: boolean,
): Promise<void> {
  for (const seat of seats) {
    for (const [ids, state] of [
      [incoming, 'daDangKy'],
      [outgoing, 'daDongDau'],
    ] as const)
      for (const id of ids)
        await pcs[seat].sees(
          id,
          (view, isDirty) => view['state'] === state && isDirty === isDirtyWanted,
          120_000,
        );
  }
}

interface Papers {
  readonly incoming: string[];
  readonly outgoing: string[];
}

test(`T-15, §20: ten days without the province, five workstations, ${PAPERS} papers registered, signed, numbered and sealed; then one upload`, async () => {
  const clock = officeClock();
  const at = await anOfficeAtWork();
  const { province, pcs, hub } = at;
  await province.cut(...Object.values(pcs));

  const papers: Papers = { incoming: [], outgoing: [] };
  for (let day = 1; day <= DAYS; day++) {
    if (day > 1) clock.nextDay();
    await at.morning();
    const drafts: Awaited<ReturnType<typeof draft>>[] = [];
    for (let nth = 0; nth < EACH_DAY; nth++) {
      const clerk = nth % 2 === 0 ? pcs.clerk : pcs.secondClerk;
      papers.incoming.push(await register(clerk, at, papers.incoming.length + 1));
      drafts.push(await draft(at, papers.outgoing.length + drafts.length + 1));
    }
    const today: string[] = [];
    for (const drafted of drafts) today.push(await approveFormat(at, drafted));
    await issue(at, today, async () => {
      if (day === DAYS / 2) await hub.restart();
    });
    papers.outgoing.push(...today);
  }
  await everybodySees(at, papers, true);
  for (const pc of Object.values(pcs))
    expect((await pc.ask('sync.status', undefined)).connection).toBe('offline');

  await province.comeBack();
  for (const pc of Object.values(pcs))
    await pc.until(
      ({ pendingOperations, pendingFiles }) => pendingOperations + pendingFiles === 0,
      60_000 + 2_000 * PAPERS,
    );
  await everybodySees(at, papers, false);
  await theyAllHaveTheSame(at, papers);
  await theProvinceIsSound(at, papers);
}, 3_600_000);

async function theyAllHaveTheSame({ pcs }: OfficeAtWork, { incoming, outgoing }: Papers) {
  for (const pc of Object.values(pcs)) {
    expect(await pc.ask('operations.list', undefined)).toEqual([]);
    expect(await pc.ask('hub.peerWork', undefined)).toEqual({ unconfirmed: [], refused: [] });
    for (const id of incoming) {
      const { files } = IncomingDocument.parse(pc.view(id));
      for (const { sha256 } of files) await fetches(pc, sha256);
    }
    for (const id of outgoing) await hasFile(pc, id);
    for (const id of [...incoming, ...outgoing]) expect(pc.view(id)).toEqual(pcs.clerk.view(id));
  }
}

/** Tables, histories of all machines, books: numbers 1 … n without a gap, in the order of their dates. */
async function theProvinceIsSound(
  { province, pcs, folders, seeded, register: book }: OfficeAtWork,
  { incoming, outgoing }: Papers,
): Promise<void> {
  for (const pc of Object.values(pcs)) await pc.stop();
  const histories = await Promise.all(folders.map(readProgramHistory));
  const tables = await readServerTables(province.db, seeded.office.id);
  const events = histories.flatMap((history) => history.events);
  expect(checkHistory(events, tables, { isQuiet: true }).slice(0, 10)).toEqual([]);
  expect(tables.operations.length).toBe(histories.flatMap(({ operations }) => operations).length);
  const unapplied = tables.operations.filter(({ outcome }) => outcome.status !== 'applied');
  expect(unapplied).toEqual([]);
  const report = await checkIntegrity(province.db);
  expect(report.findings).toEqual([]);
  expect(report.registers.findings).toEqual([]);
  for (const [registerId, ids] of [
    [seeded.register.id, incoming],
    [book.id, outgoing],
  ] as const) {
    const entries = tables.entries.filter((entry) => entry.registerId === registerId);
    const numbers = entries.map(({ number }) => number).toSorted((a, b) => a - b);
    expect(numbers).toEqual(ids.map((_, i) => i + 1));
    expect(new Set(entries.map(({ documentId }) => documentId))).toEqual(new Set(ids));
    // One date a day, ten of them.
    expect(new Set(entries.map(({ date }) => date)).size).toBe(DAYS);
  }
  const codes = outgoing.map((id) => OutgoingDocument.parse(tables.records.get(id)?.content));
  expect(codes.every(({ codeNumber }) => codeNumber !== null)).toBe(true);
}
