import { setTimeout as sleep } from 'node:timers/promises';
import { dirname } from 'node:path';
import { nodeFiles, type FilePort } from './file-port';
import { patientFiles } from './patient-files';

/** Settings and keys are written seldom: they outlast a scanner like everything else, unannounced. */
const patient = patientFiles(nodeFiles, {
  monotonicMs: () => performance.now(),
  sleep,
  held: () => {},
});

/** Writes beside, flushes, renames, flushes the folder: after a power cut the old or the new file is there, whole. */
export async function writeDurably(
  path: string,
  bytes: Uint8Array,
  files: FilePort = patient,
): Promise<void> {
  await files.makeFolder(dirname(path));
  const beside = `${path}.new`;
  const file = await files.create(beside);
  try {
    await file.append(bytes);
    await file.flush();
  } finally {
    await file.close();
  }
  await files.rename(beside, path);
  await files.flushFolder(dirname(path));
}

/** The file's bytes; undefined when there is none. */
export async function readIfThere(
  path: string,
  files: FilePort = patient,
): Promise<Uint8Array | undefined> {
  return (await files.exists(path)) ? files.read(path) : undefined;
}
