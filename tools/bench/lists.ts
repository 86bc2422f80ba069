import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { build, preview } from 'vite';
import type { BenchPage, Filled } from './page/main';
import type { PageWatch } from './page/watch-page';
import { quantile, quantileRows, type Row } from './row';

const configFile = fileURLToPath(new URL('page/vite.config.ts', import.meta.url));
const ROUNDS = 40;

declare global {
  interface Window {
    /** Only in the page of the bench. */
    readonly bench: BenchPage;
  }
}

/**
 * The page's data layer in Chromium, on IndexedDB in a folder: `documents` papers stored by the projection's own code,
 * then lists of them beside plain IndexedDB that holds the same rows.
 */
export async function benchLists(folder: string, documents: number): Promise<readonly Row[]> {
  await build({ configFile });
  const server = await preview({ configFile });
  const context = await chromium.launchPersistentContext(join(folder, 'chromium'), {
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--enable-precise-memory-info', '--js-flags=--expose-gc'],
  });
  try {
    const page = await context.newPage();
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.waitForFunction(() => 'bench' in window);
    return await measure(page, documents);
  } finally {
    await context.close();
    await server.close();
  }
}

async function measure(page: Page, documents: number): Promise<readonly Row[]> {
  const filled = await page.evaluate((count) => window.bench.fill(count), documents);
  const newest = await page.evaluate((n) => window.bench.listNewest(null, n), ROUNDS);
  const filtered = await page.evaluate((n) => window.bench.listNewest('daTrinh', n), ROUNDS);
  const searched = await page.evaluate((n) => window.bench.search(n), ROUNDS);
  const of = `of ${documents.toLocaleString('en')}`;
  return [
    ...loadRows(filled, of),
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
function loadRows(filled: Filled, of: string): readonly Row[] {
  const { records, ours, peer, floorMs, held } = filled;
  const rate = (ms: readonly number[]): number => (1000 * records) / quantile(ms, 0.5);
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
