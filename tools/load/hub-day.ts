import { setTimeout as sleep } from 'node:timers/promises';
import { AttachedFile } from '@shared/domain/document/incoming-document';
import type { FileHash } from '@shared/kernel/ids';
import { anIncomingRegistration } from '../../test/support/builders';
import { registering } from '../../test/support/headless/office-work';
import type { OfficePc } from '../../test/support/office-pc';
import { postgresProcesses, type TestServer } from '../../test/support/test-server';
import { quantile, timed } from '../bench/row';
import { scanPdf } from '../bench/scan-pdf';
import { aHubOffice, type HubOffice } from './hub-office';
import { processFigures } from './process-figures';
import type { LoadRow } from './scenes';

const PCS = 20;
const PAPERS_A_DAY = 400;
const SCAN_BYTES = 1_000_000;
/** Eight hours, sixty times as fast: a paper every 1.2 s. Meetings with the hub keep their own pace. */
const DAY_MS = (8 * 3_600_000) / 60;
const MEGABIT = 1_000_000 / 8;
const RATES = { lan: 100 * MEGABIT, province: 20 * MEGABIT };
const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 40 * 60_000;

interface Paper {
  readonly id: string;
  readonly file: FileHash;
  readonly at: number;
  readonly by: number;
}

/**
 * §20: twenty whole programs without a window, a hub as it ships with its own PostgreSQL behind TLS, the province away.
 * The same machines first save a quarter of a day without a hub, then a day with it; at last the hub alone hears of the
 * province and uploads. With a smaller scale the day is shorter, not slower.
 */
export async function hubDay(
  province: TestServer,
  { share }: { readonly share: number },
  print: (row: LoadRow) => void,
): Promise<readonly LoadRow[]> {
  const office = await aHubOffice(province, PCS, RATES);
  try {
    const papers = Math.max(PCS, Math.round(PAPERS_A_DAY * share));
    return await measure(province, office, papers, print);
  } finally {
    await office.stop();
  }
}

async function measure(
  province: TestServer,
  office: HubOffice,
  count: number,
  print: (row: LoadRow) => void,
): Promise<readonly LoadRow[]> {
  const { pcs, lan, lines, hub } = office;
  lines.ofHub.interrupt();
  lines.ofPcs.interrupt();
  for (const pc of pcs) await pc.until(({ connection }) => connection === 'offline');

  const idle = figuresOf(hub);
  const alone = await saveDay(office, await importScans(office, Math.ceil(count / 4)));
  const connectedAt = performance.now();
  for (const pc of pcs) await pc.ask('hub.connect', { code: office.code });
  await allSeen(office, alone.papers);
  const backlogMs = performance.now() - connectedAt;

  const scansOfDay = await importScans(office, count);
  const before = { ...lan.traffic(), ...figuresOf(hub) };
  const memory = watchMemory(hub);
  const startedAt = performance.now();
  const watch = watchArrivals(office);
  const day = await saveDay(office, scansOfDay, watch.expect);
  await watch.finished();
  const seconds = (performance.now() - startedAt) / 1000;
  const after = { ...lan.traffic(), ...figuresOf(hub) };

  const megabytes = (bytes: number): number => bytes / 1_000_000;
  const onWire = megabytes(after.up - before.up + after.down - before.down);
  const scans = megabytes(count * SCAN_BYTES);
  // What the day showed is not lost when the upload takes too long.
  for (const figure of [
    row('workstations', '', pcs.length, PCS),
    row('papers with scans of 1 MB', '', count, PAPERS_A_DAY),
    row('day lasted until the last scan', 's', seconds, null, `${DAY_MS / 1000} s the whole day`),
    row('saved with hub, p50', 'ms', quantile(day.saved, 0.5), null, withoutHub(alone, 0.5)),
    row('saved with hub, p95', 'ms', quantile(day.saved, 0.95), 50, withoutHub(alone, 0.95)),
    row('first papers at everybody', 's', backlogMs / 1000, null, `${alone.papers.length} waited`),
    row(
      'colleague sees paper, p50',
      's',
      quantile(watch.seen, 0.5) / 1000,
      null,
      'meets every 8–12 s',
    ),
    row(
      'colleague sees paper, p95',
      's',
      quantile(watch.seen, 0.95) / 1000,
      null,
      'meets every 8–12 s',
    ),
    row(
      'scan at colleague, p50',
      's',
      quantile(watch.fetched, 0.5) / 1000,
      null,
      '0.16 s on the line',
    ),
    row(
      'scan at colleague, p95',
      's',
      quantile(watch.fetched, 0.95) / 1000,
      null,
      '0.16 s on the line',
    ),
    row(
      'hub processor of one core',
      '%',
      (100 * (after.cpuSeconds - before.cpuSeconds)) / seconds,
      null,
      '60 times a real day’s',
    ),
    row(
      'bytes on the office line',
      'MB',
      onWire,
      null,
      `${(2 * scans).toFixed(0)} MB of scans, up and down`,
    ),
  ])
    print(figure);

  const total = alone.papers.length + count;
  const upload = await uploadOnce(province, office, total);
  const most = memory.stop();
  return [
    row('hub memory, most', 'MB', most.heldMb, 400, `${idle.heldMb.toFixed(0)} MB before`),
    row(
      'same, shared pages each time',
      'MB',
      most.residentMb,
      400,
      `${idle.residentMb.toFixed(0)} MB before`,
    ),
    row('of it the program alone', 'MB', most.programMb, null, 'PostgreSQL is the rest'),
    row('province heard of after', 's', upload.waitedMs / 1000, 120, 'the pause grows to 60–120 s'),
    row(
      'the one upload',
      's',
      upload.tookMs / 1000,
      null,
      `${(upload.bytes / RATES.province).toFixed(1)} s: its bytes at 20 Mbit/s`,
    ),
    row(
      'bytes of the upload',
      'MB',
      megabytes(upload.bytes),
      null,
      `${(total * SCAN_BYTES) / 1e6} MB of scans`,
    ),
    row(
      'bytes of workstations after it',
      'MB',
      megabytes(upload.laterBytes),
      null,
      'nothing goes twice',
    ),
  ];
}

