import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromHex, toHex } from '@shared/kernel/bytes';
import { hubCode } from '@shared/relay/hub-code';
import { sha256 } from '../../src/main/platform/system';
import { startFaultProxy, type FaultProxy } from '../../test/fault-proxy/fault-proxy';
import { aUser, PASSWORD, seedOffice, type SeededOffice } from '../../test/support/builders';
import { bundleWorker } from '../../test/support/bundle-worker';
import { startOfficePc, type OfficePc } from '../../test/support/office-pc';
import { startTestServer, type TestServer } from '../../test/support/test-server';

/** The product's own pause between rounds without a line. */
const SYNC_IDLE_MS = 15_000;
const PATIENCE_MS = 120_000;
const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** An office with its machines, its hub as it ships, and lines that are cut and measured. */
export interface HubOffice {
  readonly seeded: SeededOffice;
  readonly pcs: readonly OfficePc[];
  readonly hub: TestServer;
  /** Of the office: between all its machines and the hub. */
  readonly lan: FaultProxy;
  /** To the province: the hub's, and that of the workstations. */
  readonly lines: { readonly ofHub: FaultProxy; readonly ofPcs: FaultProxy };
  /** "Mã kết nối trạm", by the office's line. */
  readonly code: string;
  readonly stop: () => Promise<void>;
}

export interface Rates {
  /** Bytes a second of the whole office network, each way. */
  readonly lan: number;
  /** Of the hub's line to the province. */
  readonly province: number;
}

/** Everybody is enrolled and signed in, and has heard of everybody else; nobody knows the hub's address yet. */
export async function aHubOffice(
  province: TestServer,
  count: number,
  rates: Rates,
): Promise<HubOffice> {
  const folder = mkdtempSync(join(tmpdir(), 'tcv-load-hub-'));
  const bundled = mkdtempSync(`${modules}.text-worker-`);
  const upstreams = () => [province.address];
  const ofPcs = await startFaultProxy({ upstreams });
  const ofHub = await startFaultProxy({
    upstreams,
    faults: () => ({ bytesPerSecond: rates.province }),
  });
  const admin = province.admin();
  const seeded = await seedOffice(admin);
  const { office, organ } = seeded;
  const textWorker = await bundleWorker('src/main/workers/text-worker.ts', bundled);
  const pcs: OfficePc[] = [];
  for (let i = 0; i < count; i++) {
    const login = `vanthu${i}`;
    const user = aUser({ officeId: office.id, login, fullName: `Văn thư ${i}` }, [
      { role: 'vanThu', organId: organ.id },
    ]);
    await admin.createUser(user, PASSWORD);
    const pc = await startOfficePc({
      folder: join(folder, login),
      textWorker,
      syncIdleMs: SYNC_IDLE_MS,
      atEnd: () => undefined,
    });
    const code = await admin.createActivationCode(office.id);
    await pc.ask('session.enrol', { address: ofPcs.address, code, deviceName: `Máy ${i}` });
    await pc.signIn(login, PASSWORD);
    pcs.push(pc);
  }
  const hub = await startTestServer({
    args: ['--relay'],
    env: {
      HOST: '127.0.0.1',
      LOG_LEVEL: 'error',
      PROVINCE_URL: ofHub.address,
      HUB_CODE: await admin.createActivationCode(office.id, 1, {}, 'hub'),
      HUB_NAME: 'Trạm đo',
      HUB_ANCHOR_FOLDERS: join(folder, 'so-dang-ky'),
    },
  });
  // Who came before others hears of them at the next sign-in.
  for (const [i, pc] of pcs.entries()) {
    await pc.ask('session.signOut', undefined);
    await pc.signIn(`vanthu${i}`, PASSWORD);
    // All of them come from one address, whose requests before a sign-in are bounded.
    await pc.until(
      ({ connection, matchedAt }) => connection === 'online' && matchedAt !== null,
      PATIENCE_MS,
    );
  }
  const lan = await startFaultProxy({
    upstreams: () => [hub.address],
    faults: () => ({ bytesPerSecond: rates.lan }),
  });
  const fingerprint = toHex(fromHex((hub.ready().fingerprint ?? '').replaceAll(':', '')));
  return {
    seeded,
    pcs,
    hub,
    lan,
    lines: { ofHub, ofPcs },
    code: hubCode({ address: lan.address.replace('http:', 'https:'), fingerprint }, sha256),
    stop: async () => {
      await Promise.all(pcs.map((pc) => pc.stop()));
      await hub.stop();
      await Promise.all([lan, ofHub, ofPcs].map((line) => line.close()));
      for (const made of [folder, bundled]) rmSync(made, { recursive: true, force: true });
    },
  };
}
