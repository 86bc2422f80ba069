import { test as base } from '@playwright/test';
import { PASSWORD, seedOffice, type SeededOffice } from '../../support/builders';
import { startTestServer, type TestServer } from '../../support/test-server';
import { aPc, enrol, signIn, type OpenedPc, type TestPc } from './workstation';

export interface EnrolledPc {
  readonly pc: TestPc;
  readonly opened: OpenedPc;
}

interface Fixtures {
  /** An office of its own for each test: lists of one never hide what another looks for. */
  readonly office: SeededOffice;
  /** A PC of the office with its clerk signed in; all PCs are killed and removed when the test is over. */
  readonly enrolledPc: (name: string) => Promise<EnrolledPc>;
  /** A PC nobody has opened yet. */
  readonly freshPc: (env?: Readonly<Record<string, string>>) => TestPc;
}

interface WorkerFixtures {
  /** One server for all tests of a run. */
  readonly server: TestServer;
}

/** Tests of the whole desktop program against a real server on its own PostgreSQL. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      const server = await startTestServer({ env: { RATE_BURST: '500', RATE_PER_SECOND: '200' } });
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  office: async ({ server }, use) => {
    await use(await seedOffice(server.admin()));
  },
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern
  freshPc: async ({}, use) => {
    const pcs: TestPc[] = [];
    await use((env) => {
      const pc = aPc(env);
      pcs.push(pc);
      return pc;
    });
    for (const pc of pcs) pc.dispose();
  },
  enrolledPc: async ({ server, office, freshPc }, use) => {
    const open: OpenedPc[] = [];
    await use(async (name) => {
      const pc = freshPc();
      const opened = await pc.open();
      open.push(opened);
      const code = await server.admin().createActivationCode(office.office.id);
      await enrol(opened.page, server.address, code, name);
      await signIn(opened.page, office.clerk.login, PASSWORD);
      return { pc, opened };
    });
    for (const opened of open) await opened.killGroup().catch(() => undefined);
  },
});

export { expect } from '@playwright/test';
