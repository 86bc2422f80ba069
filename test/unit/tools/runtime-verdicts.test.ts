import { join } from 'node:path';
import { expect, test } from 'vitest';
import { padesWorkerFile } from '../../../tools/pades-worker-file';
import { runtimeLine, runtimeVerdicts } from '../../../tools/packaging/runtime-verdicts';
import { repositoryRoot } from '../../../tools/run-step';

test('A-6: a stand-in is never called Electron, whatever it says of its version', () => {
  const standIn = {
    electron: '44.11.5',
    node: '20.19.2',
    v8: '11.3.244.8-node.26',
    openssl: '3.0.17',
  };

  expect(runtimeLine(standIn, 90, 0)).toBe(
    'verdicts in runtime stand-in, Node 20.19.2, OpenSSL 3.0.17: 90 files, 0 findings',
  );
});

test('A-6: Electron is known by its V8, and its library by having no version', () => {
  const electron = {
    electron: '44.11.5',
    node: '24.1.0',
    v8: '14.4.258.9-electron.0',
    openssl: '0.0.0',
  };

  expect(runtimeLine(electron, 90, 1)).toBe(
    'verdicts in runtime electron 44.11.5, Node 24.1.0, BoringSSL: 90 files, 1 findings',
  );
});

test('A-6, T-9: each attack and each signature of others is judged right in a runtime that runs as Node', async () => {
  const standIn = join(repositoryRoot, 'test/electron-host/electron');

  const { line, findings } = await runtimeVerdicts(standIn, await padesWorkerFile());

  expect(findings).toEqual([]);
  expect(line).toMatch(
    /^verdicts in runtime stand-in, Node [\d.]+, OpenSSL [\d.]+: \d{2,} files, 0 findings$/,
  );
}, 120_000);
