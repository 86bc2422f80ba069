import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { filter, firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aScopeCipher } from '../../support/scope-cipher';
import { createDatabase, type LocalDatabase } from '../../../src/renderer/data/database';
import { startProjection } from '../../../src/renderer/data/projection';
import {
  createIncomingRepository,
  type IncomingList,
} from '../../../src/renderer/data/repositories/incoming-repository';
import { createFakeBridge } from '../../support/fake-bridge';
import {
  incomingContent,
  incomingPaper,
  incomingRecords,
  sampleIds,
  signedInState,
} from '../../support/office-sample';

const pause = () => Promise.resolve();
let database: LocalDatabase;
let stop: () => Promise<void>;

beforeAll(async () => {
  const bridge = createFakeBridge({ session: signedInState() });
  bridge.seed(incomingRecords(120));
  bridge.seed([
    {
      type: 'incomingDocument',
      id: sampleIds.document(900),
      content: incomingContent(50, {
        arrivalNumber: null,
        state: 'moiDen',
        subject: 'Đơn đề nghị cấp giấy xác nhận',
      }),
    },
  ]);
  database = await createDatabase({ name: 'list', storage: getRxStorageMemory() as never });
  stop = startProjection({ bridge, database, pause });
  await firstValueFrom(database.documents.count().$.pipe(filter((count) => count === 121)));
});

afterAll(async () => {
  await stop();
  await database.close();
});

const isCounted = ({ total }: IncomingList): boolean => total !== null;
const all = { text: '', state: null, limit: 50 } as const;

test('papers that wait for a number stand first, then the book from its last line', async () => {
  const incoming = createIncomingRepository(database, pause, aScopeCipher());

  const list = await firstValueFrom(incoming.watchList(all).pipe(filter(isCounted)));

  expect(list.rows.slice(0, 4).map(({ arrivalNumber }) => arrivalNumber)).toEqual([
    null,
    120,
    119,
    118,
  ]);
  expect(list).toMatchObject({ total: 121 });
  expect(list.rows).toHaveLength(50);
});

test('the newest papers are shown before their number is counted', async () => {
  const incoming = createIncomingRepository(database, pause, aScopeCipher());

  const first = await firstValueFrom(incoming.watchList(all));
  await firstValueFrom(incoming.watchList(all).pipe(filter(isCounted)));
  const again = await firstValueFrom(incoming.watchList(all));

  expect(first.rows).toHaveLength(50);
  expect(first.total).toBeNull();
  expect(again.total).toBe(121);
});

test('a state shows only its own documents, newest first', async () => {
  const incoming = createIncomingRepository(database, pause, aScopeCipher());

  const list = await firstValueFrom(
    incoming.watchList({ ...all, state: 'daTrinh' }).pipe(filter(isCounted)),
  );

  expect(list.total).toBe(40);
  expect(list.rows[0]?.arrivalNumber).toBe(120);
});

test('searching without marks finds what was written with them', async () => {
  const incoming = createIncomingRepository(database, pause, aScopeCipher());

  const list = await firstValueFrom(
    incoming.watchList({ ...all, text: 'don de nghi' }).pipe(filter(({ rows }) => rows.length > 0)),
  );

  expect(list.rows.map(({ id }) => id)).toEqual([sampleIds.document(900)]);
});

test('VB006: the same issuer, symbol and date are found again, however they are spaced', async () => {
  const incoming = createIncomingRepository(database, pause, aScopeCipher());
  const { issuerName, codeDisplay, issuedDate } = incomingPaper(12);

  const found = await incoming.findDuplicate({
    issuerName: issuerName.toUpperCase(),
    codeDisplay: ` ${codeDisplay} `,
    issuedDate: issuedDate,
  });
  const other = await incoming.findDuplicate({
    issuerName: 'Sở Y tế',
    codeDisplay: '12/SYT',
    issuedDate: '2026-01-05',
  });

  expect(found?.id).toBe(sampleIds.document(12));
  expect(other).toBeUndefined();
});