const withoutHub = (day: { readonly saved: readonly number[] }, q: number): string =>
  `${quantile(day.saved, q).toFixed(1)} ms without hub`;

interface SavedDay {
  readonly papers: readonly Paper[];
  /** Milliseconds from the act to its flush. */
  readonly saved: readonly number[];
}

const pcOf = ({ pcs }: HubOffice, i: number): OfficePc => {
  const pc = pcs[i % pcs.length];
  if (!pc) throw new Error('nobody is there to save');
  return pc;
};

/**
 * The scans of a day, each at its machine, before the day begins: machines of an office read PDFs by themselves, and
 * twenty of them here share the cores.
 */
async function importScans(office: HubOffice, count: number): Promise<readonly AttachedFile[]> {
  const scans: AttachedFile[] = [];
  for (let i = 0; i < count; i++) scans.push(await importScan(pcOf(office, i)));
  return scans;
}

/** Papers come one after another, each at another machine. */
async function saveDay(
  office: HubOffice,
  scans: readonly AttachedFile[],
  came: (paper: Paper) => void = () => undefined,
): Promise<SavedDay> {
  const papers: Paper[] = [];
  const saved: number[] = [];
  const startedAt = performance.now();
  /** What a clerk does at a machine does not wait for another clerk. */
  const one = async (file: AttachedFile, i: number): Promise<void> => {
    await sleep(startedAt + (i * DAY_MS) / PAPERS_A_DAY - performance.now());
    const pc = pcOf(office, i);
    const [made] = registering(office.seeded, false);
    if (!made) throw new Error('nothing to save');
    const body = { ...anIncomingRegistration(office.seeded, { files: [file] }) };
    const at = performance.now();
    const drafts = [{ ...made, body, files: [file.sha256] }];
    saved.push(await timed(() => pc.ask('operations.append', { drafts })));
    const paper = { id: made.target.id, file: file.sha256, at, by: i % office.pcs.length };
    papers.push(paper);
    came(paper);
  };
  await Promise.all(scans.map(one));
  return { papers, saved };
}

async function importScan(pc: OfficePc): Promise<AttachedFile> {
  const data = new Uint8Array(scanPdf(SCAN_BYTES));
  const { importId } = await pc.ask('files.beginImport', {
    name: 'quet.pdf',
    sizeBytes: data.length,
    role: 'chinh',
    notSecretConfirmed: true,
  });
  await pc.ask('files.importChunk', { importId, index: 0, data });
  return AttachedFile.parse((await pc.ask('files.finishImport', { importId })).file);
}

