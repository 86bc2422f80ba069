/** What vitest's JSON reporter writes, as far as it is read here. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

export interface Failure {
  readonly file: string;
  readonly test: string;
  readonly reason: string;
}

/** What failed: tests by name, and files that failed as a whole. Empty without a report. */
export function failuresOf(report: unknown): readonly Failure[] {
  const files = (report as VitestReport | undefined)?.testResults ?? [];
  return files
    .filter(({ status }) => status !== 'passed')
    .flatMap(({ name, message, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      if (failed.length === 0)
        return [{ file: name, test: '(the file)', reason: firstLine(message) }];
      return failed.map(({ fullName, failureMessages }) => ({
        file: name,
        test: fullName,
        reason: firstLine(failureMessages?.[0]),
      }));
    });
}

/**
 * The first report with the failed files' results replaced by those of the second run, and a line for each failure. A file
 * that the second run does not tell of has failed again.
 */
export function secondTry(
  first: VitestReport,
  second: VitestReport | undefined,
): { readonly report: VitestReport; readonly notes: readonly string[] } {
  const again = new Set(failuresOf(second).map(({ file, test }) => `${file}\n${test}`));
  const told = new Set(second?.testResults.map(({ name }) => name));
  const isRed = ({ file, test }: Failure): boolean =>
    !told.has(file) || again.has(`${file}\n${test}`);
  const failed = failuresOf(first);
  const notes = [
    ...failed.filter((one) => !isRed(one)).map((one) => `     second try: ${line(one)}`),
    ...[...failuresOf(second), ...failed.filter(({ file }) => !told.has(file))].map(
      (one) => `FAIL ${line(one)}`,
    ),
  ];
  const mended = failed.filter((one) => !isRed(one) && one.test !== '(the file)').length;
  const report = {
    ...first,
    numFailedTests: first.numFailedTests - mended,
    numPassedTests: first.numPassedTests + mended,
  };
  return { report, notes };
}

const line = ({ file, test, reason }: Failure): string => `${file}: ${test}: ${reason}`;

const firstLine = (text: string | undefined): string =>
  (text ?? '').split('\n', 1)[0]!.slice(0, 200);
