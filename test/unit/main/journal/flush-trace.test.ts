import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../support/temporary-folder';

const TRACED = 'openat,write,pwrite64,fdatasync,fsync,close';
const ROUNDS = 5;

/** Opens the production journal and says on stdout when an append is asked for, and when it was answered. */
const program = (source: string, folder: string) => `
import { writeSync } from 'node:fs';
import { openJournal } from '${source}/src/main/features/journal/journal';
import { createNodeJournalDisk } from '${source}/src/main/features/journal/node-journal-disk';
import { createBox } from '${source}/src/main/platform/keyring';
import { sha256 } from '${source}/src/main/platform/system';

const disk = await createNodeJournalDisk('${folder}/journal');
const opened = await openJournal({ disk, sealer: createBox(new Uint8Array(32)), sha256 });
if (!opened.ok) throw new Error(opened.error.code);
for (let i = 0; i < ${ROUNDS}; i++) {
  const appending = opened.value.append(() => [
    { t: 'draftRow', user: '00000000-0000-4000-8000-000000000001', rowId: String(i), row: {} },
  ]);
  writeSync(1, 'ASKED\\n');
  const answer = await appending;
  writeSync(1, answer.ok ? 'ANSWERED\\n' : 'REFUSED\\n');
}
await disk.close();
`;

async function bundle(folder: string): Promise<string> {
  const entry = join(folder, 'entry.ts');
  writeFileSync(entry, program(process.cwd(), folder));
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: { '@shared': join(process.cwd(), 'src/shared') } },
    ssr: { noExternal: true },
    build: { ssr: entry, outDir: folder, emptyOutDir: false, target: 'node20' },
  });
  return join(folder, 'entry.js');
}

/** Calls between an append and its answer, in the order in which they ended. */
function roundsOf(trace: string): readonly (readonly string[])[] {
  const rounds: string[][] = [];
  let current: string[] | undefined;
  for (const line of trace.split('\n')) {
    if (line.includes('"ASKED')) current = [];
    else if (line.includes('"ANSWERED')) {
      if (current) rounds.push(current);
      current = undefined;
    } else current?.push(line);
  }
  return rounds;
}

/** Bytes that a finished call wrote; the event loop's own wake-ups are 8 bytes. */
const writtenBy = (line: string): number =>
  Number(/\bp?write(?:64)?(?:\(| resumed).*= (\d+)$/.exec(line)?.[1] ?? 0);

const hasFlushed = (line: string): boolean => /\bf(?:data)?sync(?:\(| resumed).*= 0$/.test(line);

test('I-1, M-4: between an append and its answer the kernel has written the frame and then flushed it', async ({
  skip,
}) => {
  const probe = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']);
  if (probe.status !== 0) return skip('strace is missing or not allowed to trace here');
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const entry = await bundle(folder);
  const traceFile = join(folder, 'trace');
  const arguments_ = ['-f', '-s', '16', '-e', `trace=${TRACED}`, '-o', traceFile];
  const run = spawnSync('strace', [...arguments_, process.execPath, entry], { encoding: 'utf8' });

  expect(run.stderr).toBe('');
  expect(run.stdout).not.toContain('REFUSED');
  const rounds = roundsOf(readFileSync(traceFile, 'utf8'));
  expect(rounds).toHaveLength(ROUNDS);
  for (const calls of rounds) {
    const written = calls.findIndex((line) => writtenBy(line) > 8);
    const flushed = calls.findLastIndex(hasFlushed);
    expect(written, calls.join('\n')).toBeGreaterThanOrEqual(0);
    expect(flushed, calls.join('\n')).toBeGreaterThan(written);
  }
}, 60_000);
