import { expect, test } from 'vitest';
import { failuresOf, secondTry, type VitestReport } from '../../../tools/test-report';

const report = (
  files: Readonly<Record<string, Readonly<Record<string, 'passed' | 'failed'>>>>,
): VitestReport => {
  const all = Object.values(files).flatMap((tests) => Object.values(tests));
  return {
    numPassedTests: all.filter((status) => status === 'passed').length,
    numFailedTests: all.filter((status) => status === 'failed').length,
    numPendingTests: 0,
    testResults: Object.entries(files).map(([name, tests]) => ({
      name,
      status: Object.values(tests).includes('failed') ? 'failed' : 'passed',
      assertionResults: Object.entries(tests).map(([fullName, status]) => ({
        fullName,
        status,
        failureMessages: status === 'failed' ? ['expected 1 to be 2\n at somewhere'] : [],
      })),
    })),
  };
};
const first = report({ a: { one: 'passed', two: 'failed' }, b: { three: 'failed' } });

test('a failure is told with its file, its name and the first line of its reason', () => {
  expect(failuresOf(first)).toEqual([
    { file: 'a', test: 'two', reason: 'expected 1 to be 2' },
    { file: 'b', test: 'three', reason: 'expected 1 to be 2' },
  ]);
  expect(failuresOf(undefined)).toEqual([]);
});

test('a file that failed before its tests began is a failure too', () => {
  const broken = {
    ...report({}),
    testResults: [{ name: 'c', status: 'failed', message: 'no such module', assertionResults: [] }],
  };
  expect(failuresOf(broken)).toEqual([{ file: 'c', test: '(the file)', reason: 'no such module' }]);
});

test('what passes at the second try counts as passed and is named; what fails twice stays red', () => {
  const { report: after, notes } = secondTry(
    first,
    report({ a: { one: 'passed', two: 'passed' }, b: { three: 'failed' } }),
  );
  expect([after.numPassedTests, after.numFailedTests]).toEqual([2, 1]);
  expect(notes).toEqual([
    '     second try: a: two: expected 1 to be 2',
    'FAIL b: three: expected 1 to be 2',
  ]);
});

test('a second run that tells nothing of a file leaves it red', () => {
  const { report: after, notes } = secondTry(first, undefined);
  expect(after.numFailedTests).toBe(2);
  expect(notes.filter((one) => one.startsWith('FAIL'))).toHaveLength(2);
});

test('a test that failed only at the second try is red', () => {
  const { notes } = secondTry(
    first,
    report({ a: { one: 'failed', two: 'passed' }, b: { three: 'passed' } }),
  );
  expect(notes.filter((one) => one.startsWith('FAIL'))).toEqual([
    'FAIL a: one: expected 1 to be 2',
  ]);
});
