import { expect, test, vi } from 'vitest';
import { FileHash } from '@shared/kernel/ids';
import type { ErrorCode } from '@shared/errors/catalogue';
import { err, ok } from '@shared/kernel/result';
import type { JournalRecord } from '@shared/sync/journal-record';
import { createFileLoop } from '../../../../src/main/features/files/file-loop';
import { silentLog } from '../../../support/silent-log';

const hash = (digit: string) => FileHash.parse(digit.repeat(64));

/** A loop whose line works, with the given unsent files. */
function world({
  unsent = [] as { file: FileHash; size: number; urgency: number }[],
  wanted = [] as FileHash[],
  room = true,
  refused = {} as Readonly<Record<FileHash, ErrorCode>>,
}) {
  const sent: FileHash[] = [];
  const fetched: FileHash[] = [];
  const waiting = new Set(unsent.map(({ file }) => file));
  const find = (file: FileHash) => unsent.find((it) => it.file === file);
  const loop = createFileLoop({
    log: silentLog,
    state: { unsentFiles: () => [...waiting] },
    append: async (records: readonly JournalRecord[]) => {
      for (const record of records) if (record.t === 'fileReceived') waiting.delete(record.sha256);
      return ok(undefined);
    },
    wanted: () => wanted,
    urgencyOf: (file) => find(file)?.urgency ?? 0,
    hasRoom: async () => room,
    transfer: {
      upload: async (file) => {
        sent.push(file);
        const code = refused[file];
        return code === undefined ? ok(undefined) : err({ code });
      },
      download: async (file) => {
        fetched.push(file);
        return ok(undefined);
      },
    },
    store: { has: async () => false, sizeOf: async (file) => find(file)?.size },
    changed: () => {},
  });
  return { loop, sent, fetched };
}

test('§10.2: files of urgent papers first, then small ones', async () => {
  const { loop, sent } = world({
    unsent: [
      { file: hash('a'), size: 9_000_000, urgency: 0 },
      { file: hash('b'), size: 10, urgency: 0 },
      { file: hash('c'), size: 50_000_000, urgency: 3 },
      { file: hash('d'), size: 20, urgency: 1 },
    ],
  });

  loop.start();
  await vi.waitFor(() => expect(sent).toHaveLength(4));
  await loop.stop();

  expect(sent).toEqual([hash('c'), hash('d'), hash('b'), hash('a')]);
});

test('§14: what nobody asked for yet is not fetched onto a disk that runs short', async () => {
  const short = world({ wanted: [hash('a')], room: false });
  const roomy = world({ wanted: [hash('a')] });

  short.loop.start();
  roomy.loop.start();
  await vi.waitFor(() => expect(roomy.fetched).toEqual([hash('a')]));
  await short.loop.stop();
  await roomy.loop.stop();

  expect(short.fetched).toEqual([]);
});

test('I-16: a file that is damaged here, or that the server will not have, holds up none behind it', async () => {
  const { loop, sent } = world({
    unsent: [
      { file: hash('a'), size: 1, urgency: 0 },
      { file: hash('b'), size: 2, urgency: 0 },
      { file: hash('c'), size: 3, urgency: 0 },
    ],
    refused: { [hash('a')]: 'files.damaged', [hash('b')]: 'http.invalid-body' },
  });

  loop.start();
  await vi.waitFor(() => expect(sent).toEqual([hash('a'), hash('b'), hash('c')]));
  await loop.stop();
});
