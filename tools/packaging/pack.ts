import { join } from 'node:path';
import { buildIfNeeded } from '../build-if-needed';
import { localBin, repositoryRoot, runStep } from '../run-step';
import { findElectronDist, hasNativeBinding, whyNotWindows } from './electron-dist';

/** Where the packed program for Linux lies. */
export interface PackedLinux {
  readonly executable: string;
  /** Folder that holds `app.asar` and `app.asar.unpacked`. */
  readonly resources: string;
}

/**
 * Packs what was built into a folder for Linux, as `electron-builder.yml` says.
 *
 * @param output folder that is filled: `linux-unpacked` and the stub, where Electron is not here
 */
export async function packLinux(output: string): Promise<PackedLinux> {
  const dist = findElectronDist(join(output, 'electron-stub'));
  console.log(dist.sentence);
  await pack(['--linux', 'dir'], [`electronDist=${dist.folder}`, `directories.output=${output}`]);
  const folder = join(output, process.arch === 'x64' ? 'linux-unpacked' : 'linux-arm64-unpacked');
  return { executable: join(folder, 'TramCongVu'), resources: join(folder, 'resources') };
}

/** Makes the installer; Electron and the installer's own tools come from the internet. */
export async function packWindows(): Promise<void> {
  const reason = whyNotWindows(process.platform);
  if (reason) throw new Error(reason);
  await pack(['--win'], []);
}

async function pack(target: readonly string[], settings: readonly string[]): Promise<void> {
  if (!hasNativeBinding()) {
    throw new Error(
      'pkcs11js was not compiled here (it needs g++, make and python3), so the program would know no token. Nothing was packed.',
    );
  }
  await buildIfNeeded();
  const { code } = await runStep({
    name: 'pack',
    command: localBin('electron-builder'),
    args: [
      ...target,
      '--publish',
      'never',
      '--projectDir',
      repositoryRoot,
      ...settings.map((setting) => `-c.${setting}`),
    ],
  });
  if (code !== 0) throw new Error('packing failed');
}
