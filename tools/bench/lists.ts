import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { build, preview } from 'vite';
import type { BenchPage } from './page/main';
import { quantileRows, type Row } from './row';

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
    {
      figure: `initial load ${of} into the page`,
      unit: 'records/s',
      ours: (1000 * filled.records) / filled.oursMs,
      floor: (1000 * filled.records) / filled.floorMs,
      floorIs: 'the same rows put once into IndexedDB with two indexes',
      count: 1,
      budget: 3_000,
    },
    {
      figure: `B-7 the same beside RxDB's replication, push on`,
      unit: 'records/s',
      ours: (1000 * filled.records) / filled.oursMs,
      floor: (1000 * filled.peer.records) / filled.peer.ms,
      floorIs: 'RxDB replication plugin, same storage',
      count: 1,
    },
    {
      figure: 'B-7 longest time the page stood still',
      unit: 'ms',
      ours: filled.watched.longestBlockMs,
      floor: filled.peer.longestBlockMs,
      floorIs: 'RxDB replication plugin, same storage',
      count: 1,
      budget: 100,
    },
    {
      figure: 'B-7 heap above idle during the load',
      unit: 'MB',
      ours: filled.watched.heapMb,
      floor: filled.peer.heapMb,
      floorIs: 'RxDB replication plugin, same storage',
      count: 1,
      budget: 150,
    },
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
