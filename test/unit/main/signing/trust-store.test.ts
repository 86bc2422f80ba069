import { silentLog } from '../../../support/silent-log';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCertificate } from '@shared/pades/cms/certificate';
import { ocspRequest } from '@shared/pades/cms/ocsp';
import { nodePadesPlatform } from '../../../../src/main/features/signing/node-pades-platform';
import { answerWithOpenssl } from '../../../support/openssl-authorities';
import { needs } from '../../shared/pades/helpers';
import {
  createTrustStore,
  readPemFolder,
  type TrustStoreDeps,
} from '../../../../src/main/features/signing/trust-store';
import { parsePem } from '@shared/pades/pem';
import { createDemoPki, type DemoIdentity, type DemoPki } from '../../../support/demo-pki';
import { fakeClock } from '../../../support/fake-clock';
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

function aStore(
  trusted: readonly string[] = [pki.root.certificatePem, pki.subCa.certificatePem],
  limits?: TrustStoreDeps['limits'],
) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'trust'));
  for (const [i, pem] of trusted.entries()) writeFileSync(join(folder, 'trust', `${i}.pem`), pem);
  writeFileSync(join(folder, 'trust', 'read-me.txt'), impostor.root.certificatePem);
  const served = new Map<string, Uint8Array>();
  const asked: string[] = [];
  const store = createTrustStore({
    trusted: () => readPemFolder(join(folder, 'trust')),
    listFolder: join(folder, 'revocation'),
    fetchPublic: (address) => {
      asked.push(address);
      return Promise.resolve(served.get(address));
    },
    log: silentLog,
    clock: fakeClock(),
    ...(limits && { limits }),
  });
  return {
    asked,
    served,
    folder: join(folder, 'revocation'),
    store,
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

test('V-12: anchors and intermediates are the PEM files of the folder, and nothing else', async () => {
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

test('A-7: of issuers without a path to an anchor nothing is asked and nothing is kept', async () => {
  const { refresh, asked, folder } = aStore();
  const foreign = impostor.issue({ commonName: 'Nguyễn Văn Mẫu' });

  await refresh(listOf('2026-11-25', impostor), [
    foreign.certificate,
    impostor.subCa.certificate,
    impostor.root.certificate,
  ]);

  expect(asked).toEqual([]);
  expect(() => readdirSync(folder)).toThrow('ENOENT');
});

test('A-7: the folder keeps what came last, up to its limits', async () => {
  for (const limits of [
    { files: 2, bytes: 1_000_000 },
    { files: 100, bytes: newer.length * 2 + 10 },
  ]) {
    const { store, served, folder, lists } = aStore(undefined, limits);
    for (const n of [1, 2, 3, 4]) {
      const address = `http://ca.test.invalid/${n}.crl`;
      const one = createDemoPki({ crlAddress: address, authorities: pki }).issue({
        commonName: `Người ${n}`,
      });
      served.set(address, listOf(`2026-11-${10 + n}`));
      await store.refresh([one.certificate]);
    }

    expect(readdirSync(folder)).toHaveLength(2);
    expect(await lists()).toContain(text(listOf('2026-11-14')));
  }
});

test('A-7: what is more than one refreshing may ask comes in the next turns', async () => {
  const { store, asked } = aStore();
  const ders = [1, 2, 3].map((n) => {
    const crlAddress = `http://ca.test.invalid/${n}.crl`;
    return createDemoPki({ crlAddress, authorities: pki }).issue({ commonName: 'A' }).certificate;
  });

  const requests = await store.refresh(ders, { most: 2, turn: 0 });
  await store.refresh(ders, { most: 2, turn: 1 });

  expect(requests).toBe(2);
  expect(new Set(asked).size).toBe(3);
});

describe('V-14: an intermediate that a file left out', () => {
  const at = 'http://ca.test.invalid/sub.crt';
  const named = createDemoPki({ crlAddress: ADDRESS, issuerAddress: at, authorities: pki });
  const leaf = named.issue({ commonName: 'Nguyễn Văn Mẫu' });

  test('is fetched where the certificate says, kept, and its list with it', async () => {
    const { served, store, certificates, lists } = aStore([pki.root.certificatePem]);
    served.set(at, pki.subCa.certificate);
    served.set(ADDRESS, newer);

    expect(await store.refresh([leaf.certificate])).toBe(2);

    expect(await certificates()).toBe(2);
    expect(await lists()).toEqual([text(newer)]);
  });

  test.each([
    ['an authority of the same name with another key', impostor.subCa.certificate],
    ['rubbish', new Uint8Array(300)],
    ['a root of its own', impostor.root.certificate],
  ])('is not replaced by %s', async (_what, answer) => {
    const { served, store, certificates } = aStore([pki.root.certificatePem]);
    served.set(at, answer);

    await store.refresh([leaf.certificate]);

    expect(await certificates()).toBe(1);
  });

  test('V-12: a root that lies in the folder of fetched data is no anchor', async () => {
    const { folder, certificates } = aStore();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a.crt'), impostor.root.certificate);

    expect(await certificates()).toBe(2);
  });
});

describe('V-13: OCSP answers', needs('openssl'), () => {
  const withResponder = createDemoPki({ crlAddress: ADDRESS, ocspAddress: 'http://ocsp.invalid/' });
  const signer = withResponder.issue({ commonName: 'OCSP', isOcspResponder: 'noCheck' });
  const [leader, other] = ['A', 'B'].map((commonName) => withResponder.issue({ commonName }));
  if (!leader || !other) throw new Error('no certificate');

  function aStoreAsking(answer: (request: Uint8Array) => Uint8Array) {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'trust'));
    for (const { certificatePem, serial } of [withResponder.root, withResponder.subCa]) {
      writeFileSync(join(folder, 'trust', `${serial}.pem`), certificatePem);
    }
    const store = createTrustStore({
      trusted: () => readPemFolder(join(folder, 'trust')),
      listFolder: join(folder, 'revocation'),
      fetchPublic: (_address, question) => Promise.resolve(question && answer(question.body)),
      clock: fakeClock(Date.now()),
      log: silentLog,
    });
    return async (): Promise<number> => {
      await store.refresh([leader?.certificate ?? new Uint8Array()]);
      return (await store.read()).filter((text) => text.includes('OCSP RESPONSE')).length;
    };
  }
  const responder = { pki: withResponder, signer };

  test('the responder that a certificate names is asked, and its answer is kept', async () => {
    expect(
      await aStoreAsking((asked) => answerWithOpenssl(responder, asked, { good: [leader] }))(),
    ).toBe(1);
  });

  test('an answer by somebody else, about another certificate, or rubbish is not kept', async () => {
    const person = withResponder.issue({ commonName: 'Người thường' });
    const elsewhere = ocspRequestFor(withResponder, other);

    const kept = [
      await aStoreAsking((asked) =>
        answerWithOpenssl({ pki: withResponder, signer: person }, asked, { good: [leader] }),
      )(),
      await aStoreAsking(() => answerWithOpenssl(responder, elsewhere, { good: [other] }))(),
      await aStoreAsking(() => new Uint8Array(500))(),
    ];

    expect(kept).toEqual([0, 0, 0]);
  });
});

function ocspRequestFor(by: DemoPki, { certificate }: DemoIdentity): Uint8Array {
  const [parsed, issuer] = [certificate, by.subCa.certificate].map((der) => parseCertificate(der));
  if (!parsed || !issuer) throw new Error('no certificate');
  return ocspRequest(nodePadesPlatform, { certificate: parsed, issuer });
}
