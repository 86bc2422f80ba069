import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { filter, firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { User } from '@shared/domain/organ/user';
import { aScopeCipher } from '../../support/scope-cipher';
import { createDatabase, type LocalDatabase } from '../../../src/renderer/data/database';
import { startProjection } from '../../../src/renderer/data/projection';
import { createOutgoingRepository } from '../../../src/renderer/data/repositories/outgoing-repository';
import { createFakeBridge } from '../../support/fake-bridge';
import { clerkSession, incomingRecords, signedInState } from '../../support/office-sample';
import { outgoingContent, outgoingIds } from '../../support/outgoing-sample';

const pause = () => Promise.resolve();
const all = { text: '', state: null, limit: 50 } as const;
let database: LocalDatabase;
let stop: () => Promise<void>;

const papers = [
  outgoingContent({ draftedAt: '2026-03-02T02:00:00.000Z' }),
  outgoingContent({ state: 'choTheThuc', draftedAt: '2026-03-03T02:00:00.000Z' }),
  outgoingContent({ state: 'choKy', draftedAt: '2026-03-04T02:00:00.000Z' }),
  outgoingContent({ state: 'daKy', numberRequestedAt: '2026-03-05T02:00:00.000Z' }),
  outgoingContent({
    state: 'daPhatHanh',
    codeNumber: 7,
    codeDisplay: '07/KH-UBND',
    issuedDate: '2026-03-01',
  }),
  outgoingContent({
    state: 'daPhatHanh',
    codeNumber: 12,
    codeDisplay: '12/KH-UBND',
    issuedDate: '2026-03-02',
  }),
];

beforeAll(async () => {
  const bridge = createFakeBridge({ session: signedInState() });
  bridge.seed(incomingRecords(3));
  bridge.seed(
    papers.map((content, i) => ({
      type: 'outgoingDocument' as const,
      id: outgoingIds.document(i + 1),
      content,
    })),
  );
  database = await createDatabase({ name: 'outgoing', storage: getRxStorageMemory() as never });
  stop = startProjection({ bridge, database, pause });
  await firstValueFrom(database.documents.count().$.pipe(filter((count) => count === 9)));
});

afterAll(async () => {
  await stop();
  await database.close();
});

test('what has no number stands first, newest on top, then the book from its last line', async () => {
  const list = await firstValueFrom(
    createOutgoingRepository(database, pause, aScopeCipher()).watchList(all),
  );

  expect(
    list.rows.map(({ id }) => papers.findIndex((_, i) => outgoingIds.document(i + 1) === id)),
  ).toEqual([2, 1, 0, 3, 5, 4]);
});

test('R6: a number that was asked for shows as waiting, never as a number', async () => {
  const list = await firstValueFrom(
    createOutgoingRepository(database, pause, aScopeCipher()).watchList({ ...all, state: 'daKy' }),
  );

  expect(list.rows).toMatchObject([{ codeDisplay: null, isWaiting: true }]);
});

test('searching without marks finds a number and its words among the outgoing alone', async () => {
  const outgoing = createOutgoingRepository(database, pause, aScopeCipher());

  const list = await firstValueFrom(
    outgoing
      .watchList({ ...all, text: '07/kh ke hoach' })
      .pipe(filter(({ rows }) => rows.length > 0)),
  );

  expect(list.rows.map(({ codeDisplay }) => codeDisplay)).toEqual(['07/KH-UBND']);
});

test.each([
  ['vanThu', clerkSession().user.id, ['choTheThuc']],
  ['chuTich', outgoingIds.chairman, ['choKy']],
  ['chuyenVien', outgoingIds.expert, ['duThao']],
  ['luuTru', clerkSession().user.id, []],
] as const)('"Việc của tôi" of %s holds what waits for that person', async (role, id, states) => {
  const { user, organs } = clerkSession();
  const person = { ...user, id, grants: [{ role, organId: organs[0]?.id }] } as unknown as User;
  const outgoing = createOutgoingRepository(database, pause, aScopeCipher());

  const mine = await firstValueFrom(outgoing.watchMine(person, all));
  const other = await firstValueFrom(outgoing.watchMine(person, { ...all, text: 'không có' }));

  expect(mine.rows.map(({ state }) => state)).toEqual(states);
  expect(other.total).toBe(0);
});
