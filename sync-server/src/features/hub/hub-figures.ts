import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HubFigures } from '@shared/domain/organ/hub-host';
import { VERSION } from '../health/health-routes';
import type { HubAuthority } from './hub-authority';
import type { hubFileRepository } from './hub-file-repository';
import type { NumberDesk } from './number-desk';
import type { HubMailboxStore } from './postgres-mailbox';
import type { ProvinceClient } from './province-client';

export interface HubFiguresDeps {
  readonly store: Pick<HubMailboxStore, 'waiting'>;
  readonly repository: Pick<ReturnType<typeof hubFileRepository>, 'toCarry'>;
  readonly authority: Pick<HubAuthority, 'get'>;
  readonly province: Pick<ProvinceClient, 'heardAt'>;
  readonly numbers: Pick<NumberDesk, 'openRegisters'>;
  readonly dataDir: string;
  readonly codes: () => readonly string[];
}

/** What the hub says of itself on its own PC. */
export async function readHubFigures(deps: HubFiguresDeps): Promise<HubFigures> {
  const { timeline, validUntil } = deps.authority.get();
  const heardAt = deps.province.heardAt();
  const [waitingLines, files, registers, diskBytes] = await Promise.all([
    deps.store.waiting(timeline),
    deps.repository.toCarry(),
    deps.numbers.openRegisters(),
    sizeOf(deps.dataDir),
  ]);
  return {
    version: VERSION,
    provinceHeardAt: heardAt === null ? null : new Date(heardAt).toISOString(),
    validUntil: new Date(validUntil).toISOString(),
    waitingLines,
    waitingFiles: files.length,
    registers: registers.length,
    diskBytes,
    codes: deps.codes(),
  };
}

/** Bytes of everything in a folder; what goes while it is counted counts for nothing. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      stat(join(parentPath, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
