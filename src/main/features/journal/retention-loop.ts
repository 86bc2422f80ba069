import type { LogDep } from '../../platform/log';
import type { Journal } from './journal';

const EVERY_MS = 6 * 3_600_000;

/** Lets segments go that have served their time, at the start and four times a day. */
export function createRetentionLoop({ journal, log }: LogDep & { readonly journal: Journal }) {
  let timer: NodeJS.Timeout | undefined;

  async function retain(): Promise<void> {
    try {
      const retained = await journal.retain();
      if (!retained.ok) log.warn('old segments were not removed', { code: retained.error.code });
    } catch (cause) {
      log.error('old segments were not removed', { cause });
    }
  }

  return {
    start(): void {
      void retain();
      timer = setInterval(() => void retain(), EVERY_MS);
    },
    stop: (): void => clearInterval(timer),
  };
}
