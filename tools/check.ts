import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { localBin, repositoryRoot, runStep, type Step } from './run-step';
import { failuresOf, secondTry, type Failure, type VitestReport } from './test-report';

/**
 * `npm test`: everything that CI runs, cheapest first; each runner prints its own summary, and the last line adds them
 * up. `npm test -- unit e2e` runs the named steps alone.
 *
 * The machines are shared: a test file that fails is run once more by itself. What passes then is named in the summary as
 * passed at the second try, and the step counts as passed; what fails twice is named with the first line of its reason.
 */
// Not under test-results: Playwright empties that folder when it starts.
const reports = join(repositoryRoot, 'node_modules/.cache/tram-cong-vu/reports');
const vitest = (name: string, ...projects: readonly string[]): readonly string[] => [
  'run',
  ...projects.flatMap((project) => ['--project', project]),
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${join(reports, `vitest-${name}.json`)}`,
];

const steps: readonly Step[] = [
  { name: 'types', command: localBin('tsc'), args: ['--build'] },
  { name: 'lint', command: localBin('oxlint'), args: [] },
  { name: 'format', command: localBin('oxfmt'), args: ['--check'] },
  { name: 'imports', command: localBin('tsx'), args: ['tools/check-imports.ts'] },
  { name: 'sources', command: localBin('tsx'), args: ['tools/check-sources.ts'] },
  { name: 'unused', command: localBin('knip'), args: [] },
  { name: 'unit', command: localBin('vitest'), args: vitest('unit', 'unit', 'dom', 'contract') },
  { name: 'integration', command: localBin('vitest'), args: vitest('integration', 'integration') },
  {
    name: 'simulation',
    command: localBin('tsx'),
    args: ['tools/cli.ts', 'sim', '--seeds', '2000'],
  },
  { name: 'build', command: 'npm', args: ['run', '--silent', 'build'] },
  { name: 'bundle', command: localBin('tsx'), args: ['tools/check-bundle.ts'] },
  { name: 'package', command: localBin('tsx'), args: ['tools/check-package.ts'] },
  {
    name: 'e2e',
    command: localBin('playwright'),
    args: ['test'],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, 'playwright.json') },
  },
];

process.exitCode = await check(process.argv.slice(2));

async function check(wanted: readonly string[]): Promise<number> {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const chosen = wanted.length === 0 ? steps : steps.filter(({ name }) => wanted.includes(name));
  const lines: string[] = [];
  let isRed = false;
  const notes: string[] = [];
  for (const step of chosen) {
    console.log(`\n=== ${step.name}`);
    let { code, seconds } = await runStep(step);
    const failed = failuresOf(readReport(`vitest-${step.name}.json`));
    if (code !== 0 && failed.length > 0) {
      const again = await tryAgain(step, failed);
      [code, seconds] = [again.code, seconds + again.seconds];
      notes.push(...again.notes);
    }
    lines.push(`${code === 0 ? 'ok  ' : 'FAIL'} ${step.name.padEnd(12)} ${seconds.toFixed(1)} s`);
    isRed ||= code !== 0;
  }
  console.log(`\n=== summary\n${[...lines, ...notes].join('\n')}`);
  const { passed, failed, skipped } = addUp();
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return isRed || failed > 0 ? 1 : 0;
}

/** The failed files of a step once more, by themselves; the report then holds what is true after both tries. */
async function tryAgain(step: Step, failed: readonly Failure[]) {
  const files = [...new Set(failed.map(({ file }) => relative(repositoryRoot, file)))];
  console.log(`\n=== ${step.name}, second try of ${files.join(' ')}`);
  const path = `vitest-${step.name}.json`;
  const first = readReport(path) as VitestReport;
  rmSync(join(reports, path), { force: true });
  const { code, seconds } = await runStep({ ...step, args: [...step.args, ...files] });
  const second = readReport(path) as VitestReport | undefined;
  const { report, notes } = secondTry(first, second);
  writeFileSync(join(reports, path), JSON.stringify(report));
  return { code, seconds, notes };
}

interface PlaywrightReport {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
}

/** What the runners themselves reported. */
function addUp(): { readonly passed: number; readonly failed: number; readonly skipped: number } {
  let [passed, failed, skipped] = [0, 0, 0];
  for (const name of ['unit', 'integration']) {
    const report = readReport(`vitest-${name}.json`) as VitestReport | undefined;
    passed += report?.numPassedTests ?? 0;
    failed += report?.numFailedTests ?? 0;
    skipped += report?.numPendingTests ?? 0;
  }
  const stats = (readReport('playwright.json') as PlaywrightReport | undefined)?.stats;
  return {
    passed: passed + (stats?.expected ?? 0) + (stats?.flaky ?? 0),
    failed: failed + (stats?.unexpected ?? 0),
    skipped: skipped + (stats?.skipped ?? 0),
  };
}

function readReport(name: string): unknown {
  const path = join(reports, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
