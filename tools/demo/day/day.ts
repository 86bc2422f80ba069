import { expect, type Page } from '@playwright/test';
import { changeUser } from '../../../test/e2e/support/drafting';
import { enrol, signIn, type OpenedPc, type TestPc } from '../../../test/e2e/support/workstation';
import type { Evidence } from '../evidence';
import { DEMO_PASSWORD, type DemoOffice } from '../province';
import { startServer, type ServerProcess } from '../server-process';
import type { DemoTokens } from '../demo-tokens';

/** A PC of the day: opened, killed and opened again as the day wants. */
export interface DayPc {
  /** Everything that the PC keeps. */
  readonly folder: string;
  readonly page: () => Page;
  readonly opened: () => OpenedPc;
  /** SIGKILL to the app and its browser; then opened anew, nobody signed in. */
  readonly killAndReopen: () => Promise<void>;
  /** Switched off in the evening, on in the morning; nobody is signed in. */
  readonly restart: () => Promise<void>;
  readonly switchOff: () => Promise<void>;
  readonly switchOn: () => Promise<void>;
}

/** Everything the day plays on: one server, three PCs, two tokens, and the line between them. */
export interface Day {
  readonly evidence: Evidence;
  readonly a: DemoOffice;
  readonly b: DemoOffice;
  readonly clerkA: DayPc;
  readonly leaderA: DayPc;
  readonly clerkB: DayPc;
  /** Undefined without SoftHSM: then nothing is signed, and the day says so. */
  readonly tokens: DemoTokens | undefined;
  /** The line goes down for all: the server stops, and its PostgreSQL with it. */
  readonly cutLine: () => Promise<void>;
  readonly restoreLine: () => Promise<void>;
}

/** The line: a server that stops and starts again on the same folder and port. */
export function createLine(
  first: ServerProcess,
): Pick<Day, 'cutLine' | 'restoreLine'> & { readonly stop: () => Promise<void> } {
  let server: ServerProcess | undefined = first;
  const port = Number(new URL(first.address).port);
  const cutLine = async (): Promise<void> => {
    await server?.stop();
    server = undefined;
  };
  return {
    cutLine,
    restoreLine: async () => {
      server ??= await startServer({ dataDir: first.dataDir, port });
    },
    stop: cutLine,
  };
}

/** A PC that enrols and signs its first person in. */
export async function openDayPc(
  pc: TestPc,
  first: {
    readonly address: string;
    readonly code: string;
    readonly name: string;
    readonly login: string;
  },
): Promise<DayPc> {
  let opened = await pc.open();
  await enrol(opened.page, first.address, first.code, first.name);
  await signIn(opened.page, first.login, DEMO_PASSWORD);
  await expectSynced(opened.page);
  const switchOff = (): Promise<void> => opened.close();
  const switchOn = async (): Promise<void> => {
    opened = await pc.open();
  };
  return {
    folder: pc.folder,
    page: () => opened.page,
    opened: () => opened,
    killAndReopen: async () => {
      await opened.killGroup();
      await switchOn();
    },
    restart: async () => {
      await switchOff();
      await switchOn();
    },
    switchOff,
    switchOn,
  };
}

/** Everything of this PC is on the server and the other way round. */
export const expectSynced = (page: Page): Promise<void> =>
  expect(page.getByText(/Đã đồng bộ/).first()).toBeVisible({ timeout: 120_000 });

/** "Đổi người dùng" on a shared PC. */
export const become = (page: Page, login: string): Promise<void> =>
  changeUser(page, login, DEMO_PASSWORD);
