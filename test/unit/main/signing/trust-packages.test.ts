import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { trustFromPem } from '@shared/pades/verify/trust-material';
import {
  createTrustPackages,
  programKey,
} from '../../../../src/main/features/signing/trust-packages';
import { readSettings } from '../../../../src/main/platform/settings';
import { createDemoPki } from '../../../support/demo-pki';
import { fakeClock } from '../../../support/fake-clock';
import { temporaryFolder } from '../../../support/temporary-folder';
import { aManifest, aPackageKey } from '../../../support/trust-package';

const pki = createDemoPki({ mark: 'Thử Nghiệm' });
const demo = createDemoPki();
const key = aPackageKey();

function aMachine(keys: readonly string[] = [key.publicBase64]) {
  const folder = temporaryFolder();
  const clock = fakeClock(Date.parse('2026-11-22T00:00:00Z'));
  const open = () =>
    createTrustPackages({
      folder: join(folder, 'trust'),
      keys: () => Promise.resolve(keys),
      clock,
    });
  const packages = open();
  const file = (text: string): string => {
    const path = join(folder, 'new.tcvtrust');
    writeFileSync(path, text);
    return path;
  };
  return {
    ...packages,
    folder,
    clock,
    open,
    install: (manifest: object, by = key) => packages.install(file(by.seal(manifest))),
    installText: (text: string) => packages.install(file(text)),
    version: async () => (await packages.status()).current?.version,
  };
}

test('O-4: a package is taken from a file, tells its date and pins, and is there after a start', async () => {
  const pc = aMachine();
  expect(await pc.status()).toEqual({ current: null, previous: null, age: null });

  expect((await pc.install(aManifest(pki, { version: 3 }))).ok).toBe(true);

  const { material } = trustFromPem(await pc.open().pem());
  expect(material.anchors.map(({ der }) => Buffer.from(der))).toEqual([
    Buffer.from(pki.root.certificate),
  ]);
  expect(material).toMatchObject({ packageIssuedMs: Date.parse('2026-11-20T00:00:00.000Z') });
  expect(material.intermediates).toHaveLength(1);
  expect(await pc.open().status()).toMatchObject({
    current: { version: 3, issuedAt: '2026-11-20T00:00:00.000Z', intermediates: 1 },
    age: 'fresh',
  });
});

test('O-4: an older package is refused, unless somebody goes back on purpose', async () => {
  const pc = aMachine();
  expect(await pc.revert()).toMatchObject({ error: { code: 'trust.no-previous' } });
  await pc.install(aManifest(pki, { version: 2 }));
  await pc.install(aManifest(pki, { version: 5 }));

  for (const version of [1, 5]) {
    expect(await pc.install(aManifest(pki, { version }))).toMatchObject({
      error: { code: 'trust.older' },
    });
  }
  expect(await pc.version()).toBe(5);
  expect(await pc.revert()).toMatchObject({
    value: { current: { version: 2 }, previous: { version: 5 } },
  });
  expect(trustFromPem(await pc.pem()).material.anchors).toHaveLength(1);
  expect((await pc.install(aManifest(pki, { version: 5 }))).ok).toBe(true);
});

test('O-4: over a stored package that does not check any more no older one is installed', async () => {
  const pc = aMachine();
  await pc.install(aManifest(pki, { version: 5 }));
  const path = join(pc.folder, 'trust', 'current.tcvtrust');
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 200));

  const again = { ...pc, ...pc.open() };
  const file = join(pc.folder, 'other.tcvtrust');
  const lay = (version: number) => {
    writeFileSync(file, key.seal(aManifest(pki, { version })));
    return again.install(file);
  };

  expect(await lay(4)).toMatchObject({ error: { code: 'trust.older' } });
  expect(await lay(5)).toMatchObject({ value: { current: { version: 5 } } });
});

