import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toBase64, utf8 } from '@shared/kernel/bytes';
import { createRecoveryKey } from '@shared/kernel/recovery-key';
import { err, ok } from '@shared/kernel/result';
import { listHubBackups, readerOf } from '../../src/main/features/backup/copy-reader';
import { findBackup } from '../../src/main/features/backup/find-backup';
import { ownCopy } from '../../src/main/features/backup/hub-store';
import { makeLock } from '../../src/main/features/backup/recovery-lock';
import { createRestore } from '../../src/main/features/backup/restore';
import { createSecondCopy } from '../../src/main/features/backup/second-copy';
import { ofHub } from '../../src/main/features/relay/hub-link';
import { nodeFiles } from '../../src/main/platform/file-port';
import { createServerClient, type ServerClient } from '../../src/main/platform/server-client';
import { aBackupBench } from '../support/backup-bench';
import {
  anOfficeAt,
  aProvince,
  atHub,
  aHub,
  hubSettings,
  type HubInProcess,
  type Province,
  type Station,
} from '../support/hub-bench';
import { silentLog } from '../support/silent-log';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let province: Province;
let database: TestDatabase;
let hub: HubInProcess;
let dataDir: string;
let office: { readonly clerk: Station; readonly chairman: Station };
let client: ServerClient;

beforeAll(async () => {
  province = await aProvince();
  const { seeded, ...stations } = await anOfficeAt(province);
  office = stations;
  database = await createTestDatabase();
  dataDir = mkdtempSync(join(tmpdir(), 'tcv-hub-'));
  const settings = await hubSettings(province, seeded);
  hub = await aHub(settings, { databaseUrl: database.connectionString, dataDir });
  client = createServerClient(() => ({ baseUrl: hub.address }));
  await province.goAway();
});
afterAll(async () => {
  await hub.stop();
  await province.stop();
  await database.drop();
  rmSync(dataDir, { recursive: true });
});

/** A workstation with work of its own whose backup was set up, and its line to the hub. */
async function aWorkstation(station: Station, over: Partial<ServerClient> = {}) {
  const bench = await aBackupBench();
  // What another test left at the machine's place opens with no key of this one.
  const key = randomBytes(32);
  const recoveryKey = createRecoveryKey((count) => randomBytes(count));
  const { token } = await atHub(hub.address, station);
  const set = {
    version: 1,
    folder: 'gone',
    key: toBase64(key),
    setUpAt: 0,
    lastAt: null,
    secondCopy: {
      lock: toBase64(await makeLock(key, recoveryKey)),
      reader: await readerOf(recoveryKey),
      lastAt: null,
    },
  } as const;
  const target = ownCopy({ client: { ...client, ...over }, token: async () => ok(token) });
  const copyBy = () =>
    createSecondCopy({
      log: silentLog,
      hub: () => target,
      source: bench.source,
      nowMs: () => 77,
      isStopped: () => false,
    });
  return { bench, recoveryKey, set, token, copyBy, id: `${station.device.deviceId}.1` };
}

const atNewPc = async (recoveryKey: string) => {
  const found = await listHubBackups(client, recoveryKey, () => 0);
  return found.ok ? found.value : found.error.code;
};
const found = async (recoveryKey: string) => {
  const stores = await atNewPc(recoveryKey);
  return typeof stores === 'string' ? stores : findBackup(stores, recoveryKey);
};
const filesOf = (id: string): readonly string[] =>
  readdirSync(join(dataDir, 'hub-copies', id, 'du-lieu')).map((name) =>
    join(dataDir, 'hub-copies', id, 'du-lieu', name),
  );

test('§15 §20: with only the recovery key a new PC finds the whole backup at the hub, the province away', async () => {
  const { bench, recoveryKey, set, copyBy, id } = await aWorkstation(office.clerk);
  const file = await bench.work('Tờ trình mật danh sông Hồng');
  expect(await copyBy().make(set)).toBe(77);

  const opened = await found(recoveryKey);
  expect(opened).toMatchObject({
    newestWhole: 0,
    copies: [{ manifest: { rows: 1, files: [{ sha256: file }] } }],
  });
  // Another paper's key is told of no copy at all, and so is who has none.
  const other = createRecoveryKey((count) => randomBytes(count));
  expect(await atNewPc(other)).toEqual([]);
  const refused = await fetch(`${hub.address}/relay/copies/${id}/blobs`);
  expect(refused.status).toBeGreaterThanOrEqual(400);

  // The hub's disk shows nothing of it.
  for (const path of filesOf(id))
    expect(readFileSync(path).includes(Buffer.from(utf8('sông Hồng')))).toBe(false);
});

test('§20: a colleague’s workstation does not read a copy, nor write beside its own', async () => {
  const { bench, set, copyBy, id } = await aWorkstation(office.clerk);
  await bench.work('một');
  await copyBy().make(set);
  const colleague = await atHub(hub.address, office.chairman);
  const asked = await colleague.send('GET', `/relay/copies/${id}/blobs`);
  expect(asked.status).toBeGreaterThanOrEqual(400);
  const own = await colleague.send('GET', '/relay/copies/own/blobs');
  expect(await own.json()).toEqual({ blobs: [] });
  const outside = await colleague.send(
    'PUT',
    '/relay/copies/own/blob?name=..%2Fnguoi-doc&at=0&size=1',
    new Uint8Array(1),
  );
  expect(outside.status).toBe(400);
});

