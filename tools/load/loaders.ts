import { once } from 'node:events';
import { Agent } from 'node:http';
import { setPriority } from 'node:os';
import { postOver } from './crowd';
import { loadAll, type LoadOrder, type LoadReport } from './load-everything';

/** Below the server's: real workstations have processors of their own. */
const PRIORITY = 10;

async function load({ address, loaders }: LoadOrder): Promise<LoadReport> {
  const ends = await Promise.all(
    loaders.map((loader) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      return loadAll(loader, postOver(agent, address)).finally(() => agent.destroy());
    }),
  );
  return { retries: ends.reduce((sum, { retries }) => sum + retries, 0) };
}

setPriority(PRIORITY);
const [order] = (await once(process, 'message')) as [LoadOrder];
process.send?.(await load(order));
