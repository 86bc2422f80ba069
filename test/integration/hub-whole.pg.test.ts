import { rmSync } from 'node:fs';
import { RegisterHolding } from '@shared/domain/register/number-queue';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OperationDraft } from '@shared/sync/operation';
import { aUser, PASSWORD, seedOffice, type SeededOffice } from '../support/builders';
import { registering } from '../support/headless/office-work';
import { aHub, type HubInProcess } from '../support/hub-bench';
import { startProvince } from '../support/hub-office';
import type { OfficePc } from '../support/office-pc';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let province: Awaited<ReturnType<typeof startProvince>>;
let database: TestDatabase;
let seeded: SeededOffice;
let hub: HubInProcess;

const HUB_NAME = 'Trạm UBND xã Thử Nghiệm';

beforeEach(async () => {
  province = await startProvince();
  database = await createTestDatabase();
  seeded = await seedOffice(province.admin());
  hub = await startHub();
});
afterEach(async () => {
  await hub.stop();
  await province.stop();
  await database.drop();
  rmSync(hub.dataDir, { recursive: true, force: true });
  rmSync(`${hub.dataDir}-anchors`, { recursive: true, force: true });
});

/** The hub as it ships, with TLS, on a database of the run; a second start finds its folder. */
const startHub = async (dataDir?: string): Promise<HubInProcess> =>
  aHub(
    {
      HOST: '127.0.0.1',
      PROVINCE_URL: province.address(),
      HUB_CODE: await province.admin().createActivationCode(seeded.office.id, 1, {}, 'hub'),
      HUB_NAME,
      RATE_BURST: '100000',
      RATE_PER_SECOND: '100000',
    },
    { databaseUrl: database.connectionString, ...(dataDir ? { dataDir } : {}) },
  );

const onRegister = (
  kind: `cmd.${string}`,
  role: OperationDraft['role'],
  body: OperationDraft['body'] = {},
): OperationDraft => ({
  kind,
  target: { type: 'register', id: seeded.register.id },
  base: null,
  body,
  role,
});

/** The head of the office lets the register go, and the clerk leases it to the hub. */
async function leaseToHub(clerk: OfficePc): Promise<void> {
  const head = aUser(
    { officeId: seeded.office.id, login: 'chanhvp', fullName: 'Chánh Văn phòng' },
    [{ role: 'lanhDaoVanPhong', organId: seeded.organ.id }],
  );
  await province.admin().createUser(head, PASSWORD);
  const office = await province.aPc(seeded, 'chanhvp');
  const allow = onRegister('cmd.allowLease', 'lanhDaoVanPhong', { allowed: true });
  await office.ask('operations.append', { drafts: [allow] });
  await office.until(({ pendingOperations }) => pendingOperations === 0);
  await office.stop();
  const devices = await province.admin().listDevices(seeded.office.id);
  const held = devices.find(({ name }) => name === HUB_NAME);
  const lease = onRegister('cmd.leaseToHub', 'vanThu', { deviceId: held?.deviceId ?? '', inc: 1 });
  await clerk.ask('operations.append', { drafts: [lease] });
  await clerk.until(({ pendingOperations }) => pendingOperations === 0);
  expect(await clerk.ask('operations.list', undefined)).toEqual([]);
}

/** Signs in anew, for what the province says of the office is heard then, and meets the hub. */
async function joins(pc: OfficePc): Promise<void> {
  await pc.ask('session.signOut', undefined);
  await pc.signIn('vanthu', PASSWORD);
  await pc.ask('hub.connect', { code: hub.code });
  const isAnswering = async () => {
    await pc.ask('hub.meet', undefined);
    return (await pc.ask('hub.describe', undefined))?.status.isAnswering;
  };
  await expect.poll(isAnswering, { timeout: 30_000 }).toBe(true);
}

test('§9.4, §20: a register that is given at a workstation is the hub’s to number without its being started again', async () => {
  const clerk = await province.aPc(seeded, 'vanthu');
  // New machines it hears of when it asks again.
  await hub.stop();
  hub = await startHub(hub.dataDir);
  await joins(clerk);
  await leaseToHub(clerk);
  const registers = async () => {
    await clerk.ask('hub.meet', undefined);
    return (await clerk.ask('hub.describe', undefined))?.registers;
  };
  await expect.poll(registers, { timeout: 30_000 }).toEqual([seeded.register.id]);
});

test('T-15, §20, I-9: whole programs and the real hub: two clerks register and number without the province, then one upload', async () => {
  const [first, second] = [
    await province.aPc(seeded, 'vanthu'),
    await province.aPc(seeded, 'vanthu'),
  ];
  await leaseToHub(first);
  // New machines and its lease the hub hears of when it asks again.
  await hub.stop();
  hub = await startHub(hub.dataDir);
  for (const pc of [first, second]) await joins(pc);
  await province.cut(first, second);

  const papers: string[] = [];
  const numbers: unknown[] = [];
  for (const pc of [first, second, first, second]) {
    await pc.ask('hub.meet', undefined);
    const drafts = registering(seeded);
    await pc.ask('operations.append', { drafts });
    const paper = drafts[0]?.target.id ?? '';
    papers.push(paper);
    await pc.sees(paper, (view) => typeof view['arrivalNumber'] === 'number');
    numbers.push(pc.view(paper)?.['arrivalNumber']);
  }
  expect(numbers).toEqual([1, 2, 3, 4]);
  // Each sees the other's papers with their numbers, not confirmed yet.
  await first.sees(papers[1] ?? '', (view, isDirty) => isDirty && view['arrivalNumber'] === 2);
  await second.sees(papers[2] ?? '', (view, isDirty) => isDirty && view['arrivalNumber'] === 3);

  // Asked for while the hub was not there, it waits for the province; the hub is asked again when it answers.
  await second.ask('hub.leave', undefined);
  const late = registering(seeded);
  await second.ask('operations.append', { drafts: late });
  await second.ask('hub.connect', { code: hub.code });
  const again = {
    registerId: seeded.register.id,
    requests: late.filter(({ kind }) => kind === 'cmd.requestNumber'),
  };
  await expect.poll(() => second.ask('registers.serve', again)).toEqual({ given: 1 });
  expect((await second.ask('hub.describe', undefined))?.registers).toEqual([seeded.register.id]);
  papers.push(late[0]?.target.id ?? '');

  // The first PC is gone for good: the hub has its work.
  await first.stop();
  await province.comeBack();
  for (const [at, paper] of papers.entries())
    await second.sees(
      paper,
      (view, isDirty) => !isDirty && view['arrivalNumber'] === at + 1,
      60_000,
    );
  expect(await second.ask('operations.list', undefined)).toEqual([]);

  // Nothing is on its way any more: the register comes back on the hub's word.
  const release = onRegister('cmd.releaseHubLease', 'vanThu', {});
  await second.ask('operations.append', { drafts: [release] });
  await second.until(({ pendingOperations }) => pendingOperations === 0);
  expect(await second.ask('operations.list', undefined)).toEqual([]);
  await second.sees(
    seeded.register.id,
    (view) => RegisterHolding.parse(view['holding']).state === 'SERVER',
  );
});
