import { describe, expect, test } from 'vitest';
import { copyFindings, fileFindings } from '../../../tools/packaging/packed-files';

const packed: readonly string[] = [
  'package.json',
  'out/main/index.js',
  'out/main/text-worker.js',
  'out/main/pades-worker.js',
  'out/main/token-worker.js',
  'out/main/software-key-worker.js',
  'out/main/hub-worker.js',
  'out/main/migrations/0001_organs.sql',
  'out/main/chunks/der-BQj7ZHat.js',
  'out/preload/index.js',
  'out/preload/signing.js',
  'out/preload/comparison.js',
  'out/renderer/index.html',
  'out/renderer/signing.html',
  'out/renderer/comparison.html',
  'out/renderer/assets/pdf.worker-CORpI1nH.mjs',
  'out/renderer/pdfjs/cmaps/UniCNS-UTF16-H.bcmap',
  'out/renderer/pdfjs/wasm/LICENSE_QCMS',
  'resources/fonts/LiberationSerif-Regular.ttf',
  'resources/fonts/LiberationSerif-Italic.ttf',
  'resources/trust/package-key.pem',
  'node_modules/pkcs11js/index.js',
  'node_modules/pkcs11js/build/Release/pkcs11.node',
];

describe('files of the packed program', () => {
  test('a program as it should be has no findings', () => {
    expect(fileFindings(packed)).toEqual([]);
  });

  test.each([
    'out/main/index.js.map',
    'out/renderer/assets/main.tsx',
    'out/server/index.js',
    'out/main/chunks/test/simulation.js',
    'test/electron-host/electron.cjs',
    'tools/cli.ts',
    'docs/status.md',
    'sync-server/migrations/0001_organs.sql',
    'node_modules/zod/index.js',
    'node_modules/pkcs11js/src/main.cpp',
    'node_modules/pkcs11js/README.md',
    'node_modules/pkcs11js/node_modules/nan/index.js',
    'resources/trust/root.key',
    'resources/trust/root.pem',
    '.env',
  ])('%s does not belong to it', (path) => {
    expect(fileFindings([...packed, path])).toEqual([`${path} does not belong to the program`]);
  });

  test.each(['out/main/pades-worker.js', 'node_modules/pkcs11js/build/Release/pkcs11.node'])(
    'it is not whole without %s',
    (path) => {
      expect(fileFindings(packed.filter((one) => one !== path))).toEqual([`${path} is missing`]);
    },
  );
});

describe('copies of a library', () => {
  const zod = 'throw Error("Unmergable intersection")';
  const ofZod = (scripts: Readonly<Record<string, string>>) =>
    copyFindings(new Map(Object.entries(scripts))).filter((finding) => finding.startsWith('zod'));

  test('main and page hold one each', () => {
    expect(ofZod({ 'out/main/index.js': zod, 'out/renderer/assets/a.js': zod })).toEqual([]);
  });

  test('two chunks of the page with the same library are named', () => {
    const found = ofZod({
      'out/main/index.js': zod,
      'out/renderer/assets/a.js': zod,
      'out/renderer/assets/b.js': zod,
    });

    expect(found).toEqual([
      'zod stands 2 times in out/renderer/, not 1: out/renderer/assets/a.js, out/renderer/assets/b.js',
    ]);
  });

  test('two copies in one chunk are seen too', () => {
    expect(ofZod({ 'out/main/index.js': zod + zod, 'out/renderer/assets/a.js': zod })).toHaveLength(
      1,
    );
  });

  test('a preload holds none, and a marker that an upgrade has reworded is noticed', () => {
    expect(ofZod({ 'out/preload/index.js': zod, 'out/main/index.js': zod })).toEqual([
      'zod stands 1 times in out/preload/, not 0: out/preload/index.js',
      'zod stands 0 times in out/renderer/, not 1',
    ]);
  });
});
