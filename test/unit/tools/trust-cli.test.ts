import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { runTrust } from '../../../tools/trust';
import { createDemoPki, toPem, type DemoPki } from '../../support/demo-pki';
import { temporaryFolder } from '../../support/temporary-folder';
import { aPackageKey } from '../../support/trust-package';

afterEach(() => void vi.restoreAllMocks());

const real = createDemoPki({ mark: 'Thử Nghiệm' });

function aDesk(pki: DemoPki = real) {
  const folder = temporaryFolder();
  const key = aPackageKey();
  const at = (name: string): string => join(folder, name);
  const list = pki.crl({
    thisUpdate: new Date('2026-11-01T00:00:00Z'),
    nextUpdate: new Date('2026-12-01T00:00:00Z'),
  });
  mkdirSync(at('pem'));
  writeFileSync(at('pem/all.pem'), `${pki.subCa.certificatePem}${pki.root.certificatePem}`);
  writeFileSync(at('pem/list.crl'), toPem('X509 CRL', list));
  writeFileSync(at('private.pem'), key.privatePem);
  writeFileSync(at('public.pem'), key.publicPem);
  writeFileSync(at('other.pem'), aPackageKey().publicPem);
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const trust = async (...args: readonly string[]) => ({
    code: await runTrust([...args, '--json']),
    said: JSON.parse(printed.pop() ?? '{}') as unknown,
  });
  const written = [
    `--key=${at('private.pem')}`,
    '--version=4',
    `--out=${at('a.tcvtrust')}`,
    '--at=2026-11-22T00:00:00Z',
  ];
  const build = (...more: readonly string[]) => trust('build', at('pem'), ...written, ...more);
  const check = (verb: string, publicKey: string, day: string) =>
    trust(verb, at('a.tcvtrust'), '--key', at(publicKey), '--at', `${day}T00:00:00Z`);
  return { build, check, at };
}

test('O-4: cli trust builds a package that its own key alone opens, and tells its age', async () => {
  const { build, check } = aDesk();

  expect(await build()).toMatchObject({ code: 0, said: { version: 4, intermediates: 1, crls: 1 } });
  expect(await check('check', 'public.pem', '2026-12-01')).toMatchObject({
    code: 0,
    said: { ok: true, age: 'fresh' },
  });
  expect(await check('show', 'public.pem', '2026-12-01')).toMatchObject({
    said: { anchors: [{ name: 'CA gốc Thử Nghiệm' }] },
  });
  expect(await check('check', 'public.pem', '2027-01-01')).toMatchObject({
    code: 1,
    said: { age: 'old' },
  });
  expect(await check('check', 'other.pem', '2026-12-01')).toEqual({
    code: 1,
    said: { ok: false, code: 'trust.not-signed' },
  });
  expect(await runTrust(['build'])).toBe(2);
});

test('O-6: cli trust builds no package out of a demonstration’s authorities', async () => {
  const { build, check } = aDesk(createDemoPki());

  expect(await build()).toEqual({ code: 1, said: { ok: false, code: 'trust.unreadable' } });
  expect((await check('check', 'public.pem', '2026-12-01')).code).toBe(2);
});

test('O-4: what an authority publishes as DER is taken too; a file that says nothing ends the work', async () => {
  const { build, at } = aDesk();
  writeFileSync(at('pem/all.pem'), real.root.certificatePem);
  writeFileSync(at('pem/sub.cer'), real.subCa.certificate);

  expect(await build()).toMatchObject({ code: 0, said: { intermediates: 1 } });
  writeFileSync(at('pem/empty.crt'), 'not a certificate');
  expect((await build()).code).toBe(2);
});
