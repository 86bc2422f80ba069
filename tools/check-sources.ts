import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '@shared/errors/catalogue';
import { repositoryRoot } from './run-step';

/** What the linter cannot say: `shared` asks nobody for time or chance, and every failure code has a use. */
const IMPURE =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bcrypto\.|\b(setTimeout|setInterval|fetch)\(|\bperformance\./;

/** A planted line proves that the check can fail. */
const PLANTED = 'const at = Date.now();';

const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');

const findings: string[] = [];
if (!IMPURE.test(PLANTED)) findings.push('the check for impure calls is blind');
const shared = filesOf('src/shared');
for (const path of shared) {
  const found = IMPURE.exec(withoutComments(read(path)))?.[0];
  if (found) findings.push(`${path} calls ${found}`);
}

const users = ['src', 'sync-server/src']
  .flatMap(filesOf)
  .filter((path) => !/errors\/catalogue\.ts$|i18n\/failures\.ts$/.test(path))
  .map(read)
  .join('\n');
/** Codes whose feature is designed and whose first user is still to come; each names the step that brings it. */
const awaited = new Set<string>([]);
for (const code of Object.keys(catalogue)) {
  if (!users.includes(`'${code}'`) && !awaited.has(code))
    findings.push(`the failure code ${code} has no use`);
}
const references = Object.values(catalogue).map(({ reference }) => reference);
for (const reference of references) {
  if (references.filter((other) => other === reference).length > 1) {
    findings.push(`the reference ${reference} stands twice`);
  }
}

for (const finding of new Set(findings)) console.error(`sources: ${finding}`);
console.log(`sources: ${shared.length} files of shared looked at, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
