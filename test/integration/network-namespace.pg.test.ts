import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import type { StationOrder } from '../support/headless/station-process';
import { PASSWORD, seedOffice } from '../support/builders';
import { expectSound } from '../support/headless/at-rest';
import { openHeadlessWorkstation } from '../support/headless/headless-workstation';
import { readHistory } from '../support/headless/history';
import {
  createNetworkNamespace,
  hasNamespaces,
  hasNetem,
  type NetworkNamespace,
} from '../support/network-namespace';
import { temporaryFolder } from '../support/temporary-folder';
import { startTestServer, stopTestServers } from '../support/test-server';

afterEach(stopTestServers);

const PROGRAM = fileURLToPath(new URL('../support/headless/station-process.ts', import.meta.url));

/** One workstation process works behind a cable while something is done to it; then everything must be in its place. */
async function workBehind(trouble: (network: NetworkNamespace) => Promise<void>): Promise<number> {
  const network = createNetworkNamespace();
  onTestFinished(network.remove);
  const server = await startTestServer({
    env: { HOST: network.hostAddress, RATE_BURST: '100000', RATE_PER_SECOND: '100000' },
  });
  const office = await seedOffice(server.admin());
  const folder = join(temporaryFolder(), 'station');
  const address = () => server.address;
  const enrolment = {
    code: await server.admin().createActivationCode(office.office.id),
    login: office.clerk.login,
    password: PASSWORD,
  };
  await (await openHeadlessWorkstation({ folder, address, enrolment })).close();
  const order: StationOrder = { folder, address: server.address, office };
  const child = network.node(['--import', 'tsx', PROGRAM, JSON.stringify(order)]);
  const ended = once(child, 'exit');
  const history = () => [...readHistory(join(folder, 'history.log'))];
  const answered = () => history().filter(({ t }) => t === 'final').length;
  const more = async (): Promise<void> => {
    for (const before = answered(); answered() < before + 3;) await sleep(50);
  };
  await more();
  await trouble(network);
  await more();
  child.kill('SIGKILL');
  await ended;

  const again = await openHeadlessWorkstation({ folder, address });
  await again.settle();
  await expectSound(server.db(), office.office.id, [again], history());
  await again.close();
  return history().filter(({ t }) => t === 'saved').length;
}

test.skipIf(!hasNamespaces())(
  'I-1, I-5: a cable that is pulled and plugged in again under load loses nothing and doubles nothing',
  async () => {
    const saved = await workBehind(async (network) => {
      for (const ms of [50, 300, 1_500, 20, 700]) {
        network.unplug();
        await sleep(ms);
        network.plug();
        await sleep(ms);
      }
    });
    expect(saved).toBeGreaterThan(5);
  },
);

test.skipIf(!hasNetem())(
  'I-1, I-5: packets that are late, lost, doubled and out of order lose nothing and double nothing (tc netem)',
  async () => {
    const saved = await workBehind(async (network) => {
      network.shape('delay 60ms 30ms 25% loss 5% duplicate 2% reorder 10% 50% rate 1mbit');
      await sleep(10_000);
    });
    expect(saved).toBeGreaterThan(5);
  },
);
