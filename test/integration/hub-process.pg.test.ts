import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromHex, utf8 } from '@shared/kernel/bytes';
import { officeScope, userScope } from '@shared/sync/record';
import { aRegistering, type SeededOffice } from '../support/builders';
import {
  anOfficeAt,
  aProvince,
  aRegisteringWith,
  atHub,
  envelopesOf,
  hubSettings,
  putFile,
  sealFor,
  type Province,
  type Station,
} from '../support/hub-bench';
import { bytesOf, filesBelow } from '../support/files-below';
import { startTestServer, stopTestServers, type TestServer } from '../support/test-server';

let province: Province;
let seeded: SeededOffice;
let clerk: Station;
let settings: Readonly<Record<string, string>>;
let dataDir: string;

beforeEach(async () => {
  province = await aProvince();
  ({ seeded, clerk } = await anOfficeAt(province));
  settings = await hubSettings(province, seeded);
  dataDir = mkdtempSync(join(tmpdir(), 'tcv-hub-'));
});
afterEach(async () => {
  await stopTestServers();
  await province.stop();
  rmSync(dataDir, { recursive: true });
});

/** `npm run server -- --relay` as it is shipped, with its own PostgreSQL. */
const startHub = (env: Readonly<Record<string, string>> = settings): Promise<TestServer> =>
  startTestServer({ dataDir, env, args: ['--relay'] });
const office = () => officeScope(seeded.office.id);

test('§20: what the hub called relayed is there after SIGKILL, in places without a gap, while the province is away', async () => {
  const hub = await startHub();
  await province.goAway();
  const handed: string[] = [];
  for (let round = 0; round < 3; round++) {
    const at = await atHub(hub.address, clerk);
    const acts = Array.from({ length: 12 }, () => aRegistering(clerk.device, seeded));
    const before = handed.length;
    const answers = acts.map(async (operation) => {
      const envelope = sealFor(clerk, office(), operation);
      // Killed in the middle of it: not relayed, as far as the workstation knows.
      const answer = await at.exchange([envelope]).catch(() => undefined);
      if (answer?.relayed === 1) handed.push(envelope.hash);
      if (handed.length === before + 4) await hub.kill();
    });
    await Promise.all(answers);
    await hub.kill();
    await hub.start();
  }
  const { items, mailbox } = await (await atHub(hub.address, clerk)).exchange([]);
  const kept = envelopesOf(items).map(({ hash }) => hash);
  expect(handed.length).toBeGreaterThanOrEqual(12);
  expect(handed.filter((hash) => !kept.includes(hash))).toEqual([]);
  expect(new Set(kept).size).toBe(kept.length);
  expect(items.map(({ seq }) => seq)).toEqual(kept.map((_, i) => i + 1));
  // Another start is another mailbox: who knows the older one reads from the beginning.
  await hub.kill();
  await hub.start();
  const again = await (
    await atHub(hub.address, clerk)
  ).exchange([], { mailbox, after: kept.length });
  expect(again.mailbox).not.toBe(mailbox);
  expect(again.items).toHaveLength(kept.length);
  expect(await hub.stop()).toBe(0);
});

test('§20: on the disk of a stolen hub there is neither content nor a key that opens it', async () => {
  const hub = await startHub();
  await province.goAway();
  const [open, restricted] = ['Giấy mời họp giao ban cuối năm', 'Phiếu xin ý kiến riêng số 77'];
  const own = userScope(clerk.user.id);
  const bytes = Buffer.concat([utf8('Nội dung tệp đính kèm. '), randomBytes(3_000)]);
  const at = await atHub(hub.address, clerk);
  await at.exchange([
    sealFor(clerk, office(), aRegisteringWith(clerk, seeded, bytes, { subject: open })),
    sealFor(clerk, own, aRegistering(clerk.device, seeded, { subject: restricted })),
  ]);
  await putFile(at, clerk, office(), bytes);
  // What is in the clear is found: in the rows and in the log of the database, and in a file.
  const marker = 'dấu để tìm thấy 20260722';
  await hub.db().query('create table planted (text text)');
  await hub.db().query('insert into planted values ($1)', [marker]);
  await hub.db().query('checkpoint');
  await hub.kill();

  const disk = filesBelow(dataDir).map((path) => ({ path, bytes: bytesOf(path) }));
  const holders = (needle: Uint8Array): readonly string[] =>
    disk.filter(({ bytes: held }) => held.includes(Buffer.from(needle))).map(({ path }) => path);
  const planted = holders(utf8(marker));
  expect(planted.some((path) => path.includes('pg_wal'))).toBe(true);
  expect(planted.some((path) => path.includes('/base/'))).toBe(true);
  expect(holders(utf8(clerk.device.deviceId)).length).toBeGreaterThan(0);
  expect(disk.some(({ path }) => path.includes('hub-files/office-'))).toBe(true);

  const keys = [office(), own].map((scope) => Buffer.from(clerk.keyOf(scope).key));
  const needles = [
    ...[open, restricted, 'Nội dung tệp đính kèm'].map(utf8),
    ...keys.flatMap((key) => [key, utf8(key.toString('base64')), utf8(key.toString('hex'))]),
    bytes.subarray(-64),
  ];
  for (const needle of needles) expect(holders(needle)).toEqual([]);
  await hub.stop();
});

