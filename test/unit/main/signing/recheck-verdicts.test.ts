import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { VerificationReport } from '@shared/domain/signing/verification-report';
import { FileHash } from '@shared/kernel/ids';
import { err, ok } from '@shared/kernel/result';
import { fetchPublic } from '../../../../src/main/platform/fetch-public';
import { doPadesJob, type PadesAnswer } from '../../../../src/main/features/signing/pades-job';
import type { SigningDesk } from '../../../../src/main/features/signing/signing-desk';
import { createRecheck } from '../../../../src/main/features/signing/recheck-verdicts';
import { createTrustStore, readPemFolder } from '../../../../src/main/features/signing/trust-store';
import { createVerdictStore } from '../../../../src/main/features/signing/verdict-store';
import { createVerifyFile } from '../../../../src/main/features/signing/verify-file';
import { createDemoPki, type DemoIdentity, type DemoPki } from '../../../support/demo-pki';
import { fakeClock } from '../../../support/fake-clock';
import { manualTimers } from '../../../support/manual-timers';
import { answerWithOpenssl } from '../../../support/openssl-authorities';
import { silentLog } from '../../../support/silent-log';
import { temporaryFolder } from '../../../support/temporary-folder';
import { fixture, needs, prepared, signWith, type Office } from '../../shared/pades/helpers';

/** Certification authorities on this machine: a list and the sub-CA by HTTP, and an OCSP responder that openssl plays. */
async function anAuthority() {
  const requests: string[] = [];
  let known: DemoPki;
  let responder: DemoIdentity;
  const says: { list?: Uint8Array; good?: DemoIdentity; revoked?: DemoIdentity } = {};
  const answer = (path: string, body: Uint8Array): Uint8Array | undefined => {
    if (path === '/sub.crt') return known.subCa.certificate;
    if (path === '/sub.crl') return says.list;
    const { good, revoked } = says;
    if (!good && !revoked) return undefined;
    return answerWithOpenssl({ pki: known, signer: responder }, body, {
      ...(good && { good: [good] }),
      ...(revoked && { revoked: [revoked] }),
    });
  };
  let server: Server | undefined;
  let port = 0;
  const switchOn = async (): Promise<void> => {
    server = createServer((request, reply) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        requests.push(request.url ?? '');
        const bytes = answer(request.url ?? '', Buffer.concat(parts));
        if (bytes) reply.end(Buffer.from(bytes));
        else reply.writeHead(404).end();
      });
    });
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  };
  const switchOff = async (): Promise<void> => {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  };
  await switchOn();
  onTestFinished(switchOff);
  const at = (path: string): string => `http://127.0.0.1:${port}${path}`;
  const pki = createDemoPki({
    crlAddress: at('/sub.crl'),
    ocspAddress: at('/ocsp'),
    issuerAddress: at('/sub.crt'),
  });
  known = pki;
  responder = pki.issue({ commonName: 'OCSP', isOcspResponder: 'noCheck' });
  const listOf = (daysAgo: number, revoked: readonly DemoIdentity[] = []) =>
    pki.crl({
      revoked: revoked.map(({ serial }) => ({ serial, at: new Date(TODAY_MS - 2 * DAY_MS) })),
      thisUpdate: new Date(TODAY_MS - daysAgo * DAY_MS),
      nextUpdate: new Date(TODAY_MS - (daysAgo - 1) * DAY_MS),
    });
  return { pki, says, requests, switchOn, switchOff, listOf };
}

const DAY_MS = 86_400_000;
const TODAY_MS = Date.now();
const hashOf = (n: number) => FileHash.parse(n.toString(16).padStart(2, '0').repeat(32));

