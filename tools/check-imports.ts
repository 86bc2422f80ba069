import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  cruise,
  type ICruiseOptions,
  type ICruiseResult,
  type IFlattenedRuleSet,
} from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { repositoryRoot } from './run-step';

/** Holds the import table, after proving that the check can fail: it must see the tree and a planted bad import. */
const roots = ['src', 'sync-server/src', 'tools', 'test'];
const plantedFolder = join(repositoryRoot, 'src/shared/kernel/.planted');

process.exitCode = await checkImports();

async function checkImports(): Promise<number> {
  mkdirSync(plantedFolder, { recursive: true });
  writeFileSync(join(plantedFolder, 'bad.ts'), `import '../../../main/workstation';\n`);
  let planted: ICruiseResult;
  try {
    planted = await look(['src/shared/kernel', 'src/main']);
  } finally {
    rmSync(plantedFolder, { recursive: true, force: true });
  }
  if (!planted.summary.violations.some(({ from }) => from.includes('.planted'))) {
    console.error('imports: the planted forbidden import was not seen: the check is blind');
    return 1;
  }
  const result = await look(roots);
  if (result.modules.length < 100) {
    console.error(`imports: only ${result.modules.length} modules seen`);
    return 1;
  }
  for (const violation of result.summary.violations) {
    console.error(`${violation.rule.name}: ${violation.from} -> ${violation.to}`);
  }
  console.log(
    `imports: ${result.modules.length} modules, ${result.summary.violations.length} violations`,
  );
  return result.summary.violations.length === 0 ? 0 : 1;
}

async function look(folders: readonly string[]): Promise<ICruiseResult> {
  const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
    forbidden: IFlattenedRuleSet['forbidden'];
    options: ICruiseOptions;
  };
  const { output } = await cruise(
    [...folders],
    {
      ...config.options,
      baseDir: repositoryRoot,
      validate: true,
      ruleSet: { forbidden: config.forbidden ?? [] },
    },
    undefined,
    { tsConfig: extractTSConfig(join(repositoryRoot, 'tsconfig.base.json')) },
  );
  if (typeof output === 'string') throw new Error('unexpected report');
  return output;
}
