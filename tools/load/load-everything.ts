import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SyncReply } from '@shared/protocol/sync-message';
import { limits } from '@shared/protocol/version';
import { officeScope } from '@shared/sync/record';
import { trySync, type Answer, type Post, type TestDevice } from '../../test/support/builders';
import type { Visitor } from './crowd';

/** One who has nothing yet, as told to the program that loads. */
export interface Loader {
  readonly device: Pick<TestDevice, 'deviceId' | 'inc' | 'timeline' | 'ticket'>;
  readonly scope: string;
  /** Good for as long as a load may take. */
  readonly token: string;
}

export interface LoadOrder {
  readonly address: string;
  readonly loaders: readonly Loader[];
}

export interface LoadReport {
  /** Requests that were asked again, of all. */
  readonly retries: number;
}

const PROGRAM = fileURLToPath(new URL('loaders.ts', import.meta.url));

/** All of them at once, each to its end, in a process of lower priority. */
export async function loadInAnotherProgram(
  address: string,
  visitors: readonly Visitor[],
): Promise<LoadReport> {
  const loaders = visitors.map(({ device, office, token }): Loader => {
    const { deviceId, inc, timeline, ticket } = device;
    return {
      device: { deviceId, inc, timeline, ticket },
      scope: officeScope(office.office.id),
      token: token(),
    };
  });
  const child = fork(PROGRAM);
  child.send({ address, loaders } satisfies LoadOrder);
  const [report] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the loaders ended with ${String(code)}`);
    }),
  ])) as [LoadReport];
  child.disconnect();
  return report;
}

const FIRST_JITTER_MS = 1_000;
const LAST_JITTER_MS = 60_000;

/** Pages up to the head. Waits as a workstation does: as told in a queue; from a server that is only busy, longer each time. */
export async function loadAll({ device, scope, token }: Loader, post: Post): Promise<LoadReport> {
  let cursor = 0;
  let retries = 0;
  let jitterMs = FIRST_JITTER_MS;
  for (;;) {
    const answer = await trySync(post, device as TestDevice, {
      token,
      cursors: { [scope]: cursor },
      over: { want: limits.pageBytesMax },
    }).catch(() => undefined);
    if (answer?.status === 401) throw new Error('the load outlasted its token');
    if (answer?.status !== 200) {
      retries += 1;
      const jitter = answer && 'queuePlace' in bodyOf(answer) ? FIRST_JITTER_MS : jitterMs;
      await sleep(askedToWaitMs(answer) + Math.random() * jitter);
      jitterMs = Math.min(LAST_JITTER_MS, jitterMs * 2);
      continue;
    }
    jitterMs = FIRST_JITTER_MS;
    const page = SyncReply.parse(answer.body).pages[0];
    if (!page || page.next >= page.head) return { retries };
    cursor = page.next;
  }
}

const bodyOf = ({ body }: Answer): object =>
  typeof body === 'object' && body !== null ? body : {};

const askedToWaitMs = (answer: Answer | undefined): number =>
  Number(answer?.headers.get('retry-after') ?? 0) * 1000;
