import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import ts from 'typescript';
import { repositoryRoot } from '../../../tools/run-step';

const ids = ([letter, last]: readonly [string, number]): readonly string[] =>
  Array.from({ length: last }, (_, i) => `${letter}-${i + 1}`);

/** Every rule of signing and verifying: the ids are stable, so their number only grows. */
const wanted = (
  [
    ['A', 7],
    ['K', 17],
    ['S', 20],
    ['V', 19],
    ['O', 6],
    ['T', 10],
  ] as const
).flatMap(ids);

const idsIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?<![\w-])[AKSVOT]-\d+(?![\w-])/g)].map(([id]) => id);

/** The first words of what `test`, `test.each(…)`, `describe.skipIf(…)` and so on are called with. */
function titlesIn(source: string): readonly string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      /^(test|it|describe|real)\b/.test(node.expression.getText(file))
    ) {
      const [title] = node.arguments;
      if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title)))
        titles.push(title.getText(file));
    }
    ts.forEachChild(node, visit);
  };
  const file = ts.createSourceFile('a.tsx', source, ts.ScriptTarget.Latest, false);
  visit(file);
  return titles;
}

/** Other areas count their own rules with some of the same letters. */
const foldersOfSigning = [
  'unit/shared/pades',
  'unit/shared/outgoing',
  'unit/main',
  'unit/renderer',
  'unit/tools',
  'e2e/desktop',
];

const testsOfSigning = foldersOfSigning
  .map((folder) => join(repositoryRoot, 'test', folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((file) => /\.(test|e2e)\.tsx?$/.test(file.name))
  .map((file) => join(file.parentPath, file.name))
  .filter((path) => !/unit\/main\/(sync|journal|relay|hub|backup|batch)/.test(path));

test('titles are read, and nothing else that a test file says', () => {
  const source = `
    // K-1
    const word = 'K-2';
    test('K-3, S-4: all', () => expect('K-5').toBe('K-6'));
    describe.skipIf(off)(\`V-7 \${name}\`, () => it.each(['K-8'])('AK-9 %s', run));`;

  expect(titlesIn(source).flatMap(idsIn)).toEqual(['K-3', 'S-4', 'V-7']);
});

test('each rule of signing is named by the title of a test', () => {
  const named = new Set(
    testsOfSigning
      .map((path) => readFileSync(path, 'utf8'))
      .filter((source) => idsIn(source).length > 0)
      .flatMap(titlesIn)
      .flatMap(idsIn),
  );

  expect(wanted.filter((id) => !named.has(id))).toEqual([]);
});

test('each rule of signing stands in the table of the specification', () => {
  const spec = readFileSync(join(repositoryRoot, 'docs/specs/signing.md'), 'utf8');
  const rows = new Set(
    spec
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .flatMap((line) => idsIn(line.split('|')[1] ?? '')),
  );

  expect(wanted.filter((id) => !rows.has(id))).toEqual([]);
});
