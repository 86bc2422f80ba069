import { join } from 'node:path';
import { readIfThere } from '../../platform/durable-file';
import type { FilePort } from '../../platform/file-port';
import type { Keys } from '../../platform/keyring';
import type { Manifest } from './backup-folder';

type SealedFile = Manifest['sealed'][number];

/** The small files that make this profile a device of an office with people, opened. */
export async function readSealedFiles(
  files: FilePort,
  dataFolder: string,
  keys: Pick<Keys, 'box'>,
): Promise<SealedFile[]> {
  const people = (await files.list(join(dataFolder, 'users'))).filter((name) =>
    /^[0-9a-f-]{36}\.bin$/.test(name),
  );
  const wanted: readonly Omit<SealedFile, 'bytes'>[] = [
    { path: 'device.bin', purpose: 'device' },
    ...people.map((name) => ({ path: `users/${name}`, purpose: 'vault' as const })),
  ];
  const found: SealedFile[] = [];
  for (const { path, purpose } of wanted) {
    const sealed = await readIfThere(join(dataFolder, path), files);
    const opened = sealed && keys.box(purpose).open(sealed);
    if (opened) found.push({ path, purpose, bytes: Buffer.from(opened).toString('base64') });
  }
  return found;
}
