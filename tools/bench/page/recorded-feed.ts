import type { Bridge } from '@shared/ipc/contract';
import { ok } from '@shared/kernel/result';
import type { ServerRecord } from '@shared/sync/record';
import { createFakeBridge } from '../../../test/support/fake-bridge';
import { signedInState } from '../../../test/support/office-sample';

/** A first load as text: whoever stores it pays for parsing a page, and nothing but text waits in memory. */
export interface RecordedFeed {
  /** Batches in the order of the load. */
  readonly batches: readonly string[];
}

export async function recordFeed(
  records: readonly Omit<ServerRecord, 'rev' | 'scope'>[],
  pageEntries: number,
): Promise<RecordedFeed> {
  const feed = createFakeBridge({ session: signedInState('bench'), pageEntries, firstLoad: true });
  feed.seed(records);
  const batches: string[] = [];
  for (;;) {
    const taken = await feed.call('projection.take', undefined);
    if (!taken.ok || !taken.value?.page) return { batches };
    const { batchId, page } = taken.value;
    batches.push(JSON.stringify(taken.value));
    const { scope, next, load, head } = page.page;
    const cursor = {
      scope,
      seq: next,
      digest: { sum: '', count: head },
      ...(load ? { load } : {}),
    };
    const stored = { cursor, differing: [], witnesses: [], dropped: [] };
    await feed.call('projection.acknowledge', { stored: true, batchId, ...stored });
  }
}

/** Main as the projection meets it: the next batch when the last one was acknowledged as stored. */
export function replayFeed({ batches }: RecordedFeed): Replay {
  let at = 0;
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const answer = (channel: string, input: unknown): unknown => {
    const batch = batches[at];
    switch (channel) {
      case 'projection.take':
        return batch === undefined ? null : JSON.parse(batch);
      case 'projection.acknowledge':
        if (!(input as { readonly stored: boolean }).stored)
          throw new Error('a batch was not stored');
        at += 1;
        if (at === batches.length) finish();
        return undefined;
      default:
        return { overlays: 0, defects: 0 };
    }
  };
  const bridge: Bridge = {
    on: () => () => undefined,
    call: async (channel, input) => ok(answer(channel, input)) as never,
  };
  return { bridge, finished };
}

interface Replay {
  readonly bridge: Bridge;
  /** Resolves when the last batch was acknowledged. */
  readonly finished: Promise<void>;
}
