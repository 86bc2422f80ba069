import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const names = z.array(z.string());
const packages = z
  .object({ build: names, run: names, prove: names })
  .parse(JSON.parse(readFileSync('tools/debian-packages.json', 'utf8')));

/** Programs we start by name, and the Debian 12 package that brings each; `base` is on every Debian, or on Windows. */
const brings: Readonly<Record<string, string>> = {
  'fix-qdf': 'qpdf',
  gcc: 'gcc',
  ip: 'iproute2',
  mutool: 'mupdf-tools',
  openssl: 'openssl',
  pdffonts: 'poppler-utils',
  pdfimages: 'poppler-utils',
  pdfsig: 'poppler-utils',
  pdftoppm: 'poppler-utils',
  pdftotext: 'poppler-utils',
  'pkcs11-tool': 'opensc',
  ps: 'procps',
  qpdf: 'qpdf',
  soffice: 'libreoffice-writer-nogui',
  'systemd-analyze': 'systemd',
  'softhsm2-util': 'softhsm2',
  strace: 'strace',
  tc: 'iproute2',
  '/bin/sh': 'base',
  'dpkg-query': 'base',
  'powershell.exe': 'base',
  cp: 'base',
  mount: 'base',
  // Comes with Node, which is there before anything of ours runs.
  npm: 'base',
  printf: 'base',
  runuser: 'base',
  sh: 'base',
  umount: 'base',
  useradd: 'base',
};

const OWN = 'test/unit/tools/debian-packages.test.ts';

/** `execFileSync('qpdf', …)`, `spawn('…')`, our own `run('…')` and `run(env, '…')`. */
const START = /\b(?:execFile|execFileSync|spawn|spawnSync|run)\(\s*(?:env, )?'([^']+)'/g;

const started = ['src', 'sync-server/src', 'tools', 'test']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((path) => /\.(tsx?|mjs|cjs)$/.test(path) && path !== OWN)
  .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(START)].map(([, name = '']) => name));

test('a bare Debian gets every program that tests, demo and start run', () => {
  const listed = new Set(['base', ...packages.build, ...packages.run, ...packages.prove]);

  expect(started).toContain('qpdf');
  expect(started.filter((name) => !listed.has(brings[name] ?? `unknown: ${name}`))).toEqual([]);
});

test('`npm start` can make the demo token: SoftHSM and the tool that puts keys on it', () => {
  expect(packages.run).toEqual(expect.arrayContaining(['softhsm2', 'opensc', 'chromium']));
});
