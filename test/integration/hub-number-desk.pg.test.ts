import { randomUUID } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { Lease, type HubLease } from '@shared/domain/register/custody';
import { releaseText, slipText } from '@shared/domain/register/number-slip';
import { fromHex, toHex } from '@shared/kernel/bytes';
import { createHubAnchors } from '../../sync-server/src/features/hub/hub-anchors';
import { createNumberDesk } from '../../sync-server/src/features/hub/number-desk';
import { createLog } from '../../sync-server/src/log';
import { verifyEd25519 } from '../../sync-server/src/platform';
import { aSigningPair } from '../support/builders';
import { temporaryFolder } from '../support/temporary-folder';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let folder: string;
const key = aSigningPair();
const log = createLog('silent');
const noon = Date.parse('2026-03-02T05:00:00Z');
const registerId = randomUUID();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.query('delete from hub_slip');
  await database.db.query('delete from hub_book');
  folder = temporaryFolder();
});

const aLease = (over: object = {}): Lease =>
  Lease.parse({
    registerId,
    epoch: 1,
    deviceId: '00000000-0000-4000-8000-000000000009',
    inc: 1,
    year: 2026,
    fromNumber: 46,
    lastDate: '2026-03-01',
    quota: 3,
    notBefore: '2026-03-01',
    notAfter: '2026-04-30',
    ...over,
  });
const held = (over: object = {}, lease: Lease = aLease()): HubLease => ({
  lease,
  state: 'SEALING',
  wasSentBefore: false,
  ...over,
});
const aDesk = (places: readonly string[] = [folder]) =>
  createNumberDesk({
    db: database.db,
    anchors: createHubAnchors({ folders: places, log }),
    sign: (bytes) => toHex(key.sign(bytes)),
    time: () => ({ wallMs: noon, lastTrustedMs: noon - 1000, trustedNowMs: noon }),
    log,
  });
const numberOf = async (desk: ReturnType<typeof aDesk>, documentId: string = randomUUID()) => {
  const given = await desk.give(registerId, documentId);
  return given.ok ? given.value.number : given.error.code;
};

test('M-26: without a lease the hub gives no number, of no register', async () => {
  const desk = aDesk();
  expect(await numberOf(desk)).toBe('register.no-lease');
  await desk.takeLeases([held()]);
  expect(await desk.openRegisters()).toEqual([registerId]);
  expect(await numberOf(desk)).toBe(46);
  // The province names it no more: it was recalled.
  await desk.takeLeases([]);
  expect(await numberOf(desk)).toBe('register.not-open');
  expect(await desk.openRegisters()).toEqual([]);
  await desk.takeLeases([held({ state: 'FROZEN', wasSentBefore: true })]);
  expect(await numberOf(desk)).toBe('register.not-open');
});

test('I-9, I-10: numbers follow one another, many at once too; the same paper gets its own again', async () => {
  const desk = aDesk();
  await desk.takeLeases([held({}, aLease({ quota: 100 }))]);
  const papers = Array.from({ length: 12 }, () => randomUUID());
  const given = await Promise.all(papers.map((paper) => numberOf(desk, paper)));
  expect(given).toEqual(papers.map((_, i) => 46 + i));
  expect(await numberOf(aDesk(), papers[3])).toBe(49);
  expect(await numberOf(aDesk())).toBe(58);
});

test('what is signed is what was given', async () => {
  const desk = aDesk();
  await desk.takeLeases([held()]);
  const given = await desk.give(registerId, randomUUID());
  if (!given.ok) throw new Error(given.error.code);
  const { sig, ...said } = given.value;
  const publicKey = Buffer.from(key.publicKey, 'base64');
  expect(verifyEd25519(publicKey, slipText(said), fromHex(sig))).toBe(true);
  expect(said).toMatchObject({ number: 46, date: '2026-03-02', epoch: 1 });
});

