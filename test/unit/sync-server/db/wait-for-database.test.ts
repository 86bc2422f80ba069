import { expect, test } from 'vitest';
import { waitForDatabase } from '../../../../sync-server/src/db/wait-for-database';
import { createLog } from '../../../../sync-server/src/log';

const away = (code: string) => Object.assign(new Error(`the database says ${code}`), { code });

/** A database that fails with these in turn, then answers. */
async function waitFor(failures: readonly Error[]) {
  const left = [...failures];
  const pauses: number[] = [];
  const query = async () => {
    const failure = left.shift();
    if (failure) throw failure;
    return { rows: [], rowCount: 0 };
  };
  const pause = async (ms: number) => void pauses.push(ms);
  const waited = waitForDatabase({ query }, { log: createLog('silent'), pause });
  const failed = await waited.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  return { pauses, failed };
}

test('§17.4: a node waits with growing pauses while its PostgreSQL is starting or not there yet', async () => {
  const { pauses, failed } = await waitFor([away('ECONNREFUSED'), away('57P03'), away('57P03')]);

  expect(failed).toBeUndefined();
  expect(pauses).toEqual([250, 500, 1_000]);
});

test('I-22: the waiting has an end, and its pauses a longest one', async () => {
  const { pauses, failed } = await waitFor(Array.from({ length: 1_000 }, () => away('57P03')));

  expect(failed).toMatchObject({ code: '57P03' });
  expect(Math.max(...pauses)).toBe(5_000);
  expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(306_000);
});

test('a wrong password is said at once', async () => {
  const { pauses, failed } = await waitFor([away('28P01')]);

  expect([pauses, failed]).toMatchObject([[], { code: '28P01' }]);
});
