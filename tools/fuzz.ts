import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { makeFuzzBases } from '../test/fuzz/bases';
import type { FuzzBases, Finding } from '../test/fuzz/fuzz-one';
import { bundleWorker } from '../test/support/bundle-worker';

const USAGE = `fuzz: seeded mutations of signed files against the reader and the verifier (T-5)
  --files N      how many files (2000)
  --seed S       first seed (1)
  --workers N    how many at a time (2)
Files that break a rule are kept and named; keys are made anew, so a seed alone does not bring a file back.`;

/** As the program's own limit for a file of this size, with room for a busy computer. */
const LIMIT_MS = 10_000;

/** `cli fuzz`: 0 when no file broke a rule, 1 when one did, 2 when it could not run. */
export async function runFuzz(args: readonly string[]): Promise<number> {
  const order = readOrder(args);
  if (!order) {
    console.error(USAGE);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tcv-fuzz-'));
  const bases = makeFuzzBases();
  const path = await bundleWorker('test/fuzz/fuzz-worker.ts', folder);
  const started = Date.now();
  let next = order.first;
  let done = 0;
  let found = 0;
  let slowestMs = 0;
  const end = order.first + order.count;
  const report = (seed: number, { what, bytes }: Finding): void => {
    found += 1;
    const file = join(folder, `seed-${seed}.pdf`);
    writeFileSync(file, bytes);
    console.log(`Seed ${seed}: ${what}\n  ${file}`);
  };
  const newThread = () =>
    startThread(path, bases, (ms) => {
      slowestMs = Math.max(slowestMs, ms);
    });
  const lane = async (): Promise<void> => {
    let thread = newThread();
    for (let seed = next++; seed < end; seed = next++) {
      const answer = await thread.ask(seed);
      if (answer !== 'fine') {
        report(
          seed,
          answer === 'hangs' ? { what: 'past the limit', bytes: new Uint8Array(0) } : answer,
        );
      }
      if (answer === 'hangs') thread = newThread();
      done += 1;
      if (done % 5_000 === 0) console.log(`${done} of ${order.count}, ${found} found`);
    }
    await thread.stop();
  };
  await Promise.all(Array.from({ length: order.workers }, lane));
  const { user, system } = process.cpuUsage();
  console.log(
    `${done} files from seed ${order.first} in ${Math.round((Date.now() - started) / 1000)} s: ${found} broke a rule. ` +
      `CPU ${Math.round((user + system) / 1e6)} s, slowest file ${Math.round(slowestMs)} ms, ` +
      `peak memory of ${order.workers} threads ${Math.round(process.resourceUsage().maxRSS / 1024)} MB.`,
  );
  if (found === 0) rmSync(folder, { recursive: true, force: true });
  return found === 0 ? 0 : 1;
}

interface Answer {
  readonly finding: Finding | undefined;
  readonly ms: number;
}

/** A thread that is ended when it does not answer. */
function startThread(path: string, bases: FuzzBases, took: (ms: number) => void) {
  const worker = new Worker(path, {
    workerData: bases,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  let settle: (answer: 'fine' | 'hangs' | Finding) => void = () => {};
  worker.on('error', () => settle('hangs'));
  worker.on('message', ({ finding, ms }: Answer) => {
    took(ms);
    settle(finding ?? 'fine');
  });
  return {
    ask: (seed: number) =>
      new Promise<'fine' | 'hangs' | Finding>((resolve) => {
        const timer = setTimeout(() => settle('hangs'), LIMIT_MS);
        settle = (answer) => {
          clearTimeout(timer);
          if (answer === 'hangs') void worker.terminate();
          resolve(answer);
        };
        worker.postMessage(seed);
      }),
    stop: () => worker.terminate(),
  };
}

function readOrder(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        files: { type: 'string', default: '2000' },
        seed: { type: 'string', default: '1' },
        workers: { type: 'string', default: '2' },
      },
    });
    const [count, first, workers] = [values.files, values.seed, values.workers].map(Number);
    if (!count || !first || !workers) return undefined;
    const isWhole = [count, first, workers].every((n) => Number.isSafeInteger(n) && n > 0);
    return isWhole ? { count, first, workers } : undefined;
  } catch {
    return undefined;
  }
}
