import { fork, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { smallPdf } from '../../test/support/small-pdf';
import { repositoryRoot } from '../run-step';

/** A worker that has not answered by then counts as broken. */
const LIMIT_MS = 60_000;

/**
 * Starts each worker from a copy of the packed files that lies outside the repository, where nothing can be found but
 * what was packed: a chunk or package that was left out is seen. Gives sentences of what failed.
 *
 * @param folder holds the archive's files; the unpacked ones among them
 */
export async function workerFindings(folder: string): Promise<readonly string[]> {
  const main = join(folder, 'out/main');
  const checks = {
    'text-worker.js': textWorkerReads,
    'pades-worker.js': padesWorkerAnswers,
    'token-worker.js': tokenWorkerIsReady,
    'software-key-worker.js': tokenWorkerIsReady,
    'hub-worker.js': hubAsksForItsCode,
  };
  const findings: string[] = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      const answer = JSON.stringify(await check(join(main, name)));
      if (!answer.includes(WANTED)) findings.push(`${name} answers ${answer}`);
    } catch (cause) {
      findings.push(`${name} does not start: ${String(cause)}`);
    }
  }
  // The token worker answers without the binding too, so the binding is asked for by itself, as the worker would.
  try {
    const { PKCS11 } = createRequire(join(main, 'token-worker.js'))('pkcs11js') as {
      readonly PKCS11?: unknown;
    };
    if (typeof PKCS11 !== 'function') findings.push('pkcs11js is loaded and gives no PKCS11');
  } catch (cause) {
    findings.push(`pkcs11js cannot be loaded: ${String(cause)}`);
  }
  return findings;
}

/** Stands in the text of the PDF, in the description of a sound file, and in the token worker's first word. */
const WANTED = 'ready';
const pdf = smallPdf({ pages: [['ready']] });

function textWorkerReads(path: string): Promise<unknown> {
  const worker = new Worker(path, {
    workerData: { bytes: pdf, pages: 1 },
    stdout: true,
    stderr: true,
  });
  return firstMessage(worker, () => void worker.terminate());
}

async function padesWorkerAnswers(path: string): Promise<unknown> {
  const worker = new Worker(path);
  const answer = firstMessage(worker, () => void worker.terminate());
  worker.postMessage({ do: 'describe', bytes: pdf });
  const described = (await answer) as { readonly ok?: boolean };
  return described.ok === true ? WANTED : described;
}

function tokenWorkerIsReady(path: string): Promise<unknown> {
  const child = fork(path, [], {
    env: { ...process.env, TCV_TOKEN_MODULE: '/nonexistent/driver.so' },
    execArgv: ['--require', join(repositoryRoot, 'test/electron-host/utility-child.cjs')],
    serialization: 'advanced',
  });
  return firstMessage(child, () => void child.kill('SIGKILL'));
}

/** As far as it comes without a province: everything that it imports was packed. */
function hubAsksForItsCode(path: string): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), 'tcv-packed-hub-'));
  const { stderr } = spawnSync(
    process.execPath,
    [path, '--relay', '--enrol-only', '--data', data],
    {
      encoding: 'utf8',
      timeout: LIMIT_MS,
    },
  );
  rmSync(data, { recursive: true });
  return Promise.resolve(stderr.includes('give --province') ? WANTED : stderr.slice(0, 300));
}

/** The first message; rejects when it fails, ends or stays silent instead. `end` is called in each case. */
function firstMessage(source: NodeJS.EventEmitter, end: () => void): Promise<unknown> {
  return new Promise<unknown>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), LIMIT_MS);
    source.once('message', resolve);
    source.once('error', reject);
    source.once('exit', (code: unknown) => reject(new Error(`ended with code ${String(code)}`)));
    source.once('exit', () => clearTimeout(timer));
  }).finally(end);
}
