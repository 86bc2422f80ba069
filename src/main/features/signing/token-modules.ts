import { readFile } from 'node:fs/promises';
import { basename, win32 } from 'node:path';
import type { DriverTrouble } from '@shared/ipc/device-check';
import { knownDrivers } from './known-drivers';
import { readMachineType } from './machine-type';
import type { TokenFailure } from './token-port';
import type { TokenModule } from './token-process';

export interface TokenModules {
  readonly usable: readonly TokenModule[];
  /** Files that are there and cannot be loaded into this program. */
  readonly troubles: readonly { readonly moduleId: string; readonly failure: TokenFailure }[];
}

export interface FindTokenModulesRequest {
  /** Paths of the administrator's setting; they come first, and one that is missing is named. */
  readonly configured: readonly string[];
  /** Names of Node: `process.platform`, `process.arch`. */
  readonly platform: string;
  readonly arch: string;
  /** `C:\Windows`, on Windows. */
  readonly systemRoot: string | undefined;
  /** Whole file, or undefined where there is none; injected in tests. */
  readonly readDriver?: (path: string) => Promise<Uint8Array | undefined>;
}

/** Which drivers this program may load (K-1): the setting, then the table. Files are looked at, never loaded here. */
export async function findTokenModules(request: FindTokenModulesRequest): Promise<TokenModules> {
  const read = request.readDriver ?? readIfThere;
  const usable: TokenModule[] = [];
  const troubles: { moduleId: string; failure: TokenFailure }[] = [];
  const take = (module: TokenModule, file: Uint8Array | undefined): void => {
    const why = troubleOf(file, request);
    if (why === undefined) usable.push(module);
    else {
      const failure = { code: 'token.driver-unusable', moduleId: module.id, why } as const;
      troubles.push({ moduleId: module.id, failure });
    }
  };

  for (const path of request.configured) {
    take({ id: nameFor(path, [...usable, ...troubles.map(toNamed)]), path }, await read(path));
  }
  for (const { id, paths } of driversOf(request)) {
    for (const path of paths) {
      const file = usable.some((other) => other.path === path) ? undefined : await read(path);
      if (!file) continue;
      take({ id, path }, file);
      break;
    }
  }
  return { usable, troubles };
}

const toNamed = ({ moduleId }: { readonly moduleId: string }) => ({ id: moduleId });

/** A configured driver is named by its file; the same name in two folders gets a number. */
function nameFor(path: string, taken: readonly { readonly id: string }[]): string {
  const name = basename(path);
  const count = taken.filter(({ id }) => id === name || id.startsWith(`${name}#`)).length;
  return count === 0 ? name : `${name}#${count + 1}`;
}

function driversOf({ platform, systemRoot = 'C:\\Windows' }: FindTokenModulesRequest) {
  const inSystem32 = (name: string): string => win32.join(systemRoot, 'System32', name);
  return knownDrivers.map(({ id, windows, linux }) => ({
    id,
    paths: platform === 'win32' ? windows.map(inSystem32) : platform === 'linux' ? linux : [],
  }));
}

const ENTRY_POINT = 'C_GetFunctionList';

/** Undefined for a file of the right machine with the one name that every PKCS#11 driver must export. */
function troubleOf(
  file: Uint8Array | undefined,
  { platform, arch }: Pick<FindTokenModulesRequest, 'platform' | 'arch'>,
): DriverTrouble | undefined {
  if (!file) return 'missing';
  const machine = readMachineType(file);
  if (machine?.system !== platform || machine.arch !== arch) {
    return machine?.system === platform && machine.arch === 'ia32' ? 'is32Bit' : 'otherMachine';
  }
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  return bytes.includes(ENTRY_POINT) ? undefined : 'noEntryPoint';
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch {
    return undefined;
  }
}
