import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { once } from 'node:events';
import { startFaultProxy } from '../../test/fault-proxy/fault-proxy';
import { incomingRecords } from '../../test/support/office-sample';
import { repositoryRoot } from '../run-step';

/** TCP payload of both directions, and time. */
export interface CouchFigures {
  readonly loadBytes: number;
  readonly loadMs: number;
  readonly changeBytes: number;
  readonly idleBytes: number;
}

const folder = join(repositoryRoot, 'tools', 'bench', 'peers');

/** What of PouchDB is used here. */
interface Pouch {
  readonly put: (document: object) => Promise<unknown>;
  readonly bulkDocs: (documents: readonly object[]) => Promise<unknown>;
  readonly get: (id: string) => Promise<object>;
}
interface PouchConstructor {
  new (name: string, options?: object): Pouch;
  readonly plugin: (plugin: unknown) => PouchConstructor;
  readonly defaults: (options: object) => PouchConstructor;
  readonly sync: (a: Pouch, b: Pouch) => Promise<unknown>;
}

/**
 * PouchDB replicating with a CouchDB-compatible server (express-pouchdb) over the counting line: an initial load, one
 * field changed, and a replication that finds nothing. Undefined where the packages cannot be installed.
 */
export async function measureCouch(documents: number): Promise<CouchFigures | undefined> {
  if (!existsSync(join(folder, 'node_modules'))) {
    const installed = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
    });
    if (installed.status !== 0) return undefined;
  }
  const load = createRequire(join(folder, 'package.json'));
  const Core = load('pouchdb-core') as PouchConstructor;
  const PouchDB = Core.plugin(load('pouchdb-adapter-memory'))
    .plugin(load('pouchdb-adapter-http'))
    .plugin(load('pouchdb-replication'))
    .plugin(load('pouchdb-mapreduce'));
  const Memory = PouchDB.defaults({ adapter: 'memory' });
  const app = (load('express') as () => { use: (path: string, handler: unknown) => void })();
  app.use(
    '/',
    (load('express-pouchdb') as (db: unknown, o: object) => unknown)(Memory, {
      mode: 'minimumForPouchDB',
      inMemoryConfig: true,
      logPath: join(folder, 'node_modules', '.log.txt'),
    }),
  );
  const server = createServer(app as never);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy = await startFaultProxy({ upstreams: () => [upstream] });
  const bytesOf = async (work: () => Promise<unknown>): Promise<number> => {
    const before = proxy.traffic();
    await work();
    const after = proxy.traffic();
    return after.up - before.up + after.down - before.down;
  };
  try {
    const source = new Memory('bench');
    await source.bulkDocs(
      incomingRecords(documents).map(({ id, content }) => ({ _id: id, ...content })),
    );
    const local = new Memory('local');
    const remote = new PouchDB(`${proxy.address}/bench`, { adapter: 'http' });
    const replicate = () => PouchDB.sync(local, remote);
    const startedAt = performance.now();
    const loadBytes = await bytesOf(replicate);
    const loadMs = performance.now() - startedAt;
    await replicate();
    const idleBytes = await bytesOf(replicate);
    const first = await local.get(incomingRecords(1)[0]?.id ?? '');
    await local.put({ ...first, note: 'đã sửa' });
    const changeBytes = await bytesOf(replicate);
    return { loadBytes, loadMs, changeBytes, idleBytes };
  } finally {
    await proxy.close();
    server.closeAllConnections();
    server.close();
  }
}
