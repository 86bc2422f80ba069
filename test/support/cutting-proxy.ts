import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** One address in front of several nodes, whose connections break when the test wants. */
export interface CuttingProxy {
  readonly address: string;
  /** Bytes from the client, headers counted. */
  readonly sentBytes: () => number;
  /** Bytes to the client. */
  readonly receivedBytes: () => number;
  readonly cuts: () => number;
  readonly stop: () => Promise<void>;
}

/**
 * Each connection goes to the next port in turn and is cut after as many bytes, both ways together, as `budget` says.
 *
 * @param ports read anew for each connection, so that nodes may die and others come
 */
export async function startCuttingProxy(
  ports: () => readonly number[],
  budget: () => number,
): Promise<CuttingProxy> {
  const count = { connections: 0, sent: 0, received: 0, cuts: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const all = ports();
    const node = connect(all[count.connections++ % all.length] ?? 0, '127.0.0.1');
    let left = budget();
    const pass = (from: Socket, to: Socket, direction: 'sent' | 'received'): void => {
      sockets.add(from);
      from.on('data', (bytes: Buffer) => {
        if (left <= 0) return;
        const passed = bytes.subarray(0, left);
        left -= passed.length;
        count[direction] += passed.length;
        to.write(passed);
        if (left > 0) return;
        count.cuts += 1;
        // What was passed on arrives; nothing after it does.
        to.end();
        from.destroy();
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => sockets.delete(from));
    };
    pass(client, node, 'sent');
    pass(node, client, 'received');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sentBytes: () => count.sent,
    receivedBytes: () => count.received,
    cuts: () => count.cuts,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
