import { Worker } from 'node:worker_threads';
import { err, type Failure, type Result } from '@shared/kernel/result';
import type { LimitName } from '@shared/pades/reader/limits';
import { handOver } from './hand-over';
import type { PadesAnswers, PadesJob } from './pades-job';

/** The thread was ended because of its job. */
export interface PastLimit {
  readonly code: 'pdf.limit';
  readonly limit: LimitName;
}

type Answer<J extends PadesJob> = Result<PadesAnswers[J['do']], Failure | PastLimit>;

/** Runs PDF jobs one after the other in a thread of their own. */
export interface PadesWorker {
  /** @param given files of the job that the caller needs no more: they are handed over, not copied, and empty afterwards. */
  readonly run: <J extends PadesJob>(job: J, given?: readonly Uint8Array[]) => Promise<Answer<J>>;
  /** Jobs that are not done are answered as past their limit. */
  readonly stop: () => Promise<void>;
}

const MEMORY_MB = 512;
const MB = 1024 * 1024;

/** 3 s to read or judge a file up to 20 MB, and as much again for every further 20 MB; 30 s to write one. */
export function limitMsOf(job: PadesJob): number {
  switch (job.do) {
    case 'verify':
    case 'describe':
    case 'planComparison':
    case 'listCertificates':
    case 'judgeCertificate':
    case 'gate':
    case 'checkDigitised':
    case 'checkTimestamp':
      return 3_000 * Math.max(1, Math.ceil(('bytes' in job ? job.bytes.length : 0) / (20 * MB)));
    case 'prepareFields':
    case 'prepareSignature':
    case 'completeSignature':
    case 'prepareTimestamp':
    case 'completeTimestamp':
    case 'addValidation':
      return 30_000;
  }
}

interface Waiting {
  readonly job: PadesJob;
  readonly given: readonly Uint8Array[];
  readonly answer: (result: Answer<PadesJob>) => void;
}

/**
 * One thread, kept for the next job. A crafted file that loops or eats memory costs its own job alone: the thread is
 * ended at the limit and a new one starts with the next job.
 */
export function createPadesWorker(workerPath: string, limitOf = limitMsOf): PadesWorker {
  const queue: Waiting[] = [];
  let worker: Worker | undefined;
  let current: Waiting | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOnline = false;

  function next(): void {
    if (current) return;
    current = queue.shift();
    if (!current) return;
    worker ??= startWorker();
    worker.postMessage(current.job, handOver(current.given));
    if (isOnline) startTimer();
  }

  function startTimer(): void {
    if (current) timer = setTimeout(() => giveUp('time'), limitOf(current.job));
  }

  function startWorker(): Worker {
    isOnline = false;
    const started = new Worker(workerPath, {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
      stdout: true,
      stderr: true,
    });
    started.unref();
    // A busy computer takes its time to start a thread: that is not the file's fault.
    started.once('online', () => {
      if (started !== worker) return;
      isOnline = true;
      startTimer();
    });
    // An answer that was still queued when its thread was ended belongs to no job of the next one.
    started.on('message', (result: Answer<PadesJob>) => {
      if (started === worker) settle(result);
    });
    started.on('error', () => giveUp('memory', started));
    started.on('exit', () => giveUp('memory', started));
    return started;
  }

  function settle(result: Answer<PadesJob>): void {
    clearTimeout(timer);
    const done = current;
    current = undefined;
    done?.answer(result);
    next();
  }

  /** The thread fell over its limits. */
  function giveUp(limit: 'time' | 'memory', dead = worker): void {
    if (!dead || dead !== worker) return;
    worker = undefined;
    void dead.terminate();
    if (current) settle(err({ code: 'pdf.limit', limit }));
  }

  return {
    run: <J extends PadesJob>(job: J, given: readonly Uint8Array[] = []) =>
      new Promise<Answer<J>>((resolve) => {
        queue.push({ job, given, answer: (result) => resolve(result as Answer<J>) });
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
