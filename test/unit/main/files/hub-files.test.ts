import { expect, test } from 'vitest';
import { createHubFiles } from '../../../../src/main/features/files/hub-files';
import { FileHash } from '@shared/kernel/ids';
import { ok } from '@shared/kernel/result';

test('§20: a file that the hub has is not brought at every meeting, and again when the hub may have forgotten it', async () => {
  const file = FileHash.parse('a'.repeat(64));
  let now = 0;
  const sent: number[] = [];
  const hubFiles = createHubFiles({
    log: { info: () => {}, warn: () => {}, error: () => {} },
    state: { unsentFiles: () => [file] },
    wanted: () => [],
    hasRoom: async () => true,
    transfer: {
      upload: async () => {
        sent.push(now);
        return ok(undefined);
      },
      download: async () => ok(undefined),
    },
    store: { has: async () => true },
    monotonicMs: () => now,
  });
  for (now = 0; now < 7_200_000; now += 600_000) {
    hubFiles.met('mailbox');
    await new Promise(setImmediate);
  }

  expect(sent).toEqual([0, 3_600_000]);
});