describe('V-12: what is not signed by a pinned key, whole, is never used', () => {
  const sealed = key.seal(aManifest(pki, { version: 9 }));
  const foreign = aPackageKey();
  const [anchor] = aManifest(pki).anchors;
  const wrongPin = { ...aManifest(pki), anchors: [{ ...anchor, sha256: 'a'.repeat(64) }] };
  const [demoAnchor] = aManifest(demo).anchors;

  test.each([
    ['another key', foreign.seal(aManifest(pki, { version: 9 })), 'trust.not-signed'],
    ['a changed version', sealed.replace('"version":9', '"version":8'), 'trust.not-signed'],
    ['a root with another pin', key.seal(wrongPin), 'trust.unreadable'],
    [
      'a root among the intermediates',
      key.seal({ ...aManifest(pki), intermediates: [anchor?.der] }),
      'trust.unreadable',
    ],
    ['a demonstration’s root', key.seal(aManifest(demo)), 'trust.unreadable'],
    [
      'a demonstration’s root beside a real one',
      key.seal({ ...aManifest(pki), anchors: [anchor, demoAnchor] }),
      'trust.unreadable',
    ],
    ['no root', key.seal({ ...aManifest(pki), anchors: [] }), 'trust.unreadable'],
    ['half a file', sealed.slice(0, 200), 'trust.unreadable'],
    ['a page of the web', '<html></html>', 'trust.unreadable'],
  ])('%s', async (_what, text, code) => {
    const pc = aMachine();
    await pc.install(aManifest(pki, { version: 1 }));

    expect(await pc.installText(text)).toEqual({ ok: false, error: { code } });
    expect(await pc.version()).toBe(1);
  });

  test('a program without a key takes none', async () => {
    expect(await aMachine([]).install(aManifest(pki))).toMatchObject({
      error: { code: 'trust.not-signed' },
    });
  });

  test('a package that was changed on the disk is none', async () => {
    const pc = aMachine();
    await pc.install(aManifest(pki));
    const path = join(pc.folder, 'trust', 'current.tcvtrust');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"version":1', '"version":7'));

    expect(await pc.open().pem()).toEqual([]);
  });
});

test('O-4: past 30 days the package is old, past 90 too old, and of the future it has no date', async () => {
  const pc = aMachine();
  await pc.install(aManifest(pki));
  const ageOn = async (day: string) => {
    pc.clock.setWall(Date.parse(`${day}T00:00:00Z`));
    return (await pc.status()).age;
  };

  expect(await ageOn('2026-12-20')).toBe('fresh');
  expect(await ageOn('2026-12-21')).toBe('old');
  expect(await ageOn('2027-02-18')).toBe('old');
  expect(await ageOn('2027-02-19')).toBe('tooOld');
  expect(await ageOn('2026-11-18')).toBe('tooOld');
});

describe('O-4, O-6: the demonstration’s authorities', () => {
  test('a folder of anchors is nothing without the mark of a demonstration', () => {
    const folder = { TCV_TRUST_FOLDER: '/tmp/trust' };
    expect(readSettings(folder)).toMatchObject({ demoTrustFolder: undefined, isDemo: false });
    expect(readSettings({ ...folder, TCV_DEMO: '1' })).toMatchObject({
      demoTrustFolder: '/tmp/trust',
      isDemo: true,
    });
  });

  test('the program itself carries the package key alone, and no authority', async () => {
    const resources = fileURLToPath(new URL('../../../../resources', import.meta.url));
    const carried = readdirSync(resources, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(pem|crt|cer|p12|pfx|tcvtrust)$/i.test(name))
      .filter((name) => name !== join('trust', 'package-key.pem'));
    expect(carried).toEqual([]);

    const folder = temporaryFolder();
    expect(await programKey(folder)).toEqual([]);
  });
});

test('O-4: the key that the program carries is one that packages are checked with', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'trust'));
  writeFileSync(join(folder, 'trust', 'package-key.pem'), key.publicPem);

  expect(await programKey(folder)).toEqual([key.publicBase64]);
});