async function allSeen({ pcs }: HubOffice, papers: readonly Paper[]): Promise<void> {
  await until('all papers at all machines', async () =>
    pcs.every(({ rows }) => papers.every(({ id }) => rows.has(id))),
  );
}

/** When each paper is at each colleague's, and its scan at one of them, who opens it as soon as it is there. */
function watchArrivals({ pcs }: HubOffice) {
  const seen: number[] = [];
  const fetched: number[] = [];
  const waiting = new Set<{
    readonly paper: Paper;
    readonly pc: OfficePc;
    readonly opens: boolean;
  }>();
  const opening = new Set<Promise<void>>();
  const look = setInterval(() => {
    for (const one of waiting) {
      if (!one.pc.rows.has(one.paper.id)) continue;
      waiting.delete(one);
      seen.push(performance.now() - one.paper.at);
      if (!one.opens) continue;
      const opened = openScan(one.pc, one.paper).finally(() => opening.delete(opened));
      opening.add(opened);
    }
  }, LOOK_EVERY_MS);

  async function openScan(pc: OfficePc, { file, at }: Paper): Promise<void> {
    await until('a scan at a colleague', () =>
      pc.ask('files.fetch', { sha256: file }).then(
        () => true,
        () => false,
      ),
    );
    fetched.push(performance.now() - at);
  }

  return {
    seen,
    fetched,
    expect: (paper: Paper): void =>
      pcs.forEach((pc, i) => {
        if (i !== paper.by) waiting.add({ paper, pc, opens: i === (paper.by + 1) % pcs.length });
      }),
    finished: async (): Promise<void> => {
      await until('every paper at every colleague', async () => waiting.size === 0);
      await Promise.all(opening);
      clearInterval(look);
    },
  };
}

/** The province is there for the hub alone; at last for everybody. */
async function uploadOnce(province: TestServer, { pcs, lines }: HubOffice, papers: number) {
  const { ofHub, ofPcs } = lines;
  const bytesBefore = ofHub.traffic().up;
  const liftedAt = performance.now();
  ofHub.lift();
  await until('the hub hears of the province', async () => ofHub.traffic().up > bytesBefore);
  const heardAt = performance.now();
  await until(
    'the province has everything',
    async () => (await heldAt(province)) === `${papers} ${papers}`,
  );
  const [endedAt, bytes] = [performance.now(), ofHub.traffic().up - bytesBefore];
  const laterBefore = ofPcs.traffic().up;
  ofPcs.lift();
  await Promise.all(
    pcs.map((pc) =>
      pc.until((status) => status.pendingOperations + status.pendingFiles === 0, PATIENCE_MS),
    ),
  );
  const now = await heldAt(province);
  if (now !== `${papers} ${papers}`) throw new Error(`the province holds ${now} of ${papers}`);
  return {
    waitedMs: heardAt - liftedAt,
    tookMs: endedAt - heardAt,
    bytes,
    laterBytes: ofPcs.traffic().up - laterBefore,
  };
}

/** Papers and whole files. */
async function heldAt(province: TestServer): Promise<string> {
  const { rows } = await province.db().query(
    `select (select count(*) from record where type = 'incomingDocument') || ' ' ||
            (select count(*) from file where is_complete) as held`,
  );
  return (rows[0] as { readonly held: string }).held;
}

const figuresOf = (hub: TestServer) =>
  processFigures([hub.pid(), ...postgresProcesses(hub.dataDir)]);

function watchMemory(hub: TestServer) {
  const most = { heldMb: 0, residentMb: 0, programMb: 0 };
  const look = (): void => {
    const { heldMb, residentMb } = figuresOf(hub);
    const programMb = processFigures([hub.pid()]).heldMb;
    most.heldMb = Math.max(most.heldMb, heldMb);
    most.residentMb = Math.max(most.residentMb, residentMb);
    most.programMb = Math.max(most.programMb, programMb);
  };
  const timer = setInterval(look, 500);
  return {
    stop: () => {
      clearInterval(timer);
      return most;
    },
  };
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`never came: ${what}`);
    await sleep(LOOK_EVERY_MS * 4);
  }
}

const row = (
  figure: string,
  unit: string,
  measured: number,
  budget: number | null,
  beside = '',
): LoadRow => ({ id: 'HUB', figure, unit, measured, budget, beside });