test('M-13: a number whose anchor is not written is not told, and is the same when it is', async () => {
  const paper = randomUUID();
  await aDesk().takeLeases([held()]);
  await writeFile(join(folder, 'a file'), '');
  const nowhere = aDesk([join(folder, 'a file', 'in it')]);
  expect(await numberOf(nowhere, paper)).toBe('register.anchor-not-written');
  expect(await numberOf(aDesk(), paper)).toBe(46);
  expect(await numberOf(aDesk())).toBe(47);
});

test('N-8: a hub whose database was put back gives no number twice', async () => {
  const desk = aDesk();
  await desk.takeLeases([held()]);
  const before = await database.db.query('select book from hub_book');
  expect(await numberOf(desk)).toBe(46);
  await database.db.query('delete from hub_slip');
  await database.db.query('update hub_book set book = $1', [
    z.object({ book: z.unknown() }).parse(before.rows[0]).book,
  ]);
  expect(await numberOf(aDesk())).toBe('register.anchor-ahead');
  // Nor when what it wrote outside cannot be read any more.
  for (const name of await readdir(folder)) await writeFile(join(folder, name), 'x');
  expect(await numberOf(aDesk())).toBe('register.anchor-ahead');
});

test('N-10: a grant that was sent before and is not here gives no number; the old book does not come back', async () => {
  const desk = aDesk();
  await desk.takeLeases([held({ wasSentBefore: true })]);
  expect(await numberOf(desk)).toBe('register.no-lease');
  await desk.takeLeases([held({}, aLease({ epoch: 3, fromNumber: 60 }))]);
  expect(await numberOf(desk)).toBe(60);
  await desk.takeLeases([held({}, aLease({ epoch: 2 }))]);
  expect(await numberOf(desk)).toBe('register.not-open');
  await rm(folder, { recursive: true });
});

test('N-2, N-16: quota, days and year end the numbers', async () => {
  const desk = aDesk();
  await desk.takeLeases([held()]);
  expect([await numberOf(desk), await numberOf(desk), await numberOf(desk)]).toEqual([46, 47, 48]);
  expect(await numberOf(desk)).toBe('register.quota-reached');
  await desk.takeLeases([held({}, aLease({ epoch: 2, notAfter: '2026-03-01' }))]);
  expect(await numberOf(desk)).toBe('register.lease-expired');
});

test('§9.4: the quota counts the numbers that the province has not taken in', async () => {
  const desk = aDesk();
  await desk.takeLeases([held()]);
  expect([await numberOf(desk), await numberOf(desk), await numberOf(desk)]).toEqual([46, 47, 48]);
  await desk.takeLeases([held({ wasSentBefore: true, taken: 2 })]);
  expect([await numberOf(desk), await numberOf(desk)]).toEqual([49, 50]);
  expect(await numberOf(desk)).toBe('register.quota-reached');
});

test('§9.4, N-10b: after its word the hub gives no number of the lease, not even when it was put back', async () => {
  const desk = aDesk();
  expect(await desk.release(registerId)).toMatchObject({ error: { code: 'register.no-lease' } });
  await desk.takeLeases([held()]);
  const paper = randomUUID();
  expect(await numberOf(desk, paper)).toBe(46);
  const before = await database.db.query('select book from hub_book');
  const released = await desk.release(registerId);
  if (!released.ok) throw new Error(released.error.code);
  const { sig, ...said } = released.value;
  const publicKey = Buffer.from(key.publicKey, 'base64');
  expect(verifyEd25519(publicKey, releaseText(said), fromHex(sig))).toBe(true);
  expect(said).toMatchObject({ registerId, epoch: 1, lastNumber: 46 });

  expect(await desk.openRegisters()).toEqual([]);
  await desk.takeLeases([held({ wasSentBefore: true, taken: 1 })]);
  expect(await numberOf(desk)).toBe('register.lease-sealed');
  // Whose answer was lost asks again: the paper's number, and the same word.
  expect(await numberOf(desk, paper)).toBe(46);
  expect(await desk.release(registerId)).toEqual(released);
  await database.db.query('update hub_book set book = $1', [
    z.object({ book: z.unknown() }).parse(before.rows[0]).book,
  ]);
  expect(await numberOf(desk)).toBe('register.anchor-ahead');
});
