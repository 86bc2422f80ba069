import { createHash, randomUUID } from 'node:crypto';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Clock, Random, Timers } from '@shared/kernel/clock';
import type { Sha256 } from '@shared/kernel/bytes';

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

export const systemTimers: Timers = {
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

export const systemRandom: Random = { uuid: () => randomUUID(), fraction: () => Math.random() };

export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();

/**
 * The machine's own identifier, so that a profile copied to other hardware cannot present itself (§3.1). Empty where
 * the system has none: the keys then hang on the keyring alone.
 */
export async function readMachineId(): Promise<string> {
  try {
    if (process.platform === 'win32') {
      const { stdout } = await promisify(execFile)(
        'reg',
        ['query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid'],
        { timeout: 5000 },
      );
      return /MachineGuid\s+REG_SZ\s+(\S+)/.exec(stdout)?.[1] ?? '';
    }
    return (await readFile('/etc/machine-id', 'utf8')).trim();
  } catch {
    return '';
  }
}
