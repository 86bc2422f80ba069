import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { officeScope } from '@shared/sync/record';
import { WORK_CLASS } from '@shared/sync/load-class';
import type { RecordChange } from '@shared/sync/acts/act';
import type { Database } from '../../sync-server/src/db/queryable';
import { inTransaction } from '../../sync-server/src/db/transaction';
import { intakeTransaction } from '../../sync-server/src/features/sync/postgres-intake-store';
import { putRecords } from '../../sync-server/src/features/sync/put-records';
import { PASSWORD, seedOffice, type SeededOffice } from '../support/builders';
import { incomingRecords } from '../support/office-sample';
import { expectSound } from '../support/headless/at-rest';
import { openHeadlessWorkstation } from '../support/headless/headless-workstation';
import type { HistoryEvent } from '../support/headless/history';
import { registering } from '../support/headless/office-work';
import { temporaryFolder } from '../support/temporary-folder';
import { createTestDatabase } from '../support/test-database';
import { startTestServer, stopTestServers } from '../support/test-server';

const DOCUMENTS = 5_000;

/** Papers of four years, one in five of them open. */
async function fill(db: Database, { office, organ, register, clerk }: SeededOffice): Promise<void> {
  const changes = incomingRecords(DOCUMENTS).map((record, n): RecordChange => ({
    ...record,
    content: {
      ...record.content,
      organId: organ.id,
      registerId: register.id,
      registeredBy: clerk.id,
      arrivalNumber: null,
      state: n % 5 === 0 ? 'daChiDao' : 'hoanThanh',
      arrivalDate: `${2023 + (n % 4)}-03-04`,
    },
  }));
  for (let start = 0; start < changes.length; start += 1000) {
    await inTransaction(db, (tx) =>
      putRecords(intakeTransaction(tx), {
        officeId: office.id,
        changes: changes.slice(start, start + 1000),
      }),
    );
  }
}

test('I-3, §6.3: 5,000 records are loaded open work first while a colleague writes, and nothing is missed', async () => {
  const database = await createTestDatabase();
  const server = await startTestServer({
    env: { DATABASE_URL: database.connectionString, LOG_LEVEL: 'error' },
  });
  onTestFinished(async () => {
    await stopTestServers();
    await database.drop();
  });
  const office = await seedOffice(server.admin());
  await fill(database.db, office);
  // All but the newest hundred lie there unchanged since long ago.
  await database.db.query(
    `update feed set written_at = now() - interval '60 days'
      where office_id = $1 and seq <= (select head - 100 from stream where office_id = $1)`,
    [office.office.id],
  );
  const scope = officeScope(office.office.id);
  const { rows } = await database.db.query(
    'select id, load_class as "loadClass", written_at > now() - interval \'30 days\' as "isRecent" from feed where office_id = $1 and scope = $2',
    [office.office.id, scope],
  );
  const wanted = new Map(
    (rows as readonly { id: string; loadClass: number; isRecent: boolean }[]).map((row) => [
      row.id,
      row.isRecent ? WORK_CLASS - 1 : row.loadClass,
    ]),
  );
  const events: HistoryEvent[] = [];
  const aStation = async (name: string) =>
    openHeadlessWorkstation({
      folder: join(temporaryFolder(), name),
      address: () => server.address,
      enrolment: {
        code: await server.admin().createActivationCode(office.office.id),
        login: office.clerk.login,
        password: PASSWORD,
      },
      note: (event) => void events.push(event),
    });
  const writer = await aStation('writer');
  const reader = await aStation('reader');

  let pages = 0;
  while ((reader.cursor()?.seq ?? 0) === 0) {
    await writer.act(registering(office));
    const [written, read] = await Promise.all([writer.round(), reader.round()]);
    expect([written.ok, read.ok]).toEqual([true, true]);
    pages += 1;
  }
  const loaded = events.flatMap((event) =>
    event.t === 'read' && event.dev === reader.identity.deviceId && wanted.has(event.id)
      ? [wanted.get(event.id) ?? 0]
      : [],
  );
  await writer.settle();
  await reader.settle();

  expect(pages).toBeGreaterThan(5);
  expect(new Set(loaded).size).toBeGreaterThan(2);
  expect(loaded).toEqual(loaded.toSorted((a, b) => b - a));
  await expectSound(database.db, office.office.id, [writer, reader], events);
  await writer.close();
  await reader.close();
}, 300_000);
