import { randomBytes, randomUUID, sign } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { OfficeId, UserId } from '@shared/kernel/ids';
import { CHAIN_START, type OperationDraft } from '@shared/sync/operation';
import { createAppendOperations } from '../../src/main/features/journal/append-operations';
import { openJournal, type Journal } from '../../src/main/features/journal/journal';
import { createNodeJournalDisk } from '../../src/main/features/journal/node-journal-disk';
import { createOperationKey } from '../../src/main/features/session/user-vault';
import { createBox } from '../../src/main/platform/keyring';
import { sha256, systemClock, systemRandom } from '../../src/main/platform/system';
import { quantileRows, timed, type Row } from './row';

const ROUNDS = 300;
const body = { subject: 'Báo cáo công tác văn thư '.repeat(20), note: 'x'.repeat(300) };

/** One act at a time, as a clerk saves: operation signed, appended, flushed; beside one write + fdatasync of its bytes. */
export async function benchSaved(folder: string): Promise<readonly Row[]> {
  const disk = await createNodeJournalDisk(join(folder, 'journal'));
  const opened = await openJournal({ disk, sealer: createBox(randomBytes(32)), sha256 });
  if (!opened.ok) throw new Error(opened.error.code);
  const append = await prepareAppend(opened.value);
  const saved: number[] = [];
  const written: number[] = [];
  const raw = await open(join(folder, 'raw'), 'a');
  const bytes = randomBytes(1700);
  for (let i = 0; i < ROUNDS; i++) {
    saved.push(await timed(() => append([aDraft(randomUUID())])));
    written.push(
      await timed(async () => {
        await raw.appendFile(bytes);
        await raw.datasync();
      }),
    );
  }
  await raw.close();
  const pending = opened.value.state.pendingCount();
  await opened.value.close();
  await disk.close();
  if (pending !== ROUNDS) throw new Error('not every act was saved');
  return quantileRows({
    figure: 'time to saved',
    floorIs: 'one write + fdatasync of 1.7 KB',
    ours: saved,
    floor: written,
  });
}

/** An incoming paper of usual size. */
export const aDraft = (id: string): OperationDraft => ({
  kind: 'create',
  target: { type: 'incomingDocument', id },
  base: null,
  body,
  role: 'vanThu',
});

/** What signs and appends as main does, for a made-up person on a made-up device. */
export async function prepareAppend(
  journal: Journal,
): Promise<ReturnType<typeof createAppendOperations>> {
  const started = await journal.append(() => [
    { t: 'chain', dev: randomUUID() as never, inc: 1, n: 0, hash: CHAIN_START },
  ]);
  if (!started.ok) throw new Error(started.error.code);
  const { privateKey } = createOperationKey();
  const author = {
    userId: UserId.parse(randomUUID()),
    officeId: OfficeId.parse(randomUUID()),
    sign: (bytes: Uint8Array) => sign(null, bytes, privateKey),
  };
  return createAppendOperations({
    journal,
    clock: systemClock,
    random: systemRandom,
    sha256,
    bootId: 'bench',
    author: () => author,
    saved: () => {},
  });
}
