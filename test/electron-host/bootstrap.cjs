'use strict';

// Runs an app's unmodified main script with the module `electron` replaced by the stand-in.

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const standInPath = path.join(__dirname, 'electron.cjs');
const electron = require(standInPath);

// Playwright clears NODE_OPTIONS, so the hooks are set here and not by a switch of Node.
const resolve = Module._resolveFilename;
Module._resolveFilename = function resolveFilename(id, ...rest) {
  return /^electron(\/(main|common))?$/.test(id) ? standInPath : resolve.call(this, id, ...rest);
};
Module.register('./esm-hooks.mjs', pathToFileURL(__filename), {
  data: { standInUrl: pathToFileURL(standInPath).href, names: Object.keys(electron) },
});

const args = process.argv.slice(2);
process.argv = [path.join(__dirname, 'electron'), ...args];
process.execPath = process.argv[0];

const { appPath, required } = readCommandLine(args);
const folder = fs.statSync(appPath).isDirectory() ? appPath : path.dirname(appPath);
const root = nearestManifestFolder(folder);
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const main = appPath === folder ? path.join(root, manifest.main ?? 'index.js') : appPath;

electron.__host.init({ root, manifest, args });
for (const file of required) require(path.resolve(file));
// Electron's main script is nobody's main module.
process.mainModule = undefined;
run().catch((cause) => {
  console.error('App threw an error during load\n', cause);
  process.exit(1);
});

async function run() {
  const isEsm = main.endsWith('.mjs') || (manifest.type === 'module' && !main.endsWith('.cjs'));
  if (isEsm) await import(pathToFileURL(main).href);
  else Module._load(main, null, true);
  await electron.__host.start();
}

/** The first argument that is no switch is the app. */
function readCommandLine(given) {
  const required = [];
  for (let i = 0; i < given.length; i++) {
    if (given[i] === '-r' || given[i] === '--require') required.push(given[++i]);
    else if (!given[i].startsWith('-')) return { appPath: path.resolve(given[i]), required };
  }
  return { appPath: process.cwd(), required };
}

function nearestManifestFolder(from) {
  let at = from;
  while (!fs.existsSync(path.join(at, 'package.json'))) {
    if (path.dirname(at) === at) throw new Error(`No package.json in or above ${from}`);
    at = path.dirname(at);
  }
  return at;
}
