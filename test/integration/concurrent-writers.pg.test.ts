import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { limits } from '@shared/protocol/version';
import { officeScope } from '@shared/sync/record';
import { checkIntegrity } from '../../sync-server/src/features/health/integrity';
import {
  aNumberRequest,
  aRegistering,
  enrolTestDevice,
  overApp,
  seedOffice,
  signIn,
  sync,
  type TestDevice,
} from '../support/builders';
import { aTestNode, createTestDatabase } from '../support/test-database';

const WRITERS = 16;
const WRITING_MS = 5_000;

test('T-2, I-3: a reader who polls while sixteen devices write misses no change, and a forgotten transaction delays nobody', async () => {
  const database = await createTestDatabase();
  const [first, second] = [await aTestNode(database), await aTestNode(database)];
  const [post, postOther] = [overApp(first.app), overApp(second.app)];
  const { admin } = first;
  const seeded = await seedOffice(admin);
  const elsewhere = await seedOffice(admin);
  const aDevice = async (): Promise<{ device: TestDevice; token: string }> => {
    const code = await admin.createActivationCode(seeded.office.id);
    const device = await enrolTestDevice(post, code);
    const { accessToken } = await signIn(post, device, seeded.clerk);
    return { device, token: accessToken };
  };
  const writers = await Promise.all(Array.from({ length: WRITERS }, aDevice));
  const reader = await aDevice();
  // A transaction that holds the other office's stream and is never ended.
  let forget: () => void = () => undefined;
  const forgotten = database.connectAgain().withConnection(async (connection) => {
    await connection.query('begin');
    await connection.query('update stream set head = head + 1 where office_id = $1', [
      elsewhere.office.id,
    ]);
    await new Promise<void>((resolve) => {
      forget = resolve;
    });
    await connection.query('rollback');
  });

  const until = performance.now() + WRITING_MS;
  const writing = new AbortController();
  const written: string[] = [];
  const acknowledgedAt = new Map<string, number>();
  const write = async ({ device, token }: (typeof writers)[number], index: number) => {
    while (performance.now() < until) {
      const id = randomUUID();
      let pending = [aRegistering(device, seeded, {}, id), aNumberRequest(device, seeded, id)];
      while (pending.length > 0) {
        const reply = await sync(index % 2 ? post : postOther, device, {
          token,
          ops: pending,
          over: { want: 0 },
        });
        pending = pending.slice(reply.results.filter(({ answer }) => answer === 'final').length);
      }
      written.push(id);
      acknowledgedAt.set(id, performance.now());
    }
  };
  const scope = officeScope(seeded.office.id);
  const seenSequences: number[] = [];
  const latestSequenceOf = new Map<string, number>();
  const delaysMs: number[] = [];
  let cursor = 0;
  const poll = async (): Promise<void> => {
    const reply = await sync(postOther, reader.device, {
      token: reader.token,
      cursors: { [scope]: cursor },
      over: { want: limits.pageBytesMax },
    });
    const page = reply.pages[0];
    if (!page) return;
    const now = performance.now();
    for (const entry of page.entries) {
      // What a cursor has passed never appears behind it again.
      expect(entry.seq).toBeGreaterThan(cursor);
      seenSequences.push(entry.seq);
      latestSequenceOf.set(entry.id, entry.seq);
      const acknowledged = acknowledgedAt.get(entry.id);
      if (acknowledged !== undefined) delaysMs.push(now - acknowledged);
    }
    cursor = page.next;
  };
  const read = async () => {
    while (!writing.signal.aborted) {
      await poll();
      await sleep(10);
    }
    for (let before = -1; before !== cursor;) {
      before = cursor;
      await poll();
    }
  };

  const reading = read();
  await Promise.all(writers.map(write));
  writing.abort();
  await reading;
  forget();
  await forgotten;

  const { rows } = await database.db.query(
    'select id, seq::int as seq from feed where office_id = $1 order by seq',
    [seeded.office.id],
  );
  const stored = rows as readonly { readonly id: string; readonly seq: number }[];
  expect(written.length).toBeGreaterThan(WRITERS);
  // Every record is held by the reader in its newest state: nothing was missed.
  expect([...latestSequenceOf].toSorted(([, a], [, b]) => a - b)).toEqual(
    stored.map(({ id, seq }) => [id, seq]),
  );
  // Every change took its own number: head = all record revisions ever made.
  const { rows: revisions } = await database.db.query(
    `select sum(rev)::int as made, (select head::int from stream where office_id = $1) as head
       from record where office_id = $1`,
    [seeded.office.id],
  );
  const [{ made, head }] = revisions as [{ made: number; head: number }];
  expect(head).toBe(made);
  expect(stored.at(-1)?.seq).toBe(head);
  expect(new Set(seenSequences).size).toBe(seenSequences.length);
  expect((await checkIntegrity(database.db)).findings).toEqual([]);
  expect(Math.max(0, ...delaysMs)).toBeLessThan(2_000);
  await database.drop();
});
