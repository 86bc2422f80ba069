import { silentLog } from '../../../support/silent-log';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTrustStore } from '../../../../src/main/features/signing/trust-store';
import { parsePem } from '@shared/pades/pem';
import { createDemoPki } from '../../../support/demo-pki';
import { temporaryFolder } from '../../../support/temporary-folder';

const ADDRESS = 'http://ca.test.invalid/sub.crl';
const pki = createDemoPki({ crlAddress: ADDRESS });
/** Calls itself by the same names and has other keys. */
const impostor = createDemoPki({ crlAddress: ADDRESS });
const person = pki.issue({ commonName: 'Nguyễn Văn Mẫu' });
const listOf = (day: string, by = pki, issuer: 'root' | 'subCa' = 'subCa') =>
  by.crl({
    issuer,
    thisUpdate: new Date(`${day}T00:00:00Z`),
    nextUpdate: new Date('2026-12-30T00:00:00Z'),
  });
const older = listOf('2026-11-01');
const newer = listOf('2026-11-20');

function aStore(trusted: readonly string[] = [pki.root.certificatePem, pki.subCa.certificatePem]) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'trust'));
  for (const [i, pem] of trusted.entries()) writeFileSync(join(folder, 'trust', `${i}.pem`), pem);
  writeFileSync(join(folder, 'trust', 'read-me.txt'), impostor.root.certificatePem);
  const served = new Map<string, Uint8Array>();
  const asked: string[] = [];
  const store = createTrustStore({
    folders: [join(folder, 'trust'), join(folder, 'missing')],
    listFolder: join(folder, 'revocation'),
    fetchPublic: (address) => {
      asked.push(address);
      return Promise.resolve(served.get(address));
    },
    log: silentLog,
  });
  return {
    asked,
    refresh: async (list: Uint8Array | undefined, ders = [person.certificate]) => {
      if (list) served.set(ADDRESS, list);
      else served.clear();
      await store.refresh(ders);
    },
    lists: async () =>
      (await store.read())
        .flatMap((text) => parsePem(text))
        .filter(({ label }) => label === 'X509 CRL')
        .map(({ der }) => Buffer.from(der).toString('base64')),
    certificates: async () =>
      (await store.read())
        .flatMap((text) => parsePem(text))
        .filter(({ label }) => label === 'CERTIFICATE').length,
  };
}
const text = (list: Uint8Array): string => Buffer.from(list).toString('base64');

test('V-12: anchors and intermediates are the PEM files of the folders, and nothing else', async () => {
  expect(await aStore().certificates()).toBe(2);
});

test('V-13: the list that a certificate names is kept, and a newer one takes its place', async () => {
  const { refresh, lists, asked } = aStore();

  await refresh(older);
  expect(await lists()).toEqual([text(older)]);
  await refresh(newer);
  expect(await lists()).toEqual([text(newer)]);
  expect(asked).toEqual([ADDRESS, ADDRESS]);
});

test('V-13: an older list that is played again does not replace the newer one', async () => {
  const { refresh, lists } = aStore();
  await refresh(newer);

  await refresh(older);

  expect(await lists()).toEqual([text(newer)]);
});

const longer = (list: Uint8Array) =>
  Buffer.from(list).map((byte, i) => (i === 60 ? byte ^ 1 : byte));

test.each([
  ['nothing', undefined],
  ['rubbish', new Uint8Array(Buffer.from('<html>Trang này không tồn tại</html>'))],
  ['half a list', newer.subarray(0, 100)],
  ['a list with a changed byte', new Uint8Array(longer(newer))],
  ['a list of another issuer', listOf('2026-11-25', pki, 'root')],
  ['a list by somebody with the same name', listOf('2026-11-25', impostor)],
])('V-13: %s leaves the list at hand', async (_what, answer) => {
  const { refresh, lists } = aStore();
  await refresh(newer);

  await refresh(answer);

  expect(await lists()).toEqual([text(newer)]);
});

test('V-13: a file that brings an issuer of its own cannot push the right list aside', async () => {
  const { refresh, lists } = aStore();
  await refresh(newer);
  const forged = listOf('2026-11-25', impostor);
  const foreign = impostor.issue({ commonName: 'Nguyễn Văn Mẫu' });

  await refresh(forged, [foreign.certificate, impostor.subCa.certificate]);

  expect(await lists()).toContain(text(newer));
});

test('V-13: the issuer may come with the token', async () => {
  const { refresh, lists } = aStore([pki.root.certificatePem]);

  await refresh(newer);
  expect(await lists()).toEqual([]);
  await refresh(newer, [person.certificate, pki.subCa.certificate]);
  expect(await lists()).toEqual([text(newer)]);
});
