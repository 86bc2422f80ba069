import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Mutant } from './mutants';

/** A defect that the simulator cannot reach: a named test runs on the real source with the mutant's line replaced. */
export interface Scenario extends Mutant {
  readonly project: 'unit' | 'integration';
  /** Test file, from the root of the project. */
  readonly test: string;
  /** The test's own name, whole. */
  readonly name: string;
  readonly rule: string;
}

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Set for the run of a scenario's test: `vitest.config.ts` seeds the defect that it names. */
export const MUTANT_VARIABLE = 'TCV_MUTANT';

const leaseTest = 'test/unit/shared/domain/lease.test.ts';
const filesTest = 'test/integration/files.pg.test.ts';
const fileService = 'sync-server/src/features/files/file-service.ts';

export const scenarios: readonly Scenario[] = [
  {
    id: 'M-9',
    what: 'a purge keeps the files',
    file: 'src/main/features/scopes/scope-keys.ts',
    find: 'else await deps.remove(file);',
    replace: '',
    project: 'unit',
    test: 'test/unit/main/scopes/scope-keys.test.ts',
    name: 'M-9: a purge removes what its records named, and nothing that is pinned or named elsewhere',
    rule: 'I-14',
  },
  {
    id: 'M-11',
    what: 'the end of a lease gives the counter to whoever asks',
    file: 'src/shared/domain/register/lease.ts',
    find: "if (custody.state !== 'SERVER') return err({ code: 'register.not-open' });",
    replace:
      "if (custody.state !== 'SERVER' && today <= (custody.lease?.notAfter ?? today)) return err({ code: 'register.not-open' });",
    project: 'unit',
    test: leaseTest,
    name: 'M-11, I-17: the last day of a lease entitles nobody else',
    rule: 'I-12',
  },
  {
    id: 'M-12',
    what: 'the epoch of an upload is not looked at',
    file: 'src/shared/domain/register/accept-entry.ts',
    find: 'const isPresent = isHolder(custody, from) && entry.epoch === custody.epoch;',
    replace: 'const isPresent = isHolder(custody, from);',
    project: 'unit',
    test: leaseTest,
    name: 'M-12: a number of the holder’s earlier lease is stale, and freezes nothing',
    rule: 'I-12',
  },
  {
    id: 'M-16',
    what: 'a chunk is kept whatever its hash is',
    file: fileService,
    find: 'if (!isChunkOf(row, chunk)) {',
    replace: 'if (false) {',
    project: 'integration',
    test: filesTest,
    name: 'I-18: a chunk whose bytes do not fit its hash is refused (M-16)',
    rule: 'I-18',
  },
  {
    id: 'M-17',
    what: 'a file is complete before its whole hash was looked at',
    file: fileService,
    find: "return whole.digest('hex') === sha256 ? Buffer.concat(hashes) : undefined;",
    replace: 'return Buffer.concat(hashes);',
    project: 'integration',
    test: filesTest,
    name: 'I-18: chunks that are right one by one but are another file never become complete (M-17)',
    rule: 'I-18',
  },
  {
    id: 'M-26',
    what: 'a hub numbers in a register that is not leased to it any more',
    file: 'sync-server/src/features/hub/number-desk.ts',
    find: "if (stated !== 'DEVICE' && stated !== 'SEALING') return err({ code: 'register.not-open' });",
    replace: '',
    project: 'integration',
    test: 'test/integration/hub-number-desk.pg.test.ts',
    name: 'M-26: without a lease the hub gives no number, of no register',
    rule: 'I-12',
  },
  {
    id: 'M-26b',
    what: 'a slip counts whoever holds the lease',
    file: 'src/shared/domain/register/number-slip.ts',
    find: 'const isPresent = isHolder(custody, slip) && slip.epoch === custody.epoch;',
    replace: 'const isPresent = true;',
    project: 'unit',
    test: 'test/unit/shared/domain/number-slip.test.ts',
    name: 'M-26: a hub without a lease, of an ended one or of another machine’s gives nothing that counts',
    rule: 'I-12',
  },
  {
    id: 'M-22',
    what: 'a converter drops the fields that it does not know',
    file: 'src/shared/sync/schema-steps.ts',
    find: 'return Object.keys(named).length === 0 ? content : { ...others, ...convert(named) };',
    replace: 'return Object.keys(named).length === 0 ? content : convert(named);',
    project: 'unit',
    test: 'test/unit/shared/sync/schema-steps.test.ts',
    name: 'M-22: whatever a converter does not know is carried through, both ways',
    rule: 'I-20',
  },
  {
    id: 'M-25b',
    what: 'a colleague’s work that came by two paths in one flush is shown twice',
    file: 'src/shared/relay/peer-work.ts',
    find: 'if (done.has(key) || (unread && (unread.operation || !op))) return;',
    replace: '',
    project: 'unit',
    test: 'test/unit/shared/relay/relay.test.ts',
    name: 'M-25, I-5: work that came by two ways in one flush is shown once',
    rule: 'I-5',
  },
];

export const findScenario = (id: string): Scenario | undefined =>
  scenarios.find((scenario) => scenario.id === id);

const Report = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(z.object({ title: z.string(), status: z.string() })),
    }),
  ),
});

/** How the named test ends, with the defect or on the source as it is. */
export async function runScenario(
  { id, project, test, name }: Scenario,
  isSeeded = true,
): Promise<'passed' | 'failed' | 'did not run'> {
  const exactly = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const output = await outputOf(
    [vitest, 'run', '--project', project, test, '-t', exactly, '--reporter=json'],
    isSeeded ? id : '',
  );
  const start = output.indexOf('{"numTotalTestSuites"');
  if (start < 0) return 'did not run';
  const report = Report.parse(JSON.parse(output.slice(start).split('\n')[0] ?? ''));
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const status = results.find(({ title }) => title === name)?.status;
  return status === 'passed' || status === 'failed' ? status : 'did not run';
}

function outputOf(args: readonly string[], mutant: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, [MUTANT_VARIABLE]: mutant };
    const child = spawn(process.execPath, [...args], { cwd: root, env });
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.stderr.resume();
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}