test('§20: enrolled once, the hub starts without the province; its keys are for its owner alone', async () => {
  const first = await startHub();
  const { deviceId } = await ownDevice();
  await first.stop();
  await province.goAway();
  const { PROVINCE_URL: _, HUB_CODE: __, ...later } = settings;
  const second = await startHub(later);
  const { isAuthorityOld } = await (await atHub(second.address, clerk)).exchange([]);

  expect(isAuthorityOld).toBe(false);
  expect(readFileSync(join(dataDir, 'hub-identity.json'), 'utf8')).toContain(deviceId);
  for (const name of ['hub-identity.json', 'hub-authority.json'])
    expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
  expect(await second.stop()).toBe(0);

  const path = join(dataDir, 'hub-authority.json');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('vanThu', 'chuTich'));
  await expect(startHub(later)).rejects.toThrow('the province gave no authority');
});

test('§20: without a code, or with one for a workstation, no hub starts', async () => {
  const { HUB_CODE: _, ...without } = settings;
  await expect(startHub(without)).rejects.toThrow('give --province');
  const code = await province.admin().createActivationCode(seeded.office.id);
  await expect(startHub({ ...settings, HUB_CODE: code })).rejects.toThrow('not one for a hub');
  const hub = await startHub();
  expect((await ownDevice()).kind).toBe('hub');
  await hub.stop();
});

test('§20: past its date the authority is said to be old, and the hub goes on handing on', async () => {
  await province.stop();
  const day = 86_400_000;
  province = await aProvince({ nowMs: () => Date.now() - 31 * day });
  ({ seeded, clerk } = await anOfficeAt(province));
  settings = await hubSettings(province, seeded);
  const hub = await startHub();
  await province.goAway();
  const at = await atHub(hub.address, clerk);
  const handed = await at.exchange([sealFor(clerk, office(), aRegistering(clerk.device, seeded))]);

  expect(handed).toMatchObject({ relayed: 1, isAuthorityOld: true });
  expect(envelopesOf(handed.items)).toHaveLength(1);
  await hub.stop();
});

test('§20: the hub has a certificate of its own, kept and told by its fingerprint; it is reached by its address', async () => {
  const { HUB_PLAIN_HTTP: _, ...withTls } = settings;
  const hub = await startHub(withTls);
  const { fingerprint, address } = hub.ready();
  const shown = await certificateOf(address);
  await hub.stop();
  const again = await startHub({ ...withTls, HUB_CODE: '' });
  const kept = again.ready().fingerprint;

  expect(address).toMatch(/^https:\/\/127\.0\.0\.1:/);
  expect(shown.fingerprint256).toBe(fingerprint);
  expect(shown.subject.CN).toBe('Trạm UBND xã Thử Nghiệm');
  expect(new Date(shown.valid_to).getUTCFullYear()).toBe(new Date().getUTCFullYear() + 10);
  expect(fromHex((fingerprint ?? '').replaceAll(':', ''))).toHaveLength(32);
  expect(kept).toBe(fingerprint);
  expect(statSync(join(dataDir, 'hub-tls.json')).mode & 0o777).toBe(0o600);
  await again.stop();
});

async function ownDevice(): Promise<{ readonly deviceId: string; readonly kind: string }> {
  const { rows } = await province.database.db.query(
    `select id as "deviceId", kind from device where kind = 'hub'`,
  );
  return rows[0] as { deviceId: string; kind: string };
}

const certificateOf = (address: string): Promise<PeerCertificate> =>
  new Promise((resolve, reject) => {
    const asking = request(`${address}/health`, { rejectUnauthorized: false }, (answer) => {
      answer.resume();
      resolve((answer.socket as TLSSocket).getPeerCertificate());
    });
    asking.on('error', reject);
    asking.end();
  });
