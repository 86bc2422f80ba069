import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AttachedFile } from '@shared/domain/document/incoming-document';
import { verifyPdf } from '@shared/pades/verify/verify-pdf';
import { nodePadesPlatform } from '../../../src/main/features/signing/node-pades-platform';
import { hashOf } from '../../../tools/demo/memory-files';
import { createMigrationDevice } from '../../../tools/demo/migration-device';
import { printRegister } from '../../../tools/demo/print-register';
import { DEMO_PASSWORD, demoOffice, seedProvince } from '../../../tools/demo/province';
import { seedDocuments, type SeededDocuments } from '../../../tools/demo/seed-documents';
import { createDemoPki } from '../../support/demo-pki';
import { startTestServer, stopTestServers, type TestServer } from '../../support/test-server';

const shares = [
  { office: 'a', incoming: 10, outgoing: 6 },
  { office: 'b', incoming: 2, outgoing: 1 },
] as const;
const demo = demoOffice('a');

const pki = createDemoPki();
let server: TestServer;
let seeded: SeededDocuments | undefined;

const seed = (progress?: (line: string) => void) =>
  seedDocuments({
    serverAddress: server.address,
    admin: server.admin(),
    db: server.db(),
    pki,
    shares,
    ...(progress && { progress }),
  });

// The papers are printed by the system's browser; without one there is nothing to seed.
describe.skipIf(!existsSync('/usr/bin/chromium'))('the papers of the demo province', () => {
  beforeAll(async () => {
    server = await startTestServer({ env: { RATE_BURST: '500', RATE_PER_SECOND: '200' } });
    await seedProvince(server.admin());
    // The first try is cut between the incoming and the outgoing papers of the first office.
    await expect(
      seed((line) => {
        if (line.endsWith('10 incoming')) throw new Error('cut');
      }),
    ).rejects.toThrow('cut');
    seeded = await seed();
  });
  afterAll(stopTestServers);

  test('arrive through the protocol: numbered in order of arrival, the newest still waiting', async () => {
    const papers = await recordsOf('incomingDocument');

    // The other office was done; what the cut try had brought was not brought again.
    expect(seeded).toMatchObject({ incoming: 0, outgoing: 6 });
    expect(
      papers
        .map(({ content }) => content['state'])
        .map(String)
        .toSorted(),
    ).toEqual([...Array.from({ length: 9 }, () => 'daDangKy'), 'moiDen']);
    expect(papers.every(({ content }) => content['issuerCode'] === null || isCode(content))).toBe(
      true,
    );
  });

  test('I-9, I-11: the books have every number once, and dates never go back', async () => {
    const printed = await Promise.all(
      demo.registers.map((register) =>
        printRegister(server.db(), { ...register, officeId: demo.office.id }),
      ),
    );

    expect(printed.map(({ isContinuous }) => isContinuous)).toEqual(demo.registers.map(() => true));
    expect(printed.reduce((sum, { count }) => sum + count, 0)).toBe(9 + 5);
  });

  test('have files that a person of the office reads back, issued ones with two whole signatures', async () => {
    const device = await createMigrationDevice({
      serverAddress: server.address,
      code: await server.admin().createActivationCode(demo.office.id),
      deviceName: 'Máy kiểm tra',
    });
    await device.signIn('vanthu', DEMO_PASSWORD);
    const incoming = await recordsOf('incomingDocument');
    const outgoing = await recordsOf('outgoingDocument');
    const scans = incoming.flatMap(({ content }) => z.array(AttachedFile).parse(content['files']));
    const issued = outgoing.filter(({ content }) => content['state'] === 'daDongDau');
    const finals = issued.map(({ content }) => AttachedFile.parse(content['finalPdf']));

    const read = await Promise.all(scans.map(({ sha256 }) => device.download(sha256)));
    const sealed = await Promise.all(finals.map(({ sha256 }) => device.download(sha256)));

    expect(read.map(hashOf)).toEqual(scans.map(({ sha256 }) => sha256));
    expect(sealed).toHaveLength(5);
    for (const bytes of sealed) {
      const report = verifyPdf(nodePadesPlatform, bytes, {
        trust: { anchors: [], intermediates: [], crls: [], ocsps: [] },
        nowMs: Date.now(),
      });
      expect(report.signatures.map(({ field, integrity }) => [field, integrity])).toEqual([
        ['ky_ca_nhan', 'intact'],
        ['ky_co_quan', 'intact'],
      ]);
    }
  });

  test('I-5: seeding again adds nothing, not even a device', async () => {
    const before = await countAll();

    const again = await seed();

    expect(again).toMatchObject({ incoming: 0, outgoing: 0, printed: 0 });
    expect(await countAll()).toEqual(before);
  });
});

const isCode = (content: Readonly<Record<string, unknown>>): boolean =>
  /^H99(\.\d{2,3})?$/.test(String(content['issuerCode']));

const Row = z.object({ content: z.record(z.string(), z.unknown()) });

async function recordsOf(type: 'incomingDocument' | 'outgoingDocument') {
  const { rows } = await server
    .db()
    .query('select content from record where office_id = $1 and type = $2', [demo.office.id, type]);
  return rows.map((row) => Row.parse(row));
}

async function countAll(): Promise<unknown> {
  const { rows } = await server.db().query(
    `select (select count(*) from record) as records, (select count(*) from op) as operations,
            (select count(*) from register_entry) as entries, (select count(*) from device) as devices,
            (select count(*) from file) as files`,
  );
  return rows;
}
