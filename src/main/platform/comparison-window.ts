import { BrowserWindow } from 'electron';
import type { VisualReport } from '@shared/domain/signing/visual-comparison';
import { comparisonContract, type ComparisonJob } from '@shared/ipc/comparison-contract';
import { ok } from '@shared/kernel/result';
import type { ComparePages, PageComparer } from '../features/signing/compare-file';
import { bind } from '../ipc/bind';
import { registerHandlers } from '../ipc/register-handlers';
import type { LogDep } from './log';
import { comparisonWindowOptions } from './web-security';
import { closeIn } from './window';

/** What a window that answers nothing may take; it ends by itself before. */
const LIMIT_MS = 60_000;

/**
 * Draws and compares pages in a hidden window (V-10): a new one for each file, one after the other, gone when it has
 * answered. What a stranger's PDF does to it costs that answer alone.
 */
export function createComparisonWindow(deps: LogDep, preload: string): PageComparer {
  let waiting: Promise<unknown> = Promise.resolve();
  let stop = (): void => undefined;
  let isStopped = false;
  const compare: ComparePages = (job) => {
    const done = waiting
      .then(() =>
        isStopped
          ? unfinished('unreadable')
          : runWindow(deps, { job, preload, holdStop: (given) => (stop = given) }),
      )
      .catch((cause: unknown) => {
        deps.log.error('pages could not be compared', { cause });
        return unfinished('unreadable');
      });
    waiting = done;
    return done;
  };
  return {
    compare,
    stop: () => {
      isStopped = true;
      stop();
    },
  };
}

const unfinished = (stoppedBy: 'time' | 'unreadable'): VisualReport => ({
  changes: [],
  covering: [],
  stoppedBy,
});

interface Run {
  readonly job: ComparisonJob;
  readonly preload: string;
  /** Told how to end it. */
  readonly holdStop: (stop: () => void) => void;
}

function runWindow(deps: LogDep, { job, preload, holdStop }: Run): Promise<VisualReport> {
  return new Promise((resolve) => {
    const window = new BrowserWindow(comparisonWindowOptions(preload));
    const finish = (report: VisualReport): void => {
      clearTimeout(timer);
      unregister();
      if (!window.isDestroyed()) window.destroy();
      resolve(report);
    };
    const timer = setTimeout(() => finish(unfinished('time')), LIMIT_MS);
    const unregister = registerHandlers('comparison.html', {
      'comparison.take': bind(deps, comparisonContract['comparison.take'], async () => ok(job)),
      'comparison.finish': bind(deps, comparisonContract['comparison.finish'], async (report) => {
        // After the answer: a call whose window is gone is logged as a fault.
        setImmediate(() => finish(report));
        return ok(undefined);
      }),
    });
    holdStop(() => finish(unfinished('unreadable')));
    window.webContents.on('render-process-gone', () => finish(unfinished('unreadable')));
    closeIn(window, 'comparison.html');
  });
}