test('§15: what the hub gives back otherwise than it was handed is found on reading back, and named', async () => {
  const flipping: Partial<ServerClient> = {
    sendBytes: (options) => {
      const bytes = Uint8Array.from(options.bytes);
      bytes[20] = (bytes[20] ?? 0) ^ 1;
      return client.sendBytes({ ...options, bytes });
    },
  };
  const { bench, set, copyBy } = await aWorkstation(office.chairman, flipping);
  await bench.work('một');
  const copy = copyBy();
  expect(await copy.make(set)).toBeUndefined();
  expect(copy.status(set)).toEqual({ lastAt: null, problem: 'backup.hub-not-verified' });
});

test('§15: a piece that went bad on the hub’s disk is written again by the next copy after a start', async () => {
  const { bench, recoveryKey, set, copyBy, id } = await aWorkstation(office.clerk);
  await bench.work('ba');
  await copyBy().make(set);
  for (const path of filesOf(id)) {
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(path, bytes);
  }
  expect(await found(recoveryKey)).toBe('damaged');
  await copyBy().make(set);
  expect(await found(recoveryKey)).toMatchObject({ newestWhole: 0 });
});

/** The guided restore on a new PC; how many lines to the hub are open. */
function aRestore() {
  let lines = 0;
  const openHub = () => {
    lines += 1;
    return ok({ client, close: () => void (lines -= 1) });
  };
  const deps = { files: nodeFiles, openHub, inHubWords: ofHub, nowMs: () => 0 };
  return { restore: createRestore(deps), lines: () => lines };
}

test('§15 §20: the copies at the hub are listed, newest first, and another than the newest can be taken', async () => {
  const { bench, recoveryKey, set, copyBy } = await aWorkstation(office.clerk);
  for (const name of ['một', 'hai']) {
    await bench.work(name);
    await copyBy().make(set);
  }
  const { restore, lines } = aRestore();
  const opened = await restore.openAtHub('', recoveryKey);
  expect(opened).toMatchObject({ value: { rows: 2, chosen: 0, copies: [{}, {}] } });
  expect(await restore.pick(1)).toMatchObject({ value: { rows: 1, chosen: 1, files: 1 } });
  expect(restore.found()).toMatchObject({ value: { manifest: { rows: 1 } } });
  expect(await restore.pick(2)).toMatchObject({ error: { code: 'backup.none-there' } });
  expect(lines()).toBe(1);
  restore.close();
  expect([lines(), restore.found()]).toEqual([0, err({ code: 'backup.none-there' })]);
});

test('§15 §20: a damaged copy at the hub is said in words of a hub, and no connection stays open', async () => {
  const { bench, recoveryKey, set, copyBy, id } = await aWorkstation(office.clerk);
  await bench.work('một');
  await copyBy().make(set);
  const first = filesOf(id);
  await bench.work('hai');
  await copyBy().make(set);
  const [later, all] = [filesOf(id).filter((path) => !first.includes(path)), filesOf(id)];
  const { restore, lines } = aRestore();
  for (const path of later) rmSync(path);
  expect(await restore.openAtHub('', recoveryKey)).toMatchObject({
    value: { rows: 1, chosen: 1, isNewerDamaged: true },
  });
  // What cannot be taken leaves what was found before.
  expect(await restore.pick(0)).toEqual(err({ code: 'backup.copy-damaged' }));
  expect(restore.found()).toMatchObject({ value: { manifest: { rows: 1 } } });

  for (const path of all) rmSync(path, { force: true });
  expect(await restore.openAtHub('', recoveryKey)).toEqual(
    err({ code: 'backup.none-whole-at-hub' }),
  );
  const other = createRecoveryKey((count) => randomBytes(count));
  expect(await restore.openAtHub('', other)).toEqual(err({ code: 'backup.none-at-hub' }));
  expect(lines()).toBe(0);
});

test('§15: an upload that was cut goes on with what is missing', async () => {
  let left = 3;
  const sent: string[] = [];
  const cut: Partial<ServerClient> = {
    sendBytes: async (options) => {
      if (left-- <= 0) return err({ code: 'server.unreachable' });
      sent.push(options.path.split('&')[0] ?? '');
      return client.sendBytes(options);
    },
  };
  const { bench, recoveryKey, set, copyBy } = await aWorkstation(office.chairman, cut);
  for (const name of ['một', 'hai', 'ba']) await bench.work(name);
  const copy = copyBy();
  expect(await copy.make(set)).toBeUndefined();
  expect(copy.status(set)?.problem).toBe('hub.unreachable');
  left = Infinity;
  expect(await copy.make(set)).toBe(77);
  expect(await found(recoveryKey)).toMatchObject({ copies: [{ manifest: { rows: 3 } }] });
  expect(new Set(sent).size).toBe(sent.length);
});
