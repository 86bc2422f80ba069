import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContentStore } from '../src/main/features/files/content-store';
import { createAppendOperations } from '../src/main/features/journal/append-operations';
import { openJournal, type Journal } from '../src/main/features/journal/journal';
import { createNodeJournalDisk } from '../src/main/features/journal/node-journal-disk';
import { createOperationKey } from '../src/main/features/session/user-vault';
import { createBox } from '../src/main/platform/keyring';
import { systemClock, systemRandom, sha256 } from '../src/main/platform/system';
import { sign } from 'node:crypto';
import { OfficeId, UserId } from '@shared/kernel/ids';
import { CHAIN_START, type OperationDraft } from '@shared/sync/operation';

/** `npm run bench`: each figure beside its floor, measured in the same run on the same disk. */
interface Row {
  readonly figure: string;
  readonly unit: 'ms' | 'MB/s';
  readonly ours: number;
  readonly floor: number;
  readonly floorIs: string;
}

const ROUNDS = 300;
const body = { subject: 'Báo cáo công tác văn thư '.repeat(20), note: 'x'.repeat(300) };

async function run(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tcv-bench-'));
  try {
    return [...(await benchSaved(folder)), ...(await benchFiles(folder))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One act at a time, as a clerk saves: operation signed, appended, flushed; beside one write + fdatasync of its bytes. */
async function benchSaved(folder: string): Promise<readonly Row[]> {
  const disk = await createNodeJournalDisk(join(folder, 'journal'));
  const opened = await openJournal({ disk, sealer: createBox(randomBytes(32)), sha256 });
  if (!opened.ok) throw new Error(opened.error.code);
  const append = await prepareAppend(opened.value);
  const draft = (): OperationDraft => ({
    kind: 'create',
    target: { type: 'incomingDocument', id: randomUUID() },
    base: null,
    body,
    role: 'vanThu',
  });
  const saved: number[] = [];
  const written: number[] = [];
  const raw = await open(join(folder, 'raw'), 'a');
  const bytes = randomBytes(1700);
  for (let i = 0; i < ROUNDS; i++) {
    saved.push(await timed(() => append([draft()])));
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
  const floorIs = 'one write + fdatasync of 1.7 KB';
  return [
    {
      figure: 'time to saved, p50',
      unit: 'ms',
      ours: quantile(saved, 0.5),
      floor: quantile(written, 0.5),
      floorIs,
    },
    {
      figure: 'time to saved, p95',
      unit: 'ms',
      ours: quantile(saved, 0.95),
      floor: quantile(written, 0.95),
      floorIs,
    },
  ];
}

async function prepareAppend(journal: Journal): Promise<ReturnType<typeof createAppendOperations>> {
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

/** A scan of 20 MB into the encrypted store and back; beside SHA-256 and a flushed write, and a plain read. */
async function benchFiles(folder: string): Promise<readonly Row[]> {
  const size = 20 * 1024 * 1024;
  const bytes = randomBytes(size);
  const store = createContentStore(join(folder, 'files'), randomBytes(32));
  let name: Awaited<ReturnType<typeof store.put>> | undefined;
  const put = await timed(async () => {
    name = await store.put(bytes);
  });
  const floorPut = await timed(async () => {
    createHash('sha256').update(bytes).digest();
    const handle = await open(join(folder, 'plain'), 'w');
    await handle.writeFile(bytes);
    await handle.sync();
    await handle.close();
  });
  if (!name?.ok) throw new Error('the file was not stored');
  const { value } = name;
  const read = await timed(() => store.read(value));
  const plain = await open(join(folder, 'plain'), 'r');
  const floorRead = await timed(() => plain.readFile());
  await plain.close();
  const rate = (ms: number): number => size / 1e6 / (ms / 1000);
  return [
    {
      figure: 'a 20 MB scan stored',
      unit: 'MB/s',
      ours: rate(put),
      floor: rate(floorPut),
      floorIs: 'SHA-256 + write + fsync',
    },
    {
      figure: 'a 20 MB scan read',
      unit: 'MB/s',
      ours: rate(read),
      floor: rate(floorRead),
      floorIs: 'plain read',
    },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

function print(rows: readonly Row[]): void {
  for (const { figure, unit, ours, floor, floorIs } of rows) {
    const ratio = unit === 'ms' ? ours / floor : floor / ours;
    console.log(
      `${figure.padEnd(24)} ${ours.toFixed(2).padStart(9)} ${unit.padEnd(5)} floor ${floor.toFixed(2).padStart(9)} (${floorIs}), ${ratio.toFixed(1)} ×`,
    );
  }
}

const rows = await run();
if (process.argv.includes('--json')) {
  for (const row of rows) console.log(JSON.stringify(row));
} else {
  print(rows);
}
