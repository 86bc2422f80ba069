import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { repositoryRoot } from '../run-step';

/** What a demo leaves behind in `demo-output/`, and the one line a step prints. */
export interface Evidence {
  readonly folder: string;
  /** Runs a step and prints its line with the seconds it took. */
  readonly step: <T>(what: string, work: () => Promise<T>) => Promise<T>;
  /** A screenshot at 1366×768, numbered in the order of the day. */
  readonly picture: (page: Page, name: string) => Promise<void>;
  readonly text: (name: string, content: string) => void;
}

export function createEvidence(): Evidence {
  const folder = join(repositoryRoot, 'demo-output');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const dayStartedAt = performance.now();
  let pictures = 0;
  return {
    folder,
    step: async (what, work) => {
      const startedAt = performance.now();
      const value = await work();
      const at = ((performance.now() - dayStartedAt) / 1000).toFixed(1).padStart(6);
      const took = ((performance.now() - startedAt) / 1000).toFixed(1);
      console.log(`${at} s  ${what} (${took} s)`);
      return value;
    },
    picture: async (page, name) => {
      pictures += 1;
      await page.setViewportSize({ width: 1366, height: 768 });
      await page.screenshot({
        path: join(folder, `${String(pictures).padStart(2, '0')}-${name}.png`),
      });
    },
    text: (name, content) => writeFileSync(join(folder, name), content),
  };
}
