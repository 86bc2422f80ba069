import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  fingerprintOf,
  hubCertificate,
} from '../../../sync-server/src/features/hub/hub-certificate';

test('§20: a hub’s certificate can be read whatever the length of its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tcv-certificate-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // Every length of its last line, the full one among them.
  for (let length = 1; length <= 48; length++) {
    const made = await hubCertificate(mkdtempSync(join(folder, 'x')), 'x'.repeat(length), 0);
    expect(fingerprintOf(made)).toMatch(/^[0-9A-F:]{95}$/);
  }
});
