import { afterEach, expect, test, vi } from 'vitest';
import { possessionChallenge } from '@shared/domain/signing/possession';
import { toHex } from '@shared/kernel/bytes';
import { readCertificateFacts } from '@shared/pades/cms/certificate-facts';
import { nodePadesPlatform } from '../../../src/main/features/signing/node-pades-platform';
import { runSoftwareKeys } from '../../../tools/software-keys';
import {
  enrolTestDevice,
  overApp,
  seedOffice,
  signedOperation,
  signIn,
  sync,
} from '../../support/builders';
import { createDemoPki, signAsToken } from '../../support/demo-pki';
import { aTestNode, createTestDatabase } from '../../support/test-database';

const pki = createDemoPki();

afterEach(() => void vi.restoreAllMocks());

async function aProvince() {
  const database = await createTestDatabase();
  const node = await aTestNode(database);
  const seeded = await seedOffice(node.admin);
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const cli = async (...args: readonly string[]) => ({
    code: await runSoftwareKeys([...args, '--database', database.connectionString, '--json']),
    said: JSON.parse(printed.pop() ?? '{}') as unknown,
  });
  return { database, node, seeded, cli };
}

test('software keys: the server refuses a request for one until the province allows it, and again after', async () => {
  const { database, node, seeded, cli } = await aProvince();
  const { office, clerk } = seeded;
  const post = overApp(node.app);
  const device = await enrolTestDevice(post, await node.admin.createActivationCode(office.id));
  const { accessToken: token } = await signIn(post, device, clerk);
  const own = pki.issue({ commonName: 'Trần Thị Văn Thư' });
  const facts = readCertificateFacts(nodePadesPlatform, own.certificate);
  if (!facts) throw new Error('the demo certificate is read');
  const ask = async () => {
    const target = { type: 'signingCertificate', id: crypto.randomUUID() } as const;
    const owner = { kind: 'person', userId: clerk.id } as const;
    const challenge = possessionChallenge({
      officeId: office.id,
      userId: clerk.id,
      recordId: target.id,
      thumbprint: facts.thumbprint,
      owner,
      keyStore: 'software',
    });
    const body = {
      owner,
      certificate: facts,
      der: toHex(own.certificate),
      signature: toHex(new Uint8Array(signAsToken(own.privateKeyPem, challenge))),
      picture: null,
      keyStore: 'software',
    };
    const operation = signedOperation(device, { actor: clerk, kind: 'create', target, body });
    const reply = await sync(post, device, { token, ops: [operation] });
    return JSON.stringify(reply);
  };

  expect(await ask()).toContain('softwareKey.not-allowed');
  expect(await cli('allow', office.id, 'personal')).toEqual({ code: 0, said: { ok: true } });
  expect(await ask()).not.toContain('softwareKey.not-allowed');
  // A new name of the office is no word about keys.
  await node.admin.upsertOffice({ ...office, name: 'Xã có tên mới' });
  expect(await cli('list')).toMatchObject({
    said: { offices: [{ id: office.id, name: 'Xã có tên mới', policy: 'personal' }] },
  });
  await cli('allow', office.id, 'none');
  expect(await ask()).toContain('softwareKey.not-allowed');
  const { rows } = await database.db.query(
    `select detail from audit where office_id = $1 and detail::text like '%softwareKeys%'`,
    [office.id],
  );
  expect(rows).toHaveLength(2);
  await database.drop();
});

test('software keys: the command knows three words and the offices there are', async () => {
  const { database, seeded, cli } = await aProvince();
  const { office } = seeded;

  expect(await cli('list')).toMatchObject({ said: { offices: [{ policy: 'none' }] } });
  expect((await cli('allow', office.id, 'some')).code).toBe(2);
  expect((await cli('allow', office.id)).code).toBe(2);
  expect(await cli('allow', crypto.randomUUID(), 'all')).toEqual({ code: 1, said: { ok: false } });
  await database.drop();
});
