import { randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { possessionChallenge } from '@shared/domain/signing/possession';
import type { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import { toBase64, toHex } from '@shared/kernel/bytes';
import { readCertificateFacts } from '@shared/pades/cms/certificate-facts';
import { writeInkPng } from '@shared/pades/picture/write-png';
import { nodePadesPlatform } from '../../../src/main/features/signing/node-pades-platform';
import { runCertificates } from '../../../tools/certificates';
import {
  enrolTestDevice,
  overApp,
  seedOffice,
  signedOperation,
  signIn,
  sync,
  type SeededOffice,
  type TestDevice,
} from '../../support/builders';
import { createDemoPki, signAsToken, type DemoIdentity } from '../../support/demo-pki';
import { aTestNode, createTestDatabase } from '../../support/test-database';
import { temporaryFolder } from '../../support/temporary-folder';

const pki = createDemoPki();

afterEach(() => void vi.restoreAllMocks());

interface Listed {
  readonly id: string;
  readonly active: boolean;
  readonly holderName: string;
  readonly binding?: { readonly state: string; readonly decidedBy: string | null };
}

async function aProvince() {
  const database = await createTestDatabase();
  const node = await aTestNode(database);
  const seeded = await seedOffice(node.admin);
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const certificates = async (...args: readonly string[]) => ({
    code: await runCertificates([...args, '--database', database.connectionString, '--json']),
    said: printed.pop() ?? '{}',
  });
  const list = async (): Promise<readonly Listed[]> =>
    (JSON.parse((await certificates('list')).said) as { certificates: readonly Listed[] })
      .certificates;
  return { database, node, seeded, certificates, list };
}

const sealOf = (organName: string) => pki.issue({ commonName: organName });

/** The holder of the seal asks that a certificate be registered. */
function asksForSeal(
  device: TestDevice,
  { office, organ, clerk }: SeededOffice,
  seal: DemoIdentity,
  id: string = crypto.randomUUID(),
) {
  const facts = readCertificateFacts(nodePadesPlatform, seal.certificate);
  if (!facts) throw new Error('the demo certificate is read');
  const owner = { kind: 'organ', organId: organ.id } as const;
  const challenge = possessionChallenge({
    officeId: office.id,
    userId: clerk.id,
    recordId: id,
    thumbprint: facts.thumbprint,
    owner,
  });
  return signedOperation(device, {
    actor: clerk,
    kind: 'create',
    target: { type: 'signingCertificate', id },
    body: {
      owner,
      certificate: facts,
      der: toHex(seal.certificate),
      signature: toHex(new Uint8Array(signAsToken(seal.privateKeyPem, challenge))),
      picture: null,
    },
  });
}

test('K-6: a certificate that two machines ask for at once has one record; once withdrawn it may be asked for anew', async () => {
  const { database, node, seeded, certificates, list } = await aProvince();
  const post = overApp(node.app);
  const seal = sealOf(seeded.organ.name);
  const code = () => node.admin.createActivationCode(seeded.office.id);
  const stations = [
    await enrolTestDevice(post, await code()),
    await enrolTestDevice(post, await code()),
    await enrolTestDevice(post, await code()),
  ];
  const ask = async (device: TestDevice) => {
    const { accessToken: token } = await signIn(post, device, seeded.clerk);
    await sync(post, device, { token, ops: [asksForSeal(device, seeded, seal)] });
  };
  await Promise.all(stations.slice(0, 2).map(ask));

  const [first, ...more] = await list();
  expect([first?.active, more]).toEqual([false, []]);
  const { rows } = await database.db.query("select outcome->>'code' as code from op order by 1");
  expect(rows).toEqual([{ code: 'signing.already-asked' }, { code: null }]);
  await certificates('confirm', first?.id ?? '');
  const [, , third] = stations;
  if (third) await ask(third);
  expect(await list()).toHaveLength(1);

  await certificates('withdraw', first?.id ?? '', '--reason', 'Mất thiết bị');
  if (third) await ask(third);
  expect(await list()).toMatchObject([{ active: false }, { active: false }]);
  await database.drop();
});

test('K-6: the request for a seal waits for the province, whose word is fed to the office', async () => {
  const { database, node, seeded, certificates, list } = await aProvince();
  const { office, organ, clerk } = seeded;
  const post = overApp(node.app);
  const device = await enrolTestDevice(post, await node.admin.createActivationCode(office.id));
  const { accessToken: token } = await signIn(post, device, clerk);
  const target = { type: 'signingCertificate', id: crypto.randomUUID() } as const;
  const request = asksForSeal(device, seeded, sealOf(organ.name), target.id);
  await sync(post, device, { token, ops: [request] });

  expect((await certificates('list')).code).toBe(1);
  expect(await list()).toMatchObject([
    { id: target.id, active: false, binding: { state: 'choXacNhan' } },
  ]);
  const head = async (): Promise<unknown> =>
    (await database.db.query('select head from stream where office_id = $1', [office.id])).rows[0];
  const before = await head();
  expect((await certificates('confirm', target.id)).code).toBe(0);
  expect(await head()).not.toEqual(before);
  expect(await list()).toMatchObject([
    { id: target.id, active: true, binding: { state: 'daXacNhan', decidedBy: null } },
  ]);
  expect((await certificates('list')).code).toBe(0);
  expect((await certificates('confirm', target.id)).said).toContain('không còn chờ xác nhận');

  expect((await certificates('withdraw', target.id, '--reason', 'Mất thiết bị')).code).toBe(0);
  expect(await list()).toMatchObject([{ active: false, binding: { state: 'tuChoi' } }]);
  expect((await certificates('withdraw', target.id, '--reason', 'Mất thiết bị')).code).toBe(1);
  expect((await certificates('confirm', crypto.randomUUID())).said).toContain('Không có chứng thư');
  await database.drop();
});

test('K-6: a list of certificates is registered whole, or not at all with the line that is wrong', async () => {
  const { database, seeded, certificates, list } = await aProvince();
  const { office, organ, clerk } = seeded;
  const folder = temporaryFolder();
  const csv = (...lines: readonly string[]): string => {
    const path = join(folder, 'list.csv');
    writeFileSync(path, `\uFEFFkind,name,file\r\n${lines.join('\r\n')}\r\n`);
    return path;
  };
  const own = pki.issue({ commonName: 'Trần Thị Văn Thư' });
  writeFileSync(join(folder, 'clerk.pem'), own.certificatePem);
  writeFileSync(join(folder, 'seal.cer'), pki.issue({ commonName: organ.name }).certificate);
  writeFileSync(join(folder, 'root.pem'), pki.root.certificatePem);
  const person = `person,${clerk.login},clerk.pem`;
  const seal = `organ,${organ.code},seal.cer`;
  const importing = (...lines: readonly string[]) =>
    certificates('import', csv(...lines), '--office', office.id);

  const wrong = await importing(person, 'person,nobody,clerk.pem', seal, 'organ,x', 'person');
  const authority = await importing(person, `person,${clerk.login},root.pem`);
  expect([wrong.code, authority.code]).toEqual([1, 1]);
  expect(wrong.said).toMatch(/Dòng 3: .*nobody.*Dòng 5/);
  expect(authority.said).toMatch(/Dòng 3: .*không phải chứng thư của người ký/);
  expect(await list()).toEqual([]);

  expect((await importing(person, seal)).code).toBe(0);
  expect((await list()).map(({ holderName, active }) => [holderName, active])).toEqual(
    expect.arrayContaining([
      ['Trần Thị Văn Thư', true],
      [organ.name, true],
    ]),
  );
  const again = await importing(person);
  expect([again.code, again.said]).toEqual([1, expect.stringContaining('đã đăng ký')]);
  expect(await runCertificates(['import', csv(person)])).toBe(2);
  await database.drop();
});

test('S-13, K-6: the province looks at both pictures of a seal and decides by the one it looked at', async () => {
  const { database, node, seeded, certificates } = await aProvince();
  const { office, organ, clerk } = seeded;
  const post = overApp(node.app);
  const device = await enrolTestDevice(post, await node.admin.createActivationCode(office.id));
  const { accessToken: token } = await signIn(post, device, clerk);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'seal.cer'), pki.issue({ commonName: organ.name }).certificate);
  copyFileSync('test/fixtures/pdf/pictures/seal.png', join(folder, 'seal.png'));
  const csv = (width: string): string => {
    const path = join(folder, 'list.csv');
    writeFileSync(path, `organ,${organ.code},seal.cer,seal.png,${width}\n`);
    return path;
  };
  expect((await certificates('import', csv('0'), '--office', office.id)).said).toContain(
    '5 đến 80',
  );
  expect((await certificates('import', csv('36'), '--office', office.id)).code).toBe(0);
  const [record] = (await node.admin.certificates.list(office.id)) as [SigningCertificate];
  expect(record.picture).toMatchObject({ widthMm: 36 });

  // As large as the program makes them, so that an operation carries one.
  const side = 700;
  const noise = randomBytes(side * side);
  const png = await writeInkPng(
    { width: side, height: side, alpha: noise.map((one) => one & 31), colour: [217, 36, 51] },
    (rows) => Promise.resolve(new Uint8Array(deflateSync(rows))),
  );
  expect(png.length).toBeGreaterThan(100_000);
  const request = signedOperation(device, {
    actor: clerk,
    kind: 'cmd.requestPicture',
    target: { type: 'signingCertificate', id: record.id },
    body: { picture: { png: toBase64(png), widthMm: 35 } },
  });
  await sync(post, device, { token, ops: [request] });

  expect((await certificates('list')).code).toBe(1);
  const looked = JSON.parse((await certificates('pictures', record.id, folder)).said) as {
    readonly files: readonly string[];
    readonly change: string;
  };
  expect(looked.files.map((path) => readFileSync(path).length)).toEqual([
    readFileSync(join(folder, 'seal.png')).length,
    png.length,
  ]);
  const decide = (...args: readonly string[]) =>
    certificates(args[0] ?? '', record.id, ...args.slice(1));
  expect((await decide('confirm-picture', '--change', crypto.randomUUID())).said).toContain(
    'ảnh khác được gửi sau',
  );
  expect((await decide('confirm-picture', '--change', looked.change)).code).toBe(0);
  const [after] = (await node.admin.certificates.list(office.id)) as [SigningCertificate];
  expect(after.picture).toEqual({ png: toBase64(png), widthMm: 35 });
  expect(after.pictureChange).toMatchObject({ state: 'daXacNhan', picture: null });
  expect((await decide('refuse-picture', '--change', looked.change, '--reason', 'Mờ')).code).toBe(
    2,
  );
  expect(
    (await decide('refuse-picture', '--change', looked.change, '--reason', 'Bị mờ')).code,
  ).toBe(1);
  await database.drop();
});
