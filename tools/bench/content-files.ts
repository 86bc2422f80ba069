import { createHash, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createContentStore } from '../../src/main/features/files/content-store';
import { timed, type Row } from './row';

/** A scan of 20 MB into the encrypted store and back; beside SHA-256 and a flushed write, and a plain read. */
export async function benchFiles(folder: string): Promise<readonly Row[]> {
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
      count: 1,
    },
    {
      figure: 'a 20 MB scan read',
      unit: 'MB/s',
      ours: rate(read),
      floor: rate(floorRead),
      floorIs: 'plain read',
      count: 1,
    },
  ];
}
