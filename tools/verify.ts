import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { judgeFile } from '../src/main/features/signing/judge-file';
import { createPadesWorker } from '../src/main/features/signing/pades-worker-pool';
import type { Verdict, VerificationReport } from '../src/shared/domain/signing/verification-report';
import { padesWorkerFile } from './pades-worker-file';

const USAGE = 'cli verify <file…> [--at <instant>] [--trust <folder of PEM>] [--offline] [--json]';

interface VerifyArguments {
  readonly files: readonly string[];
  readonly atMs: number;
  readonly trustFolder: string | undefined;
  readonly asJson: boolean;
}

/**
 * `cli verify`: judges the signatures of PDF files, without a network, in the program's own thread and limits (A-5).
 *
 * @returns 0 when every file is HOP_LE or HOP_LE_CANH_BAO, 1 when one is not, 2 when it could not run.
 */
export async function runVerify(args: readonly string[]): Promise<number> {
  const parsed = parseArguments(args);
  if (typeof parsed === 'string') {
    process.stderr.write(`${parsed}\n${USAGE}\n`);
    return 2;
  }
  const pades = createPadesWorker(await padesWorkerFile());
  try {
    const trustPem = await loadTrust(parsed.trustFolder);
    let code = 0;
    for (const file of parsed.files) {
      const bytes = new Uint8Array(await readFile(file));
      const judged = await judgeFile(pades, { bytes, trustPem, nowMs: parsed.atMs });
      if (!judged.ok) throw new Error(judged.error.code);
      const report = judged.value;
      process.stdout.write(
        parsed.asJson ? `${JSON.stringify(jsonLine(file, report))}\n` : textOf(file, report),
      );
      if (!isFine(report.verdict)) code = 1;
    }
    return code;
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    return 2;
  } finally {
    await pades.stop();
  }
}

const isFine = (verdict: Verdict): boolean => verdict === 'HOP_LE' || verdict === 'HOP_LE_CANH_BAO';

function parseArguments(args: readonly string[]): VerifyArguments | string {
  const files: string[] = [];
  let atMs = Date.now();
  let trustFolder: string | undefined;
  let asJson = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--json') asJson = true;
    else if (arg === '--at') {
      atMs = Date.parse(args[++i] ?? '');
      if (Number.isNaN(atMs)) return '--at: not an instant';
    } else if (arg === '--trust') {
      trustFolder = args[++i];
      if (trustFolder === undefined) return '--trust: folder missing';
      // Verifying never opens a connection; the switch states it.
    } else if (arg === '--offline') continue;
    else if (arg.startsWith('--')) return `unknown option ${arg}`;
    else files.push(arg);
  }
  return files.length === 0 ? 'no file given' : { files, atMs, trustFolder, asJson };
}

async function loadTrust(folder: string | undefined): Promise<readonly string[]> {
  if (folder === undefined) return [];
  const names = (await readdir(folder)).filter((name) => /\.(pem|crt|cer|crl)$/i.test(name));
  return Promise.all(names.toSorted().map((name) => readFile(join(folder, name), 'latin1')));
}

/**
 * The stable line of `architecture.md` §5, with the rest of V-16 behind it. Pages are drawn by the program's window
 * alone: that nobody looked at them here is said, or the line would pass for the whole check (V-10).
 */
function jsonLine(file: string, report: VerificationReport) {
  const { sha256, verdict, signatures, reasons, ...rest } = report;
  return { file, sha256, verdict, signatures, reasons, ...rest, visual: 'not-compared' };
}

/** Plain text for a person; the page for the file is drawn elsewhere from the same report. */
function textOf(file: string, report: VerificationReport): string {
  const lines = [`${basename(file)}: ${report.verdict}`];
  for (const { code, where } of report.reasons)
    lines.push(`  ${code}${where ? ` (${where})` : ''}`);
  for (const signature of report.signatures) {
    const { field, verdict, integrity, changes, trust, level } = signature;
    lines.push(
      `  ${field}: ${verdict}; integrity ${integrity}, changes ${changes}, trust ${trust}, level ${level}`,
      `    ${signature.signer ?? '?'}; claimed ${signature.claimedTime ?? '-'}, proven ${signature.provenTime ?? '-'}`,
    );
    for (const { code, where } of signature.reasons) {
      lines.push(`    ${code}${where ? ` (${where})` : ''}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
