import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mutants } from '../test/simulation/mutants';
import { repositoryRoot } from './run-step';

/** What was built holds no test code, no seeded defect and no way round the policy. */
const findings: string[] = [];
const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => /\.(js|mjs|cjs|html)$/.test(path));

const programs = ['out/main', 'out/preload', 'out/server']
  .flatMap(filesOf)
  .filter((path) => !path.includes('-worker'));
const texts = new Map(programs.map((path) => [path, normalise(read(path))]));
for (const [path, text] of texts) {
  if (/test\/(simulation|support|electron-host)/.test(text)) {
    findings.push(`${path} names a test folder`);
  }
}
for (const { id, file, find, replace } of mutants) {
  // Bundles name their modules; what only the page holds is minified and cannot be read here.
  if (![...texts.values()].some((text) => text.includes(file))) continue;
  const defect = normalise(defectOf(find, replace));
  const isSoundSomewhere = [...texts.values()].some((text) => text.includes(normalise(find)));
  // A short replacement is common code: there the sound line's presence is the proof.
  const holders = [...texts].filter(([, text]) => defect.length > 24 && text.includes(defect));
  if (!isSoundSomewhere) findings.push(`the line that ${id} changes is in no program`);
  for (const [path] of holders) findings.push(`${path} holds the seeded defect ${id}`);
}

for (const name of ['index', 'signing', 'comparison']) {
  const preload = read(`out/preload/${name}.js`);
  const required = [...preload.matchAll(/require\("([^"]+)"\)/g)].map(([, module]) => module);
  if (required.join() !== 'electron')
    findings.push(`the preload ${name} requires ${required.join(', ')}`);

  const html = read(`out/renderer/${name}.html`);
  if (!html.includes('__CSP_NONCE__')) findings.push(`${name}.html has no place for the nonce`);
  if (/<script(?![^>]*\bsrc=)/.test(html)) findings.push(`${name}.html has an inline script`);
  if (/\son[a-z]+=|\sstyle=/.test(html))
    findings.push(`${name}.html has an inline handler or style`);
}
// The signing window takes a PIN, the other one draws strangers' files: neither holds a database (architecture.md §2).
for (const path of ['signing.html', 'comparison.html'].flatMap(scriptsOf)) {
  const text = read(path);
  if (/RxDB|COL23|pouchdb|_pouch_/i.test(text)) findings.push(`${path} brings a database`);
}

for (const finding of findings) console.error(`bundle: ${finding}`);
const bytes = ['out/main', 'out/preload', 'out/renderer']
  .flatMap(filesOf)
  .reduce((sum, path) => sum + statSync(join(repositoryRoot, path)).size, 0);
console.log(
  `bundle: ${programs.length} programs looked at, ${(bytes / 1e6).toFixed(1)} MB of scripts and pages, ${findings.length} findings`,
);
process.exitCode = findings.length === 0 ? 0 : 1;

/** What a mutant adds to its line: the replacement behind what both lines share, without TypeScript's casts. */
function defectOf(find: string, replace: string): string {
  let shared = 0;
  while (shared < find.length && find[shared] === replace[shared]) shared += 1;
  const added = replace.slice(shared).split(' as ')[0] ?? '';
  return replace.slice(Math.max(0, shared - 20), shared) + added;
}

/** Scripts that a page loads, those that they import at their head included. */
function scriptsOf(page: string): readonly string[] {
  const found = new Set<string>();
  const take = (name: string): void => {
    const path = `out/renderer/assets/${name}`;
    if (found.has(path)) return;
    found.add(path);
    for (const [, next] of read(path).matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) {
      take(next ?? '');
    }
  };
  for (const [, name] of read(`out/renderer/${page}`).matchAll(/assets\/([^"]+\.js)/g))
    take(name ?? '');
  return [...found];
}

function normalise(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/'/g, '"').replaceAll('void 0', 'undefined');
}
