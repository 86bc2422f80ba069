import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFileTransfer } from '../../src/main/features/files/file-transfer';
import { createServerClient } from '../../src/main/platform/server-client';
import { systemClock } from '../../src/main/platform/system';
import { startFaultProxy } from '../../test/fault-proxy/fault-proxy';
import { PASSWORD, seedOffice } from '../../test/support/builders';
import { openHeadlessWorkstation } from '../../test/support/headless/headless-workstation';
import { startTestServer } from '../../test/support/test-server';
import { createMemoryPartials, createMemoryStore, hashOf } from '../demo/memory-files';
import { DROP_EVERY_MS, DROP_FOR_MS, SLOW, bytesOf } from './bad-line';
import { timed, type Row } from './row';

/** B-8 at a size that a bench can wait for; `BENCH_FILE_MB=50` is the whole one and takes half an hour. */
const FILE_BYTES = Number(process.env['BENCH_FILE_MB'] ?? 4) * 1024 * 1024;

/** B-8: upload at 256 kbit/s, the line gone for 5 s of every minute. */
export async function benchBigFile(folder: string): Promise<readonly Row[]> {
  const server = await startTestServer({ env: { LOG_LEVEL: 'error' } });
  const proxy = await startFaultProxy({ upstreams: () => [server.address] });
  try {
    const { office, clerk } = await seedOffice(server.admin());
    const code = await server.admin().createActivationCode(office.id);
    const station = await openHeadlessWorkstation({
      folder: join(folder, 'files'),
      address: () => proxy.address,
      enrolment: { code, login: clerk.login, password: PASSWORD },
    });
    const store = createMemoryStore();
    const bytes = randomBytes(FILE_BYTES);
    await store.put(bytes);
    const transfer = createFileTransfer({
      client: createServerClient(() => ({ baseUrl: proxy.address })),
      token: station.token,
      store,
      partials: createMemoryPartials(),
      giveWay: async () => undefined,
      monotonicMs: systemClock.monotonicMs,
    });
    proxy.setFaults(SLOW);
    proxy.dropAll();
    const stop = proxy.interruptEvery(DROP_EVERY_MS, DROP_FOR_MS);
    let sent = 0;
    const ms = await timed(async () => {
      sent = await bytesOf(proxy, async () => {
        while (!(await transfer.upload(hashOf(bytes))).ok) await sleep(500);
      });
    });
    stop();
    await station.close();
    return rowsOf(ms, sent);
  } finally {
    await proxy.close();
    await server.stop();
  }
}

function rowsOf(ms: number, sent: number): readonly Row[] {
  const size = `${FILE_BYTES / 1024 / 1024} MB`;
  const ideal = FILE_BYTES / SLOW.bytesPerSecond;
  return [
    {
      figure: `B-8 ${size} up at 256 kbit/s, gone 5 s of each minute`,
      unit: 's',
      ours: ms / 1000,
      floor: ideal,
      floorIs: 'the ideal time at that rate',
      count: 1,
      budget: 1.25 * ideal,
    },
    {
      figure: 'B-8 the same, repeated bytes',
      unit: '%',
      ours: (100 * (sent - FILE_BYTES)) / FILE_BYTES,
      floor: 5,
      floorIs: 'the budget',
      count: 1,
      budget: 5,
    },
  ];
}