/** A workstation over real jobs, a real trust store and the real line, at the real time of openssl. */
function aWorkstation(pki: DemoPki, files: ReadonlyMap<FileHash, Uint8Array<ArrayBuffer>>) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'trust'));
  writeFileSync(join(folder, 'trust', 'root.pem'), pki.root.certificatePem);
  const clock = fakeClock(Date.now());
  const line = { isOnline: true };
  const told = { changes: 0 };
  const start = () => {
    const timers = manualTimers();
    const verdicts = createVerdictStore({
      path: join(folder, 'verdicts.json'),
      clock,
      log: silentLog,
    });
    const verify = createVerifyFile({
      verdicts,
      clock,
      desk: { listCertificates: () => [] } as unknown as SigningDesk,
      files: {
        read: (hash) => {
          const bytes = files.get(hash);
          return Promise.resolve(bytes ? ok(bytes) : err({ code: 'files.missing' as const }));
        },
        put: () => Promise.resolve(err({ code: 'files.missing' as const })),
      },
      pades: {
        stop: () => Promise.resolve(),
        run: (job) => Promise.resolve(doPadesJob(job) as PadesAnswer<typeof job>),
      },
      trust: createTrustStore({
        trusted: () => readPemFolder(join(folder, 'trust')),
        listFolder: join(folder, 'revocation'),
        fetchPublic,
        clock,
        log: silentLog,
      }),
      clockEvidence: () => ({ ...line, aheadMs: 0, notBeforeMs: undefined }),
    });
    const recheck = createRecheck({
      verdicts,
      verify,
      timers,
      clockEvidence: () => line,
      changed: () => {
        told.changes += 1;
      },
      log: silentLog,
    });
    return {
      verify,
      recheck,
      /** Lets time pass in steps, each to its end. */
      pass: async (ms: number) => {
        for (let gone = 0; gone < ms; gone += 15_000) {
          clock.advance(15_000);
          timers.advance(15_000);
          await recheck.settled();
        }
      },
    };
  };
  return { start, line, told, clock, folder };
}

const MINUTE_MS = 60_000;
const signedBy = (
  pki: DemoPki,
  leader: DemoIdentity,
  chain?: readonly Uint8Array[],
  signedAtMs = TODAY_MS - MINUTE_MS,
) => {
  const office = { pki, leader, organ: leader } as unknown as Office;
  return new Uint8Array(
    signWith(office, prepared(fixture('chromium-draft.pdf')), leader, {
      field: 'ky_ca_nhan',
      signedAtMs,
      ...(chain && { certificates: chain }),
    }),
  );
};

