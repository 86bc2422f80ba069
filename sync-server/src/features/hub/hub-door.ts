import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DOOR_FILE, type HubDoor } from '@shared/protocol/hub-door';
import { writeSecret } from '../../embedded/cluster-folder';

/**
 * Lets the programs of this PC's owner, and nobody else, ask a running hub about itself: who can read the folder knows the
 * key of this start.
 *
 * @param fingerprint SHA-256 of the certificate, in pairs of digits; undefined: no door, for tests without TLS
 */
export function createHubDoor(dataDir: string, fingerprint: string | undefined) {
  const key = randomBytes(32).toString('hex');
  const path = join(dataDir, DOOR_FILE);
  return {
    key,
    async open(port: number): Promise<void> {
      if (fingerprint === undefined) return;
      const digits = fingerprint.replaceAll(':', '').toLowerCase();
      const address = `https://127.0.0.1:${port}`;
      const door: HubDoor = { address, fingerprint: digits, key, pid: process.pid };
      await writeSecret(path, JSON.stringify(door));
    },
    close: (): Promise<void> => rm(path, { force: true }),
  };
}

export type HubDoorFile = ReturnType<typeof createHubDoor>;
