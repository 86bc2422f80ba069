import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readBack } from '../storage/durable-files';

/**
 * Layout of a backup folder (sync §5.3):
 *
 * - `<generation>/wal/<segment>.gz`: the log, whole segments;
 * - `<generation>/base-<time>/data/…` and `manifest.json`: a copy of the cluster; the folder has its name once it is whole;
 * - `objects/<office>/<2>/<sha256>`: complete files, of all generations.
 *
 * A generation is one unbroken history of one cluster: a restored cluster writes into one of its own, so that two
 * histories never mix under the same segment names.
 */
export const Manifest = z
  .object({
    version: z.literal(1),
    /** ISO 8601, UTC. */
    startedAt: z.iso.datetime(),
    /** The first segment that this copy needs. */
    startWal: z.string().regex(/^[0-9A-F]{24}$/),
    /** The segment with its end: without it the copy is worth nothing. */
    stopWal: z.string().regex(/^[0-9A-F]{24}$/),
    folders: z.array(z.string()),
    files: z.array(
      z.object({ path: z.string(), bytes: z.int().nonnegative(), sha256: z.string() }).readonly(),
    ),
  })
  .readonly();
export type Manifest = z.infer<typeof Manifest>;

export interface Base {
  readonly folder: string;
  readonly generation: string;
  readonly manifest: Manifest;
}

/** The password and what else is not in the cluster, beside the cluster's files in a copy. */
export const PASSWORD_FILE = 'postgres-password';

/** In the data folder: the generation that this cluster writes. */
export const GENERATION_FILE = 'backup-generation';

/** In the data folder: its cluster was put back, and no recovery has begun for it yet. */
export const RECOVERY_DUE = 'recovery-due';

/** A moment in names: 20261122T080000Z. */
export const stampOf = (ms: number): string =>
  new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');

/** Copies that were finished, the newest first; unreadable manifests are left out. */
export async function listBases(backup: string): Promise<readonly Base[]> {
  const bases: Base[] = [];
  for (const generation of await namesIn(backup))
    for (const name of await namesIn(join(backup, generation))) {
      if (!/^base-\d{8}T\d{6}Z$/.test(name)) continue;
      const folder = join(backup, generation, name);
      const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => '');
      const manifest = parseManifest(text);
      if (manifest) bases.push({ folder, generation, manifest });
    }
  return bases.toSorted((a, b) => b.manifest.startedAt.localeCompare(a.manifest.startedAt));
}

function parseManifest(text: string): Manifest | undefined {
  try {
    const parsed = Manifest.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Files of a copy that are gone or read differently from what was written. */
export async function damagedFiles({ folder, manifest }: Base): Promise<readonly string[]> {
  const damaged: string[] = [];
  for (const { path, bytes, sha256 } of manifest.files) {
    const found = await readBack(join(folder, 'data', path)).catch(() => undefined);
    if (found?.bytes !== bytes || found.sha256 !== sha256) damaged.push(path);
  }
  return damaged;
}

export const walFolder = (backup: string, generation: string): string =>
  join(backup, generation, 'wal');

/** Names of the archived segments of a generation, ascending. */
export async function archivedSegments(
  backup: string,
  generation: string,
): Promise<readonly string[]> {
  return (await namesIn(walFolder(backup, generation)))
    .flatMap((name) => (/^[0-9A-F]{24}\.gz$/.test(name) ? [name.slice(0, 24)] : []))
    .toSorted();
}

const SEGMENT_BYTES = 4 * 1024 ** 2;
const SEGMENTS_PER_FILE_ID = 2 ** 32 / SEGMENT_BYTES;

/** The segment that follows; names are timeline, log and segment, eight hex digits each. */
export function nextSegment(name: string): string {
  const log = Number.parseInt(name.slice(8, 16), 16);
  const segment = Number.parseInt(name.slice(16), 16) + 1;
  const isOver = segment === SEGMENTS_PER_FILE_ID;
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');
  return name.slice(0, 8) + hex(isOver ? log + 1 : log) + hex(isOver ? 0 : segment);
}

/** The segments from `first` on up to the first one that is missing. */
export function unbroken(segments: readonly string[], first: string): readonly string[] {
  const there = new Set(segments);
  const chain: string[] = [];
  for (let name = first; there.has(name); name = nextSegment(name)) chain.push(name);
  return chain;
}

/** Removes copies beyond the newest `count` of a generation, and the segments that none of the others needs. */
export async function prune(backup: string, generation: string, count: number): Promise<void> {
  const own = (await listBases(backup)).filter((base) => base.generation === generation);
  for (const { folder } of own.slice(count)) await rm(folder, { recursive: true, force: true });
  const oldest = own.slice(0, count).at(-1);
  if (!oldest) return;
  for (const name of await archivedSegments(backup, generation))
    if (name < oldest.manifest.startWal)
      await rm(join(walFolder(backup, generation), `${name}.gz`), { force: true });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
