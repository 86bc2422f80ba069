import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { repositoryRoot } from '../run-step';
import { findRuntime } from '../runtime';

/** The folder of Electron's own files that the program is laid into. */
export interface ElectronDist {
  readonly kind: 'electron' | 'stub';
  readonly folder: string;
  /** One line for people: which of the two it is. */
  readonly sentence: string;
}

/** The real distribution where Electron's binary is; else a stub in the given folder, which is made anew. */
export function findElectronDist(stubFolder: string): ElectronDist {
  if (findRuntime()?.kind === 'electron') {
    return {
      kind: 'electron',
      folder: join(repositoryRoot, 'node_modules/electron/dist'),
      sentence: 'packing: into Electron',
    };
  }
  makeStub(stubFolder);
  return {
    kind: 'stub',
    folder: stubFolder,
    sentence:
      "packing: into a stub that is NO Electron and cannot run, since Electron's binary is not here; only the archive and its neighbours are real",
  };
}

/** What @electron/fuses looks for in an executable; then the wire's version, its length and a letter for each fuse. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As Electron ships: Node's back doors open, the archive unproven. A fuse that is not set is seen. */
const FUSES_AS_SHIPPED = '10110001';

/** The files that the packer expects of Electron for Linux, none of them Electron's but the licence. */
function makeStub(folder: string): void {
  const electron = join(repositoryRoot, 'node_modules/electron');
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(electron, 'package.json'), 'utf8')));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'locales'), { recursive: true });
  mkdirSync(join(folder, 'resources'));
  copyFileSync(join(electron, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'version'), version);
  for (const language of ['en-US', 'fr', 'vi']) {
    writeFileSync(join(folder, 'locales', `${language}.pak`), '');
  }
  const wire = `${FUSE_SENTINEL}\u0001${String.fromCharCode(FUSES_AS_SHIPPED.length)}${FUSES_AS_SHIPPED}`;
  const script = `#!/bin/sh\necho 'This is a stub: the program was packed where Electron could not be had.' >&2\nexit 1\n`;
  writeFileSync(join(folder, 'electron'), `${script}# ${wire}\n`, { mode: 0o755 });
}

/** Whether the program can be packed for Windows here; a sentence says why not. */
export function whyNotWindows(platform: NodeJS.Platform): string | undefined {
  if (platform === 'win32') return undefined;
  return 'The Windows installer is made on Windows: pkcs11js must be compiled there. Nothing was packed.';
}

/** The native binding that `npm install` compiles; without it the packed program would know no token. */
export const hasNativeBinding = (): boolean =>
  existsSync(join(repositoryRoot, 'node_modules/pkcs11js/build/Release/pkcs11.node'));
