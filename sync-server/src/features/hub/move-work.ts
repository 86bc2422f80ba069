import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { MovedWork } from '@shared/domain/organ/hub-host';
import { fromBase64, utf8 } from '@shared/kernel/bytes';
import { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import { chunkCount } from '@shared/protocol/file-message';
import { RelayFileAnnouncement } from '@shared/protocol/relay-file';
import { Envelope } from '@shared/protocol/relay-message';
import { writeBeside } from '../../storage/durable-files';
import type { HubFiles } from './hub-files';
import type { HubFile, hubFileRepository } from './hub-file-repository';
import type { HubMailboxStore } from './postgres-mailbox';

/**
 * A hub's work on its way to another hub of the office, on a USB stick: one JSON value a line. Everything in it is sealed
 * as it lies on the hub's disk, so the file needs no password; there is no key and no identity in it, so it may be taken
 * twice, by two hubs, or after the old one has brought it to the province itself (I-5).
 */
const Line = z.union([
  z.object({ move: z.literal(1) }),
  z.object({ envelope: Envelope }),
  z.object({ file: RelayFileAnnouncement, sha256: FileHash }),
  /** A chunk of the last file, framed as it travels, base64. */
  z.object({ frame: z.base64() }),
  z.object({ end: z.literal(true) }),
]);
type Line = z.infer<typeof Line>;

const LINES_AT_ONCE = 200;

export interface MoveWorkDeps {
  readonly store: Pick<HubMailboxStore, 'undecidedAfter' | 'keepEnvelopes'>;
  readonly repository: Pick<ReturnType<typeof hubFileRepository>, 'toCarry'>;
  readonly files: Pick<HubFiles, 'readChunks' | 'announce' | 'takeChunks' | 'finish'>;
  readonly timeline: () => string;
}

type MoveFailure = { readonly code: 'hub-host.disk' | 'hub-host.file-damaged' };

export function createMoveWork({ store, repository, files, timeline }: MoveWorkDeps) {
  async function* everything(count: Counted): AsyncGenerator<Line> {
    yield { move: 1 };
    let after = 0;
    for (;;) {
      const lines = await store.undecidedAfter(timeline(), after, LINES_AT_ONCE);
      if (lines.length === 0) break;
      for (const { envelope } of lines) yield { envelope };
      count.lines += lines.length;
      after = lines.at(-1)?.seq ?? after;
    }
    for (const file of await repository.toCarry()) {
      yield* wholeFile(file);
      count.files += 1;
    }
    yield { end: true };
  }

  async function* wholeFile(file: HubFile): AsyncGenerator<Line> {
    const { sha256, scope, epoch, sizeBytes } = file;
    yield { sha256, file: { scope, epoch, sizeBytes } };
    const indices = Array.from({ length: chunkCount(sizeBytes) }, (_, i) => i);
    const frames = await files.readChunks('itself', file, indices);
    if (!frames.ok) throw new Error(`the sealed file ${sha256} is not whole`);
    for await (const frame of frames.value) yield { frame: Buffer.from(frame).toString('base64') };
  }

  /** One line after another; a file's frames are given to it as they are read. */
  async function takeLines(lines: AsyncGenerator<Line>, count: Counted): Promise<void> {
    let batch: Envelope[] = [];
    const keep = async (): Promise<void> => {
      if (batch.length > 0) await store.keepEnvelopes(batch, null);
      count.lines += batch.length;
      batch = [];
    };
    let file: (RelayFileAnnouncement & { readonly sha256: FileHash }) | undefined;
    const finish = async (): Promise<void> => {
      const finished = file && (await files.finish('itself', file));
      if (finished?.ok && finished.value.state === 'complete') count.files += 1;
      file = undefined;
    };
    for await (const line of lines) {
      if ('envelope' in line) batch.push(line.envelope);
      if (batch.length >= LINES_AT_ONCE || !('envelope' in line)) await keep();
      if (!('frame' in line)) await finish();
      if ('file' in line) {
        const { sha256 } = line;
        const announced = await files.announce('itself', sha256, line.file);
        // One that is here under a newer key, or with another size, stays as it is.
        const isWanted = announced.ok && announced.value.epoch === line.file.epoch;
        file = isWanted ? { ...line.file, sha256 } : undefined;
      } else if ('frame' in line && file) {
        await files.takeChunks('itself', { ...file, body: onePiece(fromBase64(line.frame)) });
      }
    }
  }

  return {
    /** Everything that the province has not decided, and the files that it is not known to have. */
    async save(path: string): Promise<Result<MovedWork, MoveFailure>> {
      const count = { lines: 0, files: 0 };
      try {
        await writeBeside(path, encoded(everything(count)));
        return ok(count);
      } catch {
        return err({ code: 'hub-host.disk' });
      }
    },

    /** What is whole is kept, also of a file that was cut: the rest comes with another copy. */
    async take(path: string): Promise<Result<MovedWork, MoveFailure>> {
      const count = { lines: 0, files: 0 };
      try {
        await takeLines(decoded(path), count);
        return ok(count);
      } catch (cause) {
        if (!(cause instanceof DamagedFile)) throw cause;
        return err({ code: 'hub-host.file-damaged' });
      }
    },
  };
}

export type MoveWork = ReturnType<typeof createMoveWork>;

type Counted = { -readonly [K in keyof MovedWork]: number };

class DamagedFile extends Error {}

async function* encoded(lines: AsyncGenerator<Line>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield utf8(`${JSON.stringify(line)}\n`);
}

/** Throws `DamagedFile` at the first line that is none, and at an end without its mark. */
async function* decoded(path: string): AsyncGenerator<Line> {
  let isWhole = false;
  let isFirst = true;
  const input = createReadStream(path);
  const failure = new Promise<never>((_, reject) => {
    input.once('error', () => reject(new DamagedFile()));
  });
  failure.catch(() => undefined);
  const lines = createInterface({ input })[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([lines.next(), failure]);
    if (next.done === true) break;
    const line = lineFrom(next.value);
    if (isFirst !== 'move' in line) throw new DamagedFile();
    isFirst = false;
    yield line;
    isWhole = 'end' in line;
  }
  if (!isWhole) throw new DamagedFile();
}

function lineFrom(text: string): Line {
  try {
    return Line.parse(JSON.parse(text));
  } catch {
    throw new DamagedFile();
  }
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
