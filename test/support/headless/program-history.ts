import { join } from 'node:path';
import { operationHash, type Operation } from '@shared/sync/operation';
import { openJournal } from '../../../src/main/features/journal/journal';
import { createNodeJournalDisk } from '../../../src/main/features/journal/node-journal-disk';
import { openKeyring } from '../../../src/main/platform/keyring';
import { sha256 } from '../../../src/main/platform/system';
import { keyringOf } from '../main-program';
import type { HistoryEvent } from './history';

export interface ProgramHistory {
  readonly events: readonly HistoryEvent[];
  readonly operations: readonly Operation[];
}

/** What a whole program did and was told, by its journal; the program has stopped. */
export async function readProgramHistory(folder: string): Promise<ProgramHistory> {
  const keyring = await openKeyring(keyringOf(folder));
  if (keyring.kind !== 'open') throw new Error(`the keys of ${folder} do not open`);
  const disk = await createNodeJournalDisk(join(folder, 'journal'));
  const opened = await openJournal({ disk, sealer: keyring.keys.box('journal'), sha256 });
  if (!opened.ok) throw new Error(`${folder}: ${opened.error.code}`);
  const events: HistoryEvent[] = [];
  const operations: Operation[] = [];
  let dev = '';
  await opened.value.readSegments(({ records }) => {
    for (const record of records) {
      if (record.t === 'chain') ({ dev } = record);
      if (record.t === 'op') {
        const { op } = record;
        const name = { dev: op.dev, inc: op.inc, n: op.n, hash: operationHash(op, sha256) };
        operations.push(op);
        events.push({ t: 'begun', ...name }, { t: 'saved', ...name });
      }
      if (record.t === 'outcome') {
        const { inc, n, outcome } = record;
        events.push({ t: 'final', dev, inc, n, outcome });
      }
    }
  });
  await opened.value.close();
  await disk.close();
  return { events, operations };
}
