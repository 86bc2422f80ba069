import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { httpServerOf } from '../../sync-server/src/http/listen';
import { aTestNode, type TestDatabase, type TestNodeOptions } from './test-database';

/** A node of the server in this process, on a port of its own. */
export interface ListeningNode extends Awaited<ReturnType<typeof aTestNode>> {
  readonly address: string;
  readonly port: number;
  /** Cuts every connection, as when the process dies; the next ones are refused. */
  readonly die: () => Promise<void>;
}

export async function aListeningNode(
  database: TestDatabase,
  options?: TestNodeOptions & { readonly port?: number },
): Promise<ListeningNode> {
  const node = await aTestNode(database, options);
  const http = httpServerOf(node.app, undefined);
  http.listen(options?.port ?? 0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  return {
    ...node,
    port,
    address: `http://127.0.0.1:${port}`,
    die: async () => {
      if (!http.listening) return;
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
}
