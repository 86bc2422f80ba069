import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { concatBytes, utf8 } from '@shared/kernel/bytes';
import { encodeFrame, segmentHeader } from '@shared/sync/journal-codec';
import { runJournal } from '../../../tools/journal';
import { temporaryFolder } from '../../support/temporary-folder';

afterEach(() => vi.restoreAllMocks());

function aJournal(): string {
  const folder = temporaryFolder();
  const bytes = concatBytes(
    segmentHeader(),
    ...['một', 'hai', 'ba'].map((text) => encodeFrame(utf8(text))),
  );
  for (const name of ['00000003', '00000004', '00000005'])
    writeFileSync(join(folder, `${name}.jnl`), bytes);
  return folder;
}

async function check(folder: string): Promise<{ code: number; findings: readonly string[] }> {
  const said: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  const code = await runJournal(['check', folder, '--json']);
  const { findings } = JSON.parse(said[0] ?? '{}') as { findings: readonly string[] };
  return { code, findings };
}

test('§4.2: a whole journal is fine, also with a torn end', async () => {
  const folder = aJournal();
  expect(await check(folder)).toEqual({ code: 0, findings: [] });
  const last = join(folder, '00000005.jnl');
  writeFileSync(last, readFileSync(last).subarray(0, -2));
  expect((await check(folder)).code).toBe(0);
});

test('§4.2: damage in the middle, a cut before another segment and a missing segment are findings', async () => {
  const damaged = aJournal();
  const bytes = readFileSync(join(damaged, '00000004.jnl'));
  bytes[17] = (bytes[17] ?? 0) ^ 1;
  writeFileSync(join(damaged, '00000004.jnl'), bytes);
  expect(await check(damaged)).toEqual({ code: 1, findings: ['segment 00000004 is damaged'] });

  const cut = aJournal();
  writeFileSync(join(cut, '00000003.jnl'), bytes.subarray(0, 10));
  expect((await check(cut)).findings).toEqual(['segment 00000003 ends in the middle']);

  const missing = aJournal();
  rmSync(join(missing, '00000004.jnl'));
  expect((await check(missing)).findings).toEqual([
    'a segment is missing between 00000003 and 00000005',
  ]);
});

test('without a journal it could not run', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(await runJournal(['check', temporaryFolder()])).toBe(2);
  expect(await runJournal(['check', '/there/is/no/such/folder'])).toBe(2);
});