describe('V-14', needs('openssl'), () => {
  test('V-14: a verdict that lacks data is made again when there is a line; the old one is kept', async () => {
    const authority = await anAuthority();
    const leader = authority.pki.issue({ commonName: 'Nguyễn Văn Mẫu' });
    const file = hashOf(1);
    const station = aWorkstation(authority.pki, new Map([[file, signedBy(authority.pki, leader)]]));
    authority.says.list = authority.listOf(0);
    await authority.switchOff();

    const first = station.start();
    first.recheck.start();
    const looked = await first.verify.atHand(file);
    await first.pass(2 * MINUTE_MS);
    await first.recheck.stop();
    await authority.switchOn();
    const again = station.start();
    again.recheck.start();
    await again.pass(10 * MINUTE_MS);
    const after = await again.verify.atHand(file);

    expect(looked).toMatchObject({
      ok: true,
      value: { verdict: 'CHUA_XAC_DINH', earlier: [], isWaiting: true },
    });
    expect(station.told.changes).toBe(1);
    expect(after).toMatchObject({
      ok: true,
      value: {
        verdict: 'HOP_LE_CANH_BAO',
        isWaiting: false,
        earlier: [{ verdict: 'CHUA_XAC_DINH', dataDate: null }],
      },
    });
  });

  test('V-14: an answer of the responder, and an intermediate that the file left out, are enough', async () => {
    const authority = await anAuthority();
    const leader = authority.pki.issue({ commonName: 'Nguyễn Văn Mẫu' });
    const file = hashOf(1);
    const bytes = signedBy(authority.pki, leader, [leader.certificate]);
    const station = aWorkstation(authority.pki, new Map([[file, bytes]]));
    const { verify, recheck, pass } = station.start();
    recheck.start();
    const lookAt = async () => {
      const report = await verify.atHand(file);
      return report.ok ? report.value : undefined;
    };

    expect((await lookAt())?.signatures[0]?.reasons).toContainEqual(
      expect.objectContaining({ code: 'chain.incomplete' }),
    );
    authority.says.revoked = leader;
    await pass(10 * MINUTE_MS);

    expect(await lookAt()).toMatchObject({
      verdict: 'KHONG_HOP_LE',
      signatures: [{ trust: 'revoked', revocation: { kind: 'ocsp' } }],
      earlier: [{ verdict: 'CHUA_XAC_DINH' }],
    });
  });

  test('V-14: a verdict by an old list tells its date, before and after', async () => {
    const authority = await anAuthority();
    const leader = authority.pki.issue({ commonName: 'Nguyễn Văn Mẫu' });
    const file = hashOf(1);
    const station = aWorkstation(authority.pki, new Map([[file, signedBy(authority.pki, leader)]]));
    const { verify, recheck, pass } = station.start();
    authority.says.list = authority.listOf(20);
    recheck.start();
    await verify.atHand(file);

    await pass(3 * MINUTE_MS);
    const byOld = await verify.atHand(file);
    authority.says.list = authority.listOf(0);
    await pass(10 * MINUTE_MS);
    const byNew = await verify.atHand(file);

    const old = new Date(TODAY_MS - 20 * DAY_MS).toISOString();
    const dates = byNew.ok ? byNew.value.earlier.map(({ dataDate }) => dataDate?.slice(0, 10)) : [];
    expect(byOld).toMatchObject({
      value: { verdict: 'CHUA_XAC_DINH', isWaiting: true, earlier: [{ dataDate: null }] },
    });
    expect(byNew).toMatchObject({ value: { verdict: 'HOP_LE_CANH_BAO' } });
    expect(dates).toEqual([old.slice(0, 10), undefined]);
  });

  test('V-13: where the time is only claimed, a list of after it is replaced by a fresher one', async () => {
    const authority = await anAuthority();
    const leader = authority.pki.issue({ commonName: 'Nguyễn Văn Mẫu' });
    const file = hashOf(1);
    const bytes = signedBy(authority.pki, leader, undefined, TODAY_MS - 5 * DAY_MS);
    const station = aWorkstation(authority.pki, new Map([[file, bytes]]));
    const { verify, recheck, pass } = station.start();
    const verdict = async () => {
      const report = await verify.atHand(file);
      return report.ok ? report.value.verdict : undefined;
    };
    authority.says.list = authority.listOf(3);
    recheck.start();
    await verdict();
    await pass(5 * MINUTE_MS);

    expect(await verdict()).toBe('HOP_LE_CANH_BAO');
    const before = authority.requests.length;
    await pass(20 * MINUTE_MS);
    const forOneLook = authority.requests.length - before;
    await pass(20 * MINUTE_MS);
    expect([forOneLook, authority.requests.length - before]).toEqual([2, 2]);
    authority.says.list = authority.listOf(0, [leader]);
    expect(await verdict()).toBe('HOP_LE_CANH_BAO');
    await pass(5 * MINUTE_MS);

    expect(await verify.atHand(file)).toMatchObject({
      value: {
        verdict: 'CHUA_XAC_DINH',
        isWaiting: false,
        signatures: [{ trust: 'revoked' }],
        earlier: [{ verdict: 'HOP_LE_CANH_BAO' }, { verdict: 'CHUA_XAC_DINH' }],
      },
    });
  });

  test('V-14: few requests a minute, fewer from time to time, and none without a line or without need', async () => {
    const authority = await anAuthority();
    const people = [1, 2, 3].map((n) => authority.pki.issue({ commonName: `Người thứ ${n}` }));
    const files = new Map(
      people.map((one, n) => [hashOf(n + 1), signedBy(authority.pki, one)] as const),
    );
    const station = aWorkstation(authority.pki, files);
    const { verify, recheck, pass } = station.start();
    station.line.isOnline = false;
    recheck.start();
    for (const file of files.keys()) await verify.atHand(file);

    await pass(5 * MINUTE_MS);
    expect(authority.requests).toEqual([]);
    station.line.isOnline = true;
    const perMinute: number[] = [];
    for (let minute = 0; minute < 30; minute += 1) {
      const before = authority.requests.length;
      await pass(MINUTE_MS);
      perMinute.push(authority.requests.length - before);
    }
    const half = (minutes: readonly number[]) => minutes.reduce((sum, one) => sum + one, 0);
    expect(Math.max(...perMinute)).toBeLessThanOrEqual(4);
    expect(half(perMinute.slice(0, 15))).toBeGreaterThan(half(perMinute.slice(15)));
    expect(half(perMinute)).toBeGreaterThan(0);

    // One list serves them all: whoever's turn comes asks, the others are judged by it without a request.
    authority.says.list = authority.listOf(0);
    await pass(60 * MINUTE_MS);
    expect(station.told.changes).toBe(3);
    const asked = authority.requests.length;
    await pass(15 * MINUTE_MS);
    expect(authority.requests).toHaveLength(asked);
  }, 120_000);
});

