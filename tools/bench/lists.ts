import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { build, preview } from 'vite';
import type { BenchPage } from './page/main';
import type { Load } from './page/rxdb-peer';
import type { PageWatch, Watch } from './page/watch-page';
import { quantile, quantileRows, type Row } from './row';

const configFile = fileURLToPath(new URL('page/vite.config.ts', import.meta.url));
const ROUNDS = 40;

declare global {
  interface Window {
    /** Only in the page of the bench. */
    readonly bench: BenchPage;
  }
}

/** How often each side loads everything. */
const LOADS = 3;

/**
 * The page's data layer in Chromium, on IndexedDB in a folder: `documents` papers stored by the projection's own code,
 * by RxDB's plugin and by IndexedDB alone, then lists of them beside plain IndexedDB that holds the same rows. Each
 * load has a profile of its own, as a first load has.
 */
export async function benchLists(folder: string, documents: number): Promise<readonly Row[]> {
  await build({ configFile });
  const server = await preview({ configFile });
  let profiles = 0;
  const inProfile: InProfile = async (work) => {
    profiles += 1;
    const context = await chromium.launchPersistentContext(join(folder, `chromium-${profiles}`), {
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--enable-precise-memory-info', '--js-flags=--expose-gc'],
    });
    try {
      const page = await context.newPage();
      await page.goto(server.resolvedUrls?.local[0] ?? '');
      await page.waitForFunction(() => 'bench' in window);
      return await work(page);
    } finally {
      await context.close();
    }
  };
  try {
    const loads = await loadInTurns(inProfile, documents);
    return [
      ...loadRows(loads, documents),
      ...(await inProfile((page) => measureLists(page, documents))),
    ];
  } finally {
    await server.close();
  }
}

type InProfile = <T>(work: (page: Page) => Promise<T>) => Promise<T>;

interface Loads {
  /** Each was loaded in turn. */
  readonly ours: readonly Load[];
  readonly peer: readonly Load[];
  /** Milliseconds of IndexedDB alone. */
  readonly floorMs: readonly number[];
  /** Heap held, garbage swept before each look; in a load of its own. */
  readonly held: { readonly oursMb: number; readonly peerMb: number };
}

async function loadInTurns(inProfile: InProfile, documents: number): Promise<Loads> {
  const loadOurs = (watch: Watch): Promise<Load> =>
    inProfile((page) =>
      page.evaluate(([n, how]) => window.bench.loadOurs(n, how), [documents, watch] as const),
    );
  const loadPeer = (watch: Watch): Promise<Load> =>
    inProfile((page) =>
      page.evaluate(([n, how]) => window.bench.loadPeer(n, how), [documents, watch] as const),
    );
  const ours: Load[] = [];
  const peer: Load[] = [];
  const floorMs: number[] = [];
  for (let round = 0; round < LOADS; round++) {
    ours.push(await loadOurs('asItRuns'));
    peer.push(await loadPeer('asItRuns'));
    floorMs.push(
      await inProfile((page) => page.evaluate((n) => window.bench.loadFloor(n), documents)),
    );
  }
  const held = {
    oursMb: (await loadOurs('swept')).heapMb,
    peerMb: (await loadPeer('swept')).heapMb,
  };
  return { ours, peer, floorMs, held };
}

async function measureLists(page: Page, documents: number): Promise<readonly Row[]> {
  await page.evaluate((count) => window.bench.fill(count), documents);
  const newest = await page.evaluate((n) => window.bench.listNewest(null, n), ROUNDS);
  const filtered = await page.evaluate((n) => window.bench.listNewest('daTrinh', n), ROUNDS);
  const searched = await page.evaluate((n) => window.bench.search(n), ROUNDS);
  const of = `of ${documents.toLocaleString('en')}`;
  return [
    ...quantileRows({
      figure: `list of 50 newest ${of}`,
      floorIs: 'raw IndexedDB cursor',
      ...newest,
    }),
    ...quantileRows({
      figure: `list of 50 newest of a state ${of}`,
      floorIs: 'raw IndexedDB cursor',
      ...filtered,
    }),
    ...quantileRows({
      figure: `full-text search ${of}`,
      floorIs: 'plain scan of folded texts in memory',
      ...searched,
    }),
    {
      figure: `first search ${of}, texts read`,
      unit: 'ms',
      ours: searched.warmUpMs,
      floor: searched.readAllMs,
      floorIs: 'all rows read through one IndexedDB cursor',
      count: 1,
    },
  ];
}

/** B-7: the middle one of a few loads of each side, in turns; the worst block and the highest heap. */
function loadRows({ ours, peer, floorMs, held }: Loads, documents: number): readonly Row[] {
  const of = `of ${documents.toLocaleString('en')}`;
  const rate = (ms: readonly number[]): number => (1000 * documents) / quantile(ms, 0.5);
  const worst = (loads: readonly PageWatch[], figure: keyof PageWatch): number =>
    Math.max(...loads.map((load) => load[figure]));
  const oursRate = rate(ours.map(({ ms }) => ms));
  const beside = "RxDB's replication plugin, push on";
  const shared = { floorIs: beside, count: ours.length };
  return [
    {
      ...shared,
      figure: `B-7 initial load ${of} into the page`,
      unit: 'records/s',
      ours: oursRate,
      floor: rate(peer.map(({ ms }) => ms)),
      budget: 3_000,
    },
    {
      ...shared,
      figure: 'B-7 the same beside IndexedDB alone',
      unit: 'records/s',
      ours: oursRate,
      floor: rate(floorMs),
      floorIs: 'the same rows put once, with the same indexes',
    },
    {
      ...shared,
      figure: 'B-7 longest time the page stood still',
      unit: 'ms',
      ours: worst(ours, 'longestBlockMs'),
      floor: worst(peer, 'longestBlockMs'),
      budget: 100,
    },
    {
      ...shared,
      figure: 'B-7 heap above idle, with its garbage',
      unit: 'MB',
      ours: worst(ours, 'heapMb'),
      floor: worst(peer, 'heapMb'),
      budget: 150,
    },
    {
      ...shared,
      figure: 'B-7 heap above idle that is held',
      unit: 'MB',
      ours: held.oursMb,
      floor: held.peerMb,
      count: 1,
    },
  ];
}
