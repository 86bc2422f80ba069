import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { PASSWORD, seedOffice, type SeededOffice } from '../support/builders';
import { registering } from '../support/headless/office-work';
import { aHub, type HubInProcess } from '../support/hub-bench';
import { startProvince } from '../support/hub-office';
import { startOfficePc, type OfficePc } from '../support/office-pc';
import { temporaryFolder } from '../support/temporary-folder';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let province: Awaited<ReturnType<typeof startProvince>>;
let database: TestDatabase;
let seeded: SeededOffice;
let hub: HubInProcess;

beforeEach(async () => {
  province = await startProvince();
  database = await createTestDatabase();
  seeded = await seedOffice(province.admin());
});
afterEach(async () => {
  await hub.stop();
  await province.stop();
  await database.drop();
  rmSync(hub.dataDir, { recursive: true, force: true });
  rmSync(`${hub.dataDir}-anchors`, { recursive: true, force: true });
});

/** The hub as it ships, with TLS, which has heard of every machine there is. */
const startHub = async (): Promise<HubInProcess> =>
  aHub(
    {
      HOST: '127.0.0.1',
      PROVINCE_URL: province.address(),
      HUB_CODE: await province.admin().createActivationCode(seeded.office.id, 1, {}, 'hub'),
      HUB_NAME: 'Trạm UBND xã Thử Nghiệm',
      RATE_BURST: '100000',
      RATE_PER_SECOND: '100000',
    },
    { databaseUrl: database.connectionString },
  );

async function save(pc: OfficePc): Promise<string> {
  const drafts = registering(seeded, false);
  await pc.ask('operations.append', { drafts });
  return drafts[0]?.target.id ?? '';
}

const timesOnServer = async (ids: readonly string[]): Promise<readonly number[]> => {
  const { rows } = await province.db.query(
    `select target_id as id, count(*)::int as times from op
        where target_id = any($1::uuid[]) and outcome->>'status' = 'applied' group by 1`,
    [ids],
  );
  const times = z.array(z.object({ id: z.string(), times: z.int() })).parse(rows);
  return ids.map((id) => times.find((row) => row.id === id)?.times ?? 0);
};

test('§15, §20, I-1, I-5: a lost PC is replaced from the hub alone, and all that it saved arrives once', async () => {
  const folder = temporaryFolder();
  const stick = temporaryFolder();
  const lost = await province.aPc(seeded, 'vanthu', {
    folder: join(folder, 'PC1'),
    backupFolder: stick,
  });
  hub = await startHub();
  await lost.ask('session.signOut', undefined);
  await lost.signIn('vanthu', PASSWORD);
  await lost.ask('hub.connect', { code: hub.code });
  const isMet = async () => {
    await lost.ask('hub.meet', undefined);
    return (await lost.ask('hub.describe', undefined))?.status.isAnswering;
  };
  await expect.poll(isMet, { timeout: 30_000 }).toBe(true);
  await lost.ask('backup.chooseFolder', undefined);
  const { recoveryKey, askedGroup } = await lost.ask('backup.makeKey', undefined);
  await lost.ask('backup.confirmKey', { group: recoveryKey.split('-')[askedGroup - 1] ?? '' });

  await province.cut(lost);
  const copied = await save(lost);
  const atHub = async () => {
    await lost.ask('backup.runNow', undefined);
    return (await lost.ask('backup.status', undefined)).atHub?.lastAt ?? null;
  };
  // The first may join a copy that was begun before the paper was saved: the one after it has the paper.
  const earlier = await atHub();
  const isLater = async () => {
    const last = await atHub();
    return last !== null && last !== earlier;
  };
  await expect.poll(isLater, { timeout: 30_000 }).toBe(true);
  const after = await save(lost);
  await expect.poll(isMet, { timeout: 30_000 }).toBe(true);
  await lost.stop();
  rmSync(join(folder, 'PC1'), { recursive: true });
  rmSync(stick, { recursive: true });

  const fresh = await startOfficePc({ folder: join(folder, 'PC2') });
  const foreign = recoveryKey.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'));
  await expect(
    fresh.ask('restore.openAtHub', { code: hub.code, recoveryKey: foreign }),
  ).rejects.toThrow(/none-at-hub/);
  const found = await fresh.ask('restore.openAtHub', { code: hub.code, recoveryKey });
  expect(found).toMatchObject({ deviceName: 'Máy vanthu', pending: 1 });
  expect(await fresh.ask('restore.run', undefined)).toMatchObject({
    phase: 'signedOut',
    deviceName: 'Máy vanthu',
  });

  await province.comeBack();
  await expect.poll(() => timesOnServer([copied, after]), { timeout: 60_000 }).toEqual([1, 1]);
  await fresh.signIn('vanthu', PASSWORD);
  await fresh.until(({ connectionProblem }) => connectionProblem === 'device.forked');
  await fresh.ask('session.enrolAgain', { login: 'vanthu', password: PASSWORD });
  for (const id of [copied, after]) await fresh.sees(id, (_view, isDirty) => !isDirty, 60_000);
  expect(await timesOnServer([copied, after])).toEqual([1, 1]);
}, 240_000);
