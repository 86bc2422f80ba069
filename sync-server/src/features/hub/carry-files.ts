import { err, ok, type Result } from '@shared/kernel/result';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import { chunkCount, FileState } from '@shared/protocol/file-message';
import type { Log } from '../../log';
import { sha256 } from '../../platform';
import type { hubFileRepository, HubFile } from './hub-file-repository';
import type { HubFiles } from './hub-files';
import { isSilent, type ProvinceClient } from './province-client';
import type { SealedChunks } from './sealed-chunks';

/** Half a megabyte: 16 s at 256 kbit/s, after which new work goes before the rest of the file (§10.2). */
const CHUNKS_AT_ONCE = 4;

export interface CarryFilesDeps {
  readonly repository: Pick<ReturnType<typeof hubFileRepository>, 'nextToCarry' | 'carried'>;
  readonly files: Pick<HubFiles, 'forget'>;
  readonly chunks: Pick<SealedChunks, 'read'>;
  readonly province: Pick<ProvinceClient, 'call'>;
  readonly log: Log;
}

/** Carries complete files to the province, once for all; where it left off is asked of the province each time. */
export function createFileCarrier({ repository, files, chunks, province, log }: CarryFilesDeps) {
  /** The province would not have these now. */
  const turnedAway: HubFile[] = [];
  /** What the province put together was not this file: bytes of somebody else's among them, or ours are wrong. */
  const spoiled = new Set<string>();

  /** One request's worth. @returns whether there is more to do */
  async function step(): Promise<Result<boolean>> {
    const file = await repository.nextToCarry(turnedAway);
    if (!file) return ok(false);
    const carried = await carry(file);
    if (carried.ok) return ok(true);
    const { code } = carried.error;
    // Somebody announced it with another size: that is about this file, and stops no other (I-16).
    const isOfFile = code.startsWith('files.') || code === 'http.invalid-body';
    if (isSilent(carried.error) || !isOfFile) return carried;
    log.warn({ sha256: file.sha256, code }, 'the province does not take a file');
    // Sealed by another key than it says, or other bytes: whoever has the file sends it again.
    if (code === 'files.damaged') await files.forget(file);
    else turnedAway.push(file);
    return ok(true);
  }

  async function carry(file: HubFile): Promise<Result<void>> {
    const announced = await province.call({
      method: 'PUT',
      path: `/files/${file.sha256}`,
      // What kind of file it is stands in the sealed work.
      json: { sizeBytes: file.sizeBytes, mime: 'application/octet-stream', prefix: null },
      answer: FileState,
    });
    if (!announced.ok) return announced;
    const before = announced.value;
    if (before.state === 'complete') return ok(await repository.carried(file));
    const missing = missingOf(file, before.have);
    if (missing.length === 0) return finish(file);
    const sent = await send(file, missing.slice(0, CHUNKS_AT_ONCE));
    if (!sent.ok) return sent;
    // Other bytes lie there in the place of ours: the whole hash decides.
    const isStuck = sent.value.state === 'partial' && sent.value.have === before.have;
    return isStuck ? finish(file) : ok(undefined);
  }

  async function finish(file: HubFile): Promise<Result<void>> {
    const path = `/files/${file.sha256}/finish`;
    const finished = await province.call({ method: 'POST', path, answer: FileState });
    if (finished.ok)
      return finished.value.state === 'complete'
        ? ok(await repository.carried(file))
        : err({ code: 'files.missing' });
    const isFirstTime = finished.error.code === 'files.damaged' && !spoiled.has(keyOf(file));
    if (!isFirstTime) return finished;
    spoiled.add(keyOf(file));
    return ok(undefined);
  }

  async function send(file: HubFile, indices: readonly number[]): Promise<Result<FileState>> {
    const frames: Uint8Array[] = [];
    for (const i of indices) {
      const bytes = await chunks.read(file, i);
      if (!bytes) return err({ code: 'files.damaged' });
      frames.push(encodeChunk(i, bytes, sha256));
    }
    const query = new URLSearchParams({ scope: file.scope, epoch: String(file.epoch) });
    return province.call({
      method: 'PUT',
      path: `/relay/files/${file.sha256}/chunks?${query.toString()}`,
      bytes: new Uint8Array(Buffer.concat(frames)),
      answer: FileState,
    });
  }

  return { step, tryAgain: (): void => void (turnedAway.length = 0) };
}

export type FileCarrier = ReturnType<typeof createFileCarrier>;

const keyOf = ({ sha256, scope }: HubFile): string => `${sha256} ${scope}`;

function missingOf({ sizeBytes }: HubFile, have: string): readonly number[] {
  const bits = Buffer.from(have, 'base64');
  return Array.from({ length: chunkCount(sizeBytes) }, (_, i) => i).filter(
    (i) => ((bits[i >> 3] ?? 0) & (0x80 >> (i & 7))) === 0,
  );
}
