import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VerificationReport } from '../../src/shared/domain/signing/verification-report';
import { makeBase, trustOf, type Attack, type Base } from '../../test/attacks/attack';
import { ATTACKED_AT, everyAttack } from '../../test/attacks/every-attack';
import {
  opensslSigning,
  soundSigners,
  unknownSigners,
} from '../../test/attacks/openssl-signatures';
import { bundleWorker } from '../../test/support/bundle-worker';
import type { FilesToJudge } from './judge-in-runtime';

/** A file, and what is wrong with a report of it. */
interface Case {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly trustPem: readonly string[];
  readonly fits: (report: VerificationReport) => boolean;
}

/** What the runtime says of itself in `process.versions`. */
export type Versions = Readonly<Record<string, string | undefined>>;

export interface RuntimeVerdicts {
  readonly line: string;
  /** One sentence a file that got another verdict than it must get. */
  readonly findings: readonly string[];
}

/** The last word is that of V8, which is compiled in: a stand-in may claim any other version. */
const isElectron = ({ v8 = '' }: Versions): boolean => /-electron\.\d+$/.test(v8);

/** Electron's library has no version of its own and says that it is OpenSSL 0.0.0. */
const libraryOf = ({ openssl = '?' }: Versions): string =>
  openssl === '0.0.0' ? 'BoringSSL' : `OpenSSL ${openssl}`;

export function runtimeLine(versions: Versions, files: number, findings: number): string {
  const { electron = '?', node = '?' } = versions;
  const name = isElectron(versions) ? `electron ${electron}` : 'stand-in';
  return `verdicts in runtime ${name}, Node ${node}, ${libraryOf(versions)}: ${files} files, ${findings} findings`;
}

/**
 * The files of the attacks and those of other signers, judged by a worker of the program inside its runtime.
 *
 * @param executable Electron or its stand-in; started as Node
 * @param workerPath the program's PDF thread, as it was built
 */
export async function runtimeVerdicts(
  executable: string,
  workerPath: string,
): Promise<RuntimeVerdicts> {
  const folder = mkdtempSync(join(tmpdir(), 'tcv-verdicts-'));
  try {
    const judge = await bundleWorker('tools/packaging/judge-in-runtime.ts', folder);
    const cases = everyCase();
    const files: FilesToJudge['files'] = cases.map(({ bytes, trustPem }, i) => {
      writeFileSync(join(folder, `${i}.pdf`), bytes);
      return { path: `${i}.pdf`, trustPem };
    });
    const order: FilesToJudge = { atMs: Date.parse(ATTACKED_AT), files };
    writeFileSync(join(folder, 'files.json'), JSON.stringify(order));
    const { versions, reports } = JSON.parse(
      execFileSync(executable, [judge, workerPath, folder], {
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      }),
    ) as { readonly versions: Versions; readonly reports: readonly unknown[] };
    const findings = cases.flatMap((one, i) => findingsOf(one, reports[i]));
    return { line: runtimeLine(versions, cases.length, findings.length), findings };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function findingsOf({ name, fits }: Case, answer: unknown): readonly string[] {
  const report = VerificationReport.safeParse(answer);
  if (!report.success) return [`${name}: ${JSON.stringify(answer)}`];
  return fits(report.data)
    ? []
    : [`${name}: ${report.data.verdict} ${codesOf(report.data).join(', ')}`];
}

const codesOf = ({ reasons, signatures }: VerificationReport): readonly string[] =>
  [...reasons, ...signatures.flatMap((one) => one.reasons)].map(({ code }) => code);

function everyCase(): readonly Case[] {
  const base = makeBase();
  const signedBy = opensslSigning(base.signed);
  const byOthers = { trustPem: trustOf(base) };
  return [
    ...everyAttack.map((attack) => caseOf(attack, base)),
    ...soundSigners.map((signer) => ({
      ...byOthers,
      name: signer.name,
      bytes: signedBy(signer),
      fits: ({ signatures }: VerificationReport) =>
        signatures[0]?.integrity === 'intact' && signatures[0].algorithm === signer.name,
    })),
    ...unknownSigners.map((signer) => ({
      ...byOthers,
      name: signer.name,
      bytes: signedBy(signer),
      fits: (report: VerificationReport) =>
        report.verdict === 'CHUA_XAC_DINH' && codesOf(report).includes('algorithm.unsupported'),
    })),
  ];
}

const caseOf = ({ name, make, verdict, code, trust = trustOf }: Attack, base: Base): Case => ({
  name: `attack ${name}`,
  bytes: make(base),
  trustPem: trust(base),
  fits: (report) => {
    const codes = codesOf(report);
    return report.verdict === verdict && (code ? codes.includes(code) : codes.length === 0);
  },
});
