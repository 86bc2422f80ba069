import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { repositoryRoot } from '../run-step';

/** Pages that print at a time: more than the cores of a small machine make nothing faster. */
const PAGES = 3;
const CACHE = join(repositoryRoot, 'node_modules/.cache/tram-cong-vu/papers');

export interface Printed {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** How many had to be printed; the others lay in the cache. */
  readonly fresh: number;
}

/**
 * Prints HTML pages to PDF with the system's Chromium, each once: the cache is keyed by the hash of the HTML.
 *
 * @param pages HTML by key
 * @returns PDFs by the same keys; undefined where no browser is to be had
 */
export async function printPapers(
  pages: ReadonlyMap<string, string>,
  cacheFolder: string = CACHE,
): Promise<Printed | undefined> {
  await mkdir(cacheFolder, { recursive: true });
  const files = new Map<string, Uint8Array>();
  const missing: (readonly [key: string, html: string])[] = [];
  for (const [key, html] of pages) {
    const path = cachePath(cacheFolder, html);
    if (existsSync(path)) files.set(key, new Uint8Array(await readFile(path)));
    else missing.push([key, html]);
  }
  if (missing.length > 0) {
    const browser = await openBrowser();
    if (!browser) return undefined;
    try {
      const queue = missing.values();
      await Promise.all(
        Array.from({ length: Math.min(PAGES, missing.length) }, async () => {
          const page = await browser.newPage();
          for (const [key, html] of queue) {
            const bytes = await print(page, html);
            await keep(cachePath(cacheFolder, html), bytes);
            files.set(key, bytes);
          }
        }),
      );
    } finally {
      await browser.close();
    }
  }
  return { files, fresh: missing.length };
}

const cachePath = (folder: string, html: string): string =>
  join(folder, `${createHash('sha256').update(html).digest('hex')}.pdf`);

async function print(page: Page, html: string): Promise<Uint8Array> {
  await page.setContent(html, { waitUntil: 'load' });
  const bytes = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  return new Uint8Array(bytes);
}

/** Whole or not there: a start that is cut leaves no half file behind. */
async function keep(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.${process.pid}`;
  await writeFile(beside, bytes);
  await rename(beside, path);
}

/** Debian's Chromium; elsewhere an installed Edge or Chrome. */
async function openBrowser(): Promise<Browser | undefined> {
  const choices = existsSync('/usr/bin/chromium')
    ? [{ executablePath: '/usr/bin/chromium' }]
    : [{ channel: 'msedge' }, { channel: 'chrome' }];
  for (const choice of choices) {
    try {
      return await chromium.launch({ ...choice, args: ['--no-sandbox', '--disable-gpu'] });
    } catch {
      // Not installed: the next one.
    }
  }
  return undefined;
}
