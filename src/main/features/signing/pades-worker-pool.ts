import { Worker } from 'node:worker_threads';
import { err } from '@shared/kernel/result';
import type { PadesAnswer, PadesJob } from './pades-job';

/** Runs PDF jobs one after the other in a thread of their own. */
export interface PadesWorker {
  readonly run: <J extends PadesJob>(job: J) => Promise<PadesAnswer<J>>;
  /** Jobs that are not done are answered as past their limit. */
  readonly stop: () => Promise<void>;
}

/** A-5 asks 3 s for a file up to 20 MB; files may be ten times that. */
const LIMIT_MS = 30_000;
const MEMORY_MB = 512;

interface Waiting {
  readonly job: PadesJob;
  readonly answer: (result: PadesAnswer<PadesJob>) => void;
}

/**
 * One thread, kept for the next job. A crafted file that loops or eats memory costs its own job alone: the thread is
 * ended at the limit and a new one starts with the next job.
 */
export function createPadesWorker(workerPath: string, limitMs = LIMIT_MS): PadesWorker {
  const queue: Waiting[] = [];
  let worker: Worker | undefined;
  let current: Waiting | undefined;
  let timer: NodeJS.Timeout | undefined;

  function next(): void {
    if (current) return;
    current = queue.shift();
    if (!current) return;
    worker ??= startWorker();
    timer = setTimeout(() => giveUp(), limitMs);
    worker.postMessage(current.job);
  }

  function startWorker(): Worker {
    const started = new Worker(workerPath, {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
      stdout: true,
      stderr: true,
    });
    started.unref();
    // An answer that was still queued when its thread was ended belongs to no job of the next one.
    started.on('message', (result: PadesAnswer<PadesJob>) => {
      if (started === worker) settle(result);
    });
    started.on('error', () => giveUp(started));
    started.on('exit', () => giveUp(started));
    return started;
  }

  function settle(result: PadesAnswer<PadesJob>): void {
    clearTimeout(timer);
    const done = current;
    current = undefined;
    done?.answer(result);
    next();
  }

  /** The thread fell over its limits. */
  function giveUp(dead = worker): void {
    if (!dead || dead !== worker) return;
    worker = undefined;
    void dead.terminate();
    if (current) settle(err({ code: 'pdf.limit' }));
  }

  return {
    run: <J extends PadesJob>(job: J) =>
      new Promise<PadesAnswer<J>>((resolve) => {
        queue.push({ job, answer: (result) => resolve(result as PadesAnswer<J>) });
        next();
      }),
    stop: async () => {
      const unanswered = [...(current ? [current] : []), ...queue.splice(0)];
      clearTimeout(timer);
      const running = worker;
      worker = undefined;
      current = undefined;
      for (const { answer } of unanswered) answer(err({ code: 'pdf.limit' }));
      await running?.terminate();
    },
  };
}
