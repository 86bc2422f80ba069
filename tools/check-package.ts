import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { extractAll, extractFile, listPackage, statFile } from '@electron/asar';
import { FuseState } from '@electron/fuses/dist/constants';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { readBuilderConfig } from './packaging/builder-config';
import { packLinux } from './packaging/pack';
import { copyFindings, fileFindings } from './packaging/packed-files';
import { workerFindings } from './packaging/run-packed';
import { runtimeVerdicts } from './packaging/runtime-verdicts';
import { repositoryRoot } from './run-step';
import { findRuntime } from './runtime';

/** The packing check: packs, then looks at the real archive and starts its workers. Takes no network. */

/** Without `resources`. What an office takes over a thin line; Electron's own files come on top. */
const MOST_BYTES = 25_000_000;

const findings: string[] = [];
const output = join(repositoryRoot, 'node_modules/.cache/tram-cong-vu/package');
rmSync(output, { recursive: true, force: true });
const packed = await packLinux(output);
const archive = join(packed.resources, 'app.asar');
const unpacked = join(packed.resources, 'app.asar.unpacked');

const entries = listPackage(archive, { isPack: false })
  .map((path) => path.split(sep).join('/').slice(1))
  .map((path) => ({ path, entry: statFile(archive, path) }))
  .flatMap(({ path, entry }) =>
    'size' in entry ? [{ path, size: entry.size, isOutside: entry.unpacked }] : [],
  );
const paths = entries.map(({ path }) => path);

findings.push(...fileFindings(paths));
findings.push(
  ...copyFindings(new Map(entries.filter(isScript).map(({ path }) => [path, textOf(path)]))),
);
checkSameAsTested();
checkUnpacked();
checkManifest();
await checkFuses();
await checkWorkers();

const bytes = entries
  .filter(({ path }) => !path.startsWith('resources/'))
  .reduce((sum, { size }) => sum + size, 0);
if (bytes > MOST_BYTES) findings.push(`the program has ${bytes} bytes, more than ${MOST_BYTES}`);

for (const finding of findings) console.error(`package: ${finding}`);
console.log(
  `package: ${paths.length} files, ${(bytes / 1e6).toFixed(1)} MB without resources, ${findings.length} findings`,
);
process.exitCode = findings.length === 0 ? 0 : 1;

function isScript({ path }: { readonly path: string }): boolean {
  return /^out\/.*\.m?js$/.test(path);
}

function textOf(path: string): string {
  return extractFile(archive, path).toString('utf8');
}

/** What the end-to-end tests ran is what is packed, byte for byte, and nothing of it was left out. */
function checkSameAsTested(): void {
  for (const folder of ['out/main', 'out/preload', 'out/renderer', 'resources']) {
    const tested = readdirSync(join(repositoryRoot, folder), {
      recursive: true,
      withFileTypes: true,
    })
      .filter((file) => file.isFile())
      .map((file) => relative(repositoryRoot, join(file.parentPath, file.name)))
      .map((path) => path.split(sep).join('/'));
    for (const path of tested) {
      if (!paths.includes(path)) findings.push(`${path} was built and is not packed`);
      else if (!extractFile(archive, path).equals(readFileSync(join(repositoryRoot, path)))) {
        findings.push(`${path} differs from what was built`);
      }
    }
  }
}

/** The native module lies beside the archive, and nothing else does: the archive's integrity does not cover it. */
function checkUnpacked(): void {
  for (const { path, isOutside } of entries) {
    const isNative = path.startsWith('node_modules/pkcs11js/');
    // The header leaves `unpacked` out where it is false.
    if (isOutside ? !isNative : isNative) {
      findings.push(`${path} lies ${isOutside ? 'beside' : 'inside'} the archive`);
    }
  }
  const native = join(unpacked, 'node_modules/pkcs11js/build/Release/pkcs11.node');
  if (!statSync(native, { throwIfNoEntry: false })?.isFile()) findings.push(`${native} is missing`);
}

/** The packed package.json starts the program and says nothing about how it is built. */
function checkManifest(): void {
  const manifest = JSON.parse(textOf('package.json')) as Readonly<Record<string, unknown>>;
  for (const key of ['scripts', 'devDependencies', 'dependencies']) {
    if (key in manifest) findings.push(`the packed package.json has ${key}`);
  }
  if (manifest['main'] !== './out/main/index.js' || manifest['type'] !== 'module') {
    findings.push('the packed package.json does not start out/main/index.js as a module');
  }
}

/** The executable's fuses stand as `electron-builder.yml` wants them. */
async function checkFuses(): Promise<void> {
  const wanted = readBuilderConfig().electronFuses as Readonly<Record<string, boolean>>;
  const wire = await getCurrentFuseWire(packed.executable);
  for (const [name, isOn] of Object.entries(wanted)) {
    const fuse =
      FuseV1Options[(name[0]?.toUpperCase() + name.slice(1)) as keyof typeof FuseV1Options];
    if (wire[fuse] !== (isOn ? FuseState.ENABLE : FuseState.DISABLE)) {
      findings.push(`the fuse ${name} is not ${isOn ? 'on' : 'off'}`);
    }
  }
}

/** Outside the repository, so that no package is found but those that were packed. */
async function checkWorkers(): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'tcv-packed-'));
  try {
    extractAll(archive, copy);
    findings.push(...(await workerFindings(copy)));
    await checkVerdicts(join(copy, 'out/main/pades-worker.js'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * the packed worker judges in the runtime as it does in Node. The packed executable itself refuses to run as Node
 * (its fuse), hence the Electron that it was made of.
 */
async function checkVerdicts(worker: string): Promise<void> {
  const runtime = findRuntime();
  if (!runtime) {
    findings.push('no runtime here to judge signed files in');
    return;
  }
  const verdicts = await runtimeVerdicts(runtime.executable, worker);
  console.log(verdicts.line);
  findings.push(...verdicts.findings);
}
