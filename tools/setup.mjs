// Prepares a fresh clone for `npm start`, `npm test`, `npm run demo` and `npm run bench`: npm packages when they are
// missing or stale, and on Debian as root the system packages. Plain Node: nothing is installed when it starts.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const purpose = process.argv[2] ?? 'start';

/**
 * Debian packages: `build` compiles the PKCS#11 binding and the password hash, `run` shows the screens and makes the
 * demo's token, `prove` is what tests and demo check with. A test holds that every program we start is among them.
 */
const { build, run, prove } = JSON.parse(
  readFileSync(join(root, 'tools/debian-packages.json'), 'utf8'),
);
const wanted = purpose === 'start' ? [...build, ...run] : [...build, ...run, ...prove];

installSystemPackages();
installNodePackages();

function installSystemPackages() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/dpkg-query')) return;
  const missing = wanted.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    console.log(`setup: these Debian packages are missing: ${missing.join(' ')}`);
    console.log(`setup: as root: apt-get install ${missing.join(' ')}`);
    return;
  }
  console.log(`setup: installing Debian packages: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  runOrStop('apt-get', ['update', '-qq'], env);
  runOrStop('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], env);
}

function isInstalled(name) {
  const query = spawnSync('dpkg-query', ['-W', '-f=${db:Status-Status}', name], {
    encoding: 'utf8',
  });
  return query.status === 0 && query.stdout === 'installed';
}

function installNodePackages() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const manifests = [join(root, 'package.json'), join(root, 'sync-server/package.json')];
  const hash = createHash('sha256').update(lock).update(process.version);
  for (const manifest of manifests) hash.update(readFileSync(manifest));
  const wantedStamp = hash.digest('hex');
  const stampPath = join(root, 'node_modules/.setup-stamp');
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === wantedStamp) return;
  // node-gyp needs Node's headers; a machine without internet has them beside Node itself.
  const nodeFolder = dirname(dirname(process.execPath));
  const env = { ...process.env };
  if (existsSync(join(nodeFolder, 'include/node'))) env.npm_config_nodedir = nodeFolder;
  console.log('setup: installing npm packages');
  // Not `npm ci`: it refuses a lock file when the registry lacks an optional package of some other system.
  runOrStop('npm', ['install', '--no-audit', '--no-fund'], env);
  writeFileSync(stampPath, wantedStamp);
}

function runOrStop(command, args, env) {
  const done = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    console.error(`setup: ${command} ${args.join(' ')} failed`);
    process.exit(done.status ?? 1);
  }
}
