import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createSigningLog, noFacts } from '../../../src/main/features/signing/signing-log';
import { runAudit } from '../../../tools/audit';
import { anId } from '../../support/core-builders';
import { fakeClock } from '../../support/fake-clock';
import { silentLog } from '../../support/silent-log';
import { temporaryFolder } from '../../support/temporary-folder';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function aSigningLog(): Promise<string> {
  const folder = temporaryFolder();
  const log = createSigningLog({ folder, clock: fakeClock(0), log: silentLog });
  for (const n of [1, 2, 3]) await log.append({ ...noFacts, act: anId(1, n), event: 'begun' });
  return folder;
}

async function audit(...args: readonly string[]) {
  const said: string[] = [];
  const note = (line: string) => void said.push(line);
  vi.spyOn(console, 'log').mockImplementation(note);
  vi.spyOn(console, 'error').mockImplementation(note);
  return { code: await runAudit(args), said };
}

test('S-20: a whole signing log is fine, by its folder or by its file', async () => {
  const folder = await aSigningLog();
  const file = join(folder, 'signing.jsonl');

  const { code, said } = await audit('check', folder, '--json');

  expect(code).toBe(0);
  expect(JSON.parse(said[0] ?? '')).toEqual({ checked: file, entries: 3, findings: [] });
  expect((await audit('check', file)).code).toBe(0);
});

test('S-20: a changed entry, a cut end and a log that is gone are findings', async () => {
  const folder = await aSigningLog();
  const file = join(folder, 'signing.jsonl');
  const text = readFileSync(file, 'utf8');

  writeFileSync(file, text.replace(anId(1, 2), anId(9, 9)));
  expect(await audit('check', folder)).toEqual({
    code: 1,
    said: [`line 2, problem changed\n${file}: 3 entries, 1 findings`],
  });
  writeFileSync(file, text.split('\n').slice(0, 2).join('\n') + '\n');
  expect((await audit('check', folder)).code).toBe(1);
  rmSync(file);
  expect((await audit('check', folder)).code).toBe(1);
});

test('S-20: without a log, a server or an order it could not run', async () => {
  vi.stubEnv('DATABASE_URL', undefined);

  expect((await audit('check', temporaryFolder())).code).toBe(2);
  expect((await audit('check', '/nirgends')).code).toBe(2);
  expect((await audit('check')).code).toBe(2);
  expect((await audit('look')).code).toBe(2);
});
