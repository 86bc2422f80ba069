import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { forbidCoreDumps } from '../../../../src/main/platform/no-core-dumps';
import { needs } from '../../shared/pades/helpers';

const coreLimit = (pid: number): string | undefined =>
  /Max core file size +(\S+ +\S+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];

test('K-10: a process that may leave a core dump may not any more', needs('prlimit'), async () => {
  const child = spawn('sh', ['-c', 'ulimit -S -c unlimited; echo ready; exec sleep 60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  expect(coreLimit(pid)).toMatch(/^unlimited/);

  expect(await forbidCoreDumps(pid)).toBe(true);

  expect(coreLimit(pid)?.split(/ +/)).toEqual(['0', '0']);
});

test('K-10: a process that is gone is no failure of the signing', async () => {
  expect(await forbidCoreDumps(2 ** 22 + 1)).toBe(false);
});
