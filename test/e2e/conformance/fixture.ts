import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { test as base } from '@playwright/test';
import type { ElectronApplication } from '@playwright/test';

import { launchApp } from '../support/launch';
import type { LaunchedApp } from '../support/launch';

export { expect } from '@playwright/test';
export { runtime } from '../support/launch';

/** What the preload of the conformance app's main window exposes. */
export interface ConformanceBridge {
  readonly call: (channel: string, ...args: unknown[]) => Promise<unknown>;
  readonly send: (channel: string, ...args: unknown[]) => void;
  readonly on: (channel: string, listener: (...args: unknown[]) => void) => () => void;
  readonly sendSync: (channel: string) => unknown;
  readonly add: (a: number, b: number) => number;
  readonly same: <T>(value: T) => T;
  readonly fail: () => never;
  readonly platform: string;
}

/** What its main process keeps for the specs. */
export interface ConformanceMain {
  readonly log: string[];
  readonly openSigning: () => Promise<unknown>;
  readonly folder: string;
}

/** One line of what a person would have seen outside the windows; kept by the stand-in alone. */
export interface RecordedLine {
  readonly kind: string;
  readonly method?: string;
  readonly title?: string;
  readonly url?: string;
}

export const appDir: string = path.join(import.meta.dirname, 'app');

interface StartOptions {
  /** Page of the app to open; `index.html` unless told otherwise. */
  readonly page?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Fixtures {
  readonly userDataDir: string;
  readonly start: (options?: StartOptions) => Promise<LaunchedApp>;
}

export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern to learn what the fixture needs
  userDataDir: async ({}, use) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'conformance-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
  start: async ({ userDataDir }, use) => {
    const launched: LaunchedApp[] = [];
    await use(async ({ page = 'index.html', env = {} } = {}) => {
      const one = await launchApp({
        appDir,
        userDataDir,
        env: { CONFORMANCE_PAGE: page, ...env },
      });
      launched.push(one);
      return one;
    });
    for (const { app } of launched) await app.close();
  },
});

/** What the app noted so far, permission checks aside. */
export async function readLog(app: ElectronApplication): Promise<readonly string[]> {
  const log = await app.evaluate(
    () => (globalThis as unknown as { conformance: ConformanceMain }).conformance.log,
  );
  return log.filter((line) => !line.startsWith('check '));
}

export async function readRecord(app: ElectronApplication): Promise<readonly RecordedLine[]> {
  return app.evaluate(
    (electron) => (electron as unknown as { __host: { record: RecordedLine[] } }).__host.record,
  );
}

declare global {
  interface Window {
    readonly bridge: ConformanceBridge;
    readonly ticks: unknown[][];
    readonly signing: { readonly sign: (pin: string) => Promise<string> };
  }
}
