import type { ElectronApplication } from '@playwright/test';

import { expect, readLog, test } from './fixture';
import type { ConformanceMain } from './fixture';

test('a utility process takes bytes and maps and sends bytes back', async ({ start }) => {
  const { app } = await start();

  const answer = await ask(app, { act: 'add' });

  expect(answer).toEqual({
    hasPid: true,
    isBytes: true,
    isMap: true,
    sum: 6,
    sent: '7,8,9',
    isSentBytes: true,
  });
});

test('a worker that ends itself tells its exit code', async ({ start }) => {
  const { app } = await start();

  expect(await ask(app, { act: 'exit' })).toEqual({ exitCode: 42 });
  expect(await readLog(app)).toEqual(['child abnormal-exit']);
});

test('a worker that aborts is reported as crashed', async ({ start }) => {
  const { app } = await start();

  const { exitCode } = (await ask(app, { act: 'abort' })) as { exitCode: number };

  expect(exitCode).not.toBe(0);
  expect(await readLog(app)).toEqual(['child crashed']);
});

test('a worker that hangs can be killed, and one killed from outside is noticed', async ({
  start,
}) => {
  const { app } = await start();

  for (const way of ['kill', 'SIGKILL'] as const) {
    const result = await app.evaluate(async ({ utilityProcess }, how) => {
      const { folder } = (globalThis as unknown as { conformance: ConformanceMain }).conformance;
      const child = utilityProcess.fork(`${folder}/worker.mjs`);
      await new Promise<void>((resolve) => {
        child.once('spawn', () => resolve());
      });
      const ended = new Promise<number>((resolve) => {
        child.once('exit', resolve);
      });
      if (how === 'kill') child.kill();
      else process.kill(child.pid ?? 0, 'SIGKILL');
      return { exitCode: await ended, pid: child.pid ?? 'none' };
    }, way);
    expect(result.exitCode).not.toBe(0);
    expect(result.pid).toBe('none');
  }

  expect(await readLog(app)).toEqual(['child killed', 'child killed']);
});

/** Sends one message to a fresh worker; resolves with its answer or its exit code. */
function ask(app: ElectronApplication, message: { readonly act: string }): Promise<unknown> {
  return app.evaluate(async ({ utilityProcess }, { act }) => {
    const { folder } = (globalThis as unknown as { conformance: ConformanceMain }).conformance;
    const child = utilityProcess.fork(`${folder}/worker.mjs`, [], { serviceName: 'worker' });
    child.postMessage({ act, bytes: new Uint8Array([1, 2, 3]), map: new Map([[1, 2]]) });
    return new Promise((resolve) => {
      child.once('exit', (exitCode) => resolve({ exitCode }));
      child.once('message', ({ sent, ...answer }: { sent: Uint8Array }) => {
        const isSentBytes = sent instanceof Uint8Array;
        resolve({ ...answer, hasPid: child.pid !== undefined, sent: String(sent), isSentBytes });
        child.kill();
      });
    });
  }, message);
}
