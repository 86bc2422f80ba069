import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NumberReply, RelayReply } from '@shared/protocol/relay-message';
import {
  aUser,
  PASSWORD,
  signedOperation,
  signIn,
  sync,
  type SeededOffice,
} from '../support/builders';
import {
  aHub,
  anOfficeAt,
  aProvince,
  aRegisteringWith,
  aStation,
  atHub,
  hubSettings,
  sealFor,
  type AtHub,
  type HubInProcess,
  type Province,
  type Station,
} from '../support/hub-bench';
import { officeScope } from '@shared/sync/record';
import { utf8 } from '@shared/kernel/bytes';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let province: Province;
let database: TestDatabase;
let seeded: SeededOffice;
let clerk: Station;
let chairman: Station;
let hub: HubInProcess;

beforeEach(async () => {
  province = await aProvince();
  database = await createTestDatabase();
  ({ seeded, clerk, chairman } = await anOfficeAt(province));
  const settings = await hubSettings(province, seeded);
  hub = await aHub(settings, { databaseUrl: database.connectionString });
});
afterEach(async () => {
  await hub.stop();
  await province.stop();
  await database.drop();
  rmSync(hub.dataDir, { recursive: true, force: true });
  rmSync(`${hub.dataDir}-anchors`, { recursive: true, force: true });
});

/** The head of the office lets the register go, and a clerk leases it to the hub. */
async function leaseToHub(): Promise<void> {
  const head = aUser(
    { officeId: seeded.office.id, login: 'chanhvp', fullName: 'Chánh Văn phòng' },
    [{ role: 'lanhDaoVanPhong', organId: seeded.organ.id }],
  );
  await province.admin().createUser(head, PASSWORD);
  await signIn(province.post, clerk.device, head);
  const { rows } = await province.database.db.query(
    `select id, inc from device where office_id = $1 and kind = 'hub'`,
    [seeded.office.id],
  );
  const target = { type: 'register', id: seeded.register.id } as const;
  const [held] = rows as readonly { readonly id: string; readonly inc: number }[];
  const ops = [
    signedOperation(clerk.device, {
      actor: head,
      role: 'lanhDaoVanPhong',
      kind: 'cmd.allowLease',
      target,
      body: { allowed: true },
    }),
    signedOperation(clerk.device, {
      actor: seeded.clerk,
      kind: 'cmd.leaseToHub',
      target,
      body: { deviceId: held?.id, inc: held?.inc },
    }),
  ];
  const reply = await sync(province.post, clerk.device, { token: clerk.token, ops });
  expect(reply.results).toMatchObject([
    { outcome: { status: 'applied' } },
    { outcome: { status: 'applied' } },
  ]);
}

const ask = async (at: AtHub, documentId: string) => {
  const answer = await at.send('POST', '/relay/numbers', {
    registerId: seeded.register.id,
    documentId,
  });
  return answer.ok
    ? NumberReply.parse(await answer.json()).slip
    : ((await answer.json()) as { readonly code: string }).code;
};

test('§20, I-9, I-10: without the province two clerks number through the hub; the province finds the book whole', async () => {
  await leaseToHub();
  const other = await aStation(province, seeded, seeded.clerk);
  // A new machine and its own lease the hub hears of when it asks for the authority again.
  await hub.stop();
  hub = await aHub(await hubSettings(province, seeded), {
    databaseUrl: database.connectionString,
    dataDir: hub.dataDir,
  });
  const first = await atHub(hub.address, clerk);
  await vi.waitFor(
    async () => expect((await first.exchange([])).registers).toEqual([seeded.register.id]),
    { timeout: 20_000, interval: 100 },
  );
  const second = await atHub(hub.address, other);
  await province.goAway();

  const scope = officeScope(seeded.office.id);
  const number = async (at: AtHub, station: Station): Promise<number> => {
    const paper = aRegisteringWith(station, seeded, utf8(`%PDF ${Math.random()}`));
    const slip = await ask(at, paper.target.id);
    if (typeof slip === 'string') throw new Error(slip);
    expect(await ask(at, paper.target.id)).toEqual(slip);
    const taken = signedOperation(station.device, {
      actor: seeded.clerk,
      kind: 'cmd.takeNumber',
      target: paper.target,
      body: { slip },
    });
    const reply = await at.exchange([paper, taken].map((one) => sealFor(station, scope, one)));
    expect(RelayReply.parse(reply).relayed).toBe(2);
    return slip.number;
  };
  expect(await number(first, clerk)).toBe(1);
  expect(await number(second, other)).toBe(2);
  expect(await number(first, clerk)).toBe(3);

  await province.comeBack();
  await vi.waitFor(
    async () => {
      const { rows } = await province.database.db.query(
        'select number, kind from register_entry where register_id = $1 order by number',
        [seeded.register.id],
      );
      expect(rows).toMatchObject([1, 2, 3].map(() => ({ kind: 'document' })));
    },
    { timeout: 40_000, interval: 200 },
  );
});

test('M-26, I-13: a hub without a lease gives no number, and only a clerk is given one', async () => {
  const at = await atHub(hub.address, clerk);
  expect(await ask(at, crypto.randomUUID())).toBe('register.no-lease');
  const leader = await atHub(hub.address, chairman);
  expect(await ask(leader, crypto.randomUUID())).toBe('register.not-allowed');
});