const aReport = (verdict: 'CHUA_XAC_DINH' | 'HOP_LE', at: string, dataDate?: string) =>
  ({
    verdict,
    checkedAt: at,
    signatures: [
      {
        revocation: null,
        reasons:
          verdict === 'HOP_LE'
            ? []
            : dataDate === undefined
              ? [{ code: 'revocation.missing' }]
              : [{ code: 'revocation.too-old', where: dataDate }],
      },
    ],
  }) as unknown as VerificationReport;

function aStore() {
  const path = join(temporaryFolder(), 'verdicts.json');
  const clock = fakeClock();
  return { path, clock, open: () => createVerdictStore({ path, clock, log: silentLog }) };
}

test('V-14: what needs nothing is not written down; a verdict that lacked nothing new is written once', async () => {
  const { path, open } = aStore();
  const store = open();

  await store.note(hashOf(1), aReport('HOP_LE', '2026-11-22T01:00:00Z'));
  expect(() => readFileSync(path)).toThrow('ENOENT');
  await store.note(hashOf(2), aReport('CHUA_XAC_DINH', '2026-11-22T01:00:00Z'));
  const again = await store.note(hashOf(2), aReport('CHUA_XAC_DINH', '2026-11-22T02:00:00Z'));

  expect(again.earlier).toEqual([]);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(1);
});

test('V-14: the history of a file and the number of files are bounded; who waits stays longest', async () => {
  const { path, open } = aStore();
  const store = open();
  for (let n = 1; n <= 9; n += 1) {
    const at = `2026-11-22T0${n}:00:00Z`;
    await store.note(hashOf(1), aReport('CHUA_XAC_DINH', at, at));
  }
  await store.note(hashOf(2), aReport('CHUA_XAC_DINH', '2026-11-22T01:00:00Z'));
  await store.note(hashOf(2), aReport('HOP_LE', '2026-11-22T02:00:00Z'));
  for (let n = 0; n < 499; n += 1) {
    const hash = FileHash.parse((n + 1000).toString(16).padStart(64, '0'));
    await store.note(hash, aReport('CHUA_XAC_DINH', '2026-11-22T03:00:00Z'));
  }

  const stored = JSON.parse(readFileSync(path, 'utf8')) as { sha256: string; given: unknown[] }[];
  expect(stored).toHaveLength(500);
  expect(stored.find(({ sha256 }) => sha256 === hashOf(1))?.given).toHaveLength(6);
  expect(stored.some(({ sha256 }) => sha256 === hashOf(2))).toBe(false);
});

test('V-14: attempts wait longer each time, a clock that was put back holds nothing up, and some day they end', async () => {
  const { open, clock } = aStore();
  await open().note(hashOf(1), aReport('CHUA_XAC_DINH', '2026-11-22T01:00:00Z'));
  const waits: number[] = [];
  for (let tries = 0; tries < 60; tries += 1) {
    const store = open();
    for (let minutes = 0; (await store.due()) === undefined; minutes += 1) {
      clock.advance(MINUTE_MS);
      waits[tries] = minutes + 1;
    }
    await store.postpone(hashOf(1));
  }
  expect(waits.slice(1, 12)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]);

  clock.advance(30 * DAY_MS);
  expect(await open().due()).toBeUndefined();
  await open().note(hashOf(2), aReport('CHUA_XAC_DINH', '2026-11-22T01:00:00Z'));
  clock.setWall(0);
  expect((await open().due())?.sha256).toBe(hashOf(2));
});

test('V-14: a damaged history costs itself alone', async () => {
  const { path, open } = aStore();
  writeFileSync(path, '[{"sha256":');

  const noted = await open().note(hashOf(1), aReport('CHUA_XAC_DINH', '2026-11-22T01:00:00Z'));

  expect(noted).toMatchObject({ verdict: 'CHUA_XAC_DINH', earlier: [], isWaiting: true });
  expect(await open().due()).toMatchObject({ sha256: hashOf(1) });
});
